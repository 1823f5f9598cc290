import type { Fact } from '../core/floor/fact.ts';
import type { Position } from './engine.ts';

/** The database's queue: facts are written in batches behind the calls, and kept in the journal until they are. */
export interface Store {
  add(facts: readonly Fact[], position: Position): void;
  /** facts told and not yet in the database */
  backlogCount(): number;
  /** since when the database does not take them (Unix ms); null: all is well */
  awaySinceMs(): number | null;
  /** resolves when everything told so far is in the database */
  drained(): Promise<void>;
  close(graceMs: number): Promise<void>;
}

export interface StorePorts {
  write(facts: readonly Fact[]): Promise<void>;
  /** everything before is in the database */
  confirm(position: Position): void;
  /** all facts since the last confirmed position, read again from the journal */
  retell(): Iterable<Fact[]>;
  now: () => number;
  onChange?: () => void;
  onFailure?: (cause: Error) => void;
}

const BATCH_MS = 40;
const BATCH_FACTS = 8000;
/** so many facts are held in memory while the database is away; beyond, they are read again from the journal */
const HELD_FACTS = 100_000;
const BACK_OFF_MS = [200, 500, 1000, 2000];

export function openStore(ports: StorePorts): Store {
  let held: Fact[] = [];
  let position: Position | null = null;
  let spilled = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  let away: number | null = null;
  let failures = 0;
  let closed = false;

  function plan(ms: number): void {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = null;
      writing ??= flush().finally(() => {
        writing = null;
        if (held.length > 0 || spilled > 0)
          plan(away === null ? 0 : BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1]!);
      });
    }, ms);
  }

  async function flush(): Promise<void> {
    try {
      if (spilled > 0) await flushFromJournal();
      while (held.length > 0) {
        const upTo = position;
        const batch = held.slice(0, BATCH_FACTS);
        const whole = batch.length === held.length;
        await ports.write(batch);
        held.splice(0, batch.length);
        came();
        if (whole && upTo) ports.confirm(upTo);
      }
    } catch (cause) {
      failures += 1;
      if (away === null) {
        away = ports.now();
        ports.onChange?.();
      }
      ports.onFailure?.(cause as Error);
    }
  }

  /** More was told than memory holds: the journal has all of it, and twice is once. */
  async function flushFromJournal(): Promise<void> {
    const upTo = position;
    let batch: Fact[] = [];
    for (const facts of ports.retell()) {
      batch.push(...facts);
      if (batch.length < BATCH_FACTS) continue;
      await ports.write(batch);
      batch = [];
    }
    await ports.write(batch);
    spilled = 0;
    came();
    if (upTo) ports.confirm(upTo);
  }

  function came(): void {
    failures = 0;
    if (away === null) return;
    away = null;
    ports.onChange?.();
  }

  return {
    add(facts, at) {
      position = at;
      if (held.length + facts.length > HELD_FACTS && away !== null) {
        spilled += held.length + facts.length;
        held = [];
      } else if (spilled > 0) spilled += facts.length;
      else for (const fact of facts) held.push(fact);
      plan(away === null ? BATCH_MS : BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1]!);
    },
    backlogCount: () => held.length + spilled,
    awaySinceMs: () => away,
    async drained() {
      while (held.length > 0 || spilled > 0 || writing) {
        await (writing ?? new Promise((done) => setTimeout(done, BATCH_MS)));
      }
    },
    async close(graceMs) {
      const until = ports.now() + graceMs;
      while ((held.length > 0 || spilled > 0) && ports.now() < until && away === null) {
        if (timer) clearTimeout(timer);
        timer = null;
        await (writing ?? flush());
      }
      closed = true;
      if (timer) clearTimeout(timer);
      await writing;
    },
  };
}
