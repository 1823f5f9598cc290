/**
 * `npm run --silent replay -- FILE`: a capture of the manager interface ─▶ one JSON object a line for each call, in
 * order of arrival, with neither Asterisk nor database. FILE is `raw.jsonl` (one line per read, see
 * test/recordings/README.md), our own journal, or the plain bytes of a connection.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createChain } from './asterisk/capture.ts';
import { isJournal, readJournal } from './asterisk/journal.ts';
import { settings } from './config.ts';
import { closeFloor, openFloor, step } from './core/floor/floor.ts';
import type { Fact } from './core/floor/fact.ts';
import type { CallRecord } from './core/floor/record.ts';

/** Every call of a capture, in order of arrival. */
export function replay(capture: Buffer): CallRecord[] {
  // what was measured by other limits is replayed by them
  const defaults = settings
    .pick({ RING_CADENCE_MS: true, THREE_RINGS_MS: true, TRUNK_PATTERN: true })
    .parse(process.env);
  const floor = openFloor({
    ringCadenceMs: defaults.RING_CADENCE_MS,
    threeRingsMs: defaults.THREE_RINGS_MS,
    trunkPattern: defaults.TRUNK_PATTERN,
  });
  const ended = new Map<string, CallRecord>();
  const keep = (facts: Fact[]) => {
    for (const fact of facts) {
      if (fact.kind === 'call-ended') ended.set(fact.callId, fact.record);
      if (fact.kind === 'call-merged') ended.delete(fact.callId);
    }
  };
  const chain = createChain((event) => keep(step(floor, event)));
  if (isJournal(capture)) {
    for (const entry of readJournal(capture)) {
      if (entry.kind === 'bytes') chain.bytes(entry.bytes, entry.atMs);
      else if (entry.kind === 'open') chain.opened(entry.atMs);
      else chain.lost(entry.atMs);
    }
  } else if (/^\uFEFF?\s*\{/.test(capture.toString('utf8', 0, 100))) {
    for (const line of linesOf(capture)) {
      const told = lineOf(line);
      if (told) feedLine(told, chain);
    }
  } else {
    chain.bytes(capture, NaN);
  }
  keep(closeFloor(floor));
  return [...ended.values()].sort((a, b) => a.arrivedAtMs - b.arrivedAtMs);
}

interface CaptureLine {
  t_ms?: number;
  data?: string;
  b64?: string;
  conn?: 'open' | 'close' | 'error';
}

/** A recording may be long: line by line, never as one string. */
function* linesOf(capture: Buffer): Generator<string> {
  for (let from = 0; from < capture.length;) {
    const end = capture.indexOf(0x0a, from);
    const until = end < 0 ? capture.length : end;
    yield capture.toString('utf8', from, until);
    from = until + 1;
  }
}

/** A line that is torn (the recorder was killed) or none of ours says nothing. */
function lineOf(line: string): CaptureLine | null {
  try {
    const told = JSON.parse(line.replace(/^\uFEFF/, '')) as CaptureLine | null;
    return typeof told === 'object' ? told : null;
  } catch {
    return null;
  }
}

function feedLine(line: CaptureLine, chain: ReturnType<typeof createChain>): void {
  if (line.data !== undefined) chain.bytes(Buffer.from(line.data, 'utf8'), line.t_ms ?? NaN);
  else if (line.b64 !== undefined) chain.bytes(Buffer.from(line.b64, 'base64'), line.t_ms ?? NaN);
  else if (line.conn === 'open') chain.opened(line.t_ms ?? NaN);
  else if (line.conn !== undefined) chain.lost(line.t_ms ?? NaN);
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  const file = process.argv[2];
  if (!file) fail('请给出录制文件：npm run --silent replay -- 文件');
  try {
    const lines = replay(readFileSync(file)).map((record) => JSON.stringify(record) + '\n');
    // a reader may be slow and the pipe full: written by parts
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length;) at += writeSome(bytes.subarray(at, at + 65_536));
  } catch (fault) {
    fail(`读不了 ${file}：${(fault as Error).message}。请检查文件是否存在、是否为完整的录制。`);
  }
}

function writeSome(bytes: Buffer): number {
  try {
    return writeSync(1, bytes);
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return 0;
    if (code === 'EPIPE') process.exit(0);
    throw fault;
  }
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
