import { minuteText } from '../core/zone.ts';
import type pg from 'pg';
import type { Corrected, StepKind } from '../core/orders/order.ts';
import { ORDER_FIELD_WORDS } from '../core/orders/words.ts';

/** What was corrected, from what to what; steps of before 2026-12 kept the new words only. */
function correctionWords({ to = {}, from = {} }: { to?: Corrected; from?: Corrected }): string {
  const quoted = (text: string) => (text === '' ? '空白' : `“${text}”`);
  return (Object.keys(ORDER_FIELD_WORDS) as (keyof Corrected)[])
    .flatMap((field) => {
      const [before, after] = [from[field], to[field]];
      if (after === undefined) return [];
      const was = before === undefined ? '' : `由${quoted(before)}`;
      return `${ORDER_FIELD_WORDS[field]}${was}改为${quoted(after)}`;
    })
    .join('；');
}

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
      return correctionWords(body as { to?: Corrected; from?: Corrected });
    default:
      return '';
  }
}
