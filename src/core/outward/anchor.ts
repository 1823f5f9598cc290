import { anchorText } from '../people/audit-chain.ts';
import type { OutwardEvent } from './event.ts';

/** The audit log's last row of a day, told to whoever is to hold it outside the house. */
export function anchorEvent(day: string, atMs: number, body: Record<string, unknown>): OutwardEvent {
  const anchor = { id: Number(body['id']), atMs: Number(body['atMs']), hash: String(body['hash']) };
  return {
    id: `audit-anchor:${day}`,
    ...{ name: 'audit-anchor', atMs, about: null, unitId: null, personIds: [], numbers: [] },
    title: `${day} 审计锚点`,
    text: `${anchorText(anchor)}\n\n请保存好这封信。怀疑审计日志被改动时，把上面一行贴到“审计日志”页的“用锚点校验”，或交给命令 npm run audit -- verify --anchor 文件。`,
    link: '/audit',
    data: anchor,
  };
}
