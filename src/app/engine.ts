import type { SwitchEvent } from '../core/floor/event.ts';
import type { Fact } from '../core/floor/fact.ts';
import { step, tick, type Floor, type FloorSettings } from '../core/floor/floor.ts';
import { isBehind, type Position } from '../core/floor/position.ts';
import { restoreFloor, saveFloor } from '../core/floor/saved.ts';

export type { Position } from '../core/floor/position.ts';

/** The journal, as the engine meets it (asterisk/journal.ts). */
export interface JournalPort {
  append(kind: Exclude<EntryKind, 'hole'>, atMs: number, bytes?: Buffer): Position;
  rotate(savedFloor: string): void;
  wantsRotation(): boolean;
}
export type EntryKind = 'open' | 'close' | 'bytes' | 'tick' | 'key' | 'hole';
export interface RecoveryPort {
  savedFloor: string | null;
  confirmed: Position;
  entries: Iterable<{ kind: EntryKind; atMs: number; bytes: Buffer; position: Position }>;
}
/** Facts that came of one record of the journal. */
export interface Retelling {
  facts: Fact[];
  position: Position;
  /** our clock when it was received, Unix ms */
  atMs: number;
}
/** The chain from bytes to events (asterisk/capture.ts). */
export interface ChainPort {
  bytes(chunk: Buffer, atMs: number): void;
  opened(atMs: number): void;
  lost(atMs: number): void;
  /** how our own questions' ActionIDs begin: answers with another are forged */
  key(key: string): void;
  /** nothing half-told is held: the journal may begin a new segment here */
  whole(): boolean;
}
export type MakeChain = (onEvent: (event: SwitchEvent) => void) => ChainPort;

/** Who hears of facts, in this order: browsers first, then the database's queue, then the metrics. */
export type Listener = (facts: readonly Fact[], position: Position, floor: Floor) => void;

export interface Engine {
  readonly floor: Floor;
  /** where the journal stands: what was heard last lies before it */
  position(): Position;
  /** `key`: how the ActionIDs of our own questions begin */
  opened(atMs: number, key?: string): void;
  bytes(chunk: Buffer, atMs: number): void;
  lost(atMs: number): void;
  /** time goes on though the switch is silent */
  tick(atMs: number): void;
}

/**
 * Fixes the order of effects: what the switch said is in the journal before it is thought about, and pushed to the
 * browsers before it is stored. Rules are in core; here is only the order.
 */
export function startEngine(
  floor: Floor,
  makeChain: MakeChain,
  journal: JournalPort,
  listeners: Listener[],
  /** what a listener or the chain throws ends nothing: the others hear, and the next chunk is read */
  onFault: (fault: unknown, where: string) => void = (fault) => {
    throw fault;
  },
): Engine {
  let position: Position = { segment: 0, offset: 0 };
  let key = '';
  const chain = makeChain((event) => tell(step(floor, event)));

  function tell(facts: Fact[]): void {
    if (facts.length === 0) return;
    for (const listener of listeners) safely('listener', () => listener(facts, position, floor));
  }

  function safely(where: string, work: () => void): void {
    try {
      work();
    } catch (fault) {
      onFault(fault, where);
    }
  }

  function rotate(atMs: number): void {
    if (!journal.wantsRotation() || !chain.whole()) return;
    journal.rotate(saveFloor(floor));
    if (key) position = journal.append('key', atMs, Buffer.from(key));
  }

  return {
    floor,
    position: () => position,
    opened(atMs, ours = '') {
      key = ours;
      position = journal.append('open', atMs);
      if (key) position = journal.append('key', atMs, Buffer.from(key));
      safely('chain', () => {
        chain.opened(atMs);
        if (key) chain.key(key);
      });
    },
    bytes(chunk, atMs) {
      position = journal.append('bytes', atMs, chunk);
      safely('chain', () => chain.bytes(chunk, atMs));
      safely('rotation', () => rotate(atMs));
    },
    lost(atMs) {
      position = journal.append('close', atMs);
      safely('chain', () => chain.lost(atMs));
    },
    tick(atMs) {
      safely('tick', () => {
        const facts = tick(floor, atMs);
        // whoever reads the journal again ends the same things at the same place
        if (facts.length > 0) position = journal.append('tick', atMs);
        tell(facts);
      });
      safely('rotation', () => rotate(atMs));
    },
  };
}

/**
 * Reads the journal again after a crash: the floor as it stood, and every fact since the last one that is known to be
 * in the database. Telling them again changes nothing, for their ids come from their content. What only the end of the
 * connection lets us know stands at no position yet (null).
 */
export function recover(
  recovery: RecoveryPort,
  settings: FloorSettings,
  makeChain: MakeChain,
  onFacts: (facts: Fact[], position: Position | null, atMs: number) => void,
): Floor {
  const retelling = openRetelling(recovery, settings, makeChain);
  for (const { facts, position, atMs } of retelling.records)
    if (facts.length > 0 && isBehind(position, recovery.confirmed)) onFacts(facts, position, atMs);
  const last = retelling.end();
  if (last.length > 0) onFacts(last, null, NaN);
  return retelling.floor();
}

/** The facts since the last confirmed position, one record of the journal at a time. */
export function retell(
  recovery: RecoveryPort,
  settings: FloorSettings,
  makeChain: MakeChain,
): Iterable<Retelling> {
  return openRetelling(recovery, settings, makeChain).records;
}

function openRetelling(recovery: RecoveryPort, settings: FloorSettings, makeChain: MakeChain) {
  let floor = restoreFloor(recovery.savedFloor, settings);
  let facts: Fact[] = [];
  let open = false;
  const chain = makeChain((event) => {
    for (const fact of step(floor, event)) facts.push(fact);
  });

  function taken(): Fact[] {
    const told = facts;
    facts = [];
    return told;
  }

  function* records(): Generator<Retelling> {
    for (const { kind, atMs, bytes, position } of recovery.entries) {
      if (kind === 'bytes') chain.bytes(bytes, atMs);
      else if (kind === 'open') chain.opened(atMs);
      else if (kind === 'key') chain.key(bytes.toString());
      else if (kind === 'tick') facts = tick(floor, atMs);
      else chain.lost(atMs);
      if (kind === 'hole') {
        floor = restoreFloor(bytes.toString(), settings);
        facts.push(holeAt(position, floor.lastAtMs));
      }
      if (kind === 'close') open = false;
      else if (kind !== 'hole') open = true;
      yield { facts: taken(), position, atMs };
    }
  }

  return {
    records: records(),
    floor: () => floor,
    /** we stopped listening without a word: what the switch said since is not known until its snapshot */
    end(): Fact[] {
      if (open) chain.lost(NaN);
      return taken();
    },
  };
}

/** A piece of the journal is lost, and with it what only the journal had: this is counted, and said on every screen. */
export const HOLE = 'journal-hole';

function holeAt(position: Position, lastAtMs: number): Fact {
  const atMs = Number.isFinite(lastAtMs) ? lastAtMs : 0;
  const id = `${HOLE}:${position.segment}:${atMs}`;
  return { kind: 'anomaly', id, atMs, name: HOLE, callId: null, detail: `segment ${position.segment}` };
}
