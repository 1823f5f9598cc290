/** A service in a process of its own, for engine.test.ts to kill: it takes two thirds of the stream and then hangs. */
import { recover, startEngine } from '../../src/app/engine.ts';
import { openStore } from '../../src/app/store.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openJournal, recoverJournal } from '../../src/asterisk/journal.ts';
import { saveFloor } from '../../src/core/floor/saved.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { streamOfCalls } from '../support/recordings.ts';

const [dir, url] = process.argv.slice(2);
const frames = streamOfCalls();
const settings = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };
const floor = recover(recoverJournal(dir!), settings, createChain, () => undefined);
const journal = openJournal(
  { dir: dir!, keepBytes: 1e6, segmentBytes: 60_000, now: Date.now },
  saveFloor(floor),
);
const store = openStore({
  write: createFactWriter(openPool(url!)).write,
  confirm: journal.confirm,
  retell: () => [],
  now: Date.now,
});
const engine = startEngine(floor, createChain, journal, [(facts, position) => store.add(facts, position)]);
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
