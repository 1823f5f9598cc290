import { expect } from 'chai';
import type pg from 'pg';
import { expiries, type RecordingClass } from '../../src/core/recordings/classes.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { createPerson } from '../../src/postgres/people.ts';
import {
  expiredRecordings,
  type RecordingPlace,
  findRecording,
  holdRecording,
  keepRecording,
  listRecordings,
} from '../../src/postgres/recordings.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-30T09:00+08:00');

describe('recordings are kept by their class', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let person: number;

  before(async () => {
    pool = openPool(await cloneDatabase());
    person = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'supervisor', agent: 'PJSIP/1001', passwordHash: 'x' },
    }))!.id;
  });
  after(() => pool.end());

  async function recorded(
    callId: string,
    ageDays: number,
    more: { direction?: string; survey?: string } = {},
  ) {
    const atMs = NOW - ageDays * DAY_MS;
    await pool.query(
      `insert into calls (call_id, direction, outcome, arrived_at, answered_at, answered_by, hung_up_first, offer_count,
                          transfer_count, anomalies, told_progress, told_at_ms, told_by, survey_id)
       values ($1, $3, 'answered', $2, $2, 'PJSIP/1001', 'caller', 1, 0, '{}', 1, 1, 'test', $4)`,
      [callId, new Date(atMs), more.direction ?? 'inbound', more.survey ?? null],
    );
    await keepRecording(pool, {
      ...{ callId, atMs, path: `${callId}.flac`, bytes: 1, ms: 60_000, sha256: callId },
      peaks: new Uint8Array(),
      measures: {
        ...{ callerMs: 1, agentMs: 1, firstWordMs: 1, silences: [], talkOvers: [] },
        ...{ burstsPerMinute: 1, callerDb: -20, agentDb: -20, clipped: 0 },
      },
    });
  }
  const record = (callId: string, conclusion: string) =>
    pool.query('insert into records (call_id, person_id, updated_by, conclusion) values ($1, $2, $2, $3)', [
      ...[callId, person, conclusion],
    ]);

  it('a hold is changed only by who saw how it stands', async () => {
    await recorded('disputed', 10);
    const hold = (why: string | null, was?: string | null) =>
      holdRecording(pool, 'disputed', person, why, was);
    expect(await hold('诉讼', null)).to.equal('held');
    // another page, which saw none
    expect(await hold('投诉', null)).to.equal('changed-meanwhile');
    expect(await hold(null, '投诉')).to.equal('changed-meanwhile');
    expect((await findRecording(pool, 'disputed'))!.held).to.equal('诉讼');
    expect(await hold('诉讼，二审', '诉讼')).to.equal('held');
    expect(await hold(null)).to.equal('held');
    expect(await holdRecording(pool, 'none', person, '诉讼', null)).to.equal('no-such-recording');
    await pool.query(`delete from recordings where call_id = 'disputed'`);
    await pool.query(`delete from calls where call_id = 'disputed'`);
  });

  it('by what the call came to; each class goes after its own time, and what is held stays', async () => {
    await recorded('ordinary', 400);
    await recorded('complaint', 400);
    await record('complaint', 'order');
    await recorded('old-complaint', 1200);
    await record('old-complaint', 'order');
    await recorded('held', 1200);
    await holdRecording(pool, 'held', person, '诉讼');
    await recorded('void', 100);
    await record('void', 'void');
    await recorded('young', 100);
    await record('young', 'answered');
    await recorded('survey', 400, { direction: 'outbound', survey: '1x1' });
    await recorded('ours', 200, { direction: 'outbound' });
    const classes = async (asked: RecordingClass | '') =>
      (
        await listRecordings(
          pool,
          {
            fromMs: 0,
            untilMs: NOW,
            number: '',
            agent: '',
            orderNo: '',
            leastMs: 0,
            words: '',
            class: asked,
          },
          null,
          50,
        )
      ).map((one) => [one.callId, one.class]);
    expect(await classes('')).to.have.deep.members([
      ...[
        ['ordinary', 'ordinary'],
        ['complaint', 'complaint'],
        ['old-complaint', 'complaint'],
      ],
      ...[
        ['held', 'ordinary'],
        ['void', 'void'],
        ['young', 'ordinary'],
        ['survey', 'survey'],
      ],
      ['ours', 'outbound'],
    ]);
    expect(await classes('void')).to.deep.equal([['void', 'void']]);
    expect((await findRecording(pool, 'complaint'))!.class).to.equal('complaint');
    const terms = expiries(
      { complaintDays: 1095, keepDays: 365, surveyDays: 365, outboundDays: 365, voidDays: 90 },
      NOW,
    );
    const gone: [string, RecordingClass][] = [];
    let place: RecordingPlace | null = null;
    do {
      // two at a time: whose time is not over does not hide who comes after
      const step = await expiredRecordings(pool, terms, place, 2);
      gone.push(...step.expired.map((row): [string, RecordingClass] => [row.callId, row.class]));
      place = step.next;
    } while (place !== null);
    expect(gone).to.deep.equal([
      ['old-complaint', 'complaint'],
      ['ordinary', 'ordinary'],
      ['survey', 'survey'],
      ['void', 'void'],
    ]);
  });
});
