import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeAddress, freePort } from './service.ts';
import { openSlowMachine } from './slow-machine.ts';
import { until } from './until.ts';

/** `npm start` on a machine where the hotline never ran, and where it gets only a share of the time. */
export interface FirstStart {
  url: string;
  /** every word on the terminal so far */
  said(): string;
  stop(): Promise<void>;
}

export async function firstStart(plan: {
  args: string[];
  share: number;
  withinMs: number;
  settings?: Record<string, string>;
}): Promise<FirstStart> {
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-first-'));
  // the database's account gets there: else its data would lie in /var/lib
  chmodSync(varDir, 0o711);
  const port = await freePort();
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    VAR_DIR: varDir,
    HTTP_PORT: String(port),
    PBX_ADDRESS: await freeAddress(),
    ...plan.settings,
  };
  // its own database and its own switch, whatever this shell has
  for (const name of ['DATABASE_URL', 'AMI_HOST']) delete environment[name];
  let said = '';
  const watcher: ChildProcess = spawn(
    process.execPath,
    ['test/support/supervised.mjs', '120', ...plan.args],
    {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    },
  );
  for (const stream of [watcher.stdout!, watcher.stderr!])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const over = () => watcher.exitCode !== null || watcher.signalCode !== null;
  const machine = openSlowMachine(watcher.pid!, varDir, plan.share);
  const stop = async () => {
    await machine.end();
    watcher.kill('SIGTERM');
    await until('all has ended', over, 60_000);
    rmSync(varDir, { recursive: true, force: true });
  };
  try {
    await until(
      'it has started',
      () => {
        if (over()) throw new Error(`it ended with ${watcher.exitCode}: ${said}`);
        if (!said.includes('已启动')) throw new Error(said);
        return true;
      },
      plan.withinMs,
    );
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url: `http://127.0.0.1:${port}`, said: () => said, stop };
}
