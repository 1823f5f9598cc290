/** 500 browsers watch the list of orders while orders are stepped: from the step's answer until the last one was told. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { median, type BenchRow } from './row.ts';

const VIEWERS = 500;
const STEPS = 60;
const GOAL_MS = 1000;

export async function bench(): Promise<BenchRow[]> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'order-viewers-server.ts'), [], {
    execArgv: ['--import', 'tsx'],
  });
  const viewers: Socket[] = [];
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    let heard = 0;
    let allHeard: (() => void) | null = null;
    for (let at = 0; at < VIEWERS; at += 1) {
      const viewer = io(`http://127.0.0.1:${port}`, {
        ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      });
      viewer.on('order', () => {
        heard += 1;
        if (heard === VIEWERS) allHeard?.();
      });
      viewers.push(viewer);
      await new Promise<void>((done) => void viewer.once('connect', () => done()));
    }
    const tookMs: number[] = [];
    const cpuMs: number[] = [];
    for (let at = 0; at < STEPS; at += 1) {
      const before = await cpu(child);
      heard = 0;
      const told = new Promise<void>((done) => (allHeard = done));
      const stepped = answerOf(child, 'step');
      const from = performance.now();
      await told;
      tookMs.push(performance.now() - from);
      await stepped;
      cpuMs.push((await cpu(child)) - before);
    }
    const p95 = tookMs.sort((a, b) => a - b)[Math.floor(STEPS * 0.95)]!;
    return [
      {
        name: `${VIEWERS} live viewers of the list: step asked ─▶ last one told, p95`,
        ours: `${p95.toFixed(0)} ms (${median(cpuMs).toFixed(1)} ms CPU a step)`,
        ...{ other: `${GOAL_MS} ms`, ratio: p95 / GOAL_MS, goal: `< ${GOAL_MS} ms`, met: p95 < GOAL_MS },
      },
    ];
  } finally {
    for (const viewer of viewers) viewer.close();
    child.send('close');
    await once(child, 'exit');
  }
}

async function answerOf<T>(child: ChildProcess, asked: string): Promise<T> {
  child.send(asked);
  const [said] = (await once(child, 'message')) as [T];
  return said;
}

async function cpu(child: ChildProcess): Promise<number> {
  const { user, system } = (await answerOf<{ cpu: NodeJS.CpuUsage }>(child, 'cpu')).cpu;
  return (user + system) / 1000;
}
