import { setImmediate as pause } from 'node:timers/promises';
import { crashPoint } from '../core/crash-point.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { Retelling } from './engine.ts';
import { isBehind, type Position } from '../core/floor/position.ts';

/**
 * The database's queue: facts are written in batches behind the calls, and are in the journal until they are. Memory
 * holds the newest of them; what it can't hold is read again from the journal, batch by batch, while calls go on.
 */
export interface Store {
  /** `toldAtMs`: our clock, when it is not now (after a restart) */
  add(facts: readonly Fact[], position: Position, toldAtMs?: number): void;
  /** facts told and not yet in the database */
  backlogCount(): number;
  /** when the oldest of them was told (Unix ms); null: there are none */
  oldestMs(): number | null;
  /** facts that can't be stored any more: neither memory nor the journal has them */
  lostCount(): number;
  /** since when the database does not take them (Unix ms); null: all is well */
  awaySinceMs(): number | null;
  /** resolves when everything told so far is in the database; rejects when the store is closed before */
  drained(): Promise<void>;
  /** writes what it can in this time; gives how many facts are left, which only the journal has */
  close(graceMs: number): Promise<number>;
}

export interface StorePorts {
  write(facts: readonly Fact[]): Promise<void>;
  /** everything before is in the database */
  confirm(position: Position): void;
  /** all facts since the last confirmed position, read again from the journal, one record at a time */
  retell(): Iterable<Retelling>;
  /** false: the disk did not take what is told now */
  inJournal?: () => boolean;
  /** facts up to here are in the database already */
  confirmed?: Position;
  now: () => number;
  onChange?: () => void;
  onFailure?: (cause: Error) => void;
  /** so many facts are lost for good */
  onLost?: (count: number) => void;
  /** facts held in memory at most; beyond, they are read again from the journal */
  heldFacts?: number;
}

const BATCH_MS = 40;
const BATCH_FACTS = 8000;
const HELD_FACTS = 20_000;
const BACK_OFF_MS = [200, 500, 1000, 2000];
/** reading the journal again gives way to calls after so long */
const READING_MS = 8;

interface Batch extends Retelling {
  /** whether the journal has it */
  journaled: boolean;
}

export function openStore(ports: StorePorts): Store {
  const heldMost = ports.heldFacts ?? HELD_FACTS;
  const batchMost = Math.min(BATCH_FACTS, heldMost);
  let held: Batch[] = [];
  let heldCount = 0;
  /** being written, of those in memory */
  let flying: Batch | null = null;
  /** in the journal only: how many, up to where, and since when the oldest waits */
  let spilled: { count: number; until: Position; sinceMs: number } | null = null;
  let reading: Iterator<Retelling> | null = null;
  /** read again and not written yet */
  let reread: Batch | null = null;
  let stored: Position = ports.confirmed ?? { segment: 0, offset: 0 };
  let told = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  let awaySinceMs: number | null = null;
  let failures = 0;
  let closed = false;
  let endsAtMs = Infinity;
  let waiting: { upTo: number; resolve: () => void; reject: (cause: Error) => void }[] = [];

  const backlog = () => heldCount + (flying?.facts.length ?? 0) + (spilled?.count ?? 0);
  const backOff = () => BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? BATCH_MS;

  function plan(afterMs: number): void {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, afterMs);
  }

  /** One at a time; whoever comes while it runs waits for its end. */
  function flush(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = null;
      if (backlog() > 0) plan(awaySinceMs === null ? 0 : backOff());
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    try {
      while (backlog() > 0 && ports.now() < endsAtMs) await (spilled ? writeSpilled() : writeHeld());
    } catch (cause) {
      failures += 1;
      if (awaySinceMs === null) {
        awaySinceMs = ports.now();
        ports.onChange?.();
      }
      ports.onFailure?.(cause as Error);
    }
  }

  async function writeHeld(): Promise<void> {
    flying = takeHeld();
    try {
      crashPoint('store: before a batch is written');
      await ports.write(flying.facts);
      crashPoint('store: written, not confirmed');
    } catch (cause) {
      putBack(flying);
      throw cause;
    }
    const { position, journaled } = flying;
    flying = null;
    came(journaled ? position : null);
  }

  /** The oldest in memory, whole records of the journal: what is confirmed has nothing left behind it. */
  function takeHeld(): Batch {
    const first = held[0]!;
    const batch: Batch = { ...first, facts: [] };
    let taken = 0;
    for (const next of held) {
      const other = isBehind(next.position, batch.position);
      if (next.journaled !== batch.journaled || (other && batch.facts.length >= batchMost)) break;
      for (const fact of next.facts) batch.facts.push(fact);
      batch.position = next.position;
      taken += 1;
    }
    held.splice(0, taken);
    heldCount -= batch.facts.length;
    return batch;
  }

  function putBack(batch: Batch): void {
    flying = null;
    // memory overflowed while it was being written: the journal is read from before it
    if (spilled && batch.journaled) {
      spilled.count += batch.facts.length;
      spilled.sinceMs = Math.min(spilled.sinceMs, batch.atMs);
      return;
    }
    held.unshift(batch);
    heldCount += batch.facts.length;
  }

  async function writeSpilled(): Promise<void> {
    reread ??= await readAgain();
    const { facts, position } = reread;
    crashPoint('store: before a batch is written');
    if (facts.length > 0) await ports.write(facts);
    crashPoint('store: written, not confirmed');
    reread = null;
    spilled!.count = Math.max(0, spilled!.count - facts.length);
    came(position);
    // more may have been spilled meanwhile: then it is read on
    if (isBehind(spilled!.until, position)) return;
    endReading();
  }

  /** The next facts that are not stored, up to a whole batch or to where memory goes on. */
  async function readAgain(): Promise<Batch> {
    reading ??= ports.retell()[Symbol.iterator]();
    const batch: Batch = { facts: [], position: stored, atMs: NaN, journaled: true };
    let restedAtMs = ports.now();
    while (batch.facts.length < batchMost && isBehind(spilled!.until, batch.position)) {
      let next: IteratorResult<Retelling>;
      try {
        next = reading.next();
      } catch (cause) {
        // a disk that can't be read now: begun again from what is confirmed
        reading = null;
        throw cause;
      }
      if (next.done) {
        // the journal ends before what was told does: it was trimmed, or the disk was full
        batch.position = spilled!.until;
        break;
      }
      const { facts, position, atMs } = next.value;
      if (isBehind(position, batch.position)) {
        for (const fact of facts) batch.facts.push(fact);
        batch.position = position;
        if (facts.length > 0 && Number.isNaN(batch.atMs) && atMs > 0) batch.atMs = atMs;
      }
      if (ports.now() - restedAtMs > READING_MS) {
        await pause();
        restedAtMs = ports.now();
      }
    }
    if (batch.atMs > 0) spilled!.sinceMs = batch.atMs;
    return batch;
  }

  function endReading(): void {
    reading?.return?.();
    reading = null;
    const missing = spilled!.count;
    spilled = null;
    if (missing > 0) lose(missing);
    settle();
  }

  function came(position: Position | null): void {
    failures = 0;
    if (position && isBehind(position, stored)) {
      stored = position;
      ports.confirm(position);
    }
    settle();
    if (awaySinceMs === null) return;
    awaySinceMs = null;
    ports.onChange?.();
  }

  function settle(): void {
    const done = told - backlog();
    for (const { upTo, resolve } of waiting) if (upTo <= done) resolve();
    waiting = waiting.filter(({ upTo }) => upTo > done);
  }

  function lose(count: number): void {
    lost += count;
    ports.onLost?.(count);
  }

  /** Memory is full: the journal has these, and they are read again from it. */
  function spill(until: Position): void {
    const kept = held.filter((batch) => !batch.journaled);
    const keptCount = kept.reduce((sum, batch) => sum + batch.facts.length, 0);
    const oldestMs = held.find((batch) => batch.journaled)?.atMs ?? ports.now();
    spilled ??= { count: 0, until, sinceMs: oldestMs };
    spilled.count += heldCount - keptCount;
    spilled.until = until;
    held = kept;
    heldCount = keptCount;
  }

  return {
    add(facts, position, toldAtMs = ports.now()) {
      if (facts.length === 0) return;
      told += facts.length;
      const journaled = ports.inJournal?.() ?? true;
      const atMs = Number.isFinite(toldAtMs) ? toldAtMs : ports.now();
      if (journaled && heldCount + facts.length > heldMost) spill(position);
      if (spilled && journaled && !isBehind(position, spilled.until)) spilled.count += facts.length;
      else if (!journaled && heldCount + facts.length > 2 * heldMost) lose(facts.length);
      else {
        held.push({ facts: [...facts], position, atMs, journaled });
        heldCount += facts.length;
      }
      plan(awaySinceMs === null ? BATCH_MS : backOff());
    },
    backlogCount: backlog,
    oldestMs() {
      const waits = [flying?.atMs, spilled?.sinceMs, held[0]?.atMs].filter((atMs) => atMs !== undefined);
      return waits.length > 0 ? Math.min(...waits) : null;
    },
    lostCount: () => lost,
    awaySinceMs: () => awaySinceMs,
    drained() {
      if (backlog() === 0) return Promise.resolve();
      if (closed) return Promise.reject(new Error('the store is closed'));
      return new Promise((resolve, reject) => waiting.push({ upTo: told, resolve, reject }));
    },
    async close(graceMs) {
      endsAtMs = ports.now() + graceMs;
      while (backlog() > 0 && ports.now() < endsAtMs && awaySinceMs === null) await flush();
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await writing;
      reading?.return?.();
      for (const { reject } of waiting) reject(new Error('the store is closed'));
      waiting = [];
      return backlog();
    },
  };
}
