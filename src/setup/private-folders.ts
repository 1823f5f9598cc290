/**
 * Whom the files below VAR_DIR belong to. Folders are 0700 and files 0600; VAR_DIR itself may be passed through (0710) by
 * the group of the embedded programs, where they run as accounts of their own.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './program-accounts.ts';

/** Files that we make are ours alone; said once, before anything is made. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

const OTHERS = 0o077;
/** what tells VAR_DIR from a folder that is the machine's */
const OURS = ['hotline.log', 'session-secret', 'pbx', 'postgres', 'journal', 'journal-demo'];

/**
 * VAR_DIR, closed to everybody else. One of an earlier version, which others could look into, is closed down to its last
 * file. A folder that holds none of our files and was there before stays as it is: it may be the machine's.
 */
export function closeFolder(varDir: string, passers?: Account): void {
  const made = mkdirSync(varDir, { recursive: true, mode: 0o700 }) !== undefined;
  const there = readdirSync(varDir);
  if (!made && there.length > 0 && !there.some((name) => OURS.includes(name))) return;
  const { mode, uid, gid } = statSync(varDir);
  if (uid !== (process.getuid?.() ?? uid)) return;
  if (mode & 0o007) closeBelow(varDir);
  const group = passers?.gid ?? gid;
  if (group !== gid) chownSync(varDir, uid, group);
  // the service itself does not know of the programs' group: what they were given stays
  const wanted = 0o700 | (passers ? 0o010 : mode & 0o010);
  if ((mode & 0o777) !== wanted) chmodSync(varDir, wanted);
}

function closeBelow(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // the database has its own, and refuses to run where they are wrong
    if (entry.isSymbolicLink() || (entry.isDirectory() && entry.name === 'postgres')) continue;
    if (entry.isDirectory()) closeBelow(path);
    const { mode } = lstatSync(path);
    if (mode & OTHERS) chmodSync(path, mode & 0o700);
  }
}

/** May the account go through every folder down to this one? */
export function canReach(path: string, account: Account): boolean {
  if (!account) return true;
  for (let at = resolve(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const passes =
      (mode & 0o001) !== 0 ||
      (uid === account.uid && (mode & 0o100) !== 0) ||
      (gid === account.gid && (mode & 0o010) !== 0);
    if (!passes) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * A program's own folder below VAR_DIR, as a path without links. Where its account cannot get to VAR_DIR (a checkout in
 * /root), it lies in /var/lib and VAR_DIR keeps a link to it.
 */
export function programFolder(varDir: string, name: string, account: Account): string {
  closeFolder(resolve(varDir), account);
  const wanted = join(resolve(varDir), name);
  const stands = existsSync(wanted);
  if (stands ? isOutOfReach(varDir, name, account) : !canReach(resolve(varDir), account)) {
    const mark = createHash('sha256').update(resolve(varDir)).digest('hex').slice(0, 12);
    const above = '/var/lib/hotline-96666';
    mkdirSync(above, { recursive: true });
    // others pass through to folders that are closed themselves
    chmodSync(above, 0o711);
    const elsewhere = join(above, `${name}-${mark}`);
    if (stands) moveFolder(wanted, elsewhere);
    else mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, wanted);
  }
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const folder = realpathSync(wanted);
  // it passes through to what is its own in there; it can put nothing beside it
  if (account) chownSync(folder, 0, account.gid);
  chmodSync(folder, account ? 0o710 : 0o700);
  return folder;
}

/** A folder of an earlier version, which ran the program as root where its account cannot get to: it will be moved. */
export function isOutOfReach(varDir: string, name: string, account: Account): boolean {
  const folder = join(resolve(varDir), name);
  if (!account || !existsSync(folder) || lstatSync(folder).isSymbolicLink()) return false;
  closeFolder(resolve(varDir), account);
  return !canReach(resolve(varDir), account);
}

/** One of an earlier version, when the program still ran as root. */
function moveFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV') throw cause;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    rmSync(from, { recursive: true });
  }
}

/** Everything in the folder becomes the account's; what somebody linked into it is left alone. */
export function giveFolder(folder: string, account: Account): void {
  if (!account) return;
  const give = (path: string): void => {
    const { uid, gid, nlink, mode } = lstatSync(path);
    const isFolder = (mode & 0o170000) === 0o040000;
    if (!isFolder && nlink > 1) return;
    if (uid !== account.uid || gid !== account.gid) lchownSync(path, account.uid, account.gid);
    if (isFolder) for (const name of readdirSync(path)) give(join(path, name));
  };
  give(folder);
}

/** What the service wrote for a program belongs to whom the folder belongs to: else Asterisk could not play it. */
export function giveToFolder(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  const own = lstatSync(path);
  if (own.uid !== uid || own.gid !== gid) lchownSync(path, uid, gid);
}
