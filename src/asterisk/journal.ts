import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isBehind, type Position } from '../core/floor/position.ts';
import { HEAD_BYTES, KINDS, LETTERS, MAGIC, pathOf, readConfirmed, segmentsOf } from './journal-reader.ts';

export {
  headOf,
  isJournal,
  readJournal,
  recoverJournal,
  type JournalEntry,
  type Recovery,
} from './journal-reader.ts';

/**
 * The journal: what the switch said is on disk before it is thought about. Segments in one folder; each begins with
 * the floor as it was, so that a restart reads only what came since. Records are length-prefixed: whatever a caller
 * writes into a number, it can't forge one. A torn tail (kill -9 in mid-write) is read up to the tear. What the disk did
 * not take leaves a number out between two segments: whoever reads it sees that something is missing.
 */
export interface Journal {
  append(kind: (typeof KINDS)[number], atMs: number, bytes?: Buffer): Position;
  /** begins a new segment with this floor */
  rotate(savedFloor: string): void;
  /** true when the floor should be saved into a new segment: this one is full, or the disk takes some more */
  wantsRotation(): boolean;
  /** every fact told up to here is in the database: what lies before may go */
  confirm(position: Position): void;
  /** bytes written and not yet confirmed */
  backlogBytes(): number;
  /** since when the disk takes no more (Unix ms); null: all is well */
  failingSinceMs(): number | null;
  /** what is said now is on the disk */
  holds(): boolean;
  /** chunks that the disk did not take */
  lostCount(): number;
  close(): void;
}

const SYNC_EVERY_MS = 1000;
const RETRY_MS = 1000;

export interface JournalSettings {
  dir: string;
  keepBytes: number;
  segmentBytes: number;
  now: () => number;
}

/** Opens the journal for what comes now; read {@link recoverJournal} first. */
export function openJournal(settings: JournalSettings, savedFloor: string): Journal {
  const { dir, now } = settings;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let segment = 0;
  let file: number | null = null;
  let offset = 0;
  let failingSinceMs: number | null = null;
  let unconfirmedSinceMs: number | null = null;
  let triedAtMs = now();
  let lost = 0;
  let lastSyncMs = now();
  let confirmed = readConfirmed(dir);

  begin(savedFloor);

  function begin(floor: string): void {
    triedAtMs = now();
    try {
      const left = lost > 0 && failingSinceMs !== null ? 1 : 0;
      const next = Math.max(segment, ...segmentsOf(dir), 0) + 1 + left;
      // appending: after a half record was cut off, the next one stands directly behind what is whole
      const opened = openSync(pathOf(dir, next), 'ax', 0o600);
      const head = Buffer.from(`${MAGIC}${Buffer.byteLength(floor)}\n${floor}\n`);
      try {
        writeAll(opened, head);
      } catch (fault) {
        closeSync(opened);
        rmSync(pathOf(dir, next), { force: true });
        throw fault;
      }
      if (file !== null) closeQuietly(file);
      file = opened;
      segment = next;
      offset = head.length;
      failingSinceMs = null;
    } catch {
      failingSinceMs ??= now();
    }
    sweep();
  }

  function append(kind: (typeof KINDS)[number], atMs: number, bytes: Buffer = Buffer.alloc(0)): Position {
    // behind a hole nothing is written until the floor is: half a conversation can't be read
    if (file === null || failingSinceMs !== null) {
      lost += 1;
      return { segment, offset };
    }
    const record = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
    record.write(LETTERS[KINDS.indexOf(kind)]!, 0, 'latin1');
    record.writeDoubleLE(atMs, 1);
    record.writeUInt32LE(bytes.length, 9);
    bytes.copy(record, HEAD_BYTES);
    try {
      writeAll(file, record);
      if (atMs - lastSyncMs > SYNC_EVERY_MS) {
        lastSyncMs = atMs;
        fsyncSync(file);
      }
      offset += record.length;
    } catch {
      // A full disk must never stop a call: say it (alarm, metric), drop the half record, and try again soon.
      failingSinceMs = now();
      triedAtMs = failingSinceMs;
      lost += 1;
      truncateTo(file, offset);
    }
    return { segment, offset };
  }

  function sweep(): void {
    let kept = 0;
    for (const number of segmentsOf(dir).reverse()) {
      const path = pathOf(dir, number);
      kept += sizeOf(path);
      if (number < confirmed.segment && kept > settings.keepBytes) rmSync(path, { force: true });
    }
  }

  return {
    append,
    rotate: begin,
    wantsRotation: () =>
      failingSinceMs !== null ? now() - triedAtMs >= RETRY_MS : offset > settings.segmentBytes,
    confirm(position) {
      if (!isBehind(position, confirmed)) return;
      const crossed = position.segment !== confirmed.segment;
      confirmed = { ...position };
      try {
        writeFileSync(join(dir, 'confirmed.new'), JSON.stringify(confirmed), { mode: 0o600 });
        renameSync(join(dir, 'confirmed.new'), join(dir, 'confirmed'));
        unconfirmedSinceMs = null;
      } catch {
        // a full disk: what is in the database is told once more after a restart
        unconfirmedSinceMs ??= now();
      }
      if (crossed) sweep();
    },
    backlogBytes() {
      let bytes = 0;
      for (const number of segmentsOf(dir)) {
        if (number > confirmed.segment) bytes += sizeOf(pathOf(dir, number));
        if (number === confirmed.segment)
          bytes += Math.max(0, sizeOf(pathOf(dir, number)) - confirmed.offset);
      }
      return bytes;
    },
    failingSinceMs: () => failingSinceMs ?? unconfirmedSinceMs,
    holds: () => failingSinceMs === null,
    lostCount: () => lost,
    close() {
      if (file === null) return;
      closeQuietly(file);
      file = null;
    },
  };
}

function closeQuietly(file: number): void {
  try {
    fsyncSync(file);
  } catch {
    // the disk is gone: the tail is read up to the tear
  }
  closeSync(file);
}

function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

function truncateTo(file: number, length: number): void {
  try {
    if (fstatSync(file).size > length) ftruncateSync(file, length);
  } catch {
    return; // the disk is gone: the tail is read up to the tear
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
