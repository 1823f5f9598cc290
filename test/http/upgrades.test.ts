import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTcp } from 'node:net';
import type { RequestHandler } from 'express';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { WebSocket, WebSocketServer } from 'ws';
import { anybody } from '../../src/http/door.ts';
import { socketEvent } from '../../src/http/events.ts';
import { openLive, type LiveEdge, type PersonLine } from '../../src/http/live.ts';
import { declareRoutes } from '../../src/http/routes.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSip, SIP_CLOSED, type SipEdge } from '../../src/http/sip.ts';
import { openTelevisions, type TelevisionEdge } from '../../src/http/televisions.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import type { WallView } from '../../src/protocol.ts';
import { z } from 'zod';
import { until } from '../support/until.ts';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

describe('connections that become lines, said in raw bytes', function () {
  this.timeout(20_000);
  let server: Server;
  let port: number;
  let live: LiveEdge;
  let sip: SipEdge;
  let televisions: TelevisionEdge;
  let pbx: WebSocketServer;
  const faults: unknown[] = [];
  /** sessions that are being read: each goes on when it is let go */
  const reading: (() => void)[] = [];
  let slowly = false;
  let banned = false;
  let wings: ((line: PersonLine) => void)[] = [];
  let hear: Record<string, (answer: (answer: unknown) => void) => unknown> = {};
  let sessionFault: Error | null = null;

  before(async () => {
    const session: RequestHandler = (request, _response, next) => {
      Object.assign(request, {
        sessionID: 's',
        session: {
          person: {
            id: 1,
            login: 'a',
            name: '甲',
            role: 'agent',
            agent: 'PJSIP/1001',
            unitId: null,
            mustChange: false,
          },
        },
      });
      const goOn = () => (sessionFault ? next(sessionFault) : next());
      if (slowly) reading.push(goOn);
      else goOn();
    };
    const echo = declareRoutes();
    echo.post('/echo', anybody, (request, response) => void response.json(request.body));
    pbx = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
    await once(pbx, 'listening');
    server = createHttp({
      routers: [echo],
      pages: 'dist/web',
      trustProxy: 0,
      session,
      metrics: () => Promise.resolve({ type: 'text/plain', text: '' }),
      metricsToken: undefined,
      notReady: () => [],
      onFault: (fault) => faults.push(fault),
    });
    const onFault = (fault: unknown) => void faults.push(fault);
    const upgrades = openUpgrades(server, onFault);
    sip = openSip(upgrades, {
      session,
      switchUrl: `ws://127.0.0.1:${(pbx.address() as AddressInfo).port}/ws`,
      holder: (_person, _sid, ticket) => Promise.resolve(ticket === 'mine' ? '1001' : null),
      isBanned: () => Promise.resolve(banned),
      stands: () => 'unknown',
      isTalking: () => false,
      onRefused: () => undefined,
      onFault,
    });
    televisions = openTelevisions(upgrades, {
      now: Date.now,
      version: 't',
      enter: () => Promise.resolve(null),
      isWithdrawn: () => false,
      whole: () => null,
      onFault,
    });
    live = openLive(upgrades, {
      session,
      now: Date.now,
      version: 't',
      enter: () => undefined,
      look: () => {
        throw new Error('a fault that nobody foresaw');
      },
      leave: () => undefined,
      hold: () => undefined,
      wall: () => ({}) as WallView,
      alarms: () => [],
      painted: () => undefined,
      stands: () => 'unknown',
      events: ['throws', 'rejects', 'unspeakable'].map((name) =>
        socketEvent({
          ...{ name, permission: 'take-calls', schema: z.unknown() },
          hear: (_said, _line, answer) => hear[name]!(answer),
        }),
      ),
      wings: [(line) => wings.forEach((wing) => wing(line))],
      onFault,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(async () => {
    server.close();
    sip.close();
    televisions.close();
    await live.close();
    server.closeAllConnections();
    pbx.close();
    for (const client of pbx.clients) client.terminate();
  });
  afterEach(async () => {
    slowly = false;
    sessionFault = null;
    wings = [];
    for (const goOn of reading.splice(0)) goOn();
    // whatever it was: the service goes on
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200);
    faults.length = 0;
  });

  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  /** the status of the answer, and the connection was closed after it */
  async function ask(target: string, headers = KEY, method = 'GET'): Promise<number> {
    const socket = await open();
    let said = '';
    socket.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
    socket.write(
      `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
    );
    await until('it is answered', () => said.includes('\r\n\r\n') || socket.destroyed);
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);
    if (status === 101) socket.destroy();
    await until('it is closed', () => socket.closed);
    return status;
  }
  const reset = (socket: Socket) => socket.resetAndDestroy();
  const written = (socket: Socket, text: string) => new Promise((done) => socket.write(text, done));
  const handshake = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${KEY}${more}\r\n`;

  it('a target that is none is answered 400, one that nobody claims 404, and closed', async () => {
    const answers: Record<string, number> = {
      '//': 404,
      '///sip': 404,
      '//evil.example/sip': 404,
      '/': 404,
      '/socket.ioX': 404,
      '/socket.io/x/y': 404,
      '/%': 404,
      '/sip/x': 404,
      'http://[': 400,
      'http://[::1': 400,
      'http://a:99999999/sip': 400,
      'sip:1001@x': 400,
      '*': 400,
      'http://x/elsewhere': 404,
      [`/${'a'.repeat(8000)}`]: 404,
    };
    for (const [target, status] of Object.entries(answers))
      expect(await ask(target), target.slice(0, 40)).to.equal(status);
  });

  it('the absolute form is read by its path, an absurd host does no harm', async () => {
    expect(await ask('http://any.example:5/sip')).to.equal(403);
    for (const host of ['[', 'x:y:z', '\u00ff', 'a'.repeat(5000)])
      expect(await ask('/sip', `${KEY}Host: ${host}\r\nOrigin: http://[\r\n`), host.slice(0, 9)).to.be.oneOf([
        400, 403,
      ]);
  });

  it('a handshake that is half one is answered 400 by every line', async () => {
    for (const path of [
      '/sip?ticket=mine',
      '/socket.io/?EIO=4&transport=websocket',
      '/tv-line/?EIO=4&transport=websocket',
    ]) {
      const origin = `Origin: http://x\r\n`;
      expect(await ask(path, origin), path).to.equal(400);
      expect(
        await ask(path, `${origin}Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 99\r\n`),
        path,
      ).to.equal(400);
    }
    for (const query of [
      '',
      '?EIO=4',
      '?EIO=4&transport=polling',
      '?EIO=4&transport=__proto__',
      '?EIO=4&transport=websocket&sid=__proto__',
    ])
      expect(await ask(`/socket.io/${query}`), query).to.equal(400);
  });

  it('a plain request to a line is told that it is one', async () => {
    for (const path of ['/socket.io/?EIO=4&transport=polling', '/tv-line/', '/sip'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status, path).to.equal(426);
  });

  it('who offers another protocol (Java: h2c) is answered by HTTP, body and all, and may ask again', async () => {
    const socket = await open();
    let said = '';
    socket.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const body = JSON.stringify({ 来: '自', a: 1 });
    const request = (more: string) =>
      `POST /api/echo HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${more}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const offer =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
    await written(socket, request(offer));
    await written(socket, body);
    await until('the first is answered', () => said.includes(body));
    await written(socket, request('') + body);
    await until('the second is answered', () => said.split(body).length === 3);
    expect(said.match(/HTTP\/1\.1 200 OK/g)).to.have.length(2);
    socket.destroy();
  });

  it('a reset does no harm before, while and after the session is read', async () => {
    const paths = [
      '/',
      '/socket.ioX',
      '/sip',
      '/sip?ticket=mine',
      '/socket.io/?EIO=4&transport=websocket',
      '/tv-line/?EIO=4&transport=websocket',
    ];
    for (const path of paths) {
      const socket = await open();
      await written(socket, handshake(path));
      reset(socket);
    }
    slowly = true;
    for (const path of paths.slice(2, 5)) {
      const waiting = reading.length;
      const socket = await open();
      await written(socket, handshake(path));
      await until('its session is being read', () => reading.length > waiting);
      reset(socket);
    }
    // the session comes after the reset
    await new Promise((done) => server.getConnections(() => setImmediate(done)));
    for (const goOn of reading.splice(0)) goOn();
    slowly = false;
    for (const path of paths.slice(2)) {
      const socket = await open();
      let said = '';
      socket.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
      await written(socket, handshake(path));
      await until('the line stands', () => said.includes(' 101 '));
      reset(socket);
    }
  });

  it('what is no WebSocket on a line that was just turned away does no harm', async () => {
    for (const path of ['/sip?ticket=other', '/sip?ticket=mine', '/socket.io/?EIO=4&transport=websocket']) {
      const socket = await open();
      socket.resume();
      // behind the handshake at once: frames that are none (no mask, reserved bits, endless length)
      await written(socket, `${handshake(path)}\xff\xff\xff\xff\x00\x00`);
      await until('it is closed', () => socket.closed);
    }
    await until('no line is left', () => sip.count() === 0);
  });

  it('a session that cannot be read is answered 503 or 400, and the next one is read', async () => {
    sessionFault = new Error('the database is away');
    expect(await ask('/sip', `${KEY}Origin: http://x\r\n`)).to.equal(503);
    expect(await ask('/socket.io/?EIO=4&transport=websocket')).to.equal(400);
    sessionFault = null;
    expect(await ask('/socket.io/?EIO=4&transport=websocket')).to.equal(101);
  });

  it('a fault in an event of a line is told, and the line goes on', async () => {
    hear = {
      throws() {
        throw new Error('at once');
      },
      rejects: () => Promise.reject(new Error('later')),
      unspeakable: (answer) => answer(1n),
    };
    wings = [
      (line) =>
        line.onGone(() => {
          throw new Error('at the end');
        }),
    ];
    const browser = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((done) => browser.on('connect', done));
    for (const event of ['throws', 'rejects']) browser.emit(event, {});
    browser.emit('unspeakable', {}, () => undefined);
    // acknowledgements that are none
    for (const event of ['clock', 'watchDesk', 'hold', 'painted', 'watchWall'])
      for (const said of [[], [1], ['x', {}], [null, null, null], [{ toString: 1 }]])
        browser.emit(event, ...said);
    browser.emit('watchDesk', () => undefined);
    const at = await new Promise<number>((done) => browser.emit('clock', done));
    expect(at).to.be.closeTo(Date.now(), 60_000);
    browser.close();
    await until('all of it was told', () =>
      ['at once', 'later', 'at the end', 'nobody foresaw', 'BigInt'].every((words) =>
        faults.some((fault) => String(fault).includes(words)),
      ),
    );
  });

  it('a wing that fails when a browser comes ends that line only, which comes back', async () => {
    wings = [
      () => {
        throw new Error('a wing broke');
      },
    ];
    const browser = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((done) => browser.on('disconnect', () => done()));
    expect(String(faults[0])).to.contain('a wing broke');
    browser.close();
  });

  it('a phone that is kept out has its line closed with a reason, before the switch hears of it', async () => {
    banned = true;
    const before = pbx.clients.size;
    const browser = new WebSocket(`ws://127.0.0.1:${port}/sip?ticket=mine`, 'sip', {
      origin: `http://127.0.0.1:${port}`,
    });
    const [code] = (await once(browser, 'close')) as [number];
    banned = false;
    expect(code).to.equal(SIP_CLOSED.refused);
    expect(pbx.clients.size).to.equal(before);
  });

  it('a switch that is away, or whose port is another program, closes the phone’s line with a reason', async () => {
    const other = createTcp((socket) => socket.end('SIP/2.0 nonsense\r\n\r\n')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    for (const client of pbx.clients) client.terminate();
    const browser = new WebSocket(`ws://127.0.0.1:${port}/sip?ticket=mine`, 'sip', {
      origin: `http://127.0.0.1:${port}`,
    });
    await once(pbx, 'connection');
    for (const client of pbx.clients) client.terminate();
    const [code] = (await once(browser, 'close')) as [number];
    expect(code).to.equal(SIP_CLOSED.switchAway);
    other.close();
  });
});
