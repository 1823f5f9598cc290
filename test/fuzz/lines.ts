/** A real server with all its lines and an upload, without a database: what raw bytes are thrown at. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { WebSocketServer } from 'ws';
import { anybody } from '../../src/http/door.ts';
import { socketEvent } from '../../src/http/events.ts';
import { openLive, type PersonLine } from '../../src/http/live.ts';
import { declareRoutes } from '../../src/http/routes.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSip } from '../../src/http/sip.ts';
import { openTelevisions } from '../../src/http/televisions.ts';
import { receiveFile } from '../../src/http/upload.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import type { WallView } from '../../src/protocol.ts';

export interface FuzzServer {
  port: number;
  /** what was caught where it was foreseen */
  faults: unknown[];
  close(): Promise<void>;
}

export async function openFuzzServer(wing?: (line: PersonLine) => void): Promise<FuzzServer> {
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => void faults.push(fault);
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-fuzz-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  const person = {
    ...{ id: 1, login: 'a', name: '甲', role: 'agent', agent: 'PJSIP/1001' },
    ...{ unitId: null, mustChange: false },
  };
  const session: RequestHandler = (request, _response, next) => {
    Object.assign(request, { sessionID: 's', session: { person } });
    // as a store answers: later
    setImmediate(next);
  };
  const router = declareRoutes();
  let uploads = 0;
  router.post('/echo', anybody, (request, response) => void response.json(request.body ?? null));
  router.post('/files', anybody, async (request, response) => {
    const path = join(folder, `file-${(uploads += 1)}`);
    const name = await receiveFile(request, response, path, 100_000);
    if (name !== null) response.json({ name });
    rmSync(path, { force: true });
  });
  const pbx = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
  pbx.on('connection', (line) => line.on('error', () => undefined));
  await once(pbx, 'listening');
  const server = createHttp({
    routers: [router],
    pages: folder,
    trustProxy: 1,
    session,
    metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
    metricsToken: undefined,
    notReady: () => [],
    onFault,
  });
  const upgrades = openUpgrades(server, onFault);
  const sip = openSip(upgrades, {
    session,
    switchUrl: `ws://127.0.0.1:${(pbx.address() as AddressInfo).port}/ws`,
    holder: (_person, _sid, ticket) => Promise.resolve(ticket === 'mine' ? '1001' : null),
    isBanned: () => Promise.resolve(false),
    stands: () => 'unknown',
    isTalking: () => false,
    onRefused: () => undefined,
    onFault,
  });
  const televisions = openTelevisions(upgrades, {
    now: Date.now,
    version: 'fuzz',
    enter: (token) => Promise.resolve(token.startsWith('t') ? { id: 1, wallId: 1 } : null),
    isWithdrawn: () => false,
    whole: () => ({ plan: {}, wall: null, office: {} }) as never,
    onFault,
  });
  const live = openLive(upgrades, {
    session,
    now: Date.now,
    version: 'fuzz',
    enter: () => undefined,
    look: () => ({ agent: null, pops: [], holder: true }),
    leave: () => undefined,
    hold: () => undefined,
    wall: () => ({}) as WallView,
    alarms: () => [],
    painted: () => undefined,
    stands: () => 'unknown',
    events: [
      socketEvent({
        ...{ name: 'taken', permission: 'take-calls', schema: z.object({ id: z.number() }) },
        hear: (_said, _line, answer) => answer(1),
      }),
    ],
    wings: wing ? [wing] : [],
    onFault,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    async close() {
      server.close();
      sip.close();
      televisions.close();
      await live.close();
      server.closeAllConnections();
      for (const client of pbx.clients) client.terminate();
      pbx.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** a server that has not begun to answer by then waits for more */
const QUIET_MS = 40;

/** Says these bytes, in these pieces, waits for an answer or ends by a reset; tells the beginning of what came back. */
export function sayRaw(port: number, pieces: readonly Buffer[], end: 'answer' | 'reset'): Promise<string> {
  return new Promise((done) => {
    const socket: Socket = connect({ port, host: '127.0.0.1' });
    let said = '';
    let quiet: NodeJS.Timeout | undefined;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      if (said.length < 10_000) said += bytes.toString('latin1');
      socket.end();
    });
    socket.on('close', () => {
      clearTimeout(quiet);
      done(said);
    });
    socket.on('connect', () => {
      for (const piece of pieces.slice(0, -1)) socket.write(piece);
      socket.write(pieces.at(-1) ?? Buffer.alloc(0), () => {
        if (end === 'reset') setImmediate(() => socket.resetAndDestroy());
        else quiet = setTimeout(() => socket.end(), QUIET_MS);
      });
    });
  });
}
