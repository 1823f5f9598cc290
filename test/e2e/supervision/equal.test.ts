import { expect } from 'chai';
import type pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { openCommands } from '../../../src/asterisk/commands.ts';
import { digestOf } from '../../../src/asterisk/phones.ts';
import type { ReportDocument } from '../../../src/core/office/document.ts';
import { beginOf, dateAt, dateText } from '../../../src/core/office/period.ts';
import { giveFirstDeskPhone } from '../../../src/postgres/phones.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import type { ClientToServer, ServerToClient, WallView } from '../../../src/protocol.ts';
import type { ConsoleView } from '../../../src/protocol/console.ts';
import { add } from '../../../src/setup/people.ts';
import {
  registerPhones,
  startCaller,
  startPhone,
  type CallerPlan,
  type PhonePlan,
  type RunningLeg,
} from '../../../src/setup/sipp.ts';
import { startService, type Service } from '../../support/service.ts';
import { endCalls, liveChannels } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

const PASSWORD = 'banzhang-96666-equal';
const AGENTS = Array.from({ length: 12 }, (_, at) => String(1001 + at));
const CALLS = 100;
/** an hour of a hundred calls in half a minute */
const EVERY_MS = 300;

/** Two of the twelve are no help: one refuses, one lets it ring. The others answer sooner or later. */
function phonePlan(extension: string, at: number): PhonePlan {
  if (at === 10) return { extension, ringMs: 1, talkMs: null, refuse: 486 };
  if (at === 11) return { extension, ringMs: null, talkMs: null };
  return { extension, ringMs: 200 + at * 150, talkMs: at % 3 === 0 ? 2500 : null };
}
/** Of ten callers one hangs up in the greeting, one soon after it, one goes to the menu; the others stay. */
function callerPlan(at: number): CallerPlan {
  const from = `1391235${String(at).padStart(4, '0')}`;
  if (at % 10 === 3) return { from, stayMs: 900 };
  if (at % 10 === 6) return { from, stayMs: 4200 };
  if (at % 10 === 9) return { from, stayMs: 4000, infoKeys: [{ afterMs: 800, key: '9' }] };
  return { from, stayMs: 8000 + (at % 5) * 1000 };
}

describe('an hour of twelve agents and a hundred calls, in half a minute, on a real Asterisk', function () {
  this.timeout(180_000);
  let service: Service;
  let pool: pg.Pool;
  let cookie = '';
  let line: Socket<ServerToClient, ClientToServer>;
  const legs: RunningLeg[] = [];

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    const site = service.site();
    await add(pool, { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null }, PASSWORD);
    for (const one of AGENTS) {
      await add(pool, { login: one, name: `坐席${one}`, role: 'agent', agent: `PJSIP/${one}` }, PASSWORD);
      await giveFirstDeskPhone(pool, one, digestOf(one, site.phoneSecret + one));
    }
    await until('the switch knows every phone', () => registerPhones(site, AGENTS).then(() => true), 60_000);
    for (const [at, one] of AGENTS.entries()) legs.push(startPhone(site, phonePlan(one, at)));
    const { address, amiPort, actionsSecret } = site;
    const commands = openCommands({
      ...{ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret },
    });
    await until('the switch takes commands', () => commands.connected());
    for (const one of AGENTS)
      expect((await commands.addMember('hotline', `PJSIP/${one}`, one)).ok).to.equal(true);
    commands.close();

    const answer = await fetch(`${service.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: service.url },
      body: JSON.stringify({ login: 'banzhang', password: PASSWORD }),
    });
    cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    line = io(service.url, { transports: ['websocket'], extraHeaders: { cookie } });
  });
  after(async () => {
    line?.close();
    if (service) await endCalls(service.site());
    for (const leg of legs) leg.stop();
    await pool?.end();
    await service?.stop();
  });

  const get = async <T>(path: string) =>
    (await (await fetch(`${service.url}${path}`, { headers: { cookie } })).json()) as T;
  const wall = () => new Promise<WallView>((done) => line.emit('watchWall', done));
  /** a metric's samples with these labels, added up */
  async function metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return text
      .split('\n')
      .filter((sample) => sample.startsWith(`${name}{`) || sample.startsWith(`${name} `))
      .filter((sample) =>
        Object.entries(labels).every(([key, value]) => sample.includes(`${key}="${value}"`)),
      )
      .reduce((sum, sample) => sum + Number(sample.split(' ').at(-1)), 0);
  }

  it('counts the same on the wall, in the console, in the report, in Prometheus, and as the telephones saw it', async () => {
    const callers = await Promise.all(
      Array.from({ length: CALLS }, async (_, at) => {
        await new Promise((done) => setTimeout(done, at * EVERY_MS));
        const leg = startCaller(service.site(), callerPlan(at));
        legs.push(leg);
        return leg.done;
      }),
    );
    await until('no call is left', async () => (await liveChannels(service.site())).length === 0, 60_000);
    await until(
      'every call is kept',
      async () =>
        (await pool.query(`select from calls where direction = 'inbound' and ended_at is not null`))
          .rowCount === CALLS,
      30_000,
    );
    for (const leg of legs) leg.stop();
    const phones = await Promise.all(legs.slice(0, AGENTS.length).map((leg) => leg.done));
    const answeredBy = phones.map(
      ({ messages }) =>
        new Set(
          messages
            .filter((one) => one.sent && one.what === '200' && one.method === 'INVITE')
            .map((one) => one.callId),
        ).size,
    );
    expect(callers, 'callers').to.have.length(CALLS);

    const day = dateText(dateAt(Date.now()));
    const { document: report } = await get<{ document: ReportDocument }>(
      `/api/reports/telephone?period=day:${day}`,
    );
    const overall = (measure: string) =>
      report.tables.find(({ key }) => key === 'overall')!.rows.find(({ key }) => key === measure)!.cells[
        'now'
      ]!.value;
    const told = await until('the wall has counted all', async () => {
      const { today } = await wall();
      return today.offered === CALLS && today;
    });
    const seen = await until('the console has counted all', async () => {
      const { agents } = await get<ConsoleView>('/api/console');
      return agents.reduce((sum, one) => sum + one.answered, 0) === told.answered && agents;
    });

    const ofReport = {
      ...{ offered: overall('来电总量'), answered: overall('已接听'), abandoned: overall('放弃') },
      ...{ callbacks: overall('要求回电'), overflowed: overall('排队溢出'), blocked: overall('未能进线') },
      unknown: overall('结果不明'),
    };
    const { offered, answered, abandoned, callbacks, overflowed, blocked, unknown } = told;
    expect(
      { offered, answered, abandoned, callbacks, overflowed, blocked, unknown },
      'wall and report',
    ).to.deep.equal(ofReport);
    const outcomes = async (outcome: string) =>
      metric('hotline_calls_total', { direction: 'inbound', outcome });
    expect(
      {
        offered: await metric('hotline_calls_offered_total'),
        ...{ answered: await outcomes('answered'), abandoned: await outcomes('abandoned') },
        ...{ callbacks: await outcomes('callback'), overflowed: await outcomes('overflowed') },
        ...{ blocked: await outcomes('blocked'), unknown: await outcomes('unknown') },
      },
      'Prometheus and report',
    ).to.deep.equal(ofReport);
    expect(
      {
        rang: await metric('hotline_calls_rang_total'),
        within: await metric('hotline_calls_within_three_rings_total'),
      },
      'Prometheus and wall',
    ).to.deep.equal({ rang: told.rang, within: told.withinThreeRings });
    expect(overall('三声接听率（第十三条，÷ 振过铃的来电）')).to.equal(told.threeRingRatio);
    expect(overall('接通率')).to.equal(told.connectRatio);
    expect(
      seen.reduce((sum, one) => sum + one.withinThreeRings, 0),
      'console',
    ).to.equal(told.withinThreeRings);

    const byAgent = new Map(
      report.tables
        .find(({ key }) => key === 'agents')!
        .rows.map((row) => [row.key, row.cells['answered']!.value]),
    );
    const ofConsole = new Map(seen.map((one) => [one.agent, one.answered]));
    for (const [at, one] of AGENTS.entries()) {
      expect(ofConsole.get(`PJSIP/${one}`), `console, ${one}`).to.equal(answeredBy[at]);
      expect(byAgent.get(`PJSIP/${one}`) ?? 0, `report, ${one}`).to.equal(answeredBy[at]);
    }
    expect(answered).to.be.within(50, 80);
    expect(abandoned, 'who hung up in the greeting, the menu, the queue').to.be.at.least(20);
    const { rows } = await pool.query<{ anomalies: string[] }>(
      `select anomalies from calls where arrived_at >= to_timestamp($1::float8 / 1000) and anomalies <> '{}'`,
      [beginOf(dateAt(Date.now()))],
    );
    expect(rows).to.deep.equal([]);
  });
});
