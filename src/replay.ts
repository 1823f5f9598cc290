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
  const defaults = settings.parse({});
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
  } else if (capture[0] === 0x7b) {
    for (const line of capture.toString('utf8').split('\n')) {
      if (line.trim() !== '') feedLine(JSON.parse(line) as CaptureLine, chain);
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
    writeSync(1, lines.join(''));
  } catch (fault) {
    fail(`读不了 ${file}：${(fault as Error).message}。请检查文件是否存在、是否为完整的录制。`);
  }
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
