import { expect } from 'chai';
import type pg from 'pg';
import { telephoneSettings } from '../../src/core/telephone/settings.ts';
import { reachedCap } from '../../src/core/telephone/caps.ts';
import * as floods from '../../src/postgres/floods.ts';
import * as missed from '../../src/postgres/missed.ts';
import { ban, isBanned, liftBan, shownBans } from '../../src/postgres/bans.ts';
import { periodAt } from '../../src/core/office/period.ts';
import { openReportMaker } from '../../src/main/report-maker.ts';
import { openPool } from '../../src/postgres/pool.ts';
import {
  agentCallCaps,
  dialledSince,
  keptPlaceCaps,
  surveyCaps,
  wordCaps,
} from '../../src/postgres/telephone.ts';
import { cloneDatabase } from '../support/database.ts';

describe('the telephone in the database', () => {
  let pool: pg.Pool;
  let person: number;
  let calls = 0;
  const LIMITS = telephoneSettings({});
  before(async () => {
    pool = openPool(await cloneDatabase());
    const { rows } = await pool.query<{ id: number }>(
      `insert into people (login, name, role, password_hash) values ('t1', '测试', 'supervisor', 'x') returning id::int`,
    );
    person = rows[0]!.id;
  });
  after(() => pool.end());

  async function call(
    party: string | null,
    agoSeconds: number,
    more: { direction?: string; answered?: boolean; seconds?: number; id?: string } = {},
  ): Promise<string> {
    const callId = more.id ?? `t-${(calls += 1)}`;
    await pool.query(
      `insert into calls (call_id, direction, ani, party, outcome, arrived_at, answered_at, ended_at, offer_count, transfer_count,
                          anomalies, told_progress, told_at_ms, told_by)
       values ($1, $2, $3, $3, $4, now() - $5 * interval '1 second', case when $6 then now() - $5 * interval '1 second' end,
               now() - $5 * interval '1 second' + $7 * interval '1 second', 0, 0, '{}', 1, 1, 't')`,
      [
        callId,
        more.direction ?? 'inbound',
        party,
        more.answered ? 'answered' : 'abandoned',
        agoSeconds,
        more.answered ?? false,
        more.seconds ?? 10,
      ],
    );
    return callId;
  }
  const since = () => Date.now() - 3_600_000;
  const numbers = async (offset = 0) =>
    (await missed.missedCallers(pool, since(), offset)).map((one) => one.number);

  it('two hundred forged numbers hide no missed caller: they are one line, with the list behind it', async () => {
    const flood = await floods.beginFlood(pool, Date.now(), {
      flood: true,
      strangers: 220,
      suspicious: 220,
      threshold: 30,
      signs: { 'in-a-row': 220 },
    });
    expect(await floods.beginFlood(pool, Date.now(), {} as never)).to.deep.equal(flood);
    for (let at = 0; at < 220; at += 1) {
      const number = `1390000${String(at).padStart(4, '0')}`;
      const callId = await call(number, 900 - at);
      await floods.noteFloodCalls(pool, flood.id, [
        { callId, number, signs: ['in-a-row'], folded: true, atMs: Date.now() },
      ]);
    }
    await call('13812345678', 300);
    const passed = await call('13812345679', 290);
    await floods.noteFloodCalls(pool, flood.id, [
      { callId: passed, number: '13812345679', signs: [], folded: true, atMs: Date.now() },
    ]);
    await floods.passFloodCall(pool, passed, Date.now());
    expect(await numbers()).to.deep.equal(['13812345678', '13812345679']);
    expect(await missed.countMissed(pool, since(), Date.now())).to.equal(2);
    expect(await missed.missedFloods(pool, since())).to.deep.include.members([
      { id: flood.id, beganAtMs: flood.beganAtMs, endedAtMs: null, numbers: 220, calls: 220 },
    ]);
    expect(await missed.missedOfFlood(pool, since(), flood.id, 0)).to.have.length(missed.MISSED_SHOWN);
    expect(await missed.missedOfFlood(pool, since(), flood.id, 200)).to.have.length(20);
    const [shown] = await floods.shownFloods(pool, 10);
    expect(shown).to.deep.include({ calls: 221, numbers: 221, passed: 1 });
    const hour = { fromMs: since(), untilMs: Date.now() + 60_000 };
    expect(await floods.countFloodCalls(pool, hour)).to.deep.equal({ calls: 221, passed: 1 });
    // and none of them is taken out of the figures
    const report = (await openReportMaker(pool, Date.now)('telephone', {
      ...periodAt('day', Date.now()),
      ...hour,
    }))!;
    expect(report.tables[0]!.note).to.contain('221 通').and.contain('1 通按键');
    expect(report.tables[0]!.rows[0]!.cells['now']!.value).to.equal(222);
    expect(await missed.dismissFlood(pool, since(), flood.id, '疑似伪造号码', person)).to.equal(220);
    expect(await missed.missedFloods(pool, since())).to.deep.equal([]);
    await floods.endFlood(pool, flood.id, Date.now());
    expect(await floods.standingFlood(pool)).to.equal(null);
  });

  it('a missed caller who need not be called back goes, and is there again when they call again', async () => {
    await missed.dismissMissed(pool, '13812345678', '打错了', person);
    expect(await numbers()).to.deep.equal(['13812345679']);
    await call('13812345678', -1);
    expect(await numbers()).to.deep.equal(['13812345679', '13812345678']);
    expect(await numbers(1)).to.deep.equal(['13812345678']);
  });

  it('who is a customer, or was spoken with, is known', async () => {
    expect(await floods.callerTrust(pool, '13877770001')).to.deep.equal({
      trusted: false,
      strangeBlock: false,
    });
    await call('13877770001', 5000, { answered: true });
    expect((await floods.callerTrust(pool, '13877770001')).trusted).to.equal(true);
    expect((await floods.callerTrust(pool, '13877770002')).trusted).to.equal(false);
    expect(await floods.usualStrangers(pool, Date.now())).to.be.a('number');
    const arrivals = await floods.recentArrivals(pool, since());
    expect(arrivals.find(({ ani }) => ani === '13812345679')).to.deep.include({
      trusted: false,
      passed: true,
      gaveUpAfterMs: 10_000,
    });
  });

  it('kept places, words and callbacks are counted for one number, in an hour and in all', async () => {
    for (let at = 0; at < 3; at += 1)
      await pool.query(
        `insert into kept_places (number, call_id, queue, joined_at, state) values ('13811110000', $1, 'hotline', now(), 'missed')`,
        [`k-${at}`],
      );
    const caps = async (number: string, some = {}) =>
      reachedCap(await keptPlaceCaps(pool, number, Date.now(), telephoneSettings(some)));
    expect([await caps('13811110000'), await caps('13811110001')]).to.deep.equal(['per-number', null]);
    expect(await caps('13811110001', { keptPerHour: 3 })).to.equal('per-hour');
    await pool.query(
      `insert into kept_places (number, call_id, queue, joined_at) values ('13811110005', 'k-w', 'hotline', now())`,
    );
    expect(await caps('13811110001', { keptMost: 1 })).to.equal('in-all');
    await pool.query(
      `insert into spoken_words (call_id, number, at, ms, bytes) select 'w-' || n, '13811110000', now(), 2000, 1 from generate_series(1, 3) n`,
    );
    const words = async (number: string | null, some = {}) =>
      reachedCap(await wordCaps(pool, number, Date.now(), telephoneSettings(some)));
    expect([await words('13811110000'), await words('13811110001'), await words(null)]).to.deep.equal([
      'per-number',
      null,
      null,
    ]);
    expect([await words(null, { wordsPerHour: 3 }), await words(null, { wordsMost: 10 })]).to.deep.equal([
      'per-hour',
      null,
    ]);
    expect(reachedCap(await surveyCaps(pool, Date.now(), Date.now() - 3_600_000, LIMITS))).to.equal(null);
  });

  it('what is called counts for the budget, by blocks of ten thousand numbers, whoever called', async () => {
    const from = Date.now() - 1_800_000;
    await call('13933330001', 600, { direction: 'outbound', answered: true, seconds: 120 });
    await call('13933330002', 500, { direction: 'outbound' });
    // a short number is a block by itself: 12345 is not all that begins with 1
    await call('12345', 480, { direction: 'outbound' });
    await call('13944440001', 400, { direction: 'outbound', answered: true, seconds: 60, id: 'keep-7x1' });
    await call('13944440002', 400, { direction: 'outbound', id: 'keep-8x1' });
    const passedOn = await call('13955550001', 300, { answered: true, seconds: 180 });
    await pool.query(
      `insert into transfers (call_id, ordinal, kind, target, at) values ($1, 1, 'blind', '6012345', now() - interval '240 seconds')`,
      [passedOn],
    );
    const dialled = await dialledSince(pool, from);
    expect(
      dialled.map(({ block, calls: count, minutes }) => [block, count, Math.round(minutes)]).sort(),
    ).to.deep.equal([
      ['0951601', 1, 2],
      ['12345', 1, 0],
      ['1393333', 2, 2],
      ['1394444', 1, 1],
    ]);
    const caps = await agentCallCaps(
      pool,
      '13933330001',
      Date.now(),
      telephoneSettings({ callsSameNumberHour: 1 }),
    );
    expect(reachedCap(caps)).to.equal('per-number');
  });

  it('who is kept out stays so for its time, also after a restart', async () => {
    const atMs = Date.now();
    const one = { subject: 'phone:1001', why: 'not-sip', count: 20, atMs, untilMs: atMs + 60_000 };
    await ban(pool, one);
    await ban(pool, { ...one, count: 5, untilMs: atMs + 90_000 });
    expect([
      await isBanned(pool, 'phone:1001', atMs + 80_000),
      await isBanned(pool, 'phone:1001', atMs + 91_000),
    ]).to.deep.equal([true, false]);
    expect((await shownBans(pool, atMs))[0]).to.deep.include({ subject: 'phone:1001', count: 25 });
    expect([await liftBan(pool, 'phone:1001'), await isBanned(pool, 'phone:1001', atMs)]).to.deep.equal([
      true,
      false,
    ]);
  });
});
