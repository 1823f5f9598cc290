import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The journal: what the switch said is on disk before it is thought about. Segments in one folder; each begins with
 * the floor as it was, so that a restart reads only what came since. Records are length-prefixed: whatever a caller
 * writes into a number, it can't forge one. A torn tail (kill -9 in mid-write) is read up to the tear.
 */
export interface JournalEntry {
  kind: 'open' | 'close' | 'bytes';
  /** our clock when it was received, Unix ms */
  atMs: number;
  bytes: Buffer;
}

/** Where in the journal: everything before it. */
export interface Position {
  segment: number;
  offset: number;
}

export interface Journal {
  append(kind: JournalEntry['kind'], atMs: number, bytes?: Buffer): Position;
  /** begins a new segment with this floor */
  rotate(savedFloor: string): void;
  /** true when the segment is full and the floor should be saved into a new one */
  wantsRotation(): boolean;
  /** every fact told up to here is in the database: what lies before may go */
  confirm(position: Position): void;
  /** bytes written and not yet confirmed */
  backlogBytes(): number;
  /** since when the disk takes no more (Unix ms); null: all is well */
  failingSinceMs(): number | null;
  /** chunks that the disk did not take */
  lostCount(): number;
  close(): void;
}

export interface Recovery {
  /** the floor at the beginning of the oldest segment that still matters; null: a new journal */
  savedFloor: string | null;
  entries: Generator<JournalEntry>;
}

const MAGIC = 'HOTLINE-JOURNAL 1\n';
const KINDS = ['open', 'close', 'bytes'] as const;
/** record: one letter o|c|b, 8 bytes time (double), 4 bytes length, bytes */
const HEAD = 13;
const LETTERS = ['o', 'c', 'b'];
const SYNC_EVERY_MS = 1000;

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
  let failingSince: number | null = null;
  let lost = 0;
  let lastSync = now();
  let confirmed = readConfirmed(dir);
  let lastFloor = savedFloor;

  begin(savedFloor);

  function begin(floor: string): void {
    lastFloor = floor;
    try {
      const next = Math.max(segment, ...segmentsOf(dir), 0) + 1;
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
      if (file !== null) {
        fsyncSync(file);
        closeSync(file);
      }
      file = opened;
      segment = next;
      offset = head.length;
      failingSince = null;
    } catch {
      failingSince ??= now();
    }
    sweep();
  }

  function append(kind: JournalEntry['kind'], atMs: number, bytes: Buffer = Buffer.alloc(0)): Position {
    const record = Buffer.allocUnsafe(HEAD + bytes.length);
    record.write(LETTERS[KINDS.indexOf(kind)]!, 0, 'latin1');
    record.writeDoubleLE(atMs, 1);
    record.writeUInt32LE(bytes.length, 9);
    bytes.copy(record, HEAD);
    if (file === null) begin(lastFloor);
    try {
      if (file === null) throw new Error('no segment');
      writeAll(file, record);
      offset += record.length;
      failingSince = null;
      if (atMs - lastSync > SYNC_EVERY_MS) {
        lastSync = atMs;
        fsyncSync(file);
      }
    } catch {
      // A full disk must never stop a call: say it (alarm, metric), drop the half record, and try again next time.
      failingSince ??= now();
      lost += 1;
      truncateTo(file, offset);
    }
    return { segment, offset };
  }

  function sweep(): void {
    let kept = 0;
    for (const number of segmentsOf(dir).sort((a, b) => b - a)) {
      const path = pathOf(dir, number);
      kept += sizeOf(path);
      if (number < confirmed.segment && kept > settings.keepBytes) rmSync(path, { force: true });
    }
  }

  return {
    append,
    rotate: begin,
    wantsRotation: () => offset > settings.segmentBytes,
    confirm(position) {
      if (position.segment < confirmed.segment) return;
      if (position.segment === confirmed.segment && position.offset <= confirmed.offset) return;
      const crossed = position.segment !== confirmed.segment;
      confirmed = { ...position };
      try {
        writeFileSync(join(dir, 'confirmed.new'), JSON.stringify(confirmed), { mode: 0o600 });
        renameSync(join(dir, 'confirmed.new'), join(dir, 'confirmed'));
      } catch {
        failingSince ??= now();
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
    failingSinceMs: () => failingSince,
    lostCount: () => lost,
    close() {
      if (file === null) return;
      fsyncSync(file);
      closeSync(file);
      file = null;
    },
  };
}

/** What was told since the last confirmed position, with the floor to begin from. Facts come out again; their ids make twice once. */
export function recoverJournal(dir: string): Recovery {
  const segments = existsSync(dir) ? segmentsOf(dir).sort((a, b) => a - b) : [];
  const confirmed = readConfirmed(dir);
  const from = segments.filter((number) => number <= confirmed.segment).at(-1) ?? segments[0];
  if (from === undefined) return { savedFloor: null, entries: none() };
  const first = readFileSync(pathOf(dir, from));
  return {
    savedFloor: headOf(first)?.savedFloor ?? null,
    entries: entriesFrom(
      dir,
      segments.filter((n) => n >= from),
    ),
  };
}

function* entriesFrom(dir: string, segments: number[]): Generator<JournalEntry> {
  for (const number of segments) yield* readJournal(readFileSync(pathOf(dir, number)));
}

function* none(): Generator<JournalEntry> {}

export function isJournal(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
}

/** The records of one segment, up to a torn tail. */
export function* readJournal(bytes: Buffer): Generator<JournalEntry> {
  const head = headOf(bytes);
  if (!head) return;
  let at = head.end;
  while (at + HEAD <= bytes.length) {
    const kind = KINDS[LETTERS.indexOf(String.fromCharCode(bytes[at]!))];
    const length = bytes.readUInt32LE(at + 9);
    if (kind === undefined || at + HEAD + length > bytes.length) return;
    yield { kind, atMs: bytes.readDoubleLE(at + 1), bytes: bytes.subarray(at + HEAD, at + HEAD + length) };
    at += HEAD + length;
  }
}

/** The floor saved at the beginning of a segment. */
export function headOf(bytes: Buffer): { savedFloor: string; end: number } | null {
  if (!isJournal(bytes)) return null;
  const line = bytes.indexOf('\n', MAGIC.length);
  if (line < 0) return null;
  const length = Number(bytes.toString('latin1', MAGIC.length, line));
  const end = line + 1 + length + 1;
  if (!Number.isInteger(length) || end > bytes.length) return null;
  return { savedFloor: bytes.toString('utf8', line + 1, end - 1), end };
}

function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

function truncateTo(file: number | null, length: number): void {
  if (file === null) return;
  try {
    if (fstatSync(file).size > length) ftruncateSync(file, length);
  } catch {
    return; // the disk is gone: the tail is read up to the tear
  }
}

function readConfirmed(dir: string): Position {
  try {
    return JSON.parse(readFileSync(join(dir, 'confirmed'), 'utf8')) as Position;
  } catch {
    return { segment: 0, offset: 0 };
  }
}

function segmentsOf(dir: string): number[] {
  return readdirSync(dir)
    .map((name) => /^(\d{8})\.journal$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number);
}

function pathOf(dir: string, segment: number): string {
  return join(dir, `${String(segment).padStart(8, '0')}.journal`);
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
