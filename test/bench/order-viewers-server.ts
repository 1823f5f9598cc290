/** The orders' wing in a process of its own for order-viewers.bench.ts: real database, real steps, real pushes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openLive } from '../../src/http/live.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { openOrders } from '../../src/main/orders.ts';
import type { Ground } from '../../src/main/wings.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { createDatabase, inTransaction, openPool } from '../../src/postgres/pool.ts';
import { startPostgres } from '../../src/setup/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotline-bench-viewers-'));
const postgres = await startPostgres({ varDir: folder, log: () => undefined });
const databaseUrl = await createDatabase(postgres.url, 'bench');
await migrate(databaseUrl);
const pool = openPool(databaseUrl);
const now = () => performance.timeOrigin + performance.now();

const server = createServer();
const ground = {
  ...{ pool, databaseUrl, now, registry: new Registry(), log: pino({ level: 'silent' }) },
  live: {
    tell: (room: string, event: 'order', ...said: never) =>
      live.tell(room, event, ...(said as [never, never])),
  },
} as unknown as Ground;
const wing = openOrders(ground);
const session = ((request, _response, next) => {
  const person = { id: 1, login: 'w', name: 'w', role: 'supervisor', agent: null, unitId: null };
  Object.assign(request, { session: { person } });
  next();
}) as RequestHandler;
const live = openLive(openUpgrades(server, console.error), {
  ...{
    session,
    now,
    version: 'bench',
    enter: () => undefined,
    leave: () => undefined,
    hold: () => undefined,
  },
  look: () => ({ agent: null, pops: [], holder: true }),
  ...{
    wall: () => null as never,
    alarms: () => [],
    stands: () => 'unknown',
    events: [],
    wings: [wing.line!],
    painted: () => undefined,
  },
  onFault: (fault) => console.error(fault),
});

/** one change, as another system asks for it: in its transaction, and told once that stands */
async function ask(path: string, unitId: number | null, params: object, body: object) {
  const change = wing.outward!(pool).find((one) => one.method === 'post' && one.path === path)!;
  const follows: (() => void)[] = [];
  const told = await inTransaction(pool, (client) =>
    change.run({
      ...{ params, query: {}, version: null, client, body: change.body!.parse(body) },
      system: { tokenId: 1, system: '试', scopes: [], unitId, perMinute: 1 },
      afterwards: (follow: () => void) => void follows.push(follow),
    } as never),
  );
  for (const follow of follows) follow();
  return told.body as { orderNo: string };
}
const { orderNo } = await ask(
  '/orders',
  null,
  {},
  {
    ...{ category: '漏水', itemNo: 4, answers: { side: 'before' }, content: '路口爆管', district: '兴庆区' },
  },
);
await pool.query(`update orders set unit_id = 1, state = 'dispatched' where order_no = $1`, [orderNo]);

process.on('message', (asked) => {
  void (async () => {
    if (asked === 'cpu') process.send!({ cpu: process.cpuUsage() });
    else if (asked === 'step') {
      await ask('/orders/{orderNo}/steps', 1, { orderNo }, { kind: 'note', note: '在路上' });
      process.send!({ stepped: true });
    } else {
      await wing.close?.();
      await pool.end();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    }
  })();
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
