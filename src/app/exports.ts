/** Makes the files that people asked for: a few at a time, beside the calls, with word of how far they are. */
import type { ExportProgress } from '../protocol/outward.ts';

export interface ExportTask {
  id: string;
  /** which of its takers: one that was silent too long has lost it to the next */
  attempt: number;
  askedBy: number;
}
export interface ExportsPorts<T extends ExportTask> {
  take: () => Promise<T | null>;
  /** makes the file and says how far it is; gives the whole of it */
  make: (
    task: T,
    moved: (rows: number, total: number | null) => void,
    /** throws when another has taken it over: nothing is put in its place then */
    stillOurs: () => Promise<void>,
  ) => Promise<{ rows: number; bytes: number; sha256: string }>;
  /** says that it goes on; false: another has taken it over */
  move: (task: T, rows: number, total: number | null) => Promise<boolean>;
  finish: (task: T, made: { rows: number; bytes: number; sha256: string }) => Promise<void>;
  /** closes it with its reason, or lays it back to be made anew where its fault may pass: true, it waits again */
  fail: (task: T, why: string, cause: unknown) => Promise<boolean>;
  /** closes and deletes what is too old */
  expire: () => Promise<void>;
  /** to who asked */
  tell: (personId: number, progress: ExportProgress) => void;
  now: () => number;
  onFault: (cause: unknown) => void;
}

export interface Exports<T> {
  start(): void;
  nudge(): void;
  /** Stops what is being made for who may not have it any more, and says why. */
  recheck(mayStill: (task: T) => boolean): void;
  close(): Promise<void>;
}

const AT_ONCE = 2;
const POLL_MS = 5000;
const HOUR_MS = 3_600_000;
const TELL_EVERY_MS = 300;
const KEEP_EVERY_MS = 3000;

export function openExports<T extends ExportTask>(ports: ExportsPorts<T>): Exports<T> {
  const making = new Set<Promise<void>>();
  /** each file under way, and what stops it */
  const stops = new Map<T, (why: string) => void>();
  let timer: NodeJS.Timeout | null = null;
  let expiring: NodeJS.Timeout | null = null;
  let taking = false;

  async function look(): Promise<void> {
    if (taking || !timer) return;
    taking = true;
    try {
      while (timer && making.size < AT_ONCE) {
        const task = await ports.take();
        if (!task) break;
        const work = make(task).finally(() => {
          making.delete(work);
          void look();
        });
        making.add(work);
      }
    } catch (cause) {
      ports.onFault(cause);
    } finally {
      taking = false;
    }
  }

  async function make(task: T): Promise<void> {
    const { id, askedBy } = task;
    let told = 0;
    let lost = false;
    let stopped = false;
    let last: [number, number | null] = [0, null];
    const beat = async () => {
      if (!(await ports.move(task, ...last))) lost = true;
    };
    // also while nothing comes: a count may take its time
    const beating = setInterval(() => void beat().catch(ports.onFault), KEEP_EVERY_MS);
    const said: ExportProgress = { id, state: 'running', rows: 0, total: null, bytes: null, why: null };
    try {
      const moved = (rows: number, total: number | null) => {
        if (lost) throw new TakenOver();
        if (stopped) throw new Error(RIGHT_GONE);
        last = [rows, total];
        const now = ports.now();
        if (now - told < TELL_EVERY_MS) return;
        told = now;
        ports.tell(askedBy, { ...said, rows, total });
      };
      const stop = new Promise<never>((_, fail) => {
        stops.set(task, (why) => {
          stopped = true;
          fail(new Error(why));
        });
      });
      const work = ports.make(task, moved, async () => {
        await beat();
        if (lost) throw new TakenOver();
        if (stopped) throw new Error(RIGHT_GONE);
      });
      // one that is stopped waits for no answer of the database: it is told at once, and its work ends with its next page
      work.catch(() => undefined);
      const made = await Promise.race([work, stop]);
      await ports.finish(task, made);
      ports.tell(askedBy, { ...said, state: 'ready', rows: made.rows, total: made.rows, bytes: made.bytes });
    } catch (cause) {
      ports.onFault(cause);
      // whoever took it over makes it
      if (cause instanceof TakenOver) return;
      const why = whyFailed(cause);
      // where even that can't be written it is silent, and is taken over in a minute
      const waits = await ports.fail(task, why, cause).catch((fault: unknown) => {
        ports.onFault(fault);
        return true;
      });
      ports.tell(askedBy, waits ? { ...said, state: 'waiting' } : { ...said, state: 'failed', why });
    } finally {
      clearInterval(beating);
      stops.delete(task);
    }
  }

  return {
    start() {
      timer ??= setInterval(() => void look(), POLL_MS);
      expiring ??= setInterval(() => void ports.expire().catch(ports.onFault), HOUR_MS);
      void ports.expire().catch(ports.onFault);
      void look();
    },
    nudge: () => void look(),
    recheck(mayStill) {
      for (const [task, stop] of [...stops]) if (!mayStill(task)) stop(RIGHT_GONE);
    },
    async close() {
      if (timer) clearInterval(timer);
      if (expiring) clearInterval(expiring);
      timer = null;
      // what is half made is made anew after the next start
      await Promise.race([Promise.all(making), new Promise((done) => setTimeout(done, 2000).unref())]);
    },
  };
}

const RIGHT_GONE = '账号已没有这个清单的权限，导出已停止。';

class TakenOver extends Error {}

function whyFailed(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return '服务器磁盘已满，请告诉管理员清理后再导出。';
  if (code === '57014') return '数据太多，查询超时；请缩短时间段后再导出。';
  return /[\u4e00-\u9fff]/.test(message) ? message : '导出时出错，请稍候再试；还不行请告诉管理员。';
}
