/**
 * Wallboards against bare socket.io that emits the same view: the processor time of 1,000 of them at 1 Hz; how long it
 * takes from a change on the switch until each of 500 has it; and until all of them hold it whole after their lines tore.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import type { WallView } from '../../src/protocol.ts';
import { median, percentile, type BenchRow } from './row.ts';

// smaller by hand: BENCH_ROUNDS=1 BENCH_WALLS=100 BENCH_ROUND_MS=3000 BENCH_CHANGES=20
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const WALLS = Number(process.env['BENCH_WALLS'] ?? 1000);
const ROUND_MS = Number(process.env['BENCH_ROUND_MS'] ?? 20_000);
const WATCHERS = 500;
const CHANGES = Number(process.env['BENCH_CHANGES'] ?? 200);
const TEARS = 10;
const GOAL_MS = 1000;

export async function bench(): Promise<BenchRow[]> {
  const sides = [await openSide('ours'), await openSide('bare')] as const;
  try {
    return [...(await changes(sides)), await processor(sides)];
  } finally {
    for (const side of sides) side.close();
  }
}

type Side = Awaited<ReturnType<typeof openSide>>;

/** From the switch's first byte of a call until a watcher has it; and all of them torn off at once. */
async function changes(sides: readonly [Side, Side]): Promise<BenchRow[]> {
  const tookMs: [number[], number[]] = [[], []];
  const backMs: [number[], number[]] = [[], []];
  for (const [who, side] of sides.entries()) {
    await side.open(WATCHERS);
    for (let at = 0; at < CHANGES; at += 1) {
      tookMs[who]!.push(...(await side.change()));
      // so that changes fall anywhere between two tellings
      await new Promise((done) => setTimeout(done, (at * 37) % 300));
    }
    for (let at = 0; at < TEARS; at += 1) backMs[who]!.push(await side.tear());
    side.shut();
  }
  const p95 = tookMs.map((one) => percentile(one, 95));
  const back = backMs.map(median);
  return [
    {
      name: `${WATCHERS} watchers of a wall: change on the switch ─▶ each has it, p95, ÷ bare broadcast`,
      ...{ ours: `${p95[0]!.toFixed(0)} ms`, other: `${p95[1]!.toFixed(0)} ms`, ratio: p95[0]! / p95[1]! },
      ...{ goal: `ours < ${GOAL_MS} ms`, met: p95[0]! < GOAL_MS },
    },
    {
      name: `${WATCHERS} torn lines: torn, a change meanwhile ─▶ all have the whole wall with it, ÷ bare socket.io`,
      ...{
        ours: `${back[0]!.toFixed(0)} ms`,
        other: `${back[1]!.toFixed(0)} ms`,
        ratio: back[0]! / back[1]!,
      },
      ...{ goal: '≤ 1.5', met: back[0]! / back[1]! <= 1.5 },
    },
  ];
}

async function processor(sides: readonly [Side, Side]): Promise<BenchRow> {
  const spent: [number[], number[]] = [[], []];
  const heard: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // by turns: the other side's walls are away meanwhile
    for (const [who, side] of sides.entries()) {
      await side.open(WALLS);
      const before = await side.cpu();
      const from = side.heard();
      await new Promise((done) => setTimeout(done, ROUND_MS));
      spent[who]!.push((await side.cpu()) - before);
      heard[who]!.push((side.heard() - from) / WALLS);
      side.shut();
    }
  }
  const ratio = median(spent[0].map((ms, at) => ms / heard[0][at]! / (spent[1][at]! / heard[1][at]!)));
  const per = (who: 0 | 1) =>
    `${(median(spent[who]) / median(heard[who])).toFixed(1)} ms CPU a tick of ${WALLS}`;
  return {
    name: `${WALLS} wallboards at 1 Hz, CPU ÷ bare socket.io`,
    ours: per(0),
    other: per(1),
    ratio,
    goal: '≤ 1.1',
    met: ratio <= 1.1,
  };
}

async function openSide(which: 'ours' | 'bare') {
  const child: ChildProcess = fork(join(import.meta.dirname, 'wall-server.ts'), [which], {
    execArgv: ['--import', 'tsx'],
  });
  const [{ port, offered: before }] = (await once(child, 'message')) as [{ port: number; offered: number }];
  let walls: Socket[] = [];
  let heard = 0;
  let offered = before;
  /** what each wall shows, and when it first showed the newest change */
  let shown: { view: WallView | null; newestAtMs: number | null }[] = [];
  const everybody = async () => {
    while (shown.some((one) => one.newestAtMs === null)) await new Promise((done) => setTimeout(done, 1));
    return shown.map((one) => one.newestAtMs!);
  };
  const next = () => {
    offered += 1;
    for (const one of shown) one.newestAtMs = null;
    child.send('change');
  };
  return {
    async open(count: number) {
      shown = Array.from({ length: count }, () => ({ view: null, newestAtMs: null }));
      for (const [at, mine] of shown.entries()) {
        const wall = io(`http://127.0.0.1:${port}`, {
          transports: ['websocket'],
          forceNew: true,
          // as the pages have it (src/web/line.ts)
          ...{ reconnectionDelay: 300, reconnectionDelayMax: 2000 },
        });
        const show = (view: WallView) => {
          mine.view = view;
          if (view.today.offered >= offered) mine.newestAtMs ??= performance.now();
        };
        wall.on('wall', (view: WallView) => {
          heard += 1;
          show(view);
        });
        wall.on('connect', () => void wall.emit('watchWall', show));
        walls.push(wall);
        if (at % 50 === 49) await connected(wall);
      }
      for (const wall of walls) {
        await connected(wall);
      }
      // every wall has heard once: the doors are done
      const first = heard;
      while (heard < first + count) await new Promise((done) => setTimeout(done, 50));
    },
    shut() {
      for (const wall of walls) wall.close();
      walls = [];
    },
    heard: () => heard,
    /** something happens: how long it takes until each has it */
    async change() {
      const from = performance.now();
      next();
      return (await everybody()).map((atMs) => atMs - from);
    },
    /** every line tears, something happens meanwhile: how long until all hold the whole wall with it */
    async tear() {
      const from = performance.now();
      for (const wall of walls) wall.io.engine.close();
      for (const one of shown) one.view = null;
      next();
      const last = Math.max(...(await everybody()));
      if (shown.some(({ view }) => !view?.agents.length || view.hours.length !== 24))
        throw new Error('a wall came back with less than the whole');
      return last - from;
    },
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
