/** Every subject of the service over one database, without a switch: routes, lines and files as main.ts puts them together. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { Accounts } from '../../src/app/accounts.ts';
import { openDesks } from '../../src/app/desks.ts';
import { openHealth } from '../../src/app/health.ts';
import { openLog } from '../../src/app/log.ts';
import { openWall } from '../../src/app/wall.ts';
import { readConfig } from '../../src/config.ts';
import { openFloor, type Floor } from '../../src/core/floor/floor.ts';
import { openLive, type LiveEdge } from '../../src/http/live.ts';
import type { SignedIn } from '../../src/http/sessions.ts';
import { openWings, type Ground, type NamedWing } from '../../src/main/wings.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type pg from 'pg';
import { openHttp } from './http.ts';
import { FLOOR } from './eventful-week.ts';

export interface WholeHouse {
  url: string;
  pool: pg.Pool;
  floor: Floor;
  wings: NamedWing[];
  varDir: string;
  live: LiveEdge;
  /** every line of the log so far */
  log: string[];
  close(): Promise<void>;
}
export interface WayIn {
  method: string;
  /** `/api/orders/:orderNo` */
  path: string;
}

export async function openWholeHouse(
  databaseUrl: string,
  now: () => number,
  people: ReadonlyMap<string, SignedIn>,
): Promise<WholeHouse> {
  const pool = openPool(databaseUrl);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-house-'));
  const floor = openFloor(FLOOR);
  const log: string[] = [];
  const line: { edge: LiveEdge | null } = { edge: null };
  const nameOf = () => null;
  const health = openHealth(now);
  // whoever the test names stays who they are
  const accounts = {
    refresh: () => Promise.resolve(),
    stands: ({ personId }: { personId: number }) =>
      [...people.values()].find(({ id }) => id === personId) ?? null,
    mayNow: () => null,
    mayAnswerAt: () => true,
    tokenStands: () => true,
    isKnownToken: () => true,
    televisionStands: () => true,
  } as unknown as Ground['accounts'] & Pick<Accounts, 'stands'>;
  const wings = openWings({
    config: readConfig({ VAR_DIR: varDir, AMI_HOST: 'none' }),
    pool,
    databaseUrl,
    reportsUrl: databaseUrl,
    varDir,
    now,
    log: openLog('info', { write: (text: string) => void log.push(text) }),
    floor,
    agentsToday: () => wall.agentsToday(),
    nameOf,
    commands: () => null,
    registrationOf: () => null,
    securityLog: null,
    isBrowserPhone: () => false,
    switchHttp: null,
    switchFolders: null,
    live: {
      tell: (room, event, ...values) => line.edge?.tell(room, event, ...values),
      audience: (room) => line.edge?.audience(room) ?? 0,
    },
    health,
    registry: new Registry(),
    version: 'test',
    accounts,
    peopleChanged: () => Promise.resolve(),
    audit: () => Promise.resolve(),
  });
  const desks = openDesks(floor, (ani) => callerHistory(pool, ani));
  const wall = openWall({
    ...{ floor, nameOf, now, heardAtMs: () => null, alarms: () => [] },
    tell: (view) => wings.forEach((wing) => wing.wall?.(view)),
  });
  const onFault = (cause: unknown) => void log.push(JSON.stringify({ fault: String(cause) }));
  const http = await openHttp(
    {
      routers: wings.flatMap((wing) => wing.routers ?? []),
      open: wings.flatMap((wing) => wing.open ?? []),
    },
    (login) => people.get(login) ?? null,
    (upgrades, session) => {
      for (const wing of wings) wing.serve?.(upgrades, session);
      line.edge = openLive(upgrades, {
        ...{ session, now, version: 'test', enter: desks.enter, look: desks.look, leave: desks.leave },
        ...{ hold: desks.hold, wall: () => wall.view(), alarms: health.alarms, painted: () => undefined },
        ...{ stands: accounts.stands, events: wings.flatMap((wing) => wing.events ?? []) },
        ...{ wings: wings.flatMap((wing) => wing.line ?? []), onFault },
      });
    },
  );
  for (const wing of wings) await wing.start?.();
  return {
    ...{ url: http.url, pool, floor, wings, varDir, log, live: line.edge! },
    async close() {
      wall.close();
      await line.edge!.close();
      http.close();
      for (const wing of [...wings].reverse()) await wing.close?.();
      await pool.end();
      rmSync(varDir, { recursive: true, force: true });
    },
  };
}

/** Every way in that the subjects declared: pages' and other systems'. */
export function waysIn(wings: readonly NamedWing[]): { pages: WayIn[]; systems: WayIn[] } {
  return {
    pages: wings.flatMap(({ routers = [] }) =>
      routers.flatMap(({ declared }) =>
        declared.map(({ method, path }) => ({ method: method.toUpperCase(), path: `/api${path}` })),
      ),
    ),
    systems: wings.flatMap(({ open = [] }) =>
      open.flatMap(({ operations }) =>
        operations.map(({ method, path }) => ({
          method: method.toUpperCase(),
          path: `/api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`,
        })),
      ),
    ),
  };
}
