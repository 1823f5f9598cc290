/** Measures raw recordings beside the loop that serves the desks. */
import { Worker } from 'node:worker_threads';
import type { measure } from '../core/recordings/measures.ts';
import { programEnvironment } from '../setup/program-environment.mjs';

type Measured = ReturnType<typeof measure>;
interface Asked {
  resolve: (measured: Measured) => void;
  reject: (cause: Error) => void;
}
type Answer = { id: number; measured: Measured } | { id: number; fault: string };

/** one thread for all: to start one costs more than to measure a minute of talk */
let thread: Worker | null = null;
let count = 0;
const asked = new Map<number, Asked>();

/** What core/recordings/measures.ts says of the file that the switch wrote, from a thread of its own. */
export function measureFile(file: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    thread ??= begin();
    const id = (count += 1);
    asked.set(id, { resolve, reject });
    thread.ref();
    thread.postMessage({ id, file });
  });
}

function begin(): Worker {
  const worker = new Worker(new URL('./measure-worker.mjs', import.meta.url), { env: programEnvironment() });
  worker.on('message', (answer: Answer) => {
    const one = asked.get(answer.id);
    asked.delete(answer.id);
    // a process that has nothing else to do may end
    if (asked.size === 0) worker.unref();
    if ('fault' in answer) one?.reject(new Error(answer.fault));
    else one?.resolve(answer.measured);
  });
  const over = (cause: Error) => {
    if (thread === worker) thread = null;
    for (const one of asked.values()) one.reject(cause);
    asked.clear();
  };
  worker.once('error', over);
  worker.once('exit', (code) => over(new Error(`the measuring thread ended with ${code}`)));
  return worker;
}
