import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { digestOf } from '../../src/asterisk/phones.ts';
import { keyFor } from '../../src/core/telephone/flood.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { missedCallers, missedFloods } from '../../src/postgres/missed.ts';
import { giveFirstDeskPhone } from '../../src/postgres/phones.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { add } from '../../src/setup/people.ts';
import type { PbxSite } from '../../src/setup/pbx-files.ts';
import { calling, network, registerPhones, run, startPhone, type RunningLeg } from '../../src/setup/sipp.ts';
import type { MissedFlood } from '../../src/protocol/missed.ts';
import type { TelephoneState } from '../../src/protocol/telephone.ts';
import { openCallers } from '../e2e/ivr/callers.ts';
import { sitAt, type Seat } from '../e2e/supervision/seat.ts';
import { startService, type Service } from './service.ts';
import { until } from './until.ts';

const PASSWORD = 'shui-96666-flood';
/** a customer; a stranger who stays on the line; one who gave up before the flood */
const CUSTOMER = '13912345678';
const STRANGER = '13812345678';
const GAVE_UP = '13712345678';

export interface FloodTold {
  forged: number;
  /** of the forged: how many were answered before the flood was told of, or pressed by chance */
  forgedAnswered: number;
  /** ms from joining the queue to the answer */
  customerWaitMs: number;
  strangerWaitMs: number;
  mostWaiting: number;
}

/**
 * A real Asterisk, the whole service, one agent; so many forged callers within so long, silent, and two real ones among
 * them: a customer, and a stranger who presses the key that they are asked for. Throws if one of them is not served, if a
 * missed caller is hidden, if anybody was refused, or if a call is counted nowhere.
 */
export async function runFlood(wish: {
  forged: number;
  overMs: number;
  /** from how many strangers in ten minutes it is one; null: the usual setting */
  threshold: number | null;
  say: (line: string) => void;
}): Promise<FloodTold> {
  const { forged, overMs, threshold, say } = wish;
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const callers = openCallers(() => service);
  let phone: RunningLeg | null = null;
  let leader: Seat | null = null;
  let agent: Seat | null = null;
  let storm: RunningLeg | null = null;
  let tending: NodeJS.Timeout | null = null;
  try {
    const site = service.site();
    await prepare(pool, site, threshold);
    leader = await sitAt(service.url, 'banzhang', PASSWORD);
    agent = await sitAt(service.url, '1001', PASSWORD);
    await until('the phone is registered', () => registerPhones(site, ['1001']).then(() => true), 30_000);
    phone = startPhone(site, { extension: '1001', ringMs: 400, talkMs: 1500 });
    await agent.post('presence/sign-in', {});
    tending = endWrapUps(leader);
    // who gave up before it began stands in the list of missed callers, whatever comes
    const early = await callers.call(GAVE_UP);
    await callers.hears(early.ear, callers.prompt('greeting'));
    await callers.hangsUp(early);

    storm = startForged(site, forged, overMs);
    await until(
      'the flood is told of',
      async () => (await metric(service, 'hotline_number_flood')) === 1,
      overMs + 30_000,
    );
    say(
      `told of after ${await count(pool, `select count(*)::int as count from calls where ani like '1390001%'`)} callers`,
    );

    const customer = await callers.call(CUSTOMER);
    const customerWaitMs = await answered(pool, CUSTOMER);
    customer.leg.stop();
    const stranger = await callers.call(STRANGER);
    const asked = await until(
      'the stranger is asked for a key',
      async () =>
        (
          await pool.query<{ callId: string }>(
            `select call_id as "callId" from flood_calls where number = $1`,
            [STRANGER],
          )
        ).rows[0],
      20_000,
    );
    await callers.hears(stranger.ear, callers.prompt('press-key'), String(keyFor(asked.callId)));
    const strangerWaitMs = await answered(pool, STRANGER);
    stranger.leg.stop();

    await storm.done;
    await until(
      'every call has its end',
      async () =>
        (await count(
          pool,
          `select count(*)::int as count from calls where ani like '1390001%' and outcome is not null`,
        )) === forged,
      60_000,
    );
    const told = await judge(pool, forged, { customerWaitMs, strangerWaitMs });
    await judgePages(leader, agent, told);
    return told;
  } finally {
    if (tending) clearInterval(tending);
    storm?.stop();
    await callers.over().catch(() => undefined);
    phone?.stop();
    leader?.leave();
    agent?.leave();
    await pool.end();
    await service.stop();
  }
}

async function prepare(pool: pg.Pool, site: PbxSite, floodNumbers: number | null): Promise<void> {
  if (floodNumbers !== null)
    await pool.query(`insert into settings (name, value, changed_by) values ('telephone', $1, 'test')`, [
      JSON.stringify({ floodNumbers }),
    ]);
  await add(pool, { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null }, PASSWORD);
  await add(pool, { login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' }, PASSWORD);
  await giveFirstDeskPhone(pool, '1001', digestOf('1001', site.phoneSecret + '1001'));
  await saveCustomers(pool, [
    {
      ...{ account: 'YC100200300', name: '王秀兰', address: '兴庆区解放东街丽景园3号楼' },
      ...{ district: '兴庆区', meterKind: 'ic-card', phones: [CUSTOMER] },
    },
  ]);
}

/** Numbers in a row, each once; they stay silent for a while and hang up. */
function startForged(site: PbxSite, forged: number, overMs: number): RunningLeg {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-flood-'));
  const numbers = Array.from({ length: forged }, (_, at) => `1390001${String(at).padStart(4, '0')};`);
  writeFileSync(join(folder, 'numbers.csv'), `SEQUENTIAL\n${numbers.join('\n')}\n`);
  // the trunk is known by its address
  const host = `${network(site)}.10`;
  const leg = run(folder, calling('[field0]', site.hotlineNumber, 20_000), [
    `${site.address}:${site.sipPort}`,
    ...['-i', host, '-mi', host, '-aa', '-s', site.hotlineNumber, '-inf', join(folder, 'numbers.csv')],
    ...['-m', String(forged), '-l', String(forged), '-r', String(forged), '-rp', String(overMs)],
  ]);
  return { ...leg, done: leg.done.finally(() => rmSync(folder, { recursive: true, force: true })) };
}

function endWrapUps(leader: Seat): NodeJS.Timeout {
  return setInterval(() => {
    void (async () => {
      for (const { agent, state } of await leader.get<{ agent: string; state: string }[]>('presences'))
        if (state === 'wrap-up') await leader.post('presences/end-wrap-up', { agent });
    })().catch(() => undefined);
  }, 500);
}

async function count(pool: pg.Pool, sql: string, values: unknown[] = []): Promise<number> {
  return (await pool.query<{ count: number }>(sql, values)).rows[0]!.count;
}

async function metric(service: Service, name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function answered(pool: pg.Pool, number: string): Promise<number> {
  const row = await until(
    `${number} is answered`,
    async () =>
      (
        await pool.query<{ waitMs: number }>(
          `select wait_ms as "waitMs" from calls where ani = $1 and answered_at is not null`,
          [number],
        )
      ).rows[0],
    60_000,
  );
  return Math.round(row.waitMs);
}

/** What the leader's page and the agent's list show is the same. */
async function judgePages(leader: Seat, agent: Seat, told: FloodTold): Promise<void> {
  const { floods, security } = await leader.get<TelephoneState>('telephone');
  if (floods.length !== 1 || floods[0]!.numbers < told.forged - told.forgedAnswered || floods[0]!.passed < 1)
    throw new Error(`the page shows ${JSON.stringify(floods)}`);
  if (security === null) throw new Error("the switch's security log is not read");
  const [folded] = await agent.get<MissedFlood[]>('missed/floods');
  if (folded?.numbers !== told.forged - told.forgedAnswered)
    throw new Error(`the list folds ${JSON.stringify(folded)}`);
  await leader.post('missed/dismiss-flood', { flood: folded.id, reason: '疑似伪造号码' });
  if ((await agent.get<MissedFlood[]>('missed/floods')).length > 0)
    throw new Error('the bunch is still there');
}

async function judge(
  pool: pg.Pool,
  forged: number,
  waits: { customerWaitMs: number; strangerWaitMs: number },
): Promise<FloodTold> {
  const { rows } = await pool.query<{ outcome: string; count: number }>(
    `select outcome, count(*)::int as count from calls where ani like '1390001%' group by 1`,
  );
  const outcomes = Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
  if (outcomes['blocked']) throw new Error(`${outcomes['blocked']} callers were refused`);
  const since = Date.now() - 3_600_000;
  const listed = (await missedCallers(pool, since)).map((one) => one.number);
  if (!listed.includes(GAVE_UP)) throw new Error('the flood hid a caller whom nobody answered');
  const floods = await missedFloods(pool, since);
  const folded = floods.reduce((sum, one) => sum + one.numbers, 0);
  const forgedAnswered = outcomes['answered'] ?? 0;
  const unfolded = listed.filter((number) => number.startsWith('1390001')).length;
  if (folded + unfolded + forgedAnswered !== forged)
    throw new Error(`${folded} folded, ${unfolded} listed, ${forgedAnswered} answered are not ${forged}`);
  if (unfolded > 0) throw new Error(`${unfolded} forged callers stand in the list`);
  const mostWaiting = await count(
    pool,
    `select coalesce(max(waiting), 0)::int as count from (
       select (select count(*) from calls o where o.queued_at <= c.queued_at
                  and coalesce(o.answered_at, o.ended_at) > c.queued_at) as waiting
         from calls c where c.queued_at is not null) waits`,
  );
  return { forged, forgedAnswered, ...waits, mostWaiting };
}
