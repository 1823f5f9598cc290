import { readFileSync, readdirSync } from 'node:fs';
import type { CustomerCard } from '../../postgres/customers.ts';
import type { PbxSite } from '../pbx-files.ts';
import { registerPhones, startCaller, startPhone, type RunningLeg } from '../sipp.ts';
import { mobile } from './city.ts';
import { DEMO_AGENTS } from './history.ts';
import { randomFrom } from './random.ts';

export interface CallersPorts {
  pbx: PbxSite;
  known: readonly CustomerCard[];
  commands: {
    pause(agent: string, paused: boolean, reason: string): Promise<unknown>;
    addMember(queue: string, agent: string, name: string): Promise<{ ok: boolean; message?: string }>;
  };
  log: (cause: unknown) => void;
}

/** The agent whose phone answers late, so that a person at the desk sees the rings being counted. */
const LATE = '1011';
const MOST_CALLERS = 14;
const REGISTER_EVERY_MS = 30 * 60_000;
const AGAIN_MS = 3000;
const MOST_TRIES = 20;
const REASONS = ['午餐', '培训', '小休', '整理工单'];

/** Callers and agents that go on until stopped, with calm minutes and surges. */
export async function startCallers({
  pbx,
  known,
  commands,
  log,
}: CallersPorts): Promise<{ stop(): Promise<void> }> {
  const random = randomFrom(Date.now());
  const running = new Set<RunningLeg>();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  endOrphans(pbx);
  const extensions = [...DEMO_AGENTS, LATE];
  await insist(() => registerPhones(pbx, extensions), log);
  // who is played by SIPp sits at no desk: they are in the queue without signing in; the person at 1011 signs in
  for (const extension of DEMO_AGENTS)
    await insist(async () => {
      const answer = await commands.addMember('hotline', `PJSIP/${extension}`, extension);
      // a second start finds them there
      if (!answer.ok && !/already there/i.test(answer.message ?? '')) throw new Error(answer.message);
    }, log);
  const again = setInterval(() => void registerPhones(pbx, extensions).catch(log), REGISTER_EVERY_MS);

  for (const extension of extensions) void play(extension);
  callLater(1500);
  pauseLater();

  /** One phone, call after call, each with patience of its own. */
  async function play(extension: string): Promise<void> {
    while (!stopped) {
      const late = extension === LATE;
      const lazy = random.chance(0.06);
      const ringMs = late
        ? random.between(11_000, 18_500)
        : lazy
          ? random.between(15_200, 19_500)
          : random.between(1800, 9000);
      const leg = startPhone(pbx, {
        extension,
        ringMs: !late && random.chance(0.02) ? null : Math.round(ringMs),
        talkMs: random.chance(0.3) ? Math.round(random.between(20_000, 70_000)) : null,
        ...(random.chance(0.1) ? { hold: { afterMs: 8000, forMs: 9000 } } : {}),
        calls: 1,
      });
      await track(leg);
    }
  }

  async function track(leg: RunningLeg): Promise<void> {
    running.add(leg);
    try {
      await leg.done;
    } catch (cause) {
      log(cause);
      // what can't be begun now is not tried a thousand times a second
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
    running.delete(leg);
  }

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) work();
    }, ms);
    timers.add(timer);
  }

  function callLater(ms: number): void {
    later(ms, () => {
      const busy = [...running].length - extensions.length;
      if (busy < MOST_CALLERS) void track(startCaller(pbx, { from: whoCalls(), stayMs: Math.round(stay()) }));
      // a calm quarter hour, then a surge
      const surge = Math.sin(Date.now() / 150_000) > 0.75;
      callLater(surge ? random.between(900, 3500) : random.between(4000, 14_000));
    });
  }

  function whoCalls(): string {
    if (random.chance(0.02)) return 'anonymous';
    if (random.chance(0.15)) return mobile(random);
    return random.pick(known[Math.floor(random.next() ** 1.7 * known.length)]!.phones);
  }

  function stay(): number {
    if (random.chance(0.03)) return random.between(1000, 3000);
    if (random.chance(0.07)) return random.between(5000, 15_000);
    return random.between(35_000, 120_000);
  }

  function pauseLater(): void {
    later(random.between(20_000, 60_000), () => {
      const agent = `PJSIP/${random.pick(DEMO_AGENTS)}`;
      void commands.pause(agent, true, random.pick(REASONS)).catch(log);
      later(random.between(25_000, 90_000), () => void commands.pause(agent, false, '').catch(log));
      pauseLater();
    });
  }

  return {
    async stop() {
      stopped = true;
      clearInterval(again);
      for (const timer of timers) clearTimeout(timer);
      const legs = [...running];
      for (const leg of legs) leg.stop();
      await Promise.allSettled(legs.map((leg) => leg.done));
    },
  };
}

/** A switch that was begun on a busy machine needs a while until it takes what it is told; what it never takes is logged. */
async function insist(work: () => Promise<unknown>, log: (cause: unknown) => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await work());
    } catch (cause) {
      if (tries === MOST_TRIES) return log(cause);
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** SIPp of a demo that was killed still holds its ports. */
function endOrphans(pbx: PbxSite): void {
  const mark = `${pbx.address}:${pbx.sipPort}`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (line[0] === 'sipp' && line.includes(mark)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      continue; // it ended while we looked
    }
  }
}
