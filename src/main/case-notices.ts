/** What the desk's screens are told of cases from outside. */
import { CHANNELS } from '../core/office/cases.ts';
import type { NewDelivery } from '../core/outward/delivery.ts';
import type { CaseFields, CaseRow } from '../postgres/cases.ts';

const stamp = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');
const titleOf = ({ channel, outsideNo }: CaseFields) =>
  `${CHANNELS[channel].zh} ${outsideNo || '（无编号）'}`;

/** A case that nobody of us typed in has come. */
export function arrivedNotices(id: number, fields: CaseFields): NewDelivery[] {
  const text = `${titleOf(fields)}：${fields.content.slice(0, 60)}`;
  return onScreens(`case:${id}:arrived`, 'case-arrived', '新的外部来件', text, `/cases/${id}`, String(id));
}

/** A case is near its deadline, or past it. */
export function dueNotices(one: CaseRow, nowMs: number): NewDelivery[] {
  const late = one.dueAtMs! <= nowMs;
  const what = late ? '已超过时限' : '将到时限';
  return onScreens(
    `case:${one.id}:${late ? 'late' : 'near'}:${one.dueAtMs}`,
    late ? 'case-overdue' : 'case-warning',
    `外部来件${what}`,
    `${titleOf(one)} ${what}（${stamp(one.dueAtMs!)}）：${one.content.slice(0, 60)}`,
    `/cases/${one.id}`,
    String(one.id),
  );
}

/** On the screens of those who keep cases; what is overdue is heard. */
export function onScreens(
  once: string,
  event: string,
  title: string,
  text: string,
  link: string,
  about: string | null,
): NewDelivery[] {
  return ['agent', 'supervisor'].map((role) => ({
    ...{ once: `${once}:${role}`, kind: event, about, recipient: role, stream: null, receiverId: null },
    message: {
      ...{ channel: 'screen' as const, room: `told:role:${role}`, event, title, text, link },
      sound: event === 'case-overdue',
    },
  }));
}
