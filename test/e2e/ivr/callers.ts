import { join } from 'node:path';
import {
  network,
  startCaller,
  startPhone,
  type CallerPlan,
  type PhonePlan,
  type RunningLeg,
} from '../../../src/setup/sipp.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { hangUp } from '../../support/hang-up.ts';
import type { Service } from '../../support/service.ts';
import { endCalls } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

/** The same sentence, heard over A-law; another one stays below 0.4. */
export const HEARD = 0.72;
/** … spoken into the ear over the ringing tone */
export const HEARD_OVER_RINGING = 0.6;
/** the ringing tone of GB/T 3380 */
const RINGING_HZ = 450;

export interface Caller {
  ear: Ear;
  leg: RunningLeg;
}

/** Callers of the hotline with ears and fingers, and the phones that they reach; all of them gone after each test. */
export interface Callers {
  call(from: string, plan?: Partial<CallerPlan>): Promise<Caller>;
  /** a phone that rings on the switch or outside */
  rings(plan: PhonePlan): RunningLeg;
  /** … and whose sound is heard */
  ringsInEar(plan: PhonePlan): Promise<Ear>;
  /** the wav of one of the house's prompts */
  prompt(name: string, language?: 'zh' | 'en'): string;
  /** a prompt is heard, then the keys are pressed */
  hears(ear: Ear, wav: string, keys?: string, least?: number): Promise<void>;
  /** they wait for a person: the ringing tone is there */
  waits(ear: Ear): Promise<void>;
  /** they hang up, by a BYE of their own */
  hangsUp(caller: Caller): Promise<void>;
  /** for afterEach: every call is over, on both sides */
  over(): Promise<void>;
}

export function openCallers(service: () => Service): Callers {
  const legs: RunningLeg[] = [];
  const ears: Ear[] = [];
  const kept = (leg: RunningLeg) => {
    legs.push(leg);
    return leg;
  };
  const newEar = async (host: string) => {
    const ear = await openEar(host);
    ears.push(ear);
    return ear;
  };
  return {
    async call(from, plan = {}) {
      const ear = await newEar(`${network(service().site())}.10`);
      return {
        ear,
        leg: kept(startCaller(service().site(), { from, stayMs: 70_000, mediaPort: ear.port, ...plan })),
      };
    },
    rings: (plan) => kept(startPhone(service().site(), plan)),
    async ringsInEar(plan) {
      const ear = await newEar(plan.at?.address ?? `${network(service().site())}.20`);
      kept(startPhone(service().site(), { ...plan, mediaPort: ear.port }));
      return ear;
    },
    prompt: (name, language = 'zh') =>
      join(service().varDir, 'pbx/lib/sounds', language, 'hotline', `${name}.wav`),
    async hears(ear, wav, keys = '', least = HEARD) {
      await until(`${wav} is heard`, () => ear.likeness(wav) > least, 40_000);
      // what follows a key begins while it is still being pressed
      ear.mark = ear.heard().length / 8000;
      for (const key of keys) await ear.press(key);
    },
    async waits(ear) {
      await until('the ringing tone is heard', () => ear.tone(RINGING_HZ) > 1, 40_000);
    },
    hangsUp: ({ leg }) => hangUp(service().site(), leg),
    async over() {
      await endCalls(service().site());
      for (const leg of legs) leg.stop();
      await Promise.all(legs.splice(0).map((leg) => leg.done));
      for (const ear of ears.splice(0)) ear.close();
    },
  };
}
