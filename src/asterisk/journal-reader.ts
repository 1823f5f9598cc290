/** Reading the journal: in pieces, so that hours of a hotline never lie in memory at once. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '../core/floor/position.ts';

export interface JournalEntry {
  /**
   * `tick`: time that went on by itself ended something. `key`: which ActionIDs are our own questions. `hole`: what
   * stood here is lost (the disk was full, or files were removed); its bytes are the floor as it stood behind it.
   */
  kind: 'open' | 'close' | 'bytes' | 'tick' | 'key' | 'hole';
  /** our clock when it was received, Unix ms */
  atMs: number;
  bytes: Buffer;
  /** where the record ends */
  position: Position;
}

export interface Recovery {
  /** the floor at the beginning of the oldest segment that still matters; null: a new journal */
  savedFloor: string | null;
  /** facts told up to here are in the database */
  confirmed: Position;
  entries: Generator<JournalEntry>;
}

export const MAGIC = 'HOTLINE-JOURNAL 1\n';
export const KINDS = ['open', 'close', 'bytes', 'tick', 'key'] as const;
/** record: one letter o|c|b|t|k, 8 bytes time (double), 4 bytes length, bytes */
export const HEAD_BYTES = 13;
export const LETTERS = ['o', 'c', 'b', 't', 'k'];
const WINDOW_BYTES = 1 << 20;

/**
 * What was told since the last confirmed position, with the floor to begin from. Facts come out again; their ids make
 * twice once. What is written while it is read is read too.
 */
export function recoverJournal(dir: string): Recovery {
  const segments = existsSync(dir) ? segmentsOf(dir) : [];
  const confirmed = readConfirmed(dir);
  const from = segments.filter((number) => number <= confirmed.segment).at(-1) ?? segments[0];
  if (from === undefined) return { savedFloor: null, confirmed, entries: none() };
  return {
    savedFloor: savedFloorOf(dir, from),
    confirmed,
    entries: entriesFrom(dir, from, Math.max(1, confirmed.segment)),
  };
}

function* entriesFrom(dir: string, from: number, due: number): Generator<JournalEntry> {
  let expected = due;
  for (let number: number | undefined = from; number !== undefined; number = after(dir, number)) {
    // a number that is missing is a piece that was lost: the floor behind it is the one that was saved there
    if (number > expected) {
      const bytes = Buffer.from(savedFloorOf(dir, number) ?? '');
      yield { kind: 'hole', atMs: NaN, bytes, position: { segment: number, offset: 0 } };
    }
    expected = number + 1;
    yield* segmentEntries(dir, number);
  }
}

function after(dir: string, number: number): number | undefined {
  return segmentsOf(dir).find((other) => other > number);
}

function* none(): Generator<JournalEntry> {}

/** The records of one segment, up to a torn tail, read window by window. */
function* segmentEntries(dir: string, segment: number): Generator<JournalEntry> {
  const file = openSync(pathOf(dir, segment), 'r');
  try {
    let offset = headLengthOf(file);
    if (offset === null) return;
    for (let wanted = WINDOW_BYTES; ;) {
      const window = readAt(file, offset, wanted);
      let at = 0;
      for (const entry of records(window, 0)) {
        at += HEAD_BYTES + entry.bytes.length;
        yield { ...entry, position: { segment, offset: offset + at } };
      }
      offset += at;
      if (at > 0) wanted = WINDOW_BYTES;
      else if (window.length < wanted) return;
      // one record that is longer than the window
      else wanted *= 2;
    }
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

function headLengthOf(file: number): number | null {
  return headLength(readAt(file, 0, MAGIC.length + 24));
}

function savedFloorOf(dir: string, segment: number): string | null {
  const file = openSync(pathOf(dir, segment), 'r');
  try {
    const length = headLengthOf(file);
    return length === null ? null : (headOf(readAt(file, 0, length))?.savedFloor ?? null);
  } finally {
    closeSync(file);
  }
}

export function isJournal(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
}

/** The records of one segment, up to a torn tail. */
export function* readJournal(bytes: Buffer): Generator<Omit<JournalEntry, 'position'>> {
  const head = headOf(bytes);
  if (head) yield* records(bytes, head.end);
}

function* records(bytes: Buffer, from: number): Generator<Omit<JournalEntry, 'position'>> {
  let at = from;
  while (at + HEAD_BYTES <= bytes.length) {
    const kind = KINDS[LETTERS.indexOf(String.fromCharCode(bytes[at]!))];
    const length = bytes.readUInt32LE(at + 9);
    if (kind === undefined || at + HEAD_BYTES + length > bytes.length) return;
    const start = at + HEAD_BYTES;
    yield { kind, atMs: bytes.readDoubleLE(at + 1), bytes: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

/** The floor saved at the beginning of a segment. */
export function headOf(bytes: Buffer): { savedFloor: string; end: number } | null {
  const end = headLength(bytes);
  if (end === null || end > bytes.length) return null;
  const line = bytes.indexOf('\n', MAGIC.length);
  return { savedFloor: bytes.toString('utf8', line + 1, end - 1), end };
}

function headLength(bytes: Buffer): number | null {
  if (!isJournal(bytes)) return null;
  const line = bytes.indexOf('\n', MAGIC.length);
  if (line < 0) return null;
  const length = Number(bytes.toString('latin1', MAGIC.length, line));
  return Number.isInteger(length) ? line + 1 + length + 1 : null;
}

export function readConfirmed(dir: string): Position {
  try {
    return JSON.parse(readFileSync(join(dir, 'confirmed'), 'utf8')) as Position;
  } catch {
    return { segment: 0, offset: 0 };
  }
}

/** The segments' numbers, oldest first. */
export function segmentsOf(dir: string): number[] {
  return readdirSync(dir)
    .map((name) => /^(\d{8})\.journal$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

export function pathOf(dir: string, segment: number): string {
  return join(dir, `${String(segment).padStart(8, '0')}.journal`);
}
