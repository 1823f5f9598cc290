/** A room in which callbacks are placed: agents at their desks, orders closed last week, and the people who are called. */
import { io, type Socket } from 'socket.io-client';
import type pg from 'pg';
import { digestOf } from '../../src/asterisk/phones.ts';
import { periodAt, periodBefore } from '../../src/core/office/period.ts';
import { giveFirstDeskPhone } from '../../src/postgres/phones.ts';
import { add } from '../../src/setup/people.ts';
import { registerPhones, startPhone, type RunningLeg, type SipLeg } from '../../src/setup/sipp.ts';
import { startCallees, type CalleePlan } from '../../src/setup/sipp-callees.ts';
import type { Service } from './service.ts';
import { signedIn } from './sign-in.ts';
import { until } from './until.ts';

const AGENTS = 6;

export interface CallbackRoom {
  /** the desk phones, told to the switch again */
  register(): Promise<void>;
  /** everybody hangs up; what the people who were called saw */
  close(): Promise<SipLeg>;
}

/**
 * `people`: the last digits of their numbers, two to eight; each has an order `GD…` that was closed last week. All of
 * them are drawn when the service starts again, as after a Monday that was missed.
 */
export async function openCallbackRoom(
  service: Service,
  pool: pg.Pool,
  password: string,
  { people, plans, agents = AGENTS }: { people: string[]; plans: CalleePlan[]; agents?: number },
): Promise<CallbackRoom> {
  const legs: RunningLeg[] = [];
  const lines: Socket[] = [];
  const { phoneSecret } = service.site();
  const logins = Array.from({ length: agents }, (_, at) => String(1001 + at));
  for (const login of logins.slice(1)) {
    await add(pool, { login, name: login, role: 'agent', agent: `PJSIP/${login}` }, password);
    await giveFirstDeskPhone(pool, login, digestOf(login, phoneSecret + login));
  }
  // signed in at the desk, as a restart finds them
  await pool.query(
    `insert into presences (agent, person_id, signed_in_at) select agent, id, now() from people where agent is not null`,
  );
  const lastWeek = periodBefore(periodAt('week', Date.now()));
  for (const who of people)
    await pool.query(
      `insert into orders (order_no, phone, category, content, unit, status, state, moved_at, created_at, closed_at)
         values ($1, $2, '漏水', '单元门口地面冒水', '兴庆区管网维护中心', '办结', 'closed', $3, $3, $3)`,
      [`GD${who}`, `139${who.padStart(8, '0')}`, new Date(lastWeek.fromMs + 36e5)],
    );
  // whatever day it is, it is worked
  const day = new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);
  await pool.query(
    `insert into order_settings (version, body, note) select version + 1,
       jsonb_set(body, '{calendar}', body->'calendar' || $1), '试' from order_settings order by version desc limit 1`,
    [JSON.stringify({ holidays: [], worked: [{ date: day, name: '试' }] })],
  );
  await pool.query('update survey_settings set rules = $1', [
    JSON.stringify({
      sample: { rate: 10_000, rates: {}, wholeUrgent: false, wholeRedone: false },
      bands: [{ from: 0, until: 1440 }],
      atOnce: agents,
    }),
  ]);
  const callees = startCallees(service.site(), plans);
  // the Monday was missed: the next start makes up for it
  await service.killAndStart();
  const register = async () => {
    await until(
      'the switch has the phones',
      async () => {
        await registerPhones(service.site(), logins);
        return true;
      },
      30_000,
    );
  };
  await register();
  // who has no tab open takes no calls
  for (const login of logins) lines.push(await openLine(service.url, login, password));
  for (const extension of logins.slice(0, AGENTS))
    legs.push(startPhone(service.site(), { extension, ringMs: 400, talkMs: 1500 }));
  return {
    register,
    async close() {
      for (const line of lines) line.close();
      for (const leg of [...legs, callees]) leg.stop();
      await Promise.all(legs.map((leg) => leg.done));
      return callees.done;
    },
  };
}

async function openLine(url: string, login: string, password: string): Promise<Socket> {
  const line = io(url, {
    transports: ['websocket'],
    extraHeaders: { cookie: await signedIn(url, login, password) },
  });
  await until(`the desk of ${login} is open`, () => line.connected);
  return line;
}
