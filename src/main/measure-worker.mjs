/** A thread of its own that measures one recording: a long call would hold up screen pops for a second. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread does not inherit what begin.mjs registered
register();
const { measure } = await import('../core/recordings/measures.ts');
const bytes = readFileSync(workerData.file);
parentPort.postMessage(measure(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)));
