/**
 * A whole shift at once: 200 agents signed in, each with a phone on the switch and a desk's line, five calls a second.
 * Each call rings, is answered, talked on, written up and completed before the next. No call, pop or record may be
 * lost, nothing may hold the service up, and its memory must stay. `DESKS_MINUTES` (10) is how long it lasts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { digestOf } from '../../src/asterisk/phones.ts';
import { EMPTY_RECORD, type FieldChange } from '../../src/core/orders/records.ts';
import { giveFirstDeskPhone } from '../../src/postgres/phones.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { ClientToServer, ServerToClient } from '../../src/protocol.ts';
import type { RecordAnswer } from '../../src/protocol/records.ts';
import { add } from '../../src/setup/people.ts';
import { calling, network, registerPhones, startPhone } from '../../src/setup/sipp.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';
import { median, percentile, type BenchRow } from './row.ts';

const AGENTS = 200;
const FIRST = 2001;
const PHONES_PORT = 29_000;
const RATE = 5;
const MINUTES = Number(process.env['DESKS_MINUTES'] ?? 10);
/** greeting, a short ring, 15 s of talk */
const CALL_MS = 20_000;
const SAMPLE_EVERY_MS = 5000;
const PASSWORD = 'shui-96666-bench';
/** Node's own histogram counts its resolution into every delay */
const RESOLUTION_MS = 10;

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-bench-'));
  const stops: (() => void)[] = [];
  const desks: Desk[] = [];
  try {
    const site = service.site();
    const extensions = Array.from({ length: AGENTS }, (_, at) => String(FIRST + at));
    for (const one of extensions) {
      await add(pool, { login: one, name: `坐席${one}`, role: 'agent', agent: `PJSIP/${one}` }, PASSWORD);
      await giveFirstDeskPhone(pool, one, digestOf(one, site.phoneSecret + one));
    }
    const host = `${network(site)}.20`;
    await until(
      'the switch knows every phone',
      () => registerPhones(site, extensions, 7200, PHONES_PORT).then(() => true),
      60_000,
    );
    // one listener is all of the phones: each rings a second, is answered, and lets the caller hang up
    const phones = startPhone(site, {
      ...{ extension: '2000', ringMs: 1000, talkMs: null },
      at: { address: host, port: PHONES_PORT },
    });
    stops.push(() => phones.stop());
    for (const [at, one] of extensions.entries())
      desks.push(await openDesk(service, one, `127.0.9.${1 + (at % 40)}`));
    await until('every agent is ready', () => desks.every((desk) => desk.state() === 'ready'), 60_000);
    const calls = RATE * 60 * MINUTES;
    writeFileSync(
      join(dir, 'callers.csv'),
      `SEQUENTIAL\n${Array.from({ length: calls }, (_, at) => `139${String(at).padStart(8, '0')}`).join('\n')}\n`,
    );
    writeFileSync(join(dir, 'caller.xml'), calling('[field0]', site.hotlineNumber, CALL_MS));
    const callers = spawn(
      'sipp',
      [
        `${site.address}:${site.sipPort}`,
        '-nostdin',
        '-sf',
        'caller.xml',
        '-inf',
        'callers.csv',
        '-i',
        `${network(site)}.10`,
        '-mi',
        `${network(site)}.10`,
        '-r',
        String(RATE),
        '-m',
        String(calls),
        '-l',
        '1000',
      ],
      { cwd: dir, stdio: 'ignore' },
    );
    stops.push(() => callers.kill('SIGKILL'));
    const idle = await loopDelay(service);
    const delays: number[] = [];
    const memory: number[] = [];
    const sampling = setInterval(() => {
      memory.push(residentMb(service.child().pid!));
      void loopDelay(service).then((ms) => delays.push(ms));
    }, SAMPLE_EVERY_MS);
    stops.push(() => clearInterval(sampling));
    // a caller that never ends is ended two minutes after the last should have
    const late = AbortSignal.timeout((MINUTES + 2) * 60_000);
    if (callers.exitCode === null) await once(callers, 'exit', { signal: late }).catch(() => undefined);
    clearInterval(sampling);
    const total = async (sql: string) => (await pool.query<{ n: number }>(sql)).rows[0]!.n;
    await until(
      'the last calls are kept',
      async () => (await total(`select count(*)::int as n from calls where ended_at is not null`)) >= calls,
      60_000,
    ).catch(() => undefined);
    await until(
      'the last records are complete',
      () => desks.every((desk) => desk.state() === 'ready'),
      60_000,
    ).catch(() => undefined);
    const kept = await total(`select count(*)::int as n from calls where outcome = 'answered'`);
    const offers = await pool.query<{ call: string; agent: string }>(
      `select distinct call_id as call, agent from offers`,
    );
    const seen = new Set(desks.flatMap((desk) => [...desk.pops].map((call) => `${call} ${desk.agent}`)));
    const lost = offers.rows.filter((one) => !seen.has(`${one.call} ${one.agent}`)).length;
    const complete = await total(`select count(*)::int as n from records where completed_at is not null`);
    const refused = desks.flatMap((desk) => desk.refused);
    for (const words of new Set(refused)) process.stdout.write(`  refused: ${words}\n`);
    // the first minute is the engine's own growing; then the last third against the one before
    const third = Math.floor(memory.length / 3);
    const before = median(memory.slice(third, 2 * third));
    const after = median(memory.slice(2 * third));
    const worst = percentile(delays, 95) - RESOLUTION_MS;
    return [
      {
        name: `${AGENTS} desks, ${RATE} calls/s for ${MINUTES} min: answered and kept ÷ calls (pops lost ${lost}, records complete ${complete}, refused ${refused.length})`,
        ours: String(kept),
        other: String(calls),
        ratio: kept / calls,
        goal: '= 1, none lost',
        met: kept === calls && lost === 0 && complete === kept,
      },
      {
        name: `event loop's delay p99 of 5 s, their p95, beyond the histogram's own 10 ms, ÷ idle's`,
        ours: `${worst.toFixed(1)} ms`,
        other: `${(idle - RESOLUTION_MS).toFixed(1)} ms`,
        ratio: worst / Math.max(0.1, idle - RESOLUTION_MS),
        goal: '< 20 ms',
        met: worst < 20,
      },
      {
        name: `memory, last third ÷ the third before`,
        ours: `${after.toFixed(0)} MB`,
        other: `${before.toFixed(0)} MB`,
        ratio: after / before,
        goal: '≤ 1.05',
        met: after / before <= 1.05,
      },
    ];
  } finally {
    for (const desk of desks) desk.close();
    for (const stop of stops) stop();
    await pool.end();
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Desk {
  agent: string;
  /** the calls that popped here */
  pops: Set<string>;
  /** what the service would not do, in its words */
  refused: string[];
  state(): string;
  close(): void;
}

/** An agent's desk as their browser keeps it: signed in, in the queue, each pop painted, each record written up. */
async function openDesk(service: Service, extension: string, from: string): Promise<Desk> {
  const cookie = await post(service, from, '/api/sign-in', { login: extension, password: PASSWORD }, '');
  const socket: Socket<ServerToClient, ClientToServer> = io(service.url, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie },
  });
  const desk: Desk = {
    agent: `PJSIP/${extension}`,
    pops: new Set(),
    refused: [],
    state: () => state,
    close: () => void socket.close(),
  };
  let state = 'offline';
  let written = false;
  socket.on('presence', (view) => {
    if (view.agent !== desk.agent) return;
    state = view.state;
    // the call is over and written up: the next one, please
    if (state === 'wrap-up' && written) void ready();
  });
  socket.on('beat', () => void socket.emit('beat'));
  socket.on('pop', ({ offer }) => {
    desk.pops.add(offer.callId);
    socket.emit('painted', offer.callId, offer.offerId, Date.now());
  });
  socket.on('gone', (callId, _offerId, why) => {
    if (why === 'answered-here') void writeUp(callId);
  });
  await new Promise<void>((done) => void socket.emit('watchDesk', () => done()));
  await post(service, from, '/api/presence/sign-in', {}, cookie);

  async function ready(): Promise<void> {
    written = false;
    await post(service, from, '/api/presence/done', {}, cookie).catch((cause: unknown) =>
      desk.refused.push(String(cause)),
    );
  }

  /** While they talk: each field when it is known, as the page does, and complete at the end. */
  async function writeUp(callId: string): Promise<void> {
    const opened = await told((answer) => socket.emit('openRecord', { callId }, answer));
    if (!opened.ok) return;
    const recordId = opened.record.id;
    for (const change of WORDS) {
      const from_ = { ...change, from: opened.record.fields[change.field] } as FieldChange;
      await told((answer) => socket.emit('saveRecord', { recordId, changes: [from_] }, answer));
      // the next words at the server's next beat, as one who types while they talk
      await new Promise<void>((done) => void socket.once('beat', () => done()));
    }
    written = (await told((answer) => socket.emit('completeRecord', { recordId }, answer))).ok;
    if (state === 'wrap-up') await ready();
  }

  async function told(ask: (answer: (said: RecordAnswer) => void) => void): Promise<RecordAnswer> {
    const said = await new Promise<RecordAnswer>(ask);
    if (!said.ok) desk.refused.push(said.refusal.message);
    return said;
  }
  return desk;
}

const WORDS = [
  { field: 'caller', from: EMPTY_RECORD.caller, to: '张先生' },
  { field: 'address', from: EMPTY_RECORD.address, to: '金凤区正源南街 42 号' },
  { field: 'content', from: EMPTY_RECORD.content, to: '问水表怎样读数' },
  { field: 'conclusion', from: EMPTY_RECORD.conclusion, to: 'void' },
] satisfies FieldChange[];

/** From an address of its own: sign-in is limited by address. Answers with the session's cookie. */
function post(service: Service, from: string, path: string, body: unknown, cookie: string): Promise<string> {
  return new Promise((done, fail) => {
    const asked = request(
      `${service.url}${path}`,
      {
        method: 'POST',
        localAddress: from,
        headers: { 'content-type': 'application/json', origin: service.url, cookie },
      },
      (answer) => {
        answer.resume();
        if (answer.statusCode !== 200) return fail(new Error(`${path}: ${answer.statusCode}`));
        done((answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; '));
      },
    );
    asked.on('error', fail);
    asked.end(JSON.stringify(body));
  });
}

/** The delay that 99 % of the loop's turns since the last look stayed under, in ms, from the service's own metrics. */
async function loopDelay(service: Service): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^hotline_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]) * 1000;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
