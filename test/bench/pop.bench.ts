/**
 * From AgentCalled on the wire to the caller's card with history in a browser's socket, ours against a plain path, with
 * 1,000,000 past calls. The same calls at the same pace, the two paths by turns. Ours counts when the history is there.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { io, type Socket as Browser } from 'socket.io-client';
import type { CallerHistory, Pop } from '../../src/protocol.ts';
import { framesOf } from '../support/recordings.ts';
import { millionCalls, numberOf } from './million.ts';
import { median, percentile, type BenchRow } from './row.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const AGENTS = 200;
const LATEST_MS = 10_000;
const PACES = [
  { name: '1 call/s', calls: 8, everyMs: 1000 },
  { name: '20 calls/s', calls: 100, everyMs: 50 },
  { name: '100 calls/s', calls: 200, everyMs: 10 },
  { name: 'a burst of 50', calls: 50, everyMs: 0 },
];

/** What the switch says of one call: up to the queue, the offer, and to its end. */
const STORY = framesOf('a-ring1-2s')
  .map((frame) => frame.toString('utf8'))
  .filter((frame) =>
    /^Event: (Newchannel|NewCallerid|QueueCallerJoin|AgentCalled|AgentConnect|QueueCallerLeave|HangupRequest|Hangup)\r/.test(
      frame,
    ),
  );
const OFFER = STORY.findIndex((frame) => frame.startsWith('Event: AgentCalled'));
const ID = /^Linkedid: (\S+)\r$/m.exec(STORY[OFFER]!)![1]!;
const AGENT = /^Interface: PJSIP\/(\d+)\r$/m.exec(STORY[OFFER]!)![1]!;
const ANI = /^CallerIDNum: (\S+)\r$/m.exec(STORY[OFFER]!)![1]!;
const PREFIX = ID.replace(/\d+\.\d+$/, '');

export async function bench(): Promise<BenchRow[]> {
  const { url } = await millionCalls();
  const sides = [await openSide('pop-ours.ts', url), await openSide('pop-plain.ts', url)] as const;
  const found = PACES.map(() => ({
    p50: [[], []] as [number[], number[]],
    p99: [[], []] as [number[], number[]],
  }));
  let call = 0;
  for (const side of sides) await drive(side, { name: 'warm', calls: 100, everyMs: 20 }, (call += 100));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, pace] of PACES.entries()) {
      for (const [who, side] of sides.entries()) {
        const took = await drive(side, pace, (call += pace.calls));
        if (process.env['BENCH_VERBOSE'])
          console.log(side.name, pace.name, percentile(took, 50).toFixed(1), percentile(took, 99).toFixed(1));
        found[at]!.p50[who]!.push(percentile(took, 50));
        found[at]!.p99[who]!.push(percentile(took, 99));
      }
    }
  }
  for (const side of sides) side.close();
  return PACES.flatMap((pace, at) =>
    (['p50', 'p99'] as const).map((which): BenchRow => {
      const [ours, other] = found[at]![which];
      const ratio = median(ours.map((ms, round) => ms / other[round]!));
      const goal = which === 'p50' ? 0.45 : 0.5;
      return {
        name: `AgentCalled ─▶ browser with history, ${pace.name}, ${which}`,
        ours: `${median(ours).toFixed(1)} ms`,
        other: `${median(other).toFixed(1)} ms`,
        ratio,
        goal: `≤ ${goal}`,
        met: ratio <= goal,
      };
    }),
  );
}

interface Side {
  name: string;
  say(text: string): void;
  /** callId ─▶ told when its card with history is in the browser */
  waiting: Map<string, (atMs: number) => void>;
  close(): void;
}

async function openSide(program: string, url: string): Promise<Side> {
  let line: Socket | null = null;
  const server = createServer((socket) => {
    line = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    socket.on('data', (asked) => {
      for (const [, id] of asked.toString().matchAll(/ActionID: (.*)\r\n/gi))
        socket.write(`Response: Success\r\nActionID: ${id}\r\nMessage: Authentication accepted\r\n\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child: ChildProcess = fork(
    join(import.meta.dirname, program),
    [url, String((server.address() as AddressInfo).port)],
    { execArgv: ['--import', 'tsx'] },
  );
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const waiting = new Map<string, (atMs: number) => void>();
  const there = (callId: string) => {
    waiting.get(callId)?.(performance.now());
    waiting.delete(callId);
  };
  const browsers: Browser[] = [];
  for (let agent = 0; agent < AGENTS; agent += 1) {
    const browser = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      query: { extension: 1001 + agent },
      forceNew: true,
    });
    browser.on('pop', (pop: Pop) => {
      if (pop.history) there(pop.offer.callId);
    });
    browser.on('history', (callId: string, history: CallerHistory | null) => {
      if (history) there(callId);
    });
    browsers.push(browser);
    await new Promise<void>((done) => void browser.once('connect', done));
  }
  return {
    name: program,
    say: (text) => void line!.write(text),
    waiting,
    close() {
      for (const browser of browsers) browser.close();
      child.kill('SIGKILL');
      server.close();
      line?.destroy();
    },
  };
}

/** Calls at a pace: each joins the queue, 3 ms later a phone rings (as a real Asterisk does it), and ends a second later. */
async function drive(
  side: Side,
  pace: { name: string; calls: number; everyMs: number },
  from: number,
): Promise<number[]> {
  const took: number[] = [];
  const running: Promise<void>[] = [];
  for (let at = 0; at < pace.calls; at += 1) {
    running.push(one(side, from + at).then((ms) => void took.push(ms)));
    if (pace.everyMs > 0) await wait(pace.everyMs);
  }
  await Promise.all(running);
  return took;
}

async function one(side: Side, number: number): Promise<number> {
  const extension = String(1001 + (number % AGENTS));
  const told = (frames: string[]) =>
    frames
      .map((frame) =>
        frame
          .replaceAll(PREFIX, `b${number}-`)
          .replaceAll(`PJSIP/${AGENT}`, `PJSIP/${extension}`)
          .replaceAll(ANI, numberOf(number * 7919))
          .replace(
            /^Timestamp: .*\r$/m,
            `Timestamp: ${((performance.timeOrigin + performance.now()) / 1000).toFixed(6)}\r`,
          ),
      )
      .join('');
  side.say(told(STORY.slice(0, OFFER)));
  await wait(3);
  const callId = ID.replace(PREFIX, `b${number}-`);
  const there = new Promise<number>((done) => {
    // a path that can't keep up is told as late as this, not as lost
    const late = setTimeout(() => done(performance.now()), LATEST_MS);
    side.waiting.set(callId, (atMs) => {
      clearTimeout(late);
      done(atMs);
    });
  });
  const began = performance.now();
  side.say(told([STORY[OFFER]!]));
  const ms = (await there) - began;
  await wait(1000);
  side.say(told(STORY.slice(OFFER + 1)));
  return ms;
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
