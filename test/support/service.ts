import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runningIn } from '../../src/setup/pbx.ts';
import type { PlayedSite } from '../../src/setup/sipp.ts';
import { cloneDatabase } from './database.ts';
import { until } from './until.ts';

/** The whole service in a process of its own, with a real Asterisk and a real database, as `npm start` runs it. */
export interface Service {
  url: string;
  databaseUrl: string;
  varDir: string;
  said(): string;
  site(): PlayedSite;
  pbxPid(): number | null;
  child(): ChildProcess;
  /** `kill -9`, and a new start on the same folder */
  killAndStart(): Promise<void>;
  stop(): Promise<void>;
}

export function startService(...args: string[]): Promise<Service> {
  return startServiceWith({}, ...args);
}

/** The same with settings of its own. */
export async function startServiceWith(
  settings: Record<string, string>,
  ...args: string[]
): Promise<Service> {
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-service-'));
  const databaseUrl = await cloneDatabase();
  const port = await freePort();
  const address = await freeAddress();
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  let child = start(args);

  function start(with_: string[]): ChildProcess {
    const started = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...with_], {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        VAR_DIR: varDir,
        DATABASE_URL: databaseUrl,
        HTTP_PORT: String(port),
        PBX_ADDRESS: address,
        // phones that SIPp plays answer no question between two calls
        PBX_QUALIFY_SECONDS: '0',
        SECURITY_UPDATE_CHECK: 'false',
        ...settings,
      },
    });
    started.stdout!.on('data', (bytes: Buffer) => (said += bytes.toString()));
    started.stderr!.on('data', (bytes: Buffer) => (said += bytes.toString()));
    return started;
  }

  const ready = () =>
    until(
      'the service is ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`);
        return (await fetch(`${url}/readyz`)).ok;
      },
      60_000,
    ).catch((cause: unknown) => {
      throw new Error(`${String(cause)}\n${said}`);
    });

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await until(
      'the service has stopped',
      () => child.exitCode !== null || child.signalCode !== null,
      20_000,
    );
    const left = existsSync(varDir) ? runningIn(join(varDir, 'pbx')) : null;
    rmSync(varDir, { recursive: true, force: true });
    if (left !== null) {
      process.kill(left, 'SIGKILL');
      throw new Error('the service left its PBX running');
    }
  }

  try {
    // now and then a start hangs on a machine whose disk is busy: it is begun once more, as its supervisor would
    await ready().catch(async (cause: unknown) => {
      process.stderr.write(`${String(cause)}\n`);
      child.kill('SIGKILL');
      await until('the hung start is gone', () => child.signalCode !== null || child.exitCode !== null);
      child = start(args);
      await ready();
    });
    await until('it says where it is', () => said.includes('已启动'));
  } catch (cause) {
    await stop().catch(() => undefined);
    throw cause;
  }

  // what `--add-agent` said, once
  const phonePasswords = Object.fromEntries(
    [...said.matchAll(/座机 (\d+) 的注册密码 (\S+?)（/g)].map(([, extension, password]) => [
      extension!,
      password!,
    ]),
  );
  return {
    url,
    databaseUrl,
    varDir,
    said: () => said,
    site: () => ({
      ...(JSON.parse(readFileSync(join(varDir, 'pbx/site.json'), 'utf8')) as PlayedSite),
      phonePasswords,
    }),
    pbxPid: () => runningIn(join(varDir, 'pbx')),
    child: () => child,
    async killAndStart() {
      child.kill('SIGKILL');
      await until('the service is gone', () => child.signalCode !== null);
      said = '';
      child = start([]);
      await ready();
    },
    stop,
  };
}

/** A loopback address on which nobody's switch stands, so that suites run side by side. */
export async function freeAddress(): Promise<string> {
  for (let network = 2 + (process.pid % 200); ; network = network < 250 ? network + 1 : 2) {
    const address = `127.0.${network}.1`;
    const probe = createServer();
    const free = await new Promise<boolean>((done) => {
      probe.once('error', () => done(false));
      probe.listen(5038, address, () => done(true));
    });
    probe.close();
    if (free && !given.has(address)) {
      given.add(address);
      return address;
    }
  }
}

const given = new Set<string>();

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
