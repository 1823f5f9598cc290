import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { io, type Socket } from 'socket.io-client';
import { openWall } from '../../src/app/wall.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import type { Role } from '../../src/core/people/may.ts';
import { newTile, type Tile, type TileKind } from '../../src/core/walls/tiles.ts';
import { openWallsWing } from '../../src/main/walls.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { WallView } from '../../src/protocol.ts';
import { TELEVISION_PATH, type KeptWall, type Television } from '../../src/protocol/walls.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';
import { until } from '../support/until.ts';

describe('walls that a supervisor composes, and the televisions that show them', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let origin: string;
  let close: () => Promise<void>;
  const ids: Record<string, number> = {};
  const lines: Socket[] = [];
  const overheard: string[] = [];

  before(async () => {
    pool = openPool(await cloneDatabase());
    for (const [login, role] of [
      ['banzhang', 'supervisor'],
      ['1001', 'agent'],
      ['weixiu', 'field-worker'],
    ] as [string, Role][])
      ids[login] = (await createPerson(pool, {
        ...{ login, name: login, role, passwordHash: 'x', agent: null },
      }))!.id;
    const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
    wing = openWallsWing({
      ...{ pool, floor, now: () => Date.now(), log: pino({ level: 'silent' }), registry: new Registry() },
      ...{ version: 'test' },
      live: {
        tell: (_room: string, event: string) => void overheard.push(event),
        audience: () => 0,
        drop: () => undefined,
      },
    } as unknown as Ground);
    const wall = openWall({
      ...{ floor, nameOf: () => null, now: () => Date.now() },
      ...{ heardAtMs: () => null, alarms: () => [], tell: (view) => wing.wall!(view) },
    });
    const http = await openHttp(
      { routers: wing.routers! },
      (login) => {
        const role = login === 'banzhang' ? 'supervisor' : login === 'weixiu' ? 'field-worker' : 'agent';
        return login ? { id: ids[login]!, role } : null;
      },
      wing.serve!,
    );
    origin = http.url;
    await wing.start!();
    close = async () => {
      for (const line of lines) line.close();
      wall.close();
      wing.stopServing!();
      http.close();
      await wing.close!();
      await pool.end();
    };
  });
  after(() => close());

  const call = async <T = { message?: string }>(
    login: string,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const answer = await fetch(`${origin}/api${path}`, {
      method,
      headers: { ...(login ? { 'x-login': login } : {}), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T & { message?: string } };
  };
  const tiles = (...kinds: TileKind[]): Tile[] => kinds.map(newTile);
  const made = async (name: string, some: Tile[]) =>
    (await call<KeptWall>('banzhang', 'POST', '/walls', { name, tiles: some, quiet: null })).body;
  const given = async (wallId: number, name = '大厅') =>
    (await call<{ token: string }>('banzhang', 'POST', `/walls/${wallId}/televisions`, { name })).body.token;
  const televisions = async (wallId: number) =>
    (await call<Television[]>('banzhang', 'GET', `/walls/${wallId}/televisions`)).body;

  /** a television that is switched on: all that it is told, and why it is off */
  function television(token: string, path = TELEVISION_PATH) {
    const told: Record<string, unknown> = {};
    const seen = { told, fault: '', cut: '', line: null as unknown as Socket };
    seen.line = io(origin, {
      ...{ path, transports: ['websocket'], auth: { token }, reconnection: false, forceNew: true },
    });
    lines.push(seen.line);
    seen.line.onAny((event: string, said: unknown) => (told[event] = said));
    seen.line.on('connect_error', (fault) => (seen.fault = fault.message));
    seen.line.on('disconnect', (why) => (seen.cut = why));
    return seen;
  }

  it('are kept by the leader only, refused in Chinese, and not overwritten by who saw an older one', async () => {
    const plan = { name: '大厅', tiles: tiles('waiting', 'incidents', 'orders-overdue'), quiet: null };
    expect((await call('1001', 'POST', '/walls', plan)).status).to.equal(403);
    expect((await call('', 'GET', '/walls')).status).to.equal(401);
    expect((await call('banzhang', 'POST', '/walls', { ...plan, tiles: [] })).body.message).to.include(
      '没有磁贴',
    );
    const wrong = [{ ...newTile('waiting'), amber: 9, red: 1 }];
    expect((await call('banzhang', 'POST', '/walls', { ...plan, tiles: wrong })).body.message).to.include(
      '黄线不能高于红线',
    );
    const wall = await made('大厅', plan.tiles);
    expect((await call('banzhang', 'POST', '/walls', plan)).status, 'the same name').to.equal(409);
    const put = (body: unknown) => call<KeptWall>('banzhang', 'PUT', `/walls/${wall.id}`, body);
    const changed = await put({ ...wall, tiles: wall.tiles.toReversed() });
    expect(changed.body.version).to.equal(2);
    expect((await put(wall)).status).to.equal(409);
    expect((await call<KeptWall>('1001', 'GET', `/walls/${wall.id}`)).body.tiles).to.have.length(3);
    const ofWorker = (await call<KeptWall>('weixiu', 'GET', `/walls/${wall.id}`)).body.tiles;
    expect(
      ofWorker.map((one) => one.kind),
      'suspicions are not everybody’s',
    ).to.deep.equal(['orders-overdue', 'waiting']);
    expect(overheard).to.include('wallMoved');
  });

  it('a link opens the one wall’s events and no other door of the house; only its hash is kept', async () => {
    const wall = await made('过道', tiles('waiting', 'clock'));
    const token = await given(wall.id);
    expect(token).to.match(/^[\w-]{43}$/);
    const { rows } = await pool.query<{ kept: string }>(
      `select row_to_json(t)::text as kept from televisions t`,
    );
    expect(rows.map((row) => row.kept).join()).to.not.include(token);
    expect((await call('1001', 'GET', `/walls/${wall.id}/televisions`)).status).to.equal(403);

    const screen = television(token);
    await until('the television is told everything', () =>
      ['hello', 'plan', 'office', 'wall'].every((event) => event in screen.told),
    );
    expect(screen.told['plan']).to.include({ id: wall.id, name: '过道' });
    expect((screen.told['wall'] as WallView).agents).to.deep.equal([]);
    const answer = await new Promise<number>((done) => screen.line.emit('clock', done));
    expect(answer).to.be.closeTo(Date.now(), 5000);
    for (const event of ['watchDesk', 'watchWall', 'watchOffice', 'hold'])
      screen.line.emit(event, () => {
        throw new Error(`${event} was answered`);
      });
    const again = await new Promise<number>((done) => screen.line.emit('clock', done));
    expect(again).to.be.least(answer);
    for (const path of ['/walls', '/orders', '/me', `/walls/${wall.id}/televisions`]) {
      const shut = await fetch(`${origin}/api${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect(shut.status, path).to.be.oneOf([401, 404]);
    }
    for (const wrong of ['x', 'A'.repeat(43), '']) {
      const stranger = television(wrong);
      await until('a stranger is told no', () => stranger.fault === 'withdrawn');
      expect(stranger.told).to.deep.equal({});
    }
    const [row] = await televisions(wall.id);
    expect(row).to.include({ name: '大厅', open: 1, withdrawnAtMs: null });
    expect(row!.seenAtMs).to.be.closeTo(Date.now(), 10_000);
  });

  it('shows a wall that is composed anew at once, and is cut off at once when its link is withdrawn', async () => {
    const wall = await made('食堂', tiles('clock'));
    const [token, other] = [await given(wall.id, '左'), await given(wall.id, '右')];
    const screens = [television(token), television(other)];
    await until('both are on', () => screens.every((one) => 'plan' in one.told));
    await call('banzhang', 'PUT', `/walls/${wall.id}`, { ...wall, tiles: tiles('orders-open') });
    await until('both show the new tiles', () =>
      screens.every((one) => (one.told['plan'] as KeptWall).tiles[0]!.kind === 'orders-open'),
    );
    const left = (await televisions(wall.id)).find((one) => one.name === '左')!;
    expect((await call('1001', 'DELETE', `/televisions/${left.id}`)).status).to.equal(403);
    expect((await call('banzhang', 'DELETE', `/televisions/${left.id}`)).status).to.equal(200);
    await until('the left one is cut off', () => screens[0]!.cut === 'io server disconnect', 2000);
    expect(screens[1]!.cut, 'the right one stays').to.equal('');
    expect((await call('banzhang', 'DELETE', `/televisions/${left.id}`)).status).to.equal(409);
    const back = television(token);
    await until('it may not come back', () => back.fault === 'withdrawn');
    expect((await call('banzhang', 'DELETE', `/walls/${wall.id}`)).status).to.equal(200);
    await until('with the wall its televisions go', () => screens[1]!.cut === 'io server disconnect', 2000);
  });

  it('what orders and outages are, numbers masked, is told to a television whose wall shows it', async () => {
    await pool.query(
      `insert into outages (kind, districts, communities, streets, buildings, cause, begin_at, expected_at, notice, made_by, published_at)
       values ('sudden', '{兴庆区}', '{丽景园}', '{}', 3, '抢修，联系 13912345678', now(), now() + interval '3 hours', '停水', $1, now())`,
      [ids['banzhang']],
    );
    const wall = await made('停水', tiles('outages'));
    const screen = television(await given(wall.id));
    await until('it knows of the outage', () => {
      wing.overhear!('outages');
      return JSON.stringify(screen.told['office'] ?? '').includes('兴庆区丽景园');
    });
    expect(JSON.stringify(screen.told)).to.include('139****5678').and.to.not.include('13912345678');
  });
});
