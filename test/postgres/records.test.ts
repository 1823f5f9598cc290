import { expect } from 'chai';
import fc from 'fast-check';
import type pg from 'pg';
import type { FieldChange } from '../../src/core/orders/records.ts';
import { claimMissed, missedCallers, releaseMissed } from '../../src/postgres/missed.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import {
  completeRecord,
  findRecord,
  openRecord,
  openRecordsOf,
  pastRecords,
  saveRecord,
} from '../../src/postgres/records.ts';
import { cloneDatabase } from '../support/database.ts';

describe('the record of a call, in the database', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let ma = 0;
  let li = 0;
  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = (login: string, name: string) =>
      createPerson(pool, { login, name, role: 'agent', agent: `PJSIP/${login}`, passwordHash: 'x' });
    ma = (await person('1001', '马晓燕'))!.id;
    li = (await person('1002', '李建国'))!.id;
  });
  after(() => pool.end());

  const begun = async (callId: string | null, phone = '') =>
    (await openRecord(pool, { callId, personId: ma, fields: { phone } })).record;
  const save = (id: number, ...changes: FieldChange[]) => saveRecord(pool, id, ma, changes);

  it('is one a call, whoever opens it and however often', async () => {
    const opened = await Promise.all(
      [1, 2, 3].map(() => openRecord(pool, { callId: 'c-1', personId: ma, fields: {} })),
    );
    expect(new Set(opened.map((one) => one.record.id)).size).to.equal(1);
    expect(opened.filter((one) => one.made)).to.have.length(1);
    const later = await openRecord(pool, { callId: 'c-1', personId: li, fields: {} });
    expect(later.record.personId).to.equal(ma);
    expect((await begun(null)).id).to.not.equal((await begun(null)).id);
  });

  it('takes what is typed, field by field, and two tabs do not overwrite each other silently', async () => {
    const { id } = await begun('c-2', '13912345678');
    await save(id, { field: 'content', from: '', to: '家里没水' });
    // another tab knew the empty field
    const other = await saveRecord(pool, id, li, [
      { field: 'content', from: '', to: '水压小' },
      { field: 'caller', from: '', to: '王秀兰' },
    ]);
    expect(other!.conflicts).to.deep.equal([{ field: 'content', kept: '家里没水', refused: '水压小' }]);
    expect(other!.record.fields).to.include({ content: '家里没水', caller: '王秀兰' });
    const { rows } = await pool.query(
      'select kind, person_id::int, fields from record_versions where record_id = $1',
      [id],
    );
    expect(rows).to.deep.equal([{ kind: 'refused', person_id: li, fields: { content: '水压小' } }]);
  });

  it('saving twice what was taken once changes nothing: an answer that was lost is asked for again', async () => {
    const { id } = await begun('c-3');
    const once = await save(id, { field: 'caller', from: '', to: '丁' });
    const twice = await save(id, { field: 'caller', from: '', to: '丁' });
    expect(twice).to.deep.equal({ record: once!.record, conflicts: [] });
  });

  it('is completed when nothing is missing, and every later change of it is kept', async () => {
    const { id } = await begun('c-4', '13900000001');
    const early = await completeRecord(pool, id, ma);
    expect(early!.missing).to.deep.equal(['category', 'item', 'content', 'conclusion']);
    expect(early!.record.completedAtMs).to.equal(null);
    await save(
      id,
      { field: 'category', from: '', to: 'no-water' },
      { field: 'item', from: null, to: 1 },
      { field: 'content', from: '', to: '整栋楼停水' },
      { field: 'conclusion', from: '', to: 'order' },
    );
    expect((await completeRecord(pool, id, ma))!.missing).to.deep.equal(['caller', 'address']);
    await save(
      id,
      { field: 'caller', from: '', to: '王' },
      { field: 'address', from: '', to: '丽景园3号楼' },
    );
    const done = await completeRecord(pool, id, ma);
    expect(done!.record.completedAtMs).to.be.a('number');
    expect((await openRecordsOf(pool, ma)).map((one) => one.id)).to.not.include(id);
    await saveRecord(pool, id, li, [{ field: 'urgent', from: false, to: true }]);
    const { rows } = await pool.query<{ kind: string; fields: object; person: number }>(
      'select kind, fields, person_id::int as person from record_versions where record_id = $1 order by id',
      [id],
    );
    expect(rows.map((row) => row.kind)).to.deep.equal(['completed', 'changed']);
    expect(rows[1]).to.include({ person: li });
    expect(rows[1]!.fields).to.deep.equal({ urgent: { from: false, to: true } });
  });

  it('a line with nothing to handle needs no more than what it was', async () => {
    const { id } = await begun('c-5');
    await save(
      id,
      { field: 'conclusion', from: '', to: 'void' },
      { field: 'content', from: '', to: '无声电话' },
    );
    expect((await completeRecord(pool, id, ma))!.missing).to.deep.equal([]);
  });

  it('stands beside the next call of the same number, however it is spelled', async () => {
    const first = await begun('c-6', '139 5555 0001');
    const second = await begun('c-7', '+86 13955550001');
    const past = await pastRecords(pool, { phone: '13955550001', account: '', notId: second.id });
    expect(past.map((one) => one.id)).to.deep.equal([first.id]);
  });

  it('loses no word, whatever two tabs type at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.boolean(),
            fc.constantFrom('caller', 'content', 'address'),
            fc.string({ maxLength: 8 }),
          ),
          {
            maxLength: 12,
          },
        ),
        async (typed) => {
          const { id, fields } = await begun(null);
          const known = [{ ...fields }, { ...fields }];
          const words: string[] = [];
          await Promise.all(
            [false, true].map(async (tab) => {
              for (const [which, field, to] of typed) {
                if (which !== tab) continue;
                const mine = known[tab ? 1 : 0]! as unknown as Record<string, string>;
                const saved = await save(id, { field, from: mine[field]!, to } as FieldChange);
                words.push(`${field} ${to}`);
                Object.assign(mine, saved!.record.fields);
              }
            }),
          );
          const end = (await findRecord(pool, id))!.fields as unknown as Record<string, string>;
          const { rows } = await pool.query<{ fields: Record<string, string> }>(
            'select fields from record_versions where record_id = $1',
            [id],
          );
          for (const field of ['caller', 'content', 'address']) {
            // the last word of each tab stands, or was kept as refused, or was replaced by one who saw it
            const mine = typed.filter(([, name]) => name === field);
            if (mine.length === 0) expect(end[field]).to.equal('');
            else if (!rows.some((row) => field in row.fields))
              expect(words).to.include(`${field} ${end[field]}`);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('callers whom nobody answered', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let ma = 0;
  let li = 0;
  const since = Date.now() - 3_600_000;
  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = (login: string) =>
      createPerson(pool, { login, name: login, role: 'agent', agent: `PJSIP/${login}`, passwordHash: 'x' });
    ma = (await person('1001'))!.id;
    li = (await person('1002'))!.id;
  });
  after(() => pool.end());

  let calls = 0;
  const call = (
    party: string,
    agoSeconds: number,
    more: { outcome?: string; direction?: string; anomalies?: string[] } = {},
  ) =>
    pool.query(
      `insert into calls (call_id, direction, party, outcome, abandon_stage, arrived_at, answered_at, ended_at, offer_count,
         transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ($1, $2, $3, $4, case when $4 = 'abandoned' then 'queue' end, now() - $5 * interval '1 second',
         case when $4 = 'answered' then now() - $5 * interval '1 second' end, now(), 0, 0, $6, 1, 1, 'test')`,
      [
        `m-${(calls += 1)}`,
        more.direction ?? 'inbound',
        party,
        more.outcome ?? 'abandoned',
        agoSeconds,
        more.anomalies ?? [],
      ],
    );
  const listed = async () =>
    (await missedCallers(pool, since)).map((one) => [one.number, one.count, one.triedCount]);

  it('are listed once a number, the longest waiting first, until they were reached either way', async () => {
    await call('13900000001', 600);
    await call('13900000001', 500);
    await call('13900000002', 550, { outcome: 'overflowed' });
    await call('13900000003', 400);
    await call('13900000004', 400, { outcome: 'answered' });
    await call('13900000005', 300, { outcome: 'answered', anomalies: ['left-after-agent-lost'] });
    expect(await listed()).to.deep.equal([
      ['13900000001', 2, 0],
      ['13900000002', 1, 0],
      ['13900000003', 1, 0],
      ['13900000005', 1, 0],
    ]);
    await call('13900000001', 200, { outcome: 'answered' });
    await call('13900000002', 190, { direction: 'outbound', outcome: 'abandoned' });
    await call('13900000003', 180, { direction: 'outbound', outcome: 'answered' });
    expect(await listed()).to.deep.equal([
      ['13900000002', 1, 1],
      ['13900000005', 1, 0],
    ]);
  });

  it('are called back by one agent at a time', async () => {
    const claims = await Promise.all([
      claimMissed(pool, '13900000002', ma),
      claimMissed(pool, '13900000002', li),
    ]);
    expect(claims.filter(Boolean)).to.have.length(1);
    const winner = claims[0] ? ma : li;
    const mine = (await missedCallers(pool, since)).find((one) => one.number === '13900000002')!;
    expect(mine.claimedBy).to.equal(winner);
    await releaseMissed(pool, '13900000002', winner);
    expect(await claimMissed(pool, '13900000002', winner === ma ? li : ma)).to.equal(true);
    await pool.query(`update missed_claims set claimed_at = now() - interval '11 minutes'`);
    expect(await claimMissed(pool, '13900000002', winner)).to.equal(true);
  });
});
