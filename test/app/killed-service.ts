/** A service in a process of its own, for engine.test.ts to kill: it takes two thirds of the stream and then hangs. */
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { streamOfCalls } from '../support/recordings.ts';
import { unwiredService } from '../support/unwired-service.ts';

const [dir, url] = process.argv.slice(2);
const frames = streamOfCalls();
const { engine } = unwiredService(dir!, createFactWriter(openPool(url!)).write);
engine.opened(1);
let at = 0;
const upTo = Math.floor((frames.length * 2) / 3);
const timer = setInterval(() => {
  for (let count = 0; count < 20 && at < upTo; count += 1) engine.bytes(frames[at++]!, 1);
  if (at < upTo) return;
  clearInterval(timer);
  process.stdout.write(`reached ${at}\n`);
  setInterval(() => undefined, 1000);
}, 5);
