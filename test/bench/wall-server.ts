/**
 * A server of wallboards in a process of its own for wall.bench.ts: ours, or the same view emitted by bare socket.io.
 * Told `change`, the switch of ours says a whole call, and the bare one emits at once what ours would show of it.
 */
import { createServer } from 'node:http';
import type { RequestHandler } from 'express';
import { Server } from 'socket.io';
import { openWall } from '../../src/app/wall.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import type { CallRecord } from '../../src/core/floor/record.ts';
import { openLive } from '../../src/http/live.ts';
import { framesOf } from '../support/recordings.ts';

const ours = process.argv[2] === 'ours';
const now = () => performance.timeOrigin + performance.now();
const server = createServer();

// a floor with agents and calls on it
const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
const chain = createChain((event) => wall.hear(step(floor, event)));

const wall = openWall({
  floor,
  nameOf: () => null,
  now,
  offsetMs: () => 8 * 3_600_000,
  heardAtMs: now,
  alarms: () => [],
  tell: (view) => tell(view),
});
let tell: (view: ReturnType<typeof wall.view>) => void = () => undefined;
// a day of calls is counted already
const recorded = { direction: 'inbound', outcome: 'answered', queue: 'hotline', ringMs: 3000, waitMs: 4000 };
wall.load(
  Array.from({ length: 1400 }, (_, at) => {
    const arrivedAtMs = now() - at * 60_000;
    const instants = { arrivedAtMs, firstRingAtMs: arrivedAtMs, answeredAtMs: arrivedAtMs };
    return { ...recorded, ...instants, callId: `before-${at}`, answeredBy: 'PJSIP/1001' } as CallRecord;
  }),
);
let changes = 0;
let change: () => void;
for (const frame of framesOf('a-ring1-2s').slice(0, -4)) chain.bytes(frame, 0);

/** The recorded call once more, now, as another call. */
function callAgain(): void {
  changes += 1;
  const stamp = String(changes).padStart(4, '0');
  const frames = framesOf('a-ring1-2s')
    .map((frame) => frame.toString('latin1'))
    .filter((frame) => /^Timestamp: /m.test(frame));
  const first = Number(/^Timestamp: (\S+)/m.exec(frames[0]!)![1]);
  for (const frame of frames) {
    const fresh = frame
      .replace(
        /^Timestamp: (\S+)/m,
        (_, told) => `Timestamp: ${(now() / 1000 + Number(told) - first).toFixed(6)}`,
      )
      .replace(/^(\w*(?:Uniqueid|Linkedid)): (\S+)/gim, `$1: $2${stamp}`)
      .replace(/-[0-9a-f]{4}([0-9a-f]{4})\b/g, `-${stamp}$1`);
    chain.bytes(Buffer.from(fresh, 'latin1'), now());
  }
}
const session = ((request, _response, next) => {
  Object.assign(request, {
    session: { person: { id: 1, login: 'w', name: 'w', role: 'manager', agent: null, unitId: null } },
  });
  next();
}) as RequestHandler;

if (ours) {
  const live = openLive(server, {
    session,
    now,
    version: 'bench',
    enter: () => undefined,
    look: () => ({ agent: null, pops: [], holder: true }),
    leave: () => undefined,
    hold: () => undefined,
    wall: wall.view,
    alarms: () => [],
    wings: [],
    painted: () => undefined,
    onFault: (fault) => console.error(fault),
  });
  tell = live.wall;
  change = callAgain;
} else {
  const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
  io.on('connection', (socket) =>
    socket.on('watchWall', (answer: (told: unknown) => void) => {
      void socket.join('wall');
      answer(seen());
    }),
  );
  const view = wall.view();
  wall.close();
  const { today } = view;
  const seen = () => ({ ...view, atMs: now(), today: { ...today, offered: today.offered + changes } });
  setInterval(() => io.to('wall').emit('wall', seen()), 1000);
  change = () => {
    changes += 1;
    io.to('wall').emit('wall', seen());
  };
}

process.on('message', (asked) => {
  if (asked === 'change') change();
  else process.send!({ cpu: process.cpuUsage() });
});
const { offered } = wall.view().today;
server.listen(0, '127.0.0.1', () =>
  process.send!({ port: (server.address() as { port: number }).port, offered }),
);
