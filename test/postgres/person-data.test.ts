import { expect } from 'chai';
import type pg from 'pg';
import { PERSONAL_DATA } from '../../src/core/people/personal-data.ts';
import { erasePersonData, findPersonData } from '../../src/postgres/person-data.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const NUMBER = '13995001122';
const OTHER = '13995001123';

describe('the data of one caller', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  before(async () => {
    pool = openPool(await cloneDatabase(), { statementMs: 60_000 });
    const call = (id: string, number: string) =>
      pool.query(
        `insert into calls (call_id, direction, ani, dnis, party, outcome, arrived_at, ended_at, told_progress, told_at_ms, told_by, offer_count, transfer_count, anomalies)
         values ($1, 'inbound', $2, '96666', $2, 'answered', now() - interval '2 days', now() - interval '2 days', 0, 0, '', 0, 0, '{}')`,
        [id, number],
      );
    for (const id of ['c-free', 'c-held', 'c-order']) await call(id, NUMBER);
    await call('c-other', OTHER);
    await pool.query(
      `insert into people (login, name, role, password_hash) values ('wang', '王', 'agent', 'x')`,
    );
    for (const id of ['c-free', 'c-held', 'c-order', 'c-other']) {
      const number = id === 'c-other' ? OTHER : NUMBER;
      await pool.query(
        `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures, mutes) values ($1, now(), $1 || '.flac', 1, 1, '', '', '{}', '[]')`,
        [id],
      );
      await pool.query(
        `insert into transcripts (call_id, tries, tried_at, words) values ($1, 1, now(), '我家没水了')`,
        [id],
      );
      await pool.query(
        `insert into facts (id, kind, at, call_id, body) values ($1, 'call-arrived', now(), $1, $2)`,
        [id, JSON.stringify({ ani: `+86${number}`, kept: `1${number}9`, n: 4 })],
      );
      await pool.query(
        `insert into spoken_words (call_id, number, at, ms, bytes) values ($1, $2, now(), 1, 9)`,
        [id, number],
      );
    }
    await pool.query(`update recordings set held_why = '诉讼' where call_id = 'c-held'`);
    await pool.query(
      `insert into orders (order_no, category, content, status, created_at, state, phone, phone_written, call_id)
       values ('HL202612010001', '报修', '没水', 'open', now(), 'signed', $1, $1, 'c-order')`,
      [NUMBER],
    );
    await pool.query(
      `insert into records (call_id, person_id, caller, phone, phone_number, content, updated_by)
       select 'c-free', id, '马', $1, $1, '问水价', id from people`,
      [NUMBER],
    );
    await pool.query(
      `insert into kept_places (number, call_id, queue, joined_at, asked_at, state, language) values ($1, 'c-free', 'hotline', now(), now(), 'missed', 'zh')`,
      [NUMBER],
    );
    await pool.query(`insert into do_not_call (number, how) values ($1, 'key')`, [NUMBER]);
    await pool.query(
      `insert into deliveries (channel, lane, kind, recipient, message, state, attempts, most_attempts, next_at)
       values ('mail', 'x', 'call-ended', 'a@b', $1, 'delivered', 1, 1, now())`,
      [JSON.stringify({ text: `来电 ${NUMBER}，地址` })],
    );
  });
  after(() => pool.end());

  it('is found wherever it is, and nobody else’s', async () => {
    const found = await findPersonData(pool, NUMBER);
    expect(Object.keys(found).sort()).to.deep.equal(
      [
        ...['callFacts', 'calls', 'doNotCall', 'keptPlaces', 'messages', 'orders', 'recordings', 'records'],
        ...['spokenWords', 'transcripts'],
      ].sort(),
    );
    expect(found['calls']!['calls']).to.have.length(3);
    expect(JSON.stringify(found)).to.not.contain(`"${OTHER}"`);
  });

  it('is erased but for what must be kept; a legal hold wins, and the counts stay', async () => {
    const before = (await pool.query('select count(*)::int as count from calls')).rows;
    const erased = await inTransaction(pool, (client) => erasePersonData(client, NUMBER));
    expect(erased.recordings.map(({ callId }) => callId)).to.deep.equal(['c-free']);
    expect(erased.counts).to.deep.include({
      calls: 1,
      callFacts: 1,
      recordings: 1,
      records: 1,
      keptPlaces: 1,
    });
    for (const kind of Object.keys(erased.counts))
      expect(PERSONAL_DATA[kind]!.erasure.does, kind).to.not.equal('kept');

    const { rows: calls } = await pool.query(`select call_id, party from calls order by 1`);
    expect(calls).to.deep.equal([
      { call_id: 'c-free', party: null },
      { call_id: 'c-held', party: NUMBER },
      { call_id: 'c-order', party: NUMBER },
      { call_id: 'c-other', party: OTHER },
    ]);
    expect((await pool.query('select count(*)::int as count from calls')).rows).to.deep.equal(before);
    const { rows: facts } = await pool.query(`select body from facts where call_id = 'c-free'`);
    expect(facts[0].body).to.deep.equal({ ani: '***', kept: `1${NUMBER}9`, n: 4 });
    const { rows: transcripts } = await pool.query('select call_id from transcripts order by 1');
    expect(transcripts.map(({ call_id }) => call_id)).to.deep.equal(['c-held', 'c-order', 'c-other']);
    const { rows: message } = await pool.query(`select message->>'text' as text from deliveries`);
    expect(message[0].text).to.equal('来电 ***，地址');
    const { rows: others } = await pool.query(`select number from spoken_words where call_id = 'c-other'`);
    expect(others[0].number).to.equal(OTHER);
    expect(erased.words, 'the sound of a held call stays').to.deep.equal(['c-free']);
    const left = await findPersonData(pool, NUMBER);
    expect(Object.keys(left).sort()).to.deep.equal(
      ['callFacts', 'calls', 'doNotCall', 'orders', 'recordings', 'spokenWords', 'transcripts'].sort(),
    );
  });

  it('asked again, nothing is left to do', async () => {
    const erased = await inTransaction(pool, (client) => erasePersonData(client, NUMBER));
    expect(erased.counts).to.not.have.any.keys('calls', 'recordings', 'records', 'spokenWords');
  });
});
