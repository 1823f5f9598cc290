/**
 * The public notice when the whole town looks: requests a second that the service answers, next to a bare Node server
 * that sends the same bytes, both over a hundred kept connections, turn about.
 */
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startService } from '../support/service.ts';
import { median, type BenchRow } from './row.ts';

const ROUNDS = 3;
const ROUND_MS = 4000;
const CONNECTIONS = 100;
const GOAL = 1000;

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const page = Buffer.from(await (await fetch(`${service.url}/notice`)).arrayBuffer());
  const plain = new Worker(
    `const { createServer } = require('node:http');
     const { parentPort, workerData } = require('node:worker_threads');
     createServer((_, answer) => { answer.setHeader('content-type', 'text/html'); answer.end(workerData); })
       .listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });`,
    { eval: true, workerData: page },
  );
  const [port] = (await once(plain, 'message')) as [number];
  try {
    const ours: number[] = [];
    const other: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await rate(`${service.url}/notice`));
      other.push(await rate(`http://127.0.0.1:${port}/`));
    }
    const [mine, bare] = [median(ours), median(other)];
    return [
      {
        name: `/notice, ${CONNECTIONS} connections, requests a second ÷ a bare server's`,
        ours: mine.toFixed(0),
        other: bare.toFixed(0),
        ratio: mine / bare,
        goal: `≥ ${GOAL} a second, none refused`,
        met: mine >= GOAL,
      },
    ];
  } finally {
    await plain.terminate();
    await service.stop();
  }
}

async function rate(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const began = performance.now();
  let answered = 0;
  const one = () =>
    new Promise<void>((done, fail) => {
      get(url, { agent }, (answer) => {
        if (answer.statusCode !== 200) return fail(new Error(`${url}: ${answer.statusCode}`));
        answer.resume().on('end', () => {
          answered += 1;
          done();
        });
      }).on('error', fail);
    });
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - began < ROUND_MS) await one();
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return answered / seconds;
}
