/** A service without a network: journal, engine and store over one folder and one database, put together as main.ts does. */
import { recover, retell, startEngine } from '../../src/app/engine.ts';
import { openStore, type Store } from '../../src/app/store.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openJournal, recoverJournal, type Journal } from '../../src/asterisk/journal.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { saveFloor } from '../../src/core/floor/saved.ts';
import { framesOf } from './recordings.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };

export interface UnwiredOptions {
  segmentBytes?: number;
  heldFacts?: number;
  /** what keeps the journal: a real disk, or one that a test fills */
  now?: () => number;
}

export function unwiredService(
  dir: string,
  write: (facts: readonly Fact[]) => Promise<void>,
  options: UnwiredOptions = {},
) {
  const now = options.now ?? Date.now;
  const recovery = recoverJournal(dir);
  const lost: number[] = [];
  const last: Fact[] = [];
  const anomalies: string[] = [];
  let toldCount = 0;
  let opened: Journal | null = null;
  const store: Store = openStore({
    write,
    confirm: (position) => opened?.confirm(position),
    confirmed: recovery.confirmed,
    inJournal: () => opened?.holds() ?? true,
    retell: () => retell(recoverJournal(dir), SETTINGS, createChain),
    now,
    onLost: (count) => lost.push(count),
    ...(options.heldFacts === undefined ? {} : { heldFacts: options.heldFacts }),
  });
  const floor = recover(recovery, SETTINGS, createChain, (facts, position, atMs) => {
    for (const fact of facts) if (fact.kind === 'anomaly') anomalies.push(fact.name);
    if (position) store.add(facts, position, atMs);
    else last.push(...facts);
  });
  const journal = openJournal(
    { dir, keepBytes: 1e6, segmentBytes: options.segmentBytes ?? 60_000, now },
    saveFloor(floor),
  );
  opened = journal;
  store.add(last, journal.append('close', NaN));
  const engine = startEngine(floor, createChain, journal, [
    (facts, position) => {
      toldCount += facts.length;
      store.add(facts, position);
    },
  ]);
  return { engine, store, journal, lost, anomalies, toldCount: () => toldCount };
}

/** What one telling of a call takes of the switch's clock. */
const CALL_MS = 60_000;

/** Real calls over and over, each with ids and times of its own; one piece a call. */
export function* manyCalls(count: number, from = 0): Generator<Buffer> {
  const stories = ['a-ring1-2s', 'd-caller-hangs-up', 'b-rna-17s', 'e-hold'].map((name) =>
    framesOf(name)
      .map((frame) => frame.toString('utf8'))
      .filter((frame) => /^Event: (?!QueueSummary|CoreShow|VarSet|Newexten|RTCP)/.test(frame))
      .filter((frame) => /\nTimestamp: /.test(frame))
      .join(''),
  );
  for (let at = from; at < from + count; at += 1) {
    const story = stories[at % stories.length]!;
    const first = Number(/\nTimestamp: ([\d.]+)/.exec(story)![1]);
    const beganAt = 1_764_000_000 + (at * CALL_MS) / 1000;
    yield Buffer.from(
      story.replace(/pbx\d-/g, `p${at}-`).replace(/\nTimestamp: ([\d.]+)/g, (_, seconds: string) => {
        return `\nTimestamp: ${(beganAt + Number(seconds) - first).toFixed(6)}`;
      }),
    );
  }
}
