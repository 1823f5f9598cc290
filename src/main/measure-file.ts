/** Measures a raw recording beside the loop that serves the desks. */
import { Worker } from 'node:worker_threads';
import type { measure } from '../core/recordings/measures.ts';

/** What core/recordings/measures.ts says of the file that the switch wrote, from a thread of its own. */
export function measureFile(file: string): Promise<ReturnType<typeof measure>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./measure-worker.mjs', import.meta.url), { workerData: { file } });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the measuring thread ended with ${code}`)));
  });
}
