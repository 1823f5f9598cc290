import { expect } from 'chai';
import knex from 'knex';
import type pg from 'pg';
import { up } from '../../migrations/0172-talks.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import { createTally } from '../../src/core/floor/tally.ts';
import { daysOf, parsePeriod } from '../../src/core/office/period.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { recordsSince } from '../../src/postgres/measures.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { listTalks, sumTalks } from '../../src/postgres/talks.ts';
import { asRole, cloneDatabase, onDatabase } from '../support/database.ts';
import { replayedAt } from '../support/eventful-week.ts';
import { factsOf } from '../support/stories.ts';

const DAY = parsePeriod('day:2026-11-25')!;
const HOUR_MS = 3_600_000;
/** two agents have the caller, one after the other */
const HANDED_ON = ['e-atxfer-ami', 'e-blind-refer', 'e-redirect-queue'];

function factsOfDay(): Fact[] {
  const facts = HANDED_ON.flatMap((name, at) => replayedAt(name, DAY.fromMs + (9 + at) * HOUR_MS));
  facts.push(
    ...replayedAt('e-hold', DAY.fromMs + 12 * HOUR_MS),
    // the feed was torn while a phone rang, and was back when they talked; the switch was killed in mid-talk
    ...replayedAt('l-gap-answered', DAY.fromMs + 13 * HOUR_MS),
    ...replayedAt('j-kill9', DAY.fromMs + 14 * HOUR_MS),
    // told by a version that kept no talks
    ...factsOf({
      ...{ callId: 'old', ani: '13900000001', arrivedAtMs: DAY.fromMs + 15 * HOUR_MS, unanswered: 0 },
      end: 'answered',
    }),
  );
  return facts.sort((a, b) => a.atMs - b.atMs);
}

describe('who talked with callers, and how long', () => {
  let url: string;
  let pool: pg.Pool;
  const facts = factsOfDay();

  before(async function () {
    this.timeout(120_000);
    url = await cloneDatabase();
    pool = openPool(url);
  });
  beforeEach(() =>
    pool.query('truncate facts, calls, offers, transfers, talks, agent_states, gaps, anomalies'),
  );
  after(() => pool.end());

  const rows = async () => {
    const talks = await pool.query(
      'select call_id, ordinal, agent, from_at, talk_ms, hold_ms from talks order by call_id, ordinal',
    );
    const transfers = await pool.query('select * from transfers order by call_id, ordinal');
    return { talks: talks.rows, transfers: transfers.rows };
  };
  const told = facts.flatMap((fact) => (fact.kind === 'call-ended' ? [fact.record] : []));

  it('is a row a talk, as the call’s own legs tell it', async () => {
    await createFactWriter(pool).write(facts);
    const kept = new Map((await recordsSince(pool, DAY.fromMs)).map((record) => [record.callId, record]));
    for (const record of told.filter(({ talks }) => talks !== undefined)) {
      const talks = kept.get(record.callId)?.talks ?? [];
      expect(talks.map(({ agent }) => agent)).to.deep.equal(record.talks!.map(({ agent }) => agent));
      for (const [at, { fromMs, talkMs, holdMs }] of record.talks!.entries()) {
        expect(talks[at]!.holdMs).to.equal(holdMs);
        expect(talks[at]!.talkMs).to.equal(talkMs);
        if (fromMs === null) expect(talks[at]!.fromMs).to.equal(null);
        else expect(talks[at]!.fromMs).to.be.closeTo(fromMs, 1e-3);
      }
    }
    const both = told.filter(({ talks }) => new Set(talks?.map(({ agent }) => agent)).size > 1);
    expect(both.length, 'each capture with a transfer has two').to.equal(HANDED_ON.length);
    // an old record has its first answerer's alone
    expect(
      (await listTalks(pool, DAY, undefined, null, 100)).filter(({ callId }) => callId === 'old'),
    ).to.have.length(1);
  });

  it('is the same however often and in whatever order it is told', async () => {
    const writer = createFactWriter(pool);
    await writer.write(facts);
    const once = await rows();
    expect(once.talks.length).to.be.greaterThan(8);
    await writer.write(facts);
    expect(await rows()).to.deep.equal(once);

    await pool.query('truncate facts, calls, offers, transfers, talks');
    // replayed after a crash: the end is known before the beginning is told again
    for (const fact of [...facts].reverse()) await writer.write([fact]);
    await writer.write(facts.slice(0, facts.length / 2));
    expect(await rows()).to.deep.equal(once);
  });

  it('is found again from the facts of the calls before there was a table', async () => {
    await createFactWriter(pool).write(facts);
    const written = await rows();
    await onDatabase(url, 'drop table talks; alter table transfers drop column from_agent');
    const database = knex({
      client: 'pg',
      connection: await asRole(url, 'migration'),
      pool: { min: 0, max: 1 },
    });
    try {
      await up(database);
    } finally {
      await database.destroy();
    }
    expect(await rows()).to.deep.equal(written);
  });

  it('belongs to the day on which the call reached us, though it goes on after midnight', async () => {
    await createFactWriter(pool).write(replayedAt('e-blind-refer', DAY.untilMs - 4000));
    const [today, tomorrow] = [DAY, daysOf(parsePeriod('week:2026-W48')!)[3]!];
    expect(tomorrow.fromMs).to.equal(DAY.untilMs);
    const talks = await listTalks(pool, today, undefined, null, 10);
    expect(talks.map(({ agent }) => agent)).to.deep.equal(['PJSIP/1002', 'PJSIP/1001']);
    expect(talks[0]!.fromMs).to.be.greaterThan(DAY.untilMs);
    expect(await sumTalks(pool, today)).to.deep.include({ count: 2, talked: 1 });
    expect(await sumTalks(pool, tomorrow)).to.deep.include({ count: 0, talked: 0, talkMs: 0 });
  });

  it('has no length while it goes on, here and on the console; what ended in it before a transfer has', async () => {
    const live = replayedAt('e-redirect-queue', DAY.fromMs + 9 * HOUR_MS);
    const last = live.findLastIndex(({ kind }) => kind === 'call-answered');
    await createFactWriter(pool).write(live.slice(0, last + 1));
    const talks = await listTalks(pool, DAY, undefined, null, 10);
    expect(talks.map(({ talkMs }) => talkMs === null)).to.deep.equal([true, false]);
    const tally = createTally();
    for (const fact of live.slice(0, last + 1)) if ('record' in fact) tally.put(fact.record);
    for (const [agent, { talkMs }] of tally.agentsSince(DAY.fromMs))
      expect((await sumTalks(pool, DAY, agent)).talkMs, agent).to.be.closeTo(talkMs, 1e-3);
    await createFactWriter(pool).write(live);
    const { count, talkMs } = await sumTalks(pool, DAY);
    expect(count).to.equal(2);
    expect(talkMs).to.be.greaterThan(talks[1]!.talkMs!);
  });

  it('of a call whose end nobody saw counts no more than the call does', async () => {
    await createFactWriter(pool).write(facts);
    const unknown = told.filter(({ outcome, talks }) => outcome === 'unknown' && (talks?.length ?? 0) > 0);
    expect(unknown.length).to.be.greaterThan(0);
    const listed = await listTalks(pool, DAY, undefined, null, 100);
    for (const { callId } of unknown) expect(listed.map((talk) => talk.callId)).to.not.include(callId);
  });
});
