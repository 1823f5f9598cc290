import { expect } from 'chai';
import type pg from 'pg';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { CallRecord } from '../../src/core/floor/record.ts';
import { countCalls as measured } from '../../src/core/floor/measures.ts';
import { misfootings } from '../../src/core/office/document.ts';
import { daysOf, parsePeriod } from '../../src/core/office/period.ts';
import {
  CALL_LISTS,
  IVR_LISTS,
  measuresOfCounts,
  type CallList,
  type IvrList,
} from '../../src/core/office/call-lists.ts';
import { telephoneReport } from '../../src/core/office/telephone.ts';
import {
  countCallGroups,
  countCalls,
  countList,
  ivrRatings,
  ivrSums,
  listCalls,
} from '../../src/postgres/call-lists.ts';
import { countAgents } from '../../src/postgres/agent-lists.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { randomFrom } from '../../src/setup/demo/random.ts';
import { customers } from '../../src/setup/demo/city.ts';
import { pastDay } from '../../src/setup/demo/history.ts';
import { cloneDatabase } from '../support/database.ts';

const WEEK = parsePeriod('week:2026-W10')!;

describe('the lists of calls behind the telephone report', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  const records: CallRecord[] = [];

  before(async () => {
    pool = openPool(await cloneDatabase());
    const known = customers(randomFrom(1), 50);
    for (const [at, day] of daysOf(WEEK).entries())
      records.push(...pastDay(randomFrom(at + 7), day.fromMs, WEEK.untilMs + 86_400_000, known).records);
    // what else a call may be
    const odd = records.filter((record) => record.outcome === 'abandoned').slice(0, 8);
    odd[0]!.outcome = 'unknown';
    odd[1]!.outcome = 'callback';
    odd[2]!.outcome = 'overflowed';
    odd[3]!.outcome = 'blocked';
    odd[4]!.direction = 'outbound';
    const answered = records.filter((record) => record.outcome === 'answered');
    answered[0]!.outcome = 'unknown';
    answered[1]!.hungUpFirst = 'agent';
    const ended = (record: CallRecord): Fact => ({
      kind: 'call-ended',
      id: `${record.callId}:ended`,
      atMs: record.endedAtMs ?? record.arrivedAtMs,
      callId: record.callId,
      record,
    });
    for (const one of odd.slice(5, 8)) one.abandonStage = 'ivr';
    const [liked, disliked, heard, wordy, hasty] = [answered[2]!, answered[3]!, odd[5]!, odd[6]!, odd[7]!];
    const steps = (record: CallRecord, ...nodes: string[]): Fact[] =>
      nodes.map((node, at) => ({
        kind: 'ivr-step',
        id: `${record.callId}:${at}`,
        atMs: record.arrivedAtMs + at,
        callId: record.callId,
        node: node.split(' ')[0]!,
        key: node.split(' ')[1] ?? '',
      }));
    await createFactWriter(pool).write([
      ...records.map(ended),
      ...steps(liked, 'greeting', 'rate', 'rated 1'),
      ...steps(disliked, 'greeting', 'rate', 'rated 3'),
      ...steps(heard, 'greeting', 'menu', 'menu-key 1', 'outages 1', 'told'),
      // hung up before they heard an answer
      ...steps(hasty, 'greeting', 'menu'),
      ...steps(wordy, 'area'),
    ]);
    await pool.query(
      `with one as (insert into people (login, name, role, password_hash) values ('1001', '马晓燕', 'agent', '') returning id)
       insert into records (call_id, category, person_id, updated_by) select $1, 'leak', id, id from one`,
      [liked.callId],
    );
    await pool.query(
      `insert into kept_places (number, call_id, queue, joined_at, state) values ('1', $1, 'hotline', now(), 'reached')`,
      [heard.callId],
    );
    await pool.query(`insert into spoken_words (call_id, at, ms, bytes) values ($1, now(), 1, 1)`, [
      wordy.callId,
    ]);
  });
  after(() => pool.end());

  it('count what the measures count, by the same formulas', async () => {
    const counts = await countCalls(pool, WEEK);
    const { averageSpeedOfAnswerMs, ...rest } = measuresOfCounts(counts);
    const { averageSpeedOfAnswerMs: asa, ...wanted } = measured(records);
    expect(rest).to.deep.equal(wanted);
    expect(averageSpeedOfAnswerMs).to.be.closeTo(asa!, 1e-6);
    expect(counts.offered).to.be.greaterThan(500);
  });

  it('give each number again as a list, with every narrowing', async () => {
    const groups = await countCallGroups(pool, WEEK);
    for (const group of groups.filter((one, at) => one.by !== 'half' || at % 9 === 0)) {
      const where = group.by === 'all' ? {} : { [group.by]: group.key };
      for (const list of Object.keys(CALL_LISTS) as CallList[])
        expect(await countList(pool, WEEK, { list, where }), `${group.by} ${group.key} ${list}`).to.equal(
          group[list],
        );
    }
  });

  it('are whole over any split of the period', async () => {
    const whole = await countCalls(pool, WEEK);
    const days = await Promise.all(daysOf(WEEK).map((day) => countCalls(pool, day)));
    for (const list of Object.keys(CALL_LISTS) as CallList[])
      expect(
        days.reduce((sum, day) => sum + day[list], 0),
        list,
      ).to.equal(whole[list]);
    const groups = await countCallGroups(pool, WEEK);
    for (const by of ['day', 'half', 'weekday', 'queue', 'agent'] as const)
      for (const list of Object.keys(CALL_LISTS) as CallList[])
        expect(
          groups.filter((one) => one.by === by).reduce((sum, one) => sum + one[list], 0),
          `${by} ${list}`,
        ).to.equal(whole[list]);
  });

  it('of the IVR give each number again as a list, ratings by agent and matter too, and only of this period', async () => {
    const sums = await ivrSums(pool, WEEK);
    for (const list of Object.keys(IVR_LISTS) as IvrList[])
      expect(await countList(pool, WEEK, { list, where: {} }), list).to.equal(sums[list]);
    expect(sums).to.deep.equal({
      ...{ callers: 5, menu: 2, area: 1, servedAlone: 2, placesKept: 1, placesReached: 1, words: 1 },
      ...{ ratingsAsked: 2, ratingsGiven: 2, rated1: 1, rated2: 0, rated3: 1, addedMs: sums.addedMs },
    });
    const ratings = await ivrRatings(pool, WEEK);
    expect(ratings.map(({ category, key }) => `${category} ${key}`).sort()).to.deep.equal([' 3', 'leak 1']);
    for (const { agent, category, key, count } of ratings)
      for (const where of [{ agent, matter: category }, { matter: category }])
        expect(await countList(pool, WEEK, { list: `rated${key}`, where })).to.equal(count);
  });

  it('are read page by page, each call once', async () => {
    const query = { list: 'answered' as const, where: {}, limit: 100 };
    const seen: string[] = [];
    let page = await listCalls(pool, WEEK, query);
    while (page.length > 0) {
      seen.push(...page.map((call) => call.callId));
      page = await listCalls(pool, WEEK, { ...query, after: page.at(-1)! });
    }
    expect(new Set(seen).size).to.equal(seen.length);
    expect(seen.length).to.equal(await countList(pool, WEEK, query));
  });

  it('make a report that foots, and says where one does not', async () => {
    const groups = await countCallGroups(pool, WEEK);
    const { agents, everybody } = await countAgents(pool, WEEK, WEEK.untilMs);
    const counts = await countCalls(pool, WEEK);
    const report = telephoneReport(
      WEEK,
      {
        ...{ groups, agents, everybody, before: counts, lastYear: counts, countedAtMs: 0 },
        ...{ ivr: await ivrSums(pool, WEEK), ratings: await ivrRatings(pool, WEEK) },
      },
      6,
    );
    expect(misfootings(report)).to.deep.equal([]);
    report.tables.find((table) => table.key === 'day')!.rows[0]!.cells['answered']!.value = 1_000_000;
    expect(misfootings(report)[0]!.words).to.match(/“按日”的“已接听”：合计 \d+，各行相加 100\d+/);
  });
});
