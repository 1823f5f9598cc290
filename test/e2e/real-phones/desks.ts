import type pg from 'pg';
import { digestOf } from '../../../src/asterisk/phones.ts';
import type { Role } from '../../../src/core/people/may.ts';
import { giveFirstDeskPhone } from '../../../src/postgres/phones.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import type { ConsoleAgent, ConsoleView } from '../../../src/protocol/console.ts';
import { add } from '../../../src/setup/people.ts';
import { network, startCaller, type RunningLeg } from '../../../src/setup/sipp.ts';
import { startBaresip, type Baresip, type BaresipPlan } from '../../support/baresip.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { startServiceWith, type Service } from '../../support/service.ts';
import { endCalls, knowsPhone } from '../../support/switch.ts';
import { until } from '../../support/until.ts';
import { sitAt, type Seat } from '../supervision/seat.ts';

/** A hotline whose agents sit at real desk phones; a leader sees them at the console. */
export interface Desks {
  service: Service;
  pool: pg.Pool;
  leader: Seat;
  /** an agent with a desk phone: nothing of it is there yet */
  hire(extension: string): Promise<Seat>;
  phone(plan: BaresipPlan): Promise<Baresip>;
  /** a caller who speaks 440 Hz and listens */
  caller(from: string): Promise<Ear>;
  agent(extension: string): Promise<ConsoleAgent>;
  isState(extension: string, state: string): Promise<unknown>;
  /** what the phones said of themselves */
  said(): string;
  /** every call, ear and phone of a test ends */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = 'shui-96666-phone';
export const CALLER_HZ = 440;

export async function openDesks(settings: Record<string, string>): Promise<Desks> {
  const service = await startServiceWith(settings);
  const pool = openPool(service.databaseUrl);
  await add(pool, { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null }, PASSWORD);
  const leader = await sitAt(service.url, 'banzhang', PASSWORD);
  const seats: Seat[] = [leader];
  const phones: Baresip[] = [];
  const ears: Ear[] = [];
  const legs: RunningLeg[] = [];
  const desks: Desks = {
    service,
    pool,
    leader,
    async hire(extension) {
      const person = { login: extension, name: `坐席${extension}`, role: 'agent' as Role };
      await add(pool, { ...person, agent: `PJSIP/${extension}` }, PASSWORD);
      const digest = digestOf(extension, service.site().phoneSecret + extension);
      await giveFirstDeskPhone(pool, extension, digest);
      await until('the switch has the phone', () => knowsPhone(service.site(), extension), 40_000);
      const seat = await sitAt(service.url, extension, PASSWORD);
      seats.push(seat);
      return seat;
    },
    async phone(plan) {
      const phone = startBaresip(service.site(), plan);
      phones.push(phone);
      await phone.registered();
      return phone;
    },
    async caller(from) {
      const ear = await openEar(`${network(service.site())}.10`);
      ears.push(ear);
      ear.speak(CALLER_HZ);
      legs.push(startCaller(service.site(), { from, stayMs: null, mediaPort: ear.port }));
      return ear;
    },
    async agent(extension) {
      const { agents } = await leader.get<ConsoleView>('console');
      const found = agents.find((one) => one.agent === `PJSIP/${extension}`);
      if (!found) throw new Error(`${extension} is not at the console`);
      return found;
    },
    isState: (extension, state) =>
      until(
        `${extension} is ${state}`,
        async () => {
          const { state: now, reason } = await desks.agent(extension);
          if (now !== state) throw new Error(`${now} ${reason ?? ''}`);
          return true;
        },
        30_000,
      ),
    said: () => phones.map((phone) => phone.log()).join('\n'),
    async clear() {
      await endCalls(service.site());
      for (const ear of ears.splice(0)) ear.close();
      for (const leg of legs) leg.stop();
      await Promise.all(legs.splice(0).map((leg) => leg.done));
      await Promise.all(phones.splice(0).map((phone) => phone.kill()));
    },
    async close() {
      await desks.clear();
      for (const seat of seats) seat.leave();
      await pool.end();
      await service.stop();
    },
  };
  return desks;
}
