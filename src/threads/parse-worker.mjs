/** A thread that reads foreign bytes: given a parser's module and a job, it hands its values back a few at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// a thread does not inherit what begin.mjs registered
register();
const { parse } = await import(workerData.parser);
const VALUES_AT_ONCE = 200;
const CHARACTERS_AT_ONCE = 400_000;

let goOn = null;
parentPort.on('message', (message) => {
  if (message.next) goOn?.();
  else void work(message.job);
});
const asked = () => new Promise((resolve) => (goOn = resolve));

async function work(job) {
  let values = [];
  let characters = 0;
  try {
    for await (const value of parse(job)) {
      values.push(value);
      characters += JSON.stringify(value, shortBytes)?.length ?? 0;
      if (values.length < VALUES_AT_ONCE && characters < CHARACTERS_AT_ONCE) continue;
      const turn = asked();
      parentPort.postMessage({ values });
      values = [];
      characters = 0;
      await turn;
    }
    parentPort.postMessage({ values, done: true });
  } catch (cause) {
    // what has words for people is told in them, all else is a fault of ours
    if (typeof cause?.forPeople === 'string') parentPort.postMessage({ values, refused: cause.forPeople });
    else parentPort.postMessage({ values: [], fault: String(cause?.stack ?? cause) });
  }
}

/** Bytes count as they are: writing them as JSON would take ten times their room. */
function shortBytes(_key, value) {
  return value instanceof Uint8Array ? `${value.length}` : value;
}
