import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import type { Fact } from '../../core/floor/fact.ts';
import type { Role } from '../../core/people/may.ts';
import { SETTINGS } from '../../core/people/settings.ts';
import { changeAccount, setPassword } from '../../postgres/accounts.ts';
import { saveCustomers } from '../../postgres/customers.ts';
import { createFactWriter } from '../../postgres/facts.ts';
import { giveFirstDeskPhone } from '../../postgres/phones.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { listUnits } from '../../postgres/units.ts';
import { add, newPassword } from '../people.ts';
import { installCallers } from '../packages.ts';
import type { PbxSite } from '../pbx-files.ts';
import { saveDemoCases } from './cases.ts';
import { saveDemoCallbacks } from './callbacks.ts';
import { saveDemoQuality } from './quality.ts';
import { saveDemoRoster } from './roster.ts';
import { customers, personName } from './city.ts';
import { DEMO_AGENTS, midnights, pastDay } from './history.ts';
import { saveOpenOrders, saveDemoOrders } from './orders.ts';
import { startCallers, type CallersPorts } from './callers.ts';
import { randomFrom } from './random.ts';

export interface Demo {
  logins: { login: string; password: string; who: string }[];
  stop(): Promise<void>;
}

export interface DemoPorts {
  pool: pg.Pool;
  pbx: PbxSite;
  /** the actions account: agents of the demo pause now and then */
  commands: CallersPorts['commands'];
  /** of a desk phone that SIPp plays */
  deskDigest: (extension: string) => string;
  /** the switch is given the phones of those who were added */
  givePhones: () => Promise<void>;
  log: (cause: unknown) => void;
}

const SEED = 96666;
const DAY_MS = 86_400_000;
const MONTHS_13_MS = 396 * DAY_MS;
const CUSTOMERS = 20_000;

/** `npm start -- --demo`: 13 months of history in a database of its own, and callers and agents by SIPp that go on. */
export async function startDemo(ports: DemoPorts): Promise<Demo> {
  await installCallers();
  const known = customers(randomFrom(SEED), CUSTOMERS);
  await fillHistory(ports.pool, known);
  await askNoFactor(ports.pool);
  const logins = await people(ports.pool, ports.deskDigest);
  await saveDemoCases(ports.pool, randomFrom(SEED + 1), known, Date.now());
  await saveDemoRoster(ports.pool, Date.now());
  await saveDemoQuality(ports.pool, randomFrom(SEED + 2), Date.now());
  await saveDemoCallbacks(ports.pool, randomFrom(SEED + 3), Date.now());
  await saveOpenOrders(ports.pool, 'network-xingqing', 'weixiu', Date.now());
  await ports.givePhones();
  const callers = await startCallers({ ...ports, known });
  return { logins, stop: callers.stop };
}

/** Its accounts are for trying, with passwords on the screen: no role is asked for a second factor, unless somebody sets it. */
async function askNoFactor(pool: pg.Pool): Promise<void> {
  const off = Object.keys(SETTINGS['security']!.fields).filter((name) => name.endsWith('Factor'));
  await pool.query(`insert into settings (name, value) values ('security', $1) on conflict do nothing`, [
    JSON.stringify(Object.fromEntries(off.map((name) => [name, false]))),
  ]);
}

/** Loads what is missing up to now; a second start only tops up. */
async function fillHistory(pool: pg.Pool, known: ReturnType<typeof customers>): Promise<void> {
  const now = Date.now();
  const last = await pool.query<{ ms: number | null }>(
    `select extract(epoch from max(arrived_at))::float8 * 1000 as ms from calls where call_id like 'demo-%'`,
  );
  const fromMs = last.rows[0]?.ms ?? null;
  if (fromMs === null) await saveCustomers(pool, known);
  const writer = createFactWriter(pool);
  const days = midnights(fromMs ?? now - MONTHS_13_MS, now);
  let calls = 0;
  for (const [at, day] of days.entries()) {
    const { records, matters } = pastDay(randomFrom(SEED + Math.floor(day / DAY_MS)), day, now, known);
    const fresh = records.filter((record) => fromMs === null || record.arrivedAtMs > fromMs);
    await writer.write(
      fresh.map((record): Fact => ({
        kind: 'call-ended',
        id: `${record.callId}:ended`,
        atMs: record.endedAtMs ?? record.arrivedAtMs,
        callId: record.callId,
        record,
      })),
    );
    await saveDemoOrders(
      pool,
      randomFrom(SEED + 1 + Math.floor(day / DAY_MS)),
      matters.filter(({ record }) => fromMs === null || record.arrivedAtMs > fromMs),
      now,
    );
    calls += fresh.length;
    if (days.length > 3 && process.stdout.isTTY)
      process.stdout.write(`\r· 演示历史：${Math.round(((at + 1) / days.length) * 100)}%　${calls} 通来电`);
  }
  if (days.length > 3)
    process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}· 演示历史：13 个月，${calls} 通来电\n`);
  if (fromMs === null) await pool.query('analyze');
}

/** Ten agents that SIPp plays, and one person of each role to sign in as. New passwords at each start, for the demo only. */
async function people(pool: pg.Pool, deskDigest: (extension: string) => string): Promise<Demo['logins']> {
  const random = randomFrom(SEED);
  for (const extension of DEMO_AGENTS) {
    await add(
      pool,
      { login: extension, name: personName(random), role: 'agent', agent: `PJSIP/${extension}` },
      newPassword(),
    );
    await giveFirstDeskPhone(pool, extension, deskDigest(extension));
  }
  const units = await listUnits(pool);
  const network = units.find((unit) => unit.code === 'network-xingqing')?.id ?? null;
  const shown: {
    login: string;
    name: string;
    role: Role;
    agent?: string;
    unitId?: number | null;
    who: string;
  }[] = [
    {
      ...{ login: '1011', name: '演示坐席', role: 'agent', agent: 'PJSIP/1011' },
      who: '坐席（话机由 SIPp 扮演，铃响较久才接，看来电弹屏）',
    },
    {
      ...{ login: 'banzhang', name: '演示班长', role: 'supervisor', agent: 'PJSIP/1012' },
      who: '班长（控制台、大屏、超时、回访；浏览器话机）',
    },
    {
      ...{ login: 'diaodu', name: '演示调度', role: 'dispatcher', unitId: network },
      who: '兴庆区管网维护中心调度（本单位工单）',
    },
    {
      ...{ login: 'weixiu', name: '演示维修', role: 'field-worker', unitId: network },
      who: '兴庆区管网维护中心维修人员（手机页面）',
    },
    { login: 'jingli', name: '演示经理', role: 'manager', who: '管理人员（报告）' },
  ];
  const logins: Demo['logins'] = [];
  for (const { login, name, role, agent = null, unitId = null, who } of shown) {
    const password = newPassword();
    await add(pool, { login, name, role, agent }, password);
    const { id } = (await findPersonByLogin(pool, login))!;
    await inTransaction(pool, async (client) => {
      await changeAccount(client, id, {
        login,
        name,
        role,
        extension: agent?.replace('PJSIP/', '') ?? null,
        unitId,
        disabled: false,
      });
      await setPassword(client, id, await hash(password), false);
    });
    // who is played by SIPp; the others' phone is their browser
    if (agent === `PJSIP/${login}`) await giveFirstDeskPhone(pool, login, deskDigest(login));
    logins.push({ login, password, who });
  }
  return logins;
}
