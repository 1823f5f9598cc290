import { minuteText } from '../core/zone.ts';
import type pg from 'pg';
import type { StepKind } from '../core/orders/order.ts';

const CORRECTED: Record<string, string> = {
  ...{
    caller: '来电人',
    phone: '电话',
    address: '地址',
    community: '小区',
    district: '辖区',
    content: '反映内容',
  },
};

/** What a step says beside its note, in Chinese: to whom, until when, what was corrected. */
export async function saidOfStep(
  pool: pg.Pool,
  kind: StepKind,
  body: Record<string, unknown>,
  unit: (id: unknown) => string,
): Promise<string> {
  switch (kind) {
    case 'dispatch': {
      const assist = ((body['assistIds'] as number[] | undefined) ?? []).map(unit).join('、');
      return `派给 ${unit(body['unitId'])}${assist ? `，协办 ${assist}` : ''}`;
    }
    case 'assign': {
      const { rows } = await pool.query<{ name: string }>('select name from people where id = $1', [
        body['workerId'],
      ]);
      return `指派 ${rows[0]?.name ?? ''}`;
    }
    case 'defer-ask':
      return `延期到 ${minuteText(Number(body['untilMs']))}`;
    case 'join':
      return [
        body['callId'] ? `来电 ${String(body['callId'])}` : '',
        body['recordId'] ? `受理记录 ${String(body['recordId'])}` : '',
      ]
        .filter((one) => one !== '')
        .join('，');
    case 'correct':
      return Object.entries((body['to'] as Record<string, string> | undefined) ?? {})
        .map(([field, value]) => `${CORRECTED[field] ?? field}改为“${value}”`)
        .join('；');
    default:
      return '';
  }
}
