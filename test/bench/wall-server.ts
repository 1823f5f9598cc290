/** A server of wallboards in a process of its own for wall.bench.ts: ours, or the same view emitted by bare socket.io. */
import { createServer } from 'node:http';
import type { RequestHandler } from 'express';
import { Server } from 'socket.io';
import { openWall } from '../../src/app/wall.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import { openLive } from '../../src/http/live.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { framesOf } from '../support/recordings.ts';

const ours = process.argv[2] === 'ours';
const now = () => performance.timeOrigin + performance.now();
const server = createServer();

// a floor with agents and calls on it
const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
const chain = createChain((event) => void step(floor, event));
for (const frame of framesOf('a-ring1-2s').slice(0, -4)) chain.bytes(frame, 0);

const wall = openWall({
  floor,
  nameOf: () => null,
  now,
  heardAtMs: now,
  alarms: () => [],
  tell: (view) => tell(view),
});
const session = ((request, _response, next) => {
  Object.assign(request, {
    session: { person: { id: 1, login: 'w', name: 'w', role: 'manager', agent: null, unitId: null } },
  });
  next();
}) as RequestHandler;

let tell: (view: ReturnType<typeof wall.view>) => void;
if (ours) {
  const live = openLive(openUpgrades(server, console.error), {
    session,
    now,
    version: 'bench',
    enter: () => undefined,
    look: () => ({ agent: null, pops: [], holder: true }),
    leave: () => undefined,
    hold: () => undefined,
    wall: wall.view,
    alarms: () => [],
    stands: () => 'unknown',
    events: [],
    wings: [],
    painted: () => undefined,
    onFault: (fault) => console.error(fault),
  });
  tell = live.wall;
} else {
  wall.close();
  const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
  io.on('connection', (socket) => void socket.on('watchWall', () => void socket.join('wall')));
  const view = wall.view();
  tell = () => undefined;
  setInterval(() => io.to('wall').emit('wall', { ...view, atMs: now() }), 1000);
}

process.on('message', () => process.send!({ cpu: process.cpuUsage() }));
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
