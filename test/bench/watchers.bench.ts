/**
 * 500 watchers, half of them walls and half consoles, while a call comes in each second on a real Asterisk: how long a
 * change on the switch takes to each watcher's door. Beside them in the same run a bare socket.io server tells as many
 * sockets the time. Then every line is torn at once: the first view that comes back must be whole.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { openPool } from '../../src/postgres/pool.ts';
import type { ClientToServer, ServerToClient, WallView } from '../../src/protocol.ts';
import type { ConsoleView } from '../../src/protocol/console.ts';
import { add } from '../../src/setup/people.ts';
import { calling, network } from '../../src/setup/sipp.ts';
import { startService } from '../support/service.ts';
import { signedIn } from '../support/sign-in.ts';
import { until } from '../support/until.ts';
import { percentile, type BenchRow } from './row.ts';

const WATCHERS = 500;
const CALLS = Number(process.env['WATCHERS_CALLS'] ?? 60);
const PASSWORD = 'shui-96666-bench';
type Line = Socket<ServerToClient, ClientToServer>;

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-bench-'));
  const bare: ChildProcess = fork(join(import.meta.dirname, 'watchers-server.ts'), [], {
    execArgv: ['--import', 'tsx'],
  });
  const lines: Line[] = [];
  const plain: Socket[] = [];
  try {
    const [{ port }] = (await once(bare, 'message')) as [{ port: number }];
    await add(pool, { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null }, PASSWORD);
    const cookie = await signedIn(service.url, 'banzhang', PASSWORD);
    const open = { transports: ['websocket'], forceNew: true, reconnectionDelay: 100 };

    // when each watcher's door first had the call, or the wall's count with it
    const inConsole: Map<string, number>[] = [];
    const onWall: Map<number, number>[] = [];
    const wholes: boolean[] = [];
    const late: number[] = [];
    let torn = false;
    for (let at = 0; at < WATCHERS; at += 1) {
      const line: Line = io(service.url, { ...open, extraHeaders: { cookie } });
      const calls = new Map<string, number>();
      const counts = new Map<number, number>();
      if (at % 2 === 0) {
        onWall.push(counts);
        const show = ({ today }: WallView) => {
          if (torn && wholes[at] === undefined) wholes[at] = today.offered === CALLS;
          if (!counts.has(today.offered)) counts.set(today.offered, Date.now());
        };
        line.on('connect', () => void line.emit('watchWall', show));
        line.on('wall', show);
      } else {
        inConsole.push(calls);
        line.on('console', (view: ConsoleView) => {
          for (const { callId } of view.calls) if (!calls.has(callId)) calls.set(callId, Date.now());
        });
      }
      lines.push(line);
      const other = io(`http://127.0.0.1:${port}`, open);
      other.on('time', (atMs: number) => void late.push(Date.now() - atMs));
      plain.push(other);
      if (at % 25 === 24) await until('they are in', () => line.connected && other.connected, 30_000);
    }
    await until('every watcher has a wall', () => onWall.every((one) => one.has(0)), 30_000);

    writeFileSync(
      join(dir, 'callers.csv'),
      `SEQUENTIAL\n${Array.from({ length: CALLS }, (_, at) => `139${String(at).padStart(8, '0')}`).join('\n')}\n`,
    );
    const site = service.site();
    writeFileSync(join(dir, 'caller.xml'), calling('[field0]', site.hotlineNumber, 2500));
    const host = `${network(site)}.10`;
    late.length = 0;
    const callers = spawn(
      'sipp',
      [
        ...[`${site.address}:${site.sipPort}`, '-nostdin', '-sf', 'caller.xml', '-inf', 'callers.csv'],
        ...['-i', host, '-mi', host, '-r', '1', '-m', String(CALLS)],
      ],
      { cwd: dir, stdio: 'ignore' },
    );
    await once(callers, 'exit');
    const rows = await until(
      'the last call is kept',
      async () => {
        const { rows } = await pool.query<{ id: string; atMs: number }>(
          `select call_id as id, (extract(epoch from arrived_at) * 1000)::float8 as "atMs"
             from calls where ended_at is not null order by arrived_at`,
        );
        return rows.length === CALLS && rows;
      },
      30_000,
    );
    const bareMs = [...late];
    const seen = [
      ...rows.flatMap(({ atMs }, at) => onWall.map((counts) => firstWith(counts, at + 1) - atMs)),
      ...rows.flatMap(({ id, atMs }) => inConsole.map((calls) => (calls.get(id) ?? Infinity) - atMs)),
    ];
    const lost = seen.filter((ms) => !Number.isFinite(ms)).length;

    torn = true;
    for (const line of lines) line.io.engine.close();
    await until('every line is back', () => lines.every((line) => line.connected), 60_000);
    await until(
      'every wall has a view again',
      () => onWall.every((_, at) => wholes[at * 2] !== undefined),
      30_000,
    );
    const [ours, other] = [percentile(seen, 95), percentile(bareMs, 95)];
    return [
      {
        name: `${WATCHERS} watchers, change on the switch to their door, p95 ÷ a bare broadcast's (never seen: ${lost})`,
        ours: `${ours.toFixed(0)} ms`,
        other: `${other.toFixed(0)} ms`,
        ratio: ours / Math.max(1, other),
        goal: '< 1 s, all seen',
        met: ours < 1000 && lost === 0,
      },
      {
        name: 'torn lines that came back with the whole view ÷ walls',
        ours: String(wholes.filter(Boolean).length),
        other: String(onWall.length),
        ratio: wholes.filter(Boolean).length / onWall.length,
        goal: '= 1',
        met: wholes.filter(Boolean).length === onWall.length,
      },
    ];
  } finally {
    for (const line of [...lines, ...plain]) line.close();
    bare.kill('SIGKILL');
    await pool.end();
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The first instant at which this door told of so many calls, or more. */
function firstWith(counts: Map<number, number>, wanted: number): number {
  return Math.min(...[...counts].filter(([count]) => count >= wanted).map(([, atMs]) => atMs));
}
