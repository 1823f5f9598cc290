/** Asks apt what it knows of updates. This machine's lists are read as they are; those of the embedded Asterisk's Debian are fetched. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { securityUpdatesOf, updatesOf, type UpdateKnowledge } from '../core/security-updates.ts';
import { APT_SIGNED } from './debian.ts';
import { run, runDownload } from './packages.ts';
import { asteriskRoot } from './pbx-files.ts';
import { debianPackages } from './dpkg.ts';

const FILE = 'security-updates.json';
const LISTS = ['var/lib/apt/lists', 'var/lib/apt/lists/partial', 'var/lib/apt/periodic/update-success-stamp'];
const KEPT_CHARACTERS = 2_000_000;

export function keptUpdates(varDir: string, nowMs: number): UpdateKnowledge {
  const file = join(varDir, FILE);
  const nothing = { machine: [], machineListAtMs: null, pbx: null, pbxListAtMs: null };
  if (!existsSync(file)) return { sinceMs: nowMs, ...nothing };
  return JSON.parse(readFileSync(file, 'utf8')) as UpdateKnowledge;
}

/** `embedded`: Asterisk is ours, and its Debian is asked, too. What can't be asked now keeps what was known. */
export async function askUpdates(varDir: string, embedded: boolean, nowMs: number): Promise<UpdateKnowledge> {
  const known = keptUpdates(varDir, nowMs);
  if (existsSync('/usr/bin/apt-get')) {
    const said = await simulated([]).catch(() => null);
    if (said !== null) {
      known.machine = securityUpdatesOf(said);
      known.machineListAtMs = listsOf('/') ?? known.machineListAtMs;
    }
  }
  const root = embedded ? asteriskRoot() : null;
  if (root === null) known.pbx = null;
  else {
    known.pbx ??= [];
    // fetching needs root; whoever is not looks at what root fetched last
    if (process.getuid?.() === 0)
      await runDownload(['chroot', root, ...APT_SIGNED, 'update'])
        .then(() => (known.pbxListAtMs = nowMs))
        .catch(() => undefined);
    const said = await simulated(['chroot', root]).catch(() => null);
    if (said !== null) known.pbx = updatesOf(said);
  }
  const file = join(varDir, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(known), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return known;
}

/** Changes nothing and waits for no lock. */
function simulated(before: string[]): Promise<string> {
  const command = ['apt-get', '-q', '-s', '-o', 'Debug::NoLocking=true', 'dist-upgrade'];
  return run([...before, ...command], undefined, KEPT_CHARACTERS);
}

function listsOf(root: string): number | null {
  const times = LISTS.map((name) => join(root, name)).flatMap((path) =>
    existsSync(path) ? [statSync(path).mtimeMs] : [],
  );
  return times.length === 0 ? null : Math.max(...times);
}

/** The embedded Asterisk's version as Debian names it; null: not here. */
export function asteriskVersion(): string | null {
  const root = asteriskRoot();
  if (root === null) return null;
  return debianPackages(root).find(({ name }) => name === 'asterisk')?.version ?? null;
}
