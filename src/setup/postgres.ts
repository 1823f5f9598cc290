/**
 * The embedded database, for whoever has set no DATABASE_URL: a real PostgreSQL below VAR_DIR that is made on the first
 * start, found again after a `kill -9` of the service, and started again when it dies under us.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { canConnect } from '../postgres/pool.ts';
import { prepareDatabase, type DatabaseUrls } from './database-roles.ts';
import {
  databaseAccount,
  databaseFolder,
  databasePrograms,
  makeDataFolder,
  plain,
} from './postgres-files.ts';
import { giveFolder } from './private-folders.ts';
import type { Account } from './program-accounts.ts';
import { programEnvironment } from './program-environment.mjs';

export interface StartPostgres {
  varDir: string;
  /** fixed port of 127.0.0.1; not given: a free one is chosen and remembered */
  port?: number;
  /** takes what there is to tell, a Chinese sentence at a time */
  log: (sentence: string) => void;
  /** server settings over ours, for tests that need no durability */
  settings?: Record<string, string>;
}

/** The running embedded database. */
export interface RunningPostgres {
  /** of the superuser: only for setting up, and for tests that stand for an administrator */
  readonly url: string;
  /** a database with its roles, made if it is not there */
  prepare(name: string): Promise<DatabaseUrls>;
  /** of the postmaster; another one after it died and was started again */
  readonly pid: number;
  /** true: it was still running from a service that was killed */
  readonly adopted: boolean;
  /** stops it and waits until it is gone; whatever was committed is on the disk */
  stop(): Promise<void>;
}

/** a machine that does fifteen things at once needs all of it; one that died is noticed at once */
const READY_MS = 180_000;

/** Starts the embedded database, or adopts the one that a killed service left running on the same VAR_DIR. */
export async function startPostgres(options: StartPostgres): Promise<RunningPostgres> {
  const { log } = options;
  const account = databaseAccount();
  const programs = databasePrograms(account);
  const folder = databaseFolder(options.varDir, account);
  const release = claim(folder, options.varDir);
  try {
    await makeOnce(folder, programs, account, log);
    const data = realpathSync(join(folder, 'data'));
    const password = readFileSync(join(folder, 'password'), 'utf8').trim();
    const url = (port: number) => `postgres://hotline:${password}@127.0.0.1:${port}/hotline`;

    const orphan = await adopt(data, url, options.port, log);
    const port = orphan?.port ?? (await choosePort(folder, options.port));
    const launch = () => launchServer({ programs, folder, data, port, account, ...options });
    let pid = orphan?.pid ?? (await launch());
    const guard = supervise(
      () => pid,
      data,
      log,
      async () => (pid = await launch()),
    );
    return {
      url: url(port),
      prepare: (name) => prepareDatabase(url(port), name, folder),
      get pid() {
        return pid;
      },
      adopted: orphan !== null,
      async stop() {
        await guard.end();
        await stopServer(pid, data);
        release();
      },
    };
  } catch (cause) {
    release();
    throw cause;
  }
}

/** One service per VAR_DIR: a second one would stop the database under the first. */
function claim(folder: string, varDir: string): () => void {
  const file = join(folder, 'owner');
  const mark = `${process.pid} ${startOf(process.pid)}`;
  if (existsSync(file)) {
    const owner = readFileSync(file, 'utf8');
    const pid = Number(owner.split(' ')[0]);
    if (owner === `${pid} ${startOf(pid)}` && startOf(pid) !== 'gone' && pid !== process.pid) {
      throw new Error(
        `VAR_DIR（${varDir}）正被另一个在运行的服务使用（进程 ${pid}）。请先停止它，或换一个 VAR_DIR。`,
      );
    }
  }
  try {
    writeFileSync(file, mark);
  } catch (cause) {
    throw plain(cause, folder);
  }
  return () => rmSync(file, { force: true });
}

async function makeOnce(
  folder: string,
  programs: string,
  account: Account,
  log: (sentence: string) => void,
): Promise<void> {
  if (existsSync(join(folder, 'data/PG_VERSION'))) return;
  const began = Date.now();
  log('第一次启动：建立内嵌数据库 …');
  try {
    await makeDataFolder(folder, programs, account);
  } catch (cause) {
    throw plain(cause, folder);
  }
  log(`内嵌数据库已建立，${((Date.now() - began) / 1000).toFixed(1)} 秒`);
}

/** A server that still runs on our data, from a service that was killed. One that does not answer is stopped. */
async function adopt(
  data: string,
  url: (port: number) => string,
  wantedPort: number | undefined,
  log: (sentence: string) => void,
): Promise<{ pid: number; port: number } | null> {
  const left = readPidFile(data);
  if (left && isOurs(left.pid, data)) {
    const fits = wantedPort === undefined || wantedPort === left.port;
    if (fits && (await becomesReady(data, left.pid, 10_000)) && (await canConnect(url(left.port)))) {
      log(`接管上次留下的内嵌数据库（进程 ${left.pid}）`);
      return left;
    }
    log(`停止上次留下的内嵌数据库（进程 ${left.pid}）…`);
    await stopServer(left.pid, data);
  }
  // backends outlive a killed postmaster for a moment; none may be left when a new one opens the files
  await until(() => processesIn(data).length === 0, 10_000);
  for (const pid of processesIn(data)) signal(pid, 'SIGKILL');
  await until(() => processesIn(data).length === 0, 5_000);
  // its number may meanwhile be somebody else's, which Postgres would take for a running server
  rmSync(join(data, 'postmaster.pid'), { force: true });
  return null;
}

async function choosePort(folder: string, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new Error(`内嵌数据库的端口 ${wanted} 已被别的程序占用。请停止那个程序，或换一个端口后重新启动。`);
  }
  const file = join(folder, 'port');
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (remembered > 0 && (await isFree(remembered))) return remembered;
  const port = await freePort();
  writeFileSync(file, String(port));
  return port;
}

interface Launch {
  programs: string;
  folder: string;
  data: string;
  port: number;
  account: Account;
  settings?: Record<string, string>;
}

/** Runs the server in a session of its own: Ctrl-C in the terminal must reach the service first. */
async function launchServer(launch: Launch): Promise<number> {
  const { programs, folder, data, port, account } = launch;
  // an earlier version ran it as another account; nobody has the files open now
  if (account && statSync(data).uid !== account.uid) giveFolder(data, account);
  const logFile = join(folder, 'postgres.log');
  if (existsSync(logFile) && statSync(logFile).size > 5_000_000) renameSync(logFile, `${logFile}.old`);
  const settings = { ...serverSettings(port), ...launch.settings };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(logFile, 'a', 0o600);
  const before = statSync(logFile).size;
  let child: ChildProcess;
  try {
    child = spawn(join(programs, 'bin/postgres'), ['-D', data, ...args], {
      cwd: '/',
      env: programEnvironment({ LC_ALL: 'C.UTF-8' }),
      stdio: ['ignore', output, output],
      detached: true,
      ...account,
    });
  } finally {
    closeSync(output);
  }
  child.unref();
  let failure: Error | null = null;
  child.on('error', (cause) => (failure = cause));
  child.on('exit', (code) => (failure ??= new Error(`exit ${code}`)));
  const { pid } = child;
  if (pid !== undefined && (await becomesReady(data, pid, READY_MS, () => failure === null))) return pid;
  if (pid !== undefined && failure === null) await stopServer(pid, data);
  const said = readFileSync(logFile).subarray(before).toString('utf8');
  throw plain(new Error(said.trim() || (failure as Error | null)?.message || 'no answer'), folder);
}

function serverSettings(port: number): Record<string, string> {
  const memoryMb = totalmem() / 1024 ** 2;
  const megabytes = (value: number, least: number, most: number) =>
    `${Math.round(Math.min(most, Math.max(least, value)))}MB`;
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // a socket's path may not be longer than 107 bytes; a checkout's may
    unix_socket_directories: '',
    timezone: 'Asia/Shanghai',
    log_timezone: 'Asia/Shanghai',
    max_connections: '100',
    shared_buffers: megabytes(memoryMb / 8, 64, 1024),
    effective_cache_size: megabytes(memoryMb / 2, 256, 8192),
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    // a month's report may take one core and no more: the pops have the other
    max_parallel_workers_per_gather: '0',
    log_min_messages: 'warning',
    log_line_prefix: '%m [%p] ',
  };
}

/** Starts the server again when it dies; ended before a wanted stop. */
function supervise(
  pid: () => number,
  data: string,
  log: (sentence: string) => void,
  restart: () => Promise<number>,
): { end(): Promise<void> } {
  let ended = false;
  let work: Promise<void> = Promise.resolve();
  let busy = false;
  let failures = 0;
  let nextAt = 0;
  const timer = setInterval(() => {
    if (busy || ended || isOurs(pid(), data) || Date.now() < nextAt) return;
    busy = true;
    work = again().finally(() => (busy = false));
  }, 250);
  timer.unref();
  async function again(): Promise<void> {
    log('内嵌数据库意外停止，正在重新启动 …');
    try {
      await until(() => processesIn(data).length === 0, 10_000);
      if (ended) return;
      rmSync(join(data, 'postmaster.pid'), { force: true });
      await restart();
      failures = 0;
      log('内嵌数据库已重新启动');
    } catch (cause) {
      failures += 1;
      nextAt = Date.now() + Math.min(30_000, 1000 * 2 ** failures);
      log((cause as Error).message);
    }
  }
  return {
    async end() {
      ended = true;
      clearInterval(timer);
      await work;
    },
  };
}

/** Ends the one that a service left running. */
export async function stopLeftPostgres(data: string): Promise<void> {
  const left = readPidFile(data);
  if (left && isOurs(left.pid, data)) await stopServer(left.pid, data);
}

async function stopServer(pid: number, data: string): Promise<void> {
  const gone = () => !isOurs(pid, data);
  for (const [kind, waitMs] of [
    ['SIGINT', 30_000], // fast shutdown: clients are cut off, everything is written
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (gone()) return;
    signal(pid, kind);
    signal(pid, 'SIGCONT');
    await until(gone, waitMs);
  }
}

/** Line 1 the postmaster, 4 its port, 8 its state: PostgreSQL, "postmaster.pid". */
function readPidFile(data: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null; // not running, or not yet
  }
}

async function becomesReady(
  data: string,
  pid: number,
  waitMs: number,
  goesOn: () => boolean = () => true,
): Promise<boolean> {
  const ready = () => {
    const file = readPidFile(data);
    return file?.pid === pid && file.ready;
  };
  await until(() => ready() || !goesOn() || !existsSync(`/proc/${pid}`), waitMs);
  return goesOn() && ready();
}

/** Does this process work in our data folder? A number alone may meanwhile be somebody else's. */
function isOurs(pid: number, data: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== data) return false;
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // gone, or not ours to look at
  }
}

function processesIn(data: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isOurs(pid, data));
}

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'gone' : (fields[19] ?? '');
  } catch {
    return 'gone';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

async function until(condition: () => boolean, waitMs: number): Promise<void> {
  const end = Date.now() + waitMs;
  while (!condition() && Date.now() < end) await pause(15);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** Below the range that the kernel gives to outgoing connections, so that it is still free after a restart. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = 15_000 + (randomBytes(2).readUInt16BE() % 15_000);
    if (await isFree(port)) return port;
  }
  throw new Error('在 127.0.0.1 上找不到空闲的端口给内嵌数据库使用。请关闭不用的程序后重新启动。');
}
