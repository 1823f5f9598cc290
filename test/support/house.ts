/**
 * All subjects of the house in this process, over a real database and without a switch: what browsers and other systems
 * can ask, put together as main.ts does. For tests that walk everything that was declared.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openAccounts, type Accounts } from '../../src/app/accounts.ts';
import { openHealth } from '../../src/app/health.ts';
import { readConfig } from '../../src/config.ts';
import { openFloor, type Floor } from '../../src/core/floor/floor.ts';
import { recheckAnswers } from '../../src/http/answers.ts';
import type { SocketEvent } from '../../src/http/events.ts';
import { openLive, type LiveEdge } from '../../src/http/live.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSessions } from '../../src/http/sessions.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { openWings, type NamedWing } from '../../src/main/wings.ts';
import { writeAudit } from '../../src/postgres/audit.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { openRightsLine } from '../../src/postgres/rights.ts';
import type { WallView } from '../../src/protocol.ts';
import { cloneDatabase } from './database.ts';

export interface House {
  url: string;
  databaseUrl: string;
  pool: pg.Pool;
  floor: Floor;
  accounts: Accounts;
  wings: NamedWing[];
  live: LiveEdge;
  server: Server;
  faults: unknown[];
  close(): Promise<void>;
}

/** `events`: as the line is given them; a test may listen in. */
export async function openHouse(
  databaseUrl?: string,
  events: (declared: SocketEvent[]) => SocketEvent[] = (declared) => declared,
): Promise<House> {
  const url = databaseUrl ?? (await cloneDatabase());
  const pool = openPool(url);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-house-'));
  const now = () => Date.now();
  const faults: unknown[] = [];
  const onFault = (cause: unknown) => void faults.push(cause);
  const config = readConfig({ AMI_HOST: 'none', VAR_DIR: varDir, DATABASE_URL: url });
  const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
  const edges: { live: LiveEdge | null } = { live: null };
  const rightsLine = openRightsLine(url, () => void accounts.refresh().catch(onFault), onFault);
  const accounts = openAccounts({
    ...{ read: rightsLine.read, endedSessions: rightsLine.endedSessions, now, onFault },
    openSids: () => edges.live?.openSids() ?? [],
  });
  await accounts.refresh();
  const sessions = openSessions(pool, 'x'.repeat(40), false, accounts);
  const wings: NamedWing[] = openWings({
    ...{ config, pool, databaseUrl: url, varDir, now, floor, accounts, version: 'test' },
    ...{ log: pino({ level: 'silent' }), health: openHealth(now), registry: new Registry() },
    agentsToday: () => new Map(),
    nameOf: () => null,
    commands: () => null,
    switchHttp: null,
    reportsUrl: url,
    registrationOf: () => null,
    securityLog: null,
    switchFolders: null,
    live: {
      tell: (room, event, ...words) => edges.live?.tell(room, event, ...words),
      audience: (room) => edges.live?.audience(room) ?? 0,
    },
    isBrowserPhone: (personId) => wings.some((wing) => wing.isBrowserPhone?.(personId)),
    peopleChanged: () => Promise.resolve(),
    audit: (personId, what, about) => writeAudit(pool, { personId, what, about }),
  });
  const server = createHttp({
    ...{ pages: 'dist/web', trustProxy: 1, session: sessions.middleware, metricsToken: undefined, onFault },
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    notReady: () => [],
    routers: wings.flatMap((wing) => wing.routers ?? []),
    open: wings.flatMap((wing) => wing.open ?? []),
    publicPages: wings.flatMap((wing) => wing.pages ?? []),
  });
  const upgrades = openUpgrades(server, onFault);
  for (const wing of wings) wing.serve?.(upgrades, sessions.middleware);
  const live = openLive(upgrades, {
    ...{ session: sessions.middleware, stands: accounts.stands, now, version: 'test', onFault },
    enter: () => undefined,
    look: () => ({ agent: null, pops: [], holder: true }),
    leave: () => undefined,
    hold: () => undefined,
    wall: () => ({ waiting: 0 }) as WallView,
    alarms: () => [],
    painted: () => undefined,
    events: events(wings.flatMap((wing) => wing.events ?? [])),
    wings: wings.flatMap((wing) => wing.line ?? []),
  });
  edges.live = live;
  accounts.onMoved(() => {
    live.recheck();
    recheckAnswers();
    for (const wing of wings) wing.rightsMoved?.();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ databaseUrl: url, pool, floor, accounts, wings, live, server, faults },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const wing of wings) wing.stopServing?.();
      server.close();
      await live.close();
      server.closeAllConnections();
      sessions.close();
      accounts.close();
      await rightsLine.close();
      for (const wing of wings) await wing.close?.();
      await pool.end();
      rmSync(varDir, { recursive: true, force: true });
    },
  };
}
