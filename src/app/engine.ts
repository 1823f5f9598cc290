import type { SwitchEvent } from '../core/floor/event.ts';
import type { Fact } from '../core/floor/fact.ts';
import { step, tick, type Floor, type FloorSettings } from '../core/floor/floor.ts';
import { restoreFloor, saveFloor } from '../core/floor/saved.ts';

/** The journal, as the engine meets it (asterisk/journal.ts). */
export interface JournalPort {
  append(kind: 'open' | 'close' | 'bytes', atMs: number, bytes?: Buffer): Position;
  rotate(savedFloor: string): void;
  wantsRotation(): boolean;
}
export interface Position {
  segment: number;
  offset: number;
}
export interface RecoveryPort {
  savedFloor: string | null;
  entries: Iterable<{ kind: 'open' | 'close' | 'bytes'; atMs: number; bytes: Buffer }>;
}
/** The chain from bytes to events (asterisk/capture.ts). */
export interface ChainPort {
  bytes(chunk: Buffer, atMs: number): void;
  opened(atMs: number): void;
  lost(atMs: number): void;
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
  opened(atMs: number): void;
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

  return {
    floor,
    position: () => position,
    opened(atMs) {
      position = journal.append('open', atMs);
      safely('chain', () => chain.opened(atMs));
    },
    bytes(chunk, atMs) {
      position = journal.append('bytes', atMs, chunk);
      safely('chain', () => chain.bytes(chunk, atMs));
      if (journal.wantsRotation() && chain.whole())
        safely('rotation', () => journal.rotate(saveFloor(floor)));
    },
    lost(atMs) {
      position = journal.append('close', atMs);
      safely('chain', () => chain.lost(atMs));
    },
    tick(atMs) {
      safely('tick', () => tell(tick(floor, atMs)));
    },
  };
}

/**
 * Reads the journal again after a crash: the floor as it stood, and every fact since the last one that is known to be
 * in the database. Telling them again changes nothing, for their ids come from their content.
 */
export function recover(
  recovery: RecoveryPort,
  settings: FloorSettings,
  makeChain: MakeChain,
  onFacts: (facts: Fact[]) => void,
): Floor {
  const floor = restoreFloor(recovery.savedFloor, settings);
  const chain = makeChain((event) => {
    const facts = step(floor, event);
    if (facts.length > 0) onFacts(facts);
  });
  let open = false;
  for (const entry of recovery.entries) {
    if (entry.kind === 'bytes') chain.bytes(entry.bytes, entry.atMs);
    else if (entry.kind === 'open') chain.opened(entry.atMs);
    else chain.lost(entry.atMs);
    open = entry.kind !== 'close';
  }
  // we stopped listening without a word: what the switch said since is not known until its snapshot
  if (open) chain.lost(NaN);
  return floor;
}
