/**
 * Foreign bytes are read in a thread of their own: what is too much for time or memory ends that thread, and calls go on.
 * A parser is a module that exports `parse(job)`, which yields values; they come here a few at a time, as they are wanted.
 */
import { Worker } from 'node:worker_threads';

export interface ParseLimits {
  /** of the thread's own work: who takes the values slowly uses nothing of it */
  timeMs: number;
  memoryMb: number;
}

/** The bytes can't be taken; `forPeople` says in Chinese why, and what to do. */
export class Refused extends Error {
  readonly forPeople: string;
  constructor(forPeople: string, options?: ErrorOptions) {
    super(forPeople, options);
    this.forPeople = forPeople;
  }
}

/** Threads at once for one parser; who comes later waits for one of them. */
const MOST_THREADS = 2;
const IDLE_MS = 60_000;

interface Thread {
  worker: Worker;
  idle: NodeJS.Timeout | null;
}
interface Pool {
  idle: Thread[];
  running: number;
  waiting: (() => void)[];
}
type Answer = { values: unknown[]; done?: true; refused?: string; fault?: string };
const pools = new Map<string, Pool>();

/** What `parse(job)` of the parser's module yields, read in a thread within the limits. Throws `Refused` beyond them. */
export async function* parseApart<Value>(
  parser: URL,
  job: unknown,
  limits: ParseLimits,
): AsyncGenerator<Value> {
  const key = `${parser.href} ${limits.memoryMb}`;
  const pool = pools.get(key) ?? { idle: [], running: 0, waiting: [] };
  pools.set(key, pool);
  if (pool.running >= MOST_THREADS) await new Promise<void>((resolve) => pool.waiting.push(resolve));
  pool.running += 1;
  const thread = takeThread(pool, parser, limits);
  let whole = false;
  try {
    let leftMs = limits.timeMs;
    let message: unknown = { job };
    for (;;) {
      const began = performance.now();
      const answer = await turnOf(thread.worker, message, leftMs, limits);
      leftMs -= performance.now() - began;
      whole = answer.done === true || answer.refused !== undefined;
      if (answer.fault !== undefined) throw new Error(answer.fault);
      yield* answer.values as Value[];
      if (answer.refused !== undefined) throw new Refused(answer.refused);
      if (answer.done) return;
      message = { next: true };
    }
  } finally {
    pool.running -= 1;
    if (whole) keepThread(pool, thread);
    else void thread.worker.terminate();
    pool.waiting.shift()?.();
  }
}

/** The one value that `parse(job)` yields. */
export async function parseOneApart<Value>(parser: URL, job: unknown, limits: ParseLimits): Promise<Value> {
  for await (const value of parseApart<Value>(parser, job, limits)) return value;
  throw new Error(`${parser.href} yielded nothing`);
}

function turnOf(worker: Worker, message: unknown, leftMs: number, limits: ParseLimits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      worker.unref();
    };
    const onMessage = (answer: Answer) => {
      settle();
      resolve(answer);
    };
    const onError = (cause: Error & { code?: string }) => {
      settle();
      const full = cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const words = `内容太多：读它要用的内存超过 ${limits.memoryMb} MB。请拆成几个小的再上传。`;
      reject(full ? new Refused(words, { cause }) : cause);
    };
    const onExit = (code: number) => onError(new Error(`the parser's thread ended with ${code}`));
    const onLate = () => {
      settle();
      const seconds = Math.round(limits.timeMs / 1000);
      reject(new Refused(`内容太多：读了 ${seconds} 秒还没有读完。请拆成几个小的再上传。`));
    };
    const timer = setTimeout(onLate, Math.max(0, leftMs));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.ref();
    worker.postMessage(message);
  });
}

function takeThread(pool: Pool, parser: URL, { memoryMb }: ParseLimits): Thread {
  const free = pool.idle.pop();
  if (free) {
    if (free.idle) clearTimeout(free.idle);
    return free;
  }
  const worker = new Worker(new URL('./parse-worker.mjs', import.meta.url), {
    workerData: { parser: parser.href },
    // what reads foreign bytes knows no settings
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
  });
  // a thread that dies while nobody waits for it is missed by nobody
  worker.on('error', () => undefined);
  const thread: Thread = { worker, idle: null };
  worker.once('exit', () => (pool.idle = pool.idle.filter((other) => other !== thread)));
  return thread;
}

/** One thread waits for the next job for a while: to start it takes longer than to read a mail. */
function keepThread(pool: Pool, thread: Thread): void {
  if (pool.idle.length > 0) return void thread.worker.terminate();
  pool.idle.push(thread);
  const drop = () => {
    pool.idle = pool.idle.filter((other) => other !== thread);
    void thread.worker.terminate();
  };
  thread.idle = setTimeout(drop, IDLE_MS);
  thread.idle.unref();
}
