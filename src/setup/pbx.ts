import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { giveFolder, isOutOfReach, programFolder } from './private-folders.ts';
import { programAccount } from './program-accounts.ts';
import { programEnvironment } from './program-environment.mjs';
import { obtainAsterisk, PBX_FOLDERS, writePbxFiles, type PbxRelease, type PbxSite } from './pbx-files.ts';
import { SetupFailure } from './progress.ts';

/** A running Asterisk of our own, and how to reach it. */
export interface Pbx {
  site: PbxSite;
  dir: string;
  pid(): number;
  /** true: it was running already, with its calls, and was taken over */
  adopted: boolean;
  /** ends it, whatever state it is in, and does not start it again */
  stop(): Promise<void>;
  /** `kill -9`, for tests: the supervisor starts it again */
  kill(): void;
}

export interface PbxWishes {
  varDir: string;
  /** a loopback address of its own, so that several stand side by side */
  address?: string;
  hotlineNumber?: string;
  sipPort?: number;
  amiPort?: number;
  httpPort?: number;
  /** what a held caller hears: `music`, `ring` or a sound file */
  holdSound?: string;
  /** restart it when it dies; the embedded PBX of a running service does */
  supervise?: boolean;
  onState?: (state: 'up' | 'down') => void;
}

/** a machine that does fifteen things at once needs all of it; one that died is noticed at once */
const READY_MS = 120_000;
const ADOPT_MS = 15_000;
const RESTART_MS = 1000;

/** Starts the embedded Asterisk of VAR_DIR, or adopts the one that an earlier, killed service left running. */
export async function startPbx(wishes: PbxWishes): Promise<Pbx> {
  const account = programAccount('hotline-pbx');
  // one that an earlier version ran as root has its paths where its new account may not get to
  if (isOutOfReach(wishes.varDir, 'pbx', account)) await stopLeftPbx(join(wishes.varDir, 'pbx'));
  const dir = programFolder(wishes.varDir, 'pbx', account);
  const release = await obtainAsterisk();
  const site = siteOf(dir, wishes);
  await writePbxFiles(release, dir, site, wishes.holdSound);
  for (const part of PBX_FOLDERS) giveFolder(join(dir, part), account);
  const print = fingerprint(dir);
  const left = runningIn(dir);
  let stopping = false;
  let pid = 0;
  let child: ChildProcess | null = null;
  let watch: NodeJS.Timeout | null = null;
  let beginning: NodeJS.Timeout | null = null;
  /** the first time is for who asked: they are told that it failed */
  let stood = false;

  const adopted = left !== null && stampOf(dir) === print && (await answersInTime(site, left));
  if (adopted) {
    pid = left!;
    stood = true;
    watchForeign();
  } else {
    if (left !== null) await end(left);
    await portsFree(site);
    await begin();
  }

  async function begin(): Promise<void> {
    const log = openSync(join(dir, 'log/console.log'), 'a', 0o600);
    const mine = spawn(
      release.loader,
      [
        '--library-path',
        libraryPath(release),
        join(release.root, 'usr/sbin/asterisk'),
        '-f',
        '-C',
        join(dir, 'etc/asterisk.conf'),
      ],
      // a group of its own: Ctrl-C in the terminal reaches us, and we end it in order
      {
        stdio: ['ignore', log, log],
        detached: true,
        cwd: '/',
        env: programEnvironment({ HOME: join(dir, 'lib'), LC_ALL: 'C.UTF-8' }),
        ...account,
      },
    );
    closeSync(log);
    child = mine;
    pid = mine.pid ?? 0;
    mine.unref();
    const over = () => {
      if (child !== mine) return;
      child = null;
      wishes.onState?.('down');
      beginAgain();
    };
    mine.on('exit', over);
    // it could not be begun at all
    mine.on('error', over);
    await ready(site, () => child !== mine, dir);
    stood = true;
    writeFileSync(join(dir, 'run/started-with'), print);
    wishes.onState?.('up');
  }

  /** Until it stands: a disk or a process table that is full now need not be full for ever. */
  function beginAgain(): void {
    if (stopping || !wishes.supervise || !stood || beginning) return;
    beginning = setTimeout(() => {
      beginning = null;
      if (stopping) return;
      begin().catch(() => {
        // one that hangs half begun ends first
        if (child) child.kill('SIGKILL');
        else beginAgain();
      });
    }, RESTART_MS);
    beginning.unref();
  }

  function watchForeign(): void {
    watch = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(watch!);
      wishes.onState?.('down');
      beginAgain();
    }, 500);
    watch.unref();
  }

  return {
    site,
    dir,
    pid: () => pid,
    adopted,
    async stop() {
      stopping = true;
      if (watch) clearInterval(watch);
      if (beginning) clearTimeout(beginning);
      await end(pid);
    },
    kill: () => process.kill(pid, 'SIGKILL'),
  };
}

function libraryPath(release: PbxRelease): string {
  return [release.libraries, join(release.libraries, 'pulseaudio'), join(release.root, 'usr/lib')].join(':');
}

/** Ports and secrets, made once and kept in VAR_DIR/pbx/site.json. */
function siteOf(dir: string, wishes: PbxWishes): PbxSite {
  const file = join(dir, 'site.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PbxSite) : null;
  const address = wishes.address ?? kept?.address ?? '127.0.66.1';
  const network = address.split('.').slice(0, 3).join('.');
  const site: PbxSite = {
    address,
    sipPort: wishes.sipPort ?? kept?.sipPort ?? 5060,
    amiPort: wishes.amiPort ?? kept?.amiPort ?? 5038,
    httpPort: wishes.httpPort ?? kept?.httpPort ?? 8088,
    rtpFirst: 10000,
    rtpLast: 14000,
    trunkMatch: `${network}.10`,
    trunkContact: `sip:${network}.10:5060`,
    hotlineNumber: wishes.hotlineNumber ?? '96666',
    eventsSecret: kept?.eventsSecret ?? secret(),
    actionsSecret: kept?.actionsSecret ?? secret(),
    ariSecret: kept?.ariSecret ?? secret(),
    phoneSecret: kept?.phoneSecret ?? secret(),
  };
  writeFileSync(file, JSON.stringify(site, null, 1), { mode: 0o600 });
  return site;
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}

/** What the running process was configured with; another configuration means that it must be started anew. */
function fingerprint(dir: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(join(dir, 'etc')).sort())
    hash.update(name).update(readFileSync(join(dir, 'etc', name)));
  return hash.digest('hex');
}

function stampOf(dir: string): string | null {
  const file = join(dir, 'run/started-with');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** The Asterisk that runs with this folder's configuration, whoever started it. */
export function runningIn(dir: string): number | null {
  const mark = join(existsSync(dir) ? realpathSync(dir) : dir, 'etc/asterisk.conf');
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (line.includes(mark) && line.some((word) => word.endsWith('/asterisk'))) return Number(name);
    } catch {
      continue; // it ended while we looked
    }
  }
  return null;
}

/** Ends the one that a service left running; with its calls. */
export async function stopLeftPbx(dir: string): Promise<void> {
  const left = runningIn(dir);
  if (left !== null) await end(left);
}

async function end(pid: number): Promise<void> {
  // 0 would be all of ourselves
  if (pid <= 0) return;
  for (const [signal, waitMs] of [
    ['SIGTERM', 4000],
    ['SIGKILL', 2000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // it is gone
    }
    const until = Date.now() + waitMs;
    while (Date.now() < until) {
      if (!isAlive(pid)) return;
      await pause(20);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A port that somebody else holds is said before Asterisk fails without a word. */
async function portsFree(site: PbxSite): Promise<void> {
  if (await opens(site.address, site.amiPort)) {
    throw new SetupFailure(
      `端口 ${site.address}:${site.amiPort} 已被别的程序占用，内嵌交换机起不来。请关掉占用它的程序（ss -ltnp 可以看到是谁），再启动。`,
    );
  }
}

async function ready(site: PbxSite, died: () => boolean, dir: string): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (died()) break;
    if (await answers(site)) return;
    await pause(30);
  }
  throw new SetupFailure(`内嵌交换机没有起来，原因在 ${dir}/log/console.log 和 messages.log。`);
}

/** Whether it may be taken over: on a busy machine it answers late, and ending it would end its calls. */
async function answersInTime(site: PbxSite, pid: number): Promise<boolean> {
  const until = Date.now() + ADOPT_MS;
  while (isAlive(pid) && Date.now() < until) {
    if (await answers(site)) return true;
    await pause(100);
  }
  return false;
}

/** The manager listens before the queues are loaded, and the queues are before a call may be placed: ready is who can say both. */
function answers(site: PbxSite): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: site.address, port: site.amiPort });
    let said = '';
    const finish = (yes: boolean) => {
      socket.destroy();
      done(yes);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once('connect', () =>
      socket.write(
        `Action: Login\r\nUsername: hotline-events\r\nSecret: ${site.eventsSecret}\r\nEvents: system\r\n\r\nAction: QueueStatus\r\n\r\n`,
      ),
    );
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (/EventList: start/.test(said)) finish(/Event: FullyBooted/.test(said));
      else if (/Response: Error/.test(said)) finish(false);
    });
    socket.once('error', () => finish(false));
  });
}

function opens(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    socket.once('connect', () => (socket.destroy(), done(true)));
    socket.once('error', () => done(false));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
