/**
 * `npm run --silent replay -- FILE`: a capture of the manager interface ─▶ one JSON object a line for each call, in
 * order of arrival, with neither Asterisk nor database. FILE is `raw.jsonl` (one line per read, see
 * test/recordings/README.md), our own journal, or the plain bytes of a connection.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createChain } from './asterisk/capture.ts';
import { isJournal, readJournal } from './asterisk/journal.ts';
import { settings } from './config.ts';
import { closeFloor, openFloor, step, tick } from './core/floor/floor.ts';
import type { Fact } from './core/floor/fact.ts';
import { createFeedClock } from './core/floor/feed-clock.ts';
import type { CallRecord } from './core/floor/record.ts';

/** What a capture told: its calls, in order of arrival, and what is wrong with its clock. */
export interface Replayed {
  calls: CallRecord[];
  /** `by-receipt`: events without Timestamp, taken at the instants of the capture; `missing`: and there are none */
  clock: 'switch' | 'by-receipt' | 'missing' | 'off';
  offsetMs: number | null;
}

/** Every call of a capture, in order of arrival. */
export function replay(capture: Buffer): CallRecord[] {
  return replayed(capture).calls;
}

export function replayed(capture: Buffer): Replayed {
  const told = fold(capture, false);
  if (told.clock !== 'missing' || !told.hasReceipts) return told;
  return { ...fold(capture, true), clock: 'by-receipt' };
}

function fold(capture: Buffer, byReceipt: boolean): Replayed & { hasReceipts: boolean } {
  const clock = createFeedClock();
  let hasReceipts = false;
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
  const onStamp = (stampedMs: number, receivedMs: number) => {
    if (Number.isFinite(receivedMs)) hasReceipts = true;
    clock.hear(stampedMs, receivedMs);
  };
  const chain = createChain((event) => keep(step(floor, event)), { onStamp, byReceipt });
  if (isJournal(capture)) {
    for (const entry of readJournal(capture)) {
      if (entry.kind === 'bytes') chain.bytes(entry.bytes, entry.atMs);
      else if (entry.kind === 'open') chain.opened(entry.atMs);
      else if (entry.kind === 'key') chain.key(entry.bytes.toString());
      else if (entry.kind === 'tick') keep(tick(floor, entry.atMs));
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
  const state = clock.state();
  return {
    calls: [...ended.values()].sort((a, b) => a.arrivedAtMs - b.arrivedAtMs),
    clock: state === 'missing' || state === 'off' ? state : 'switch',
    offsetMs: clock.offsetMs(),
    hasReceipts,
  };
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

const SETTING = '请在交换机的 manager.conf 的 [general] 里写上 timestampevents = yes，再执行 manager reload';
const WITHOUT_TIMESTAMP = `事件里没有 Timestamp，录制也没有收到的时刻，通话的时间无从得知。${SETTING}，然后重新录制。`;
const BY_RECEIPT = `事件里没有 Timestamp，通话的时间按录制收到的时刻（t_ms）计算，会有网络和缓冲的误差。${SETTING}。`;

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  const file = process.argv[2];
  if (!file) fail('请给出录制文件：npm run --silent replay -- 文件');
  try {
    const { calls, clock, offsetMs } = replayed(readFileSync(file));
    if (clock === 'missing') fail(`${file}：${WITHOUT_TIMESTAMP}`);
    if (clock === 'by-receipt') process.stderr.write(`${file}：${BY_RECEIPT}\n`);
    if (clock === 'off')
      process.stderr.write(
        `${file}：交换机的时钟和录制的机器相差 ${((offsetMs ?? 0) / 1000).toFixed(1)} 秒。通话的时间按交换机的时钟；请在两台机器上都开启网络对时。\n`,
      );
    const lines = calls.map((record) => JSON.stringify(record) + '\n');
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
