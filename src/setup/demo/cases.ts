import type pg from 'pg';
import { ORDER_SETTINGS } from '../../core/orders/clocks.ts';
import { addCase, stepCase } from '../../postgres/cases.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { mobile, personName, type CustomerOfDemo } from './city.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 396;
/** an average day brings one letter from outside */
const A_DAY = 1;
const CHANNEL_WEIGHTS = {
  ...{ '12345': 60, interaction: 12, petition: 4, construction: 5, consumer: 3, 'digital-city': 8 },
  ...{ media: 2, superior: 3, wechat: 10, mail: 3, 'walk-in': 4 },
};
const WORDS: Record<string, string[]> = {
  'no-water': ['反映小区停水已超过半天，没有收到通知。', '反映凌晨停水，影响老人做饭。'],
  leak: ['反映小区门口漏水多日，路面结冰。', '反映楼道水管漏水，多次反映没有处理。'],
  'water-quality': ['反映自来水发黄，要求化验。'],
  fees: ['反映水费突然增高，要求核实。'],
  pressure: ['反映高层水压低，用水高峰没有水。'],
  manhole: ['反映路口井盖缺失，有安全隐患。'],
};

/** What twelve months of portals, letters and visits could have brought, and how it was answered. */
export async function saveDemoCases(
  pool: pg.Pool,
  random: Random,
  known: readonly CustomerOfDemo[],
  nowMs: number,
): Promise<void> {
  const by = await findPersonByLogin(pool, 'banzhang');
  const there = await pool.query('select from outside_cases limit 1');
  if (!by || there.rowCount) return;
  for (let day = DAYS; day >= 0; day -= 1) {
    await inTransaction(pool, async (client) => {
      for (let count = Math.round(random.between(0, 2 * A_DAY)); count > 0; count -= 1) {
        const receivedAtMs = Math.round(nowMs - day * DAY_MS - random.between(0.2, 8) * HOUR_MS);
        const customer = random.pick(known);
        const category = random.pick(Object.keys(WORDS));
        const channel = random.weighted(CHANNEL_WEIGHTS);
        const dueAtMs = receivedAtMs + random.pick([24, 48, 72]) * HOUR_MS;
        const added = await addCase(
          client,
          {
            ...{
              channel,
              kind: random.pick(['投诉', '求助', '建议', '咨询']),
              receivedAtMs,
              dueAtMs,
              category,
            },
            outsideNo: `YC${new Date(receivedAtMs).toISOString().slice(2, 10).replaceAll('-', '')}${random.whole(1000, 9999)}${count}`,
            ...{ person: personName(random), phone: mobile(random), address: customer.address, item: 1 },
            ...{
              community: customer.community ?? '',
              district: customer.district,
              content: random.pick(WORDS[category]!),
            },
          },
          '',
          by,
          receivedAtMs,
        );
        if (!('id' in added)) continue;
        let atMs = receivedAtMs;
        const step = async (kind: 'sign' | 'reply' | 'close', hours: number, note = '') => {
          atMs += Math.round(hours * HOUR_MS);
          if (atMs > nowMs) return;
          await stepCase(
            client,
            added.id,
            null,
            { kind, note, untilMs: null },
            by,
            atMs,
            null,
            ORDER_SETTINGS,
          );
        };
        await step('sign', random.between(0.1, 2));
        // one in twenty is late
        const hours =
          ((dueAtMs - receivedAtMs) / HOUR_MS) * (random.chance(0.05) ? 1.3 : random.between(0.2, 0.8));
        await step('reply', hours, '已派人到现场核实处理，并向来件人说明情况。');
        await step('close', random.between(0.5, 12));
      }
    });
  }
}
