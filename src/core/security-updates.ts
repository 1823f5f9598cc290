/** Whether the programs that the hotline stands on are known to be up to date: what is known, and what to say of it. */

/** What was last learnt of updates, as it is kept in VAR_DIR. */
export interface UpdateKnowledge {
  /** since when somebody has looked at all */
  sinceMs: number;
  /** packages of this machine for which Debian has a security update */
  machine: UpdateOut[];
  /** when this machine's list of packages was last fetched; null: never, or no Debian */
  machineListAtMs: number | null;
  /** newer packages of the Debian that holds the embedded Asterisk; null: there is none here */
  pbx: UpdateOut[] | null;
  pbxListAtMs: number | null;
}

export interface UpdateOut {
  name: string;
  installed: string;
  offered: string;
}

export type UpdateAlarm = 'security-updates-out' | 'security-updates-unknown';

const DAY_MS = 86_400_000;
/** so long nothing was heard of updates: somebody should look why */
export const OUT_OF_REACH_MS = 30 * DAY_MS;

/** `apt-get -s upgrade`: those of its lines that are a security update. */
export function securityUpdatesOf(said: string): UpdateOut[] {
  return updatesOf(said, /-security|security:/i);
}

/** Every update that apt would install; `from` the archives' names, as apt writes them. */
export function updatesOf(said: string, from = /./): UpdateOut[] {
  return said.split('\n').flatMap((line) => {
    const parts = /^Inst (\S+) \[([^\]]+)\] \((\S+) ([^)]*)\)/.exec(line);
    if (!parts || !from.test(parts[4]!)) return [];
    return [{ name: parts[1]!, installed: parts[2]!, offered: parts[3]! }];
  });
}

/** What an administrator is told on every screen. */
export function updateAlarms(known: UpdateKnowledge, nowMs: number): UpdateAlarm[] {
  const alarms: UpdateAlarm[] = [];
  if (known.machine.length > 0 || pbxUpdate(known) !== null) alarms.push('security-updates-out');
  const heard = [known.machineListAtMs, ...(known.pbx === null ? [] : [known.pbxListAtMs])];
  const long = heard.some((atMs) => nowMs - Math.max(atMs ?? 0, known.sinceMs) > OUT_OF_REACH_MS);
  if (long) alarms.push('security-updates-unknown');
  return alarms;
}

/** sid has no security archive: a newer Asterisk is one to take. */
export function pbxUpdate(known: UpdateKnowledge): UpdateOut | null {
  return known.pbx?.find(({ name }) => name === 'asterisk') ?? null;
}
