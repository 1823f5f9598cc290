import { readdirSync, readFileSync } from 'node:fs';

/**
 * A machine that gives these processes a share of its time only: they are stopped and let go on, again and again, as they
 * are where many others want the processor.
 */
export interface SlowMachine {
  /** they have all the time again */
  end(): Promise<void>;
}

const PERIOD_MS = 200;

/** `root` and what it started, and whatever names `folder` in its command line and what that started. */
export function openSlowMachine(root: number, folder: string, share: number): SlowMachine {
  let over = false;
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  const working = (async () => {
    while (!over) {
      const slowed = processesOf(root, folder);
      signal(slowed, 'SIGSTOP');
      await pause(PERIOD_MS * (1 - share));
      signal(slowed, 'SIGCONT');
      await pause(PERIOD_MS * share);
    }
  })();
  return {
    async end() {
      over = true;
      await working;
    },
  };
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      continue; // it ended meanwhile
    }
  }
}

function processesOf(root: number, folder: string): number[] {
  const parents = new Map<number, number>();
  const slowed = new Set<number>([root]);
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      // after the command's name, which may hold anything: state, then the parent
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder))
        slowed.add(pid);
    } catch {
      continue;
    }
  }
  const isSlowed = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (slowed.has(at)) return true;
      if (at === process.pid) return false;
    }
    return false;
  };
  return [...parents.keys()].filter(isSlowed);
}
