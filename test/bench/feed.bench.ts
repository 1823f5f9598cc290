import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import createManager from 'asterisk-manager';
import { createFramer } from '../../src/asterisk/frame.ts';
import { isUnread, parseMessage } from '../../src/asterisk/message.ts';
import { createRejoiner } from '../../src/asterisk/rejoin.ts';
import { translate, WANTED } from '../../src/asterisk/translate.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import { framesOf } from '../support/recordings.ts';
import { median, timed, type BenchRow } from './row.ts';

const EVENTS = 100_000;
const ROUNDS = 15;
/** what dialplan/manager.conf lets through */
const FILTERED = new Set([...WANTED].filter((name) => name !== 'VarSet' && name !== 'Newexten'));

/** Events of real calls, over and over, each telling under Uniqueids of its own. */
function stream(): Buffer {
  const frames = ['a-ring1-2s', 'b-rna-17s', 'e-hold', 'd-caller-hangs-up'].flatMap((name) =>
    framesOf(name)
      .map((frame) => frame.toString('utf8'))
      .filter((frame) => /^Event: /.test(frame) && /\nTimestamp: /.test(frame)),
  );
  const pieces: string[] = [];
  for (let at = 0, telling = 0; at < EVENTS; telling += 1) {
    for (const frame of frames) {
      pieces.push(frame.replace(/pbx\d-/g, `p${telling}-`));
      if ((at += 1) === EVENTS) break;
    }
  }
  return Buffer.from(pieces.join(''));
}

/** A peer that takes any login and then says the whole stream. */
async function peer(bytes: Buffer) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    socket.once('data', (asked) => {
      const id = /ActionID: (.*)\r\n/i.exec(asked.toString())?.[1] ?? '';
      socket.write(`Response: Success\r\nActionID: ${id}\r\nMessage: Authentication accepted\r\n\r\n`);
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function theirs(port: number): Promise<void> {
  const manager = createManager(null, '127.0.0.1', 'u', 'p', true);
  let seen = 0;
  await new Promise<void>((done) => {
    manager.on('managerevent', () => {
      if ((seen += 1) === EVENTS) done();
    });
    manager.connect(port, '127.0.0.1', () => manager.login());
  });
  manager.disconnect();
}

/** Ours: framed, parsed with all headers, checked for forgery; with `wanted`, other events are passed over unread. */
async function ours(port: number, wanted: ReadonlySet<string> | null): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let seen = 0;
  await new Promise<void>((done) => {
    const rejoiner = createRejoiner(
      (message) => {
        if (message.kind === 'event' && (seen += 1) === EVENTS) done();
      },
      () => undefined,
    );
    const framer = createFramer((frame) => {
      if (wanted && rejoiner.whole() && isUnread(frame, wanted)) {
        if ((seen += 1) === EVENTS) done();
      } else rejoiner.push(parseMessage(frame));
    });
    socket.on('data', framer.push);
    socket.write('Action: Login\r\nActionID: x\r\n\r\n');
  });
  socket.destroy();
}

/** Ours, whole: also translated and folded into the floor. */
function folded(bytes: Buffer): void {
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
  const rejoiner = createRejoiner(
    (message) => translate(message).forEach((event) => step(floor, event)),
    () => undefined,
  );
  createFramer((frame) => rejoiner.push(parseMessage(frame))).push(bytes);
}

const LIVE_CALLS = 2000;

/** Bytes of heap that the floor keeps for one live call: offered to one agent in vain, now with the next. */
function bytesOfLiveCall(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const told = framesOf('b-rna-17s').map((frame) => frame.toString('utf8'));
  const live = told
    .slice(0, told.findLastIndex((frame) => frame.startsWith('Event: AgentConnect')) + 1)
    .filter((frame) => /^Event: /.test(frame) && /\nTimestamp: /.test(frame))
    .join('');
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < LIVE_CALLS; call += 1) {
    const rejoiner = createRejoiner(
      (message) => translate(message).forEach((event) => step(floor, event)),
      () => undefined,
    );
    createFramer((frame) => rejoiner.push(parseMessage(frame))).push(
      Buffer.from(live.replace(/pbx\d+-/g, `p${call}-`)),
    );
  }
  collect();
  const after = process.memoryUsage().heapUsed;
  if (floor.calls.size !== LIVE_CALLS) throw new Error(`${floor.calls.size} calls live`);
  return (after - before) / LIVE_CALLS;
}

export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, wanted, goal] of [
    ['feed, all events read', null, 5],
    ["feed, the filter's events read", FILTERED, 8],
  ] as const) {
    const server = await peer(stream());
    const speed: number[] = [];
    const cpu: number[] = [];
    let last = { ours: 0, other: 0 };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const a = await timed(() => ours(server.port, wanted));
      const b = await timed(() => theirs(server.port));
      if (round === 0) continue; // warm
      speed.push(b.wall / a.wall);
      cpu.push(a.cpu / b.cpu);
      last = { ours: EVENTS / a.wall, other: EVENTS / b.wall };
    }
    server.close();
    const per = (value: number) => `${Math.round(value / 1000)}k events/s`;
    const ratio = median(speed);
    rows.push({
      name,
      ours: per(last.ours),
      other: per(last.other),
      ratio,
      goal: `≥ ${goal}×`,
      met: ratio >= goal,
    });
    rows.push({
      name: `${name}, CPU`,
      ours: '',
      other: '',
      ratio: median(cpu),
      goal: '≤ 0.2×',
      met: median(cpu) <= 0.2,
    });
  }
  const bytes = stream();
  const whole = await timed(() => folded(bytes));
  rows.push({
    name: 'bytes ─▶ facts, all events',
    ours: `${Math.round(EVENTS / whole.wall / 1000)}k events/s`,
    other: '',
    ratio: 1,
    goal: 'shown',
    met: true,
  });
  const kept = (bytesOfLiveCall() * LIVE_CALLS) / 1e6;
  rows.push({
    name: 'kept for 2,000 live calls',
    ours: `${kept.toFixed(1)} MB`,
    other: '5 MB',
    ratio: kept / 5,
    goal: '≤ 1',
    met: kept <= 5,
  });
  return rows;
}
