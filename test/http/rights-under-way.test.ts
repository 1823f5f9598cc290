import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { RequestHandler, Response } from 'express';
import { WebSocket, WebSocketServer } from 'ws';
import { openExports } from '../../src/app/exports.ts';
import { openPhones, type KeptPhone } from '../../src/app/phones.ts';
import type { Role } from '../../src/core/people/may.ts';
import { noRight, type SignedIn } from '../../src/core/people/rights.ts';
import { recheckAnswers } from '../../src/http/answers.ts';
import { allow } from '../../src/http/door.ts';
import { declareRoutes } from '../../src/http/routes.ts';
import { createHttp } from '../../src/http/server.ts';
import { openSip, SIP_CLOSED, type SipEdge } from '../../src/http/sip.ts';
import { openUpgrades } from '../../src/http/upgrades.ts';
import { until } from '../support/until.ts';

const personAs = (role: Role): SignedIn => ({
  ...{ id: 1, login: 'a', name: '甲', role, agent: 'PJSIP/1001', unitId: null, mustChange: false },
});

describe('a right that goes while something is under way', () => {
  let now: SignedIn | null;
  let talking: boolean;
  beforeEach(() => {
    now = personAs('supervisor');
    talking = false;
  });
  const session: RequestHandler = (request, response, next) => {
    Object.assign(request, { sessionID: 's', session: { person: personAs('supervisor') } });
    response.locals ??= {};
    response.locals.rightNow = (permission) => noRight(now, permission);
    next();
  };

  describe('an answer', () => {
    let url: string;
    let close: () => void;
    const streams: Response[] = [];
    let finish: (() => void) | null = null;
    const faults: unknown[] = [];
    before(async () => {
      const routes = declareRoutes();
      routes.get('/sound', allow('hear-all-recordings'), (_request, response) => {
        response.write('the beginning');
        streams.push(response);
      });
      routes.get('/long', allow('read-reports'), async (_request, response) => {
        await new Promise<void>((done) => (finish = done));
        response.json({ figures: 'of everybody' });
      });
      const server = createHttp({
        ...{ routers: [routes], pages: 'dist/web', trustProxy: 0, session, metricsToken: undefined },
        metrics: () => Promise.resolve({ type: '', text: '' }),
        notReady: () => [],
        onFault: (fault) => faults.push(fault),
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
      close = () => {
        server.closeAllConnections();
        server.close();
      };
    });
    after(() => close());

    it('that is being sent is torn off; one of another right goes on', async () => {
      const answer = await fetch(`${url}/sound`);
      recheckAnswers();
      streams.at(-1)!.write(' and more');
      const reader = answer.body!.getReader();
      await reader.read();
      now = personAs('agent');
      recheckAnswers();
      const rest = (async () => {
        while (!(await reader.read()).done);
      })();
      let torn = false;
      await rest.catch(() => (torn = true));
      expect(torn).to.equal(true);
    });

    it('that is still being made says why, and what its work says later is heard by nobody', async () => {
      const asked = fetch(`${url}/long`);
      await until('it is being made', () => finish !== null);
      now = personAs('agent');
      recheckAnswers();
      const answer = await asked;
      expect(answer.status).to.equal(403);
      expect(await answer.json()).to.have.property('code', 'not-allowed');
      finish!();
      const next = fetch(`${url}/sound`);
      now = personAs('supervisor');
      expect((await next).status).to.equal(200);
      expect(faults).to.deep.equal([]);
    });
  });

  it('a file that is being made is stopped at once, and says why', async () => {
    const failed: string[] = [];
    const told: unknown[] = [];
    let moved: ((rows: number, total: number | null) => void) | null = null;
    const tasks = [{ id: 'x', attempt: 1, askedBy: 1 }];
    const exports = openExports({
      take: () => Promise.resolve(tasks.shift() ?? null),
      make: (_task, move) => {
        moved = move;
        // a count that takes its time
        return new Promise(() => undefined);
      },
      move: () => Promise.resolve(true),
      finish: () => Promise.resolve(),
      fail(_task, why) {
        failed.push(why);
        return Promise.resolve(false);
      },
      expire: () => Promise.resolve(),
      tell: (_personId, progress) => told.push(progress),
      ...{ now: Date.now, onFault: () => undefined },
    });
    exports.start();
    await until('it is being made', () => moved !== null);
    exports.recheck(() => true);
    expect(failed).to.deep.equal([]);
    exports.recheck(() => false);
    await until('it is told', () => told.length > 0);
    expect(failed).to.deep.equal(['账号已没有这个清单的权限，导出已停止。']);
    expect(told[0]).to.include({ state: 'failed', why: failed[0] });
    // its work ends with its next page
    expect(() => moved!(5, 10)).to.throw('权限');
    await exports.close();
  });

  describe("a browser's phone", () => {
    let sip: SipEdge;
    let url: string;
    let close: () => void;
    const received: string[] = [];
    before(async () => {
      const pbx = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
      pbx.on('connection', (line) => line.on('message', (data) => received.push(String(data as Buffer))));
      await once(pbx, 'listening');
      const server = createServer();
      sip = openSip(openUpgrades(server, console.error), {
        session,
        switchUrl: `ws://127.0.0.1:${(pbx.address() as AddressInfo).port}/ws`,
        holder: () => Promise.resolve('1001'),
        stands: () => now,
        isBanned: () => Promise.resolve(false),
        isTalking: () => talking,
        onRefused: () => undefined,
        onFault: console.error,
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sip`;
      close = () => {
        sip.close();
        pbx.close();
        server.closeAllConnections();
        server.close();
      };
    });
    after(() => close());
    const open = async () => {
      const line = new WebSocket(url, 'sip', { origin: url.replace('ws', 'http') });
      await once(line, 'open');
      return line;
    };

    for (const [name, then] of [
      ['the role', () => (now = personAs('dispatcher'))],
      ['the extension', () => (now = { ...personAs('agent'), agent: 'PJSIP/1002' })],
      ['the session', () => (now = null)],
      ['a password that needs no change', () => (now = { ...personAs('agent'), mustChange: true })],
    ] as [string, () => unknown][])
      it(`ends with ${name}; but never under a call: that is talked to its end`, async () => {
        const line = await open();
        await until('it stands', () => sip.isOpen(1));
        let closed: number | null = null;
        line.on('close', (code) => (closed = code));
        sip.recheck();
        talking = true;
        then();
        sip.recheck();
        sip.release(1);
        // what the call needs goes on: hold, hang-up
        const bye = [
          'BYE sip:a@b SIP/2.0',
          'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1',
          'From: <sip:1001@hotline>;tag=1',
          'To: <sip:9@hotline>;tag=2',
          'Call-ID: 1',
          'CSeq: 2 BYE',
          'Max-Forwards: 70',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n');
        received.length = 0;
        line.send(bye);
        await until('the switch hears it', () => received.includes(bye));
        expect(closed).to.equal(null);
        talking = false;
        sip.recheck();
        await until('it is closed', () => closed !== null);
        expect(closed).to.equal(SIP_CLOSED.notYours);
      });
  });

  it('the switch keeps the phone that is talked on, and takes it when the call is over', async () => {
    const row: KeptPhone = {
      ...{ personId: 1, agent: null, kind: 'browser', givenExtension: '1001', deskDigest: null },
      ...{ sessionSid: null, sessionDigest: null, ticket: null },
    };
    const taken: string[] = [];
    talking = true;
    const phones = openPhones<KeptPhone>({
      list: () => Promise.resolve([row]),
      find: () => Promise.resolve(row),
      setKind: () => Promise.resolve(),
      setGiven: () => Promise.resolve(),
      setDeskDigest: () => Promise.resolve(),
      beginSession: () => Promise.resolve(),
      endSessions: () => Promise.resolve([]),
      give: () => Promise.resolve(),
      take: (extension) => Promise.resolve(void taken.push(extension)),
      digestOf: () => '',
      newSecret: () => '',
      newPassword: () => '',
      cut: () => undefined,
      release: () => undefined,
      isTalking: () => talking,
      onFault: console.error,
    });
    await phones.sync();
    expect(taken).to.deep.equal([]);
    talking = false;
    await phones.sync();
    expect(taken).to.deep.equal(['1001']);
    phones.close();
  });
});
