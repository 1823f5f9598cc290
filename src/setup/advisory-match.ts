/** Which published faults (OSV, as GitHub's advisory database writes it, too) are in the packages of a lock file. */
import { compare, satisfies, valid } from 'semver';

/** What is read of an entry of OSV 1.x; the rest is not looked at. */
export interface Advisory {
  id: string;
  modified?: string;
  withdrawn?: string;
  aliases?: string[];
  summary?: string;
  affected?: Affected[];
  severity?: { type: string; score: string }[];
  database_specific?: { severity?: string };
}

interface Affected {
  package?: { ecosystem?: string; name?: string };
  ranges?: { type?: string; events?: Record<string, string>[] }[];
  versions?: string[];
}

export interface LockFile {
  packages?: Record<string, { version?: string; dev?: boolean; name?: string }>;
}

export interface Finding {
  id: string;
  aliases: string[];
  name: string;
  version: string;
  /** where it lies in the tree */
  path: string;
  /** only tests and the build use it */
  dev: boolean;
  severity: string;
  summary: string;
  /** the first version above ours that does not have the fault; null: none is named */
  fixedIn: string | null;
}

/** Every package of the lock file that an advisory names in this version. */
export function findingsOf(lock: LockFile, advisories: Iterable<Advisory>): Finding[] {
  const byName = new Map<string, { path: string; version: string; dev: boolean }[]>();
  for (const [path, { version, dev, name }] of Object.entries(lock.packages ?? {})) {
    if (path === '' || version === undefined) continue;
    const called = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const copies = byName.get(called) ?? [];
    copies.push({ path, version, dev: dev ?? false });
    byName.set(called, copies);
  }
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const advisory of advisories) {
    if (advisory.withdrawn) continue;
    for (const affected of advisory.affected ?? []) {
      if (affected.package?.ecosystem?.toLowerCase() !== 'npm') continue;
      for (const { path, version, dev } of byName.get(affected.package.name ?? '') ?? []) {
        if (!isAffected(version, affected) || seen.has(`${advisory.id} ${path}`)) continue;
        seen.add(`${advisory.id} ${path}`);
        found.push({
          id: advisory.id,
          aliases: advisory.aliases ?? [],
          name: affected.package.name!,
          ...{ version, path, dev },
          severity: severityOf(advisory),
          summary: advisory.summary ?? '',
          fixedIn: fixedIn(version, affected),
        });
      }
    }
  }
  return found.sort((a, b) => Number(a.dev) - Number(b.dev) || a.name.localeCompare(b.name));
}

function isAffected(version: string, affected: Affected): boolean {
  if (affected.versions?.includes(version)) return true;
  if (!valid(version)) return false;
  return (affected.ranges ?? [])
    .filter((range) => range.type === 'SEMVER' || range.type === 'ECOSYSTEM')
    .some((range) => isWithin(version, range.events ?? []));
}

/** The events of a range in the order of their versions: introduced opens it, fixed closes it, last_affected after itself. */
function isWithin(version: string, events: Record<string, string>[]): boolean {
  const marks = events
    .flatMap((event) => Object.entries(event))
    .map(([kind, at]) => ({ kind, at: at === '0' ? '0.0.0-0' : (valid(at) ?? '') }))
    .filter(({ kind, at }) => at !== '' && ['introduced', 'fixed', 'last_affected'].includes(kind))
    // where one range ends and another begins at the same version, the beginning counts
    .sort((a, b) => compare(a.at, b.at) || Number(a.kind === 'introduced') - Number(b.kind === 'introduced'));
  let inside = false;
  for (const { kind, at } of marks) {
    const order = compare(version, at);
    if (kind === 'introduced' && order >= 0) inside = true;
    if (kind === 'fixed' && order >= 0) inside = false;
    if (kind === 'last_affected' && order > 0) inside = false;
  }
  return inside;
}

function fixedIn(version: string, affected: Affected): string | null {
  const fixes = (affected.ranges ?? [])
    .flatMap((range) => range.events ?? [])
    .flatMap(({ fixed }) => (fixed !== undefined && valid(fixed) ? [fixed] : []))
    .filter((fixed) => satisfies(fixed, `>${version}`, { includePrerelease: true }))
    .sort(compare);
  return fixes[0] ?? null;
}

function severityOf(advisory: Advisory): string {
  const named = advisory.database_specific?.severity?.toLowerCase();
  if (named) return named === 'medium' ? 'moderate' : named;
  return advisory.severity?.[0]?.score ?? 'unknown';
}
