/** A thread of its own that measures recordings, one after the other: a long call would hold up screen pops for a second. */
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread does not inherit what begin.mjs registered
register();
const { measure } = await import('../core/recordings/measures.ts');
parentPort.on('message', ({ id, file }) => {
  try {
    const bytes = readFileSync(file);
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    parentPort.postMessage({ id, measured: measure(samples) });
  } catch (cause) {
    parentPort.postMessage({ id, fault: String(cause) });
  }
});
