/**
 * How fast the dialler places callbacks, against the switch's own limit: the same busy people called by as many manager
 * connections as it may have calls, each placing the next call as soon as the last one failed. And how late it is.
 */
import createManager from 'asterisk-manager';
import { openPool } from '../../src/postgres/pool.ts';
import { openCallbackRoom } from '../support/callbacks.ts';
import { startService } from '../support/service.ts';
import { ownPassword } from '../support/sign-in.ts';
import { until } from '../support/until.ts';
import { percentile, type BenchRow } from './row.ts';

const AT_ONCE = 20;
const PEOPLE = 600;

export async function bench(): Promise<BenchRow[]> {
  const service = await startService('--add-agent', '1001', '马晓燕');
  const pool = openPool(service.databaseUrl);
  const password = await ownPassword(service.url, '1001', service.said());
  const people = Array.from({ length: PEOPLE }, (_, at) => String(at + 1).padStart(4, '0'));
  const room = await openCallbackRoom(service, pool, password, {
    people,
    plans: [{ ending: '', ringMs: 0, refuse: 486 }],
    agents: AT_ONCE,
  });
  try {
    const found = await until(
      'everybody was called once',
      async () => {
        const { rows } = await pool.query<{ n: number; seconds: number; late: number[] }>(
          `select count(*)::int as n, extract(epoch from max(placed_at) - min(placed_at))::float8 as seconds,
                  array_agg(late_ms) as late from survey_attempts where result is not null`,
        );
        return rows[0]!.n >= PEOPLE ? rows[0]! : null;
      },
      300_000,
    );
    const ours = PEOPLE / found.seconds;
    const bare = await bareRate(service.site(), people);
    const late = percentile(found.late, 99);
    return [
      {
        name: `callbacks placed by the dialler, ${AT_ONCE} at once ÷ Asterisk's own limit`,
        ours: `${ours.toFixed(0)}/s`,
        other: `${bare.toFixed(0)}/s`,
        ratio: ours / bare,
        goal: 'shown',
        met: true,
      },
      {
        name: 'a due callback that may be placed, lateness p99',
        ours: `${late.toFixed(0)} ms`,
        other: '1000 ms',
        ratio: late / 1000,
        goal: '≤ 1',
        met: late <= 1000,
      },
    ];
  } finally {
    await room.close();
    await pool.end();
    await service.stop();
  }
}

/** Calls a second that the switch sets up and sees refused, asked by as many connections, without us. */
async function bareRate(
  site: { address: string; amiPort: number; actionsSecret: string },
  people: string[],
): Promise<number> {
  const waiting = [...people];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const manager = createManager(site.amiPort, site.address, 'hotline-actions', site.actionsSecret, false);
      await new Promise<void>((done) => manager.on('connect', () => done()));
      for (let who = waiting.shift(); who; who = waiting.shift()) {
        const number = `139${who.padStart(8, '0')}`;
        await new Promise<void>((done) => {
          manager.action(
            {
              ...{ action: 'Originate', channel: `PJSIP/${number}@trunk`, context: 'survey', exten: 's' },
              ...{ priority: 1, timeout: 30_000, callerid: '96666 <96666>' },
            },
            () => done(),
          );
        });
      }
      manager.disconnect();
    }),
  );
  return people.length / ((performance.now() - began) / 1000);
}
