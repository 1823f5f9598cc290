/**
 * Faults that nobody foresaw, whatever threw them: counted, logged with the place in the journal that replays them, and
 * shown to people. The line goes on: a call is worth more than a fault. What can't go on is ended, and `npm start` begins
 * it anew with its calls (setup/supervise.mjs).
 */
import { Counter, type Registry } from 'prom-client';
import type { Position } from './engine.ts';
import type { Health } from './health.ts';

export interface Faults {
  /** `where`: `uncaughtException`, `listener`, … */
  unforeseen(cause: unknown, where: string): void;
  close(): void;
}

export interface FaultPorts {
  health: Health;
  registry: Registry;
  now: () => number;
  /** where the journal stands; null: there is none yet */
  journalAt: () => Position | null;
  log: (cause: unknown, where: string, journalAt: Position | null) => void;
  /** this process can't go on */
  onHopeless: () => void;
}

/** the alarm stands so long after the last fault */
const SHOWN_MS = 10 * 60_000;
/**
 * So many in a minute are no single faults: something in this process is broken and a new one may be whole. Not again soon
 * after a start, though: what breaks every process would keep the line down, while a faulty one still takes calls.
 */
const HOPELESS_PER_MINUTE = 100;
const GIVEN_A_CHANCE_MS = 10 * 60_000;
/** written out whole up to so many a minute; a flood must not fill the disk */
const LOGGED_PER_MINUTE = 20;

export function openFaults(ports: FaultPorts): Faults {
  const counter = new Counter({
    name: 'hotline_unforeseen_faults_total',
    help: 'Faults that nobody foresaw, by where they were caught; must be 0',
    labelNames: ['where'],
    registers: [ports.registry],
  });
  const beganMs = ports.now();
  let clearing: NodeJS.Timeout | null = null;
  let minuteEndsMs = 0;
  let inMinute = 0;

  return {
    unforeseen(cause, where) {
      counter.inc({ where });
      const nowMs = ports.now();
      if (nowMs >= minuteEndsMs) [minuteEndsMs, inMinute] = [nowMs + 60_000, 0];
      inMinute += 1;
      if (inMinute <= LOGGED_PER_MINUTE) ports.log(cause, where, ports.journalAt());
      ports.health.raise('unforeseen-fault');
      if (clearing) clearTimeout(clearing);
      clearing = setTimeout(() => ports.health.clear('unforeseen-fault'), SHOWN_MS);
      clearing.unref();
      if (inMinute > HOPELESS_PER_MINUTE && nowMs - beganMs > GIVEN_A_CHANCE_MS) ports.onHopeless();
    },
    close() {
      if (clearing) clearTimeout(clearing);
    },
  };
}
