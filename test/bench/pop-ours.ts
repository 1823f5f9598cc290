/** Our path from the switch to the browser, in a process of its own for pop.bench.ts: feed, journal, floor, desks, line. */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { openDesks } from '../../src/app/desks.ts';
import { startEngine } from '../../src/app/engine.ts';
import { openStore } from '../../src/app/store.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openFeed } from '../../src/asterisk/feed.ts';
import { openJournal } from '../../src/asterisk/journal.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import { saveFloor } from '../../src/core/floor/saved.ts';
import { openLive } from '../../src/http/live.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { callerHistory, openHistoryPool, warmHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { WallView } from '../../src/protocol.ts';

const [url, amiPort] = process.argv.slice(2);
const now = () => performance.timeOrigin + performance.now();
const pool = openPool(url!);
const lookUps = openHistoryPool(url!, () => undefined);
await warmHistory(lookUps);
const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^trunk' });
const journal = openJournal(
  { dir: mkdtempSync(join(tmpdir(), 'hotline-test-bench-')), keepBytes: 1e8, segmentBytes: 16e6, now },
  saveFloor(floor),
);
const store = openStore({
  write: createFactWriter(pool).write,
  confirm: journal.confirm,
  retell: () => [],
  now,
});
const desks = openDesks(floor, (ani) => callerHistory(lookUps, ani));
const server = createServer();
// who signs in is not what is measured: a browser says its phone's number
const session = ((request, _response, next) => {
  const extension = new URL(request.url, 'http://x').searchParams.get('extension')!;
  const person = {
    id: Number(extension),
    login: extension,
    name: extension,
    role: 'agent',
    agent: `PJSIP/${extension}`,
    unitId: null,
  };
  Object.assign(request, { session: { person } });
  next();
}) as RequestHandler;
openLive(openUpgrades(server, console.error), {
  session,
  now,
  version: 'bench',
  enter: desks.enter,
  look: desks.look,
  leave: desks.leave,
  hold: desks.hold,
  wall: () => ({}) as WallView,
  alarms: () => [],
  stands: () => 'unknown',
  events: [],
  wings: [],
  painted: () => undefined,
  onFault: (fault) => console.error(fault),
});
const engine = startEngine(floor, (onEvent) => createChain(onEvent), journal, [
  (facts) => desks.hear(facts, floor),
  (facts, position) => store.add(facts, position),
]);
openFeed({
  host: '127.0.0.1',
  port: Number(amiPort),
  user: 'u',
  secret: 'p',
  now,
  onOpen: engine.opened,
  onBytes: engine.bytes,
  onLost: engine.lost,
  onState: () => undefined,
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
