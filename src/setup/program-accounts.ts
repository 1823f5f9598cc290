/**
 * The system accounts as which the embedded Asterisk and PostgreSQL run when the service was started as root: neither may
 * touch what is the other's, the service's or the machine's. They share one group, which may pass through VAR_DIR to what
 * is theirs; nobody else on the machine may.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { programEnvironment } from './program-environment.mjs';

/** As whom a program runs; undefined: as ourselves, for we are not root. */
export type Account = { uid: number; gid: number } | undefined;

export type ProgramAccount = 'hotline-pbx' | 'hotline-db';

const GROUP = 'hotline';
const TRIES = 20;
const TRY_AGAIN_MS = 100;

/** The account of this program, made if it is not there. */
export function programAccount(name: ProgramAccount): Account {
  if (process.getuid?.() !== 0) return undefined;
  // another start beside us may hold the lock of /etc/passwd, or have made it in between
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = accountOf(name);
    if (found) return found;
    if (attempt > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_AGAIN_MS);
    const ran = make(name);
    if (ran.error) break; // no such programs on this system
  }
  const found = accountOf(name) ?? accountOf('nobody');
  if (accountOf(name) === null)
    process.stderr.write(
      `建不了系统账号 ${name}（useradd 没有成功），这一次用 nobody 运行。请用 root 执行 useradd --system -g ${GROUP} ${name} 后重新启动。\n`,
    );
  return found ?? { uid: 65534, gid: 65534 };
}

function make(name: ProgramAccount): { error?: Error } {
  const options = { env: programEnvironment(), stdio: 'ignore' as const };
  const group = spawnSync('groupadd', ['--system', '-f', '--', GROUP], options);
  if (group.error) return { error: group.error };
  const shape = ['--system', '--no-create-home', '--home-dir', '/nonexistent'];
  const user = spawnSync(
    'useradd',
    [...shape, '--shell', '/usr/sbin/nologin', '-g', GROUP, '--', name],
    options,
  );
  return user.error ? { error: user.error } : {};
}

function accountOf(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}
