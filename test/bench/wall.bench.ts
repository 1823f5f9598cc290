/** 1,000 wallboards at 1 Hz: the processor time of our server against bare socket.io that emits the same view. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { median, type BenchRow } from './row.ts';

const ROUNDS = 5;
const WALLS = 1000;
const ROUND_MS = 20_000;

export async function bench(): Promise<BenchRow[]> {
  const sides = [await openSide('ours'), await openSide('bare')] as const;
  const spent: [number[], number[]] = [[], []];
  const heard: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // by turns: the other side's walls are away meanwhile
    for (const [who, side] of sides.entries()) {
      await side.open();
      const before = await side.cpu();
      const from = side.heard();
      await new Promise((done) => setTimeout(done, ROUND_MS));
      spent[who]!.push((await side.cpu()) - before);
      heard[who]!.push((side.heard() - from) / WALLS);
      side.shut();
    }
  }
  for (const side of sides) side.close();
  const ratio = median(spent[0].map((ms, at) => ms / heard[0][at]! / (spent[1][at]! / heard[1][at]!)));
  const per = (who: 0 | 1) =>
    `${(median(spent[who]) / median(heard[who])).toFixed(1)} ms CPU a tick of ${WALLS}`;
  return [
    {
      name: `${WALLS} wallboards at 1 Hz, CPU ÷ bare socket.io`,
      ours: per(0),
      other: per(1),
      ratio,
      goal: '≤ 1.1',
      met: ratio <= 1.1,
    },
  ];
}

async function openSide(which: 'ours' | 'bare') {
  const child: ChildProcess = fork(join(import.meta.dirname, 'wall-server.ts'), [which], {
    execArgv: ['--import', 'tsx'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  let walls: Socket[] = [];
  let heard = 0;
  return {
    async open() {
      for (let at = 0; at < WALLS; at += 1) {
        const wall = io(`http://127.0.0.1:${port}`, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
        });
        wall.on('wall', () => (heard += 1));
        walls.push(wall);
        if (at % 50 === 49) await connected(wall);
      }
      for (const wall of walls) {
        await connected(wall);
        wall.emit('watchWall', () => undefined);
      }
      // every wall has heard once: the doors are done
      const first = heard;
      while (heard < first + WALLS) await new Promise((done) => setTimeout(done, 50));
    },
    shut() {
      for (const wall of walls) wall.close();
      walls = [];
    },
    heard: () => heard,
    async cpu() {
      child.send('cpu');
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
      return (cpu.user + cpu.system) / 1000;
    },
    close: () => child.kill('SIGKILL'),
  };
}

function connected(wall: Socket): Promise<void> {
  return wall.connected ? Promise.resolve() : new Promise((done) => void wall.once('connect', done));
}
