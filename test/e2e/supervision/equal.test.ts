import { expect } from 'chai';
import type pg from 'pg';
import { digestOf } from '../../../src/asterisk/phones.ts';
import type { CallList } from '../../../src/core/office/call-lists.ts';
import type { Cell, ReportDocument } from '../../../src/core/office/document.ts';
import { periodAt } from '../../../src/core/office/period.ts';
import { giveFirstDeskPhone } from '../../../src/postgres/phones.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import type { WallView } from '../../../src/protocol.ts';
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
import { endCalls } from '../../support/switch.ts';
import { tellStory } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import { sitAt, type Seat } from './seat.ts';

const COLLEAGUE = '1020';
/** Twelve people as they are: quick and slow, who holds, who passes on, who refuses, who is not there, who is late. */
const AGENTS: PhonePlan[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((at) => ({
    ...{ extension: `100${at}`, ringMs: 300 + at * 150, talkMs: 1200 + at * 200 },
  })),
  { extension: '1008', ringMs: 500, talkMs: 1500, hold: { afterMs: 500, forMs: 600 } },
  { extension: '1009', ringMs: 400, talkMs: null, refer: { afterMs: 900, to: COLLEAGUE } },
  { extension: '1010', ringMs: 0, talkMs: null, refuse: 486 },
  { extension: '1011', ringMs: null, talkMs: null },
  { extension: '1012', ringMs: 15_400, talkMs: 1000 },
];
const MOST_AT_ONCE = 20;

describe('an hour of the hotline, pressed into a minute: wall, console, report and Prometheus count the same', function () {
  this.timeout(900_000);
  let service: Service;
  let pool: pg.Pool;
  let leader: Seat;
  const seats: Seat[] = [];
  const phones: RunningLeg[] = [];
  const day = periodAt('day', Date.now());

  before(async function () {
    if (day.untilMs - Date.now() < 5 * 60_000) this.skip();
    service = await startService();
    pool = openPool(service.databaseUrl);
    const site = service.site();
    const extensions = [...AGENTS.map((one) => one.extension), COLLEAGUE];
    for (const extension of extensions) {
      const person = { login: extension, name: `坐席${extension}`, agent: `PJSIP/${extension}` };
      await add(pool, { ...person, role: 'agent' }, 'shui-96666-phone');
      await giveFirstDeskPhone(pool, extension, digestOf(extension, site.phoneSecret + extension));
    }
    await add(
      pool,
      { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null },
      'shui-96666-phone',
    );
    const registered = () => registerPhones(site, extensions).then(() => true);
    await until('the switch has the new phones', registered, 30_000);
    for (const plan of [...AGENTS, { extension: COLLEAGUE, ringMs: 300, talkMs: 1200 }])
      phones.push(startPhone(site, plan));
    leader = await sitAt(service.url, 'banzhang', 'shui-96666-phone');
    for (const { extension } of AGENTS) {
      const seat = await sitAt(service.url, extension, 'shui-96666-phone');
      seats.push(seat);
      await seat.post('presence/sign-in', {});
    }
    await until('twelve are ready', async () => {
      const { agents } = await leader.get<ConsoleView>('console');
      return agents.filter((one) => one.state === 'ready').length === AGENTS.length;
    });
  });
  after(async () => {
    for (const seat of [...seats, ...(leader ? [leader] : [])]) seat.leave();
    if (service) await endCalls(service.site());
    for (const phone of phones) phone.stop();
    await Promise.all(phones.map((phone) => phone.done));
    await pool?.end();
    await service?.stop();
  });

  /** These callers call, so many at once; the leader lets everybody out of wrap-up meanwhile. */
  async function call(plans: CallerPlan[]): Promise<void> {
    const waiting = [...plans];
    const onLine = new Set<RunningLeg>();
    let done = 0;
    const look = async () => {
      const plan = onLine.size < MOST_AT_ONCE ? waiting.shift() : undefined;
      if (plan) {
        const leg = startCaller(service.site(), plan);
        onLine.add(leg);
        void leg.done.finally(() => {
          onLine.delete(leg);
          done += 1;
        });
      }
      await endWrapUps();
      return done === plans.length;
    };
    await until('every caller has hung up', look, 400_000).catch((cause: unknown) => {
      for (const leg of onLine) leg.stop();
      throw cause;
    });
  }
  async function endWrapUps(): Promise<void> {
    const all = await leader.get<{ agent: string; state: string }[]>('presences');
    for (const { agent, state } of all)
      if (state === 'wrap-up') await leader.post('presences/end-wrap-up', { agent });
  }
  const from = (at: number) => `139${String(10_000_000 + at)}`;

  tellStory('the hour is called, counted everywhere, and counted again after a kill', (step) => {
    step(
      'a hundred callers call twelve agents: answered, late, missed, held, passed on, given up, refused',
      async () => {
        await call(
          Array.from({ length: 84 }, (_, at): CallerPlan => {
            if (at % 14 === 3) return { from: from(at), to: '12300', stayMs: null };
            if (at % 10 === 7) return { from: from(at), stayMs: 600 };
            return { from: from(at), stayMs: at % 4 === 1 ? 8000 + at * 20 : null };
          }),
        );
        const { agents } = await leader.get<ConsoleView>('console');
        for (const { agent } of agents) await leader.post('console/pause', { agent, reason: '开会' });
        await until('everybody is paused', async () => {
          await endWrapUps();
          return (await leader.get<ConsoleView>('console')).agents.every((one) => one.state === 'paused');
        });
        await call(Array.from({ length: 10 }, (_, at) => ({ from: from(100 + at), stayMs: 7000 })));
        await leader.post('console/close-queue', { queue: 'hotline', closed: true });
        await call(Array.from({ length: 6 }, (_, at) => ({ from: from(200 + at), stayMs: 7000 })));
        await until('no call is on the floor', async () => {
          await endWrapUps();
          const { calls, agents: all } = await leader.get<ConsoleView>('console');
          if (calls.length > 0 || all.some((one) => one.state !== 'paused'))
            throw new Error(JSON.stringify([calls.length, all.map((one) => one.state)]));
          return true;
        });
      },
    );

    step('and the four say the same of them, to the last call', async () => {
      const prometheus = await until('every fact is kept', async () => {
        const told = readMetrics(await (await fetch(`${service.url}/metrics`)).text());
        return told('hotline_database_backlog_facts') === 0 && told;
      });
      const wall = await leader.wall();
      const report = await readReport();
      const { today } = wall;
      const count = (list: CallList, where = '') => countOf(list, where);

      const offered = prometheus('hotline_calls_offered_total');
      expect(offered, 'as many as called').to.equal(100);
      expect(today.offered).to.equal(offered);
      expect(report.overall('来电总量')).to.equal(offered);

      const ended = (outcome: string) => prometheus('hotline_calls_total', { direction: 'inbound', outcome });
      const figures = [
        ['已接听', 'answered', today.answered],
        ['放弃', 'abandoned', today.abandoned],
        ['要求回电', 'callback', today.callbacks],
        ['排队溢出', 'overflowed', today.overflowed],
        ['未能进线', 'blocked', today.blocked],
        ['结果不明', 'unknown', today.unknown],
      ] as const;
      for (const [words, outcome, shown] of figures) {
        expect(shown, `${words}: wall and Prometheus`).to.equal(ended(outcome));
        expect(shown, `${words}: wall and report`).to.equal(report.overall(words));
      }
      expect(figures.reduce((sum, [, , shown]) => sum + shown, 0)).to.equal(offered);

      expect(today.rang).to.equal(prometheus('hotline_calls_rang_total'));
      expect(today.rang).to.equal(await count('rang'));
      expect(today.withinThreeRings).to.equal(prometheus('hotline_calls_within_three_rings_total'));
      expect(today.withinThreeRings).to.equal(await count('withinThreeRings'));
      expect(today.threeRingRatio).to.equal(report.overall('三声接听率（第十三条，÷ 振过铃的来电）'));
      expect(today.threeRingOfAnsweredRatio).to.equal(report.overall('三声接听率（÷ 已接听）'));
      expect(today.within15sRatio).to.equal(report.overall('15秒接听率（÷ 来电总量）'));
      expect(today.connectRatio).to.equal(report.overall('接通率'));
      expect(today.abandonRatio).to.equal(report.overall('放弃率'));
      expect(thousandth(today.averageSpeedOfAnswerMs!)).to.equal(thousandth(report.overall('平均应答速度')));
      const waited = prometheus('hotline_wait_seconds_sum') / prometheus('hotline_wait_seconds_count');
      expect(thousandth(waited * 1000)).to.equal(thousandth(today.averageSpeedOfAnswerMs!));

      const stages = { abandonedIvr: 'ivr', abandonedQueue: 'queue', abandonedRinging: 'ringing' };
      for (const [list, stage] of Object.entries(stages)) {
        const shown = report.cell('abandons', list, 'count');
        expect(shown, `callers gave up: ${stage}`).to.be.greaterThan(0);
        expect(shown).to.equal(prometheus('hotline_calls_abandoned_total', { stage }));
      }
      const late = await count('afterThreeRings');
      expect(late, 'some were late').to.be.greaterThan(0);
      expect(today.answered - today.withinThreeRings).to.equal(late);
      expect(report.overall('转接'), 'some were passed on').to.be.greaterThan(0);

      const sum = wall.hours.reduce(
        (all, hour) => ({
          ...{ offered: all.offered + hour.offered, answered: all.answered + hour.answered },
          abandoned: all.abandoned + hour.abandoned,
          withinThreeRings: all.withinThreeRings + hour.withinThreeRings,
        }),
        { offered: 0, answered: 0, abandoned: 0, withinThreeRings: 0 },
      );
      expect(today).to.deep.include(sum);
      expect(wall.rolling24h).to.deep.equal(today);
      const inQueue = wall.queuesToday.find((one) => one.queue === 'hotline')!.sums;
      expect(inQueue.offered).to.equal(report.cell('queue', 'hotline', 'offered'));
      expect(inQueue.answered).to.equal(report.cell('queue', 'hotline', 'answered'));
      expect(inQueue.abandoned).to.equal(report.cell('queue', 'hotline', 'abandoned'));
    });

    step('and of each agent: answered, within three rings, talk, wrap-up, offers', async () => {
      const prometheus = readMetrics(await (await fetch(`${service.url}/metrics`)).text());
      const report = await readReport();
      const { agents } = await leader.get<ConsoleView>('console');
      const wall = await leader.wall();
      expect(agents).to.have.length(AGENTS.length);
      expect(agents.reduce((all, one) => all + one.answered, 0)).to.equal(wall.today.answered);
      expect(agents.reduce((all, one) => all + one.withinThreeRings, 0)).to.equal(
        wall.today.withinThreeRings,
      );
      for (const one of agents) {
        const where = `&agent=${encodeURIComponent(one.agent)}`;
        expect(one.answered, `${one.name} answered`).to.equal(report.cell('agents', one.agent, 'answered'));
        expect(one.answered).to.equal(await countOf('answered', where));
        expect(one.withinThreeRings, `${one.name} within three rings`).to.equal(
          await countOf('withinThreeRings', where),
        );
      }
      for (const outcome of ['answered', 'no-answer', 'busy']) {
        const column = { answered: 'answered', 'no-answer': 'missed', busy: 'busy' }[outcome]!;
        const shown = report.cell('agents', 'total', column);
        expect(shown, `offers: ${outcome}`).to.be.greaterThan(0);
        expect(shown).to.equal(prometheus('hotline_offers_total', { outcome }));
      }
      const wrapUp = report.cell('agents', 'total', 'wrapUp');
      expect(wrapUp).to.be.greaterThan(0);
      // each spell's ends are kept to the microsecond: the sum of dozens differs by less than the sum of those
      const counted = prometheus('hotline_agent_state_seconds_total', { state: 'wrap-up' }) * 1000;
      expect(counted).to.be.closeTo(wrapUp, 0.05);
      const byState = (state: string) => prometheus('hotline_agents', { state });
      for (const [state, shown] of Object.entries(wall.agentsByState)) expect(shown).to.equal(byState(state));
    });

    step(
      'and again after the service was killed: what was counted in memory is counted from the database',
      async () => {
        const before = { wall: await leader.wall(), console: await leader.get<ConsoleView>('console') };
        await service.killAndStart();
        leader.leave();
        leader = await sitAt(service.url, 'banzhang', 'shui-96666-phone');
        const counted = (wall: WallView, view: ConsoleView) => ({
          ...wall.today,
          averageSpeedOfAnswerMs: thousandth(wall.today.averageSpeedOfAnswerMs ?? 0),
          agents: view.agents.map(({ agent, answered, withinThreeRings, talkMs }) => ({
            ...{ agent, answered, withinThreeRings, talkMs: thousandth(talkMs) },
          })),
        });
        await until('they count as before', async () => {
          const now = counted(await leader.wall(), await leader.get<ConsoleView>('console'));
          expect(now).to.deep.equal(counted(before.wall, before.console));
          return true;
        });
      },
    );
  });

  async function countOf(list: CallList, where = ''): Promise<number> {
    const told = await leader.get<{ count: number }>(
      `calls?period=${encodeURIComponent(day.key)}&list=${list}${where}`,
    );
    return told.count;
  }

  async function readReport() {
    const told = await leader.get<{ document: ReportDocument; misfootings: unknown[] }>(
      `reports/telephone?period=${encodeURIComponent(day.key)}`,
    );
    expect(told.misfootings, 'the report adds up').to.deep.equal([]);
    const cell = (table: string, row: string, column: string): number => {
      const found = told.document.tables.find((one) => one.key === table)!;
      const line = row === 'total' ? found.total : found.rows.find((one) => one.key === row);
      const { value } = (line?.cells[column] ?? { value: null }) as Cell;
      expect(value, `${table} ${row} ${column}`).to.be.a('number');
      return value as number;
    };
    return { cell, overall: (words: string) => cell('overall', words, 'now') };
  }
});

/** Sums carry the noise of floating point below the switch's microseconds. */
function thousandth(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The sum of a metric over the series that have these labels. */
function readMetrics(text: string): (name: string, labels?: Record<string, string>) => number {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return (name, labels = {}) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) =>
        Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
      )
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
