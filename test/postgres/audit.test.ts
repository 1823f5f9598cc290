import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type pg from 'pg';
import { anchorText, isWhole, readAnchors, verdictWords } from '../../src/core/people/audit-chain.ts';
import { searchAudit, writeAudit } from '../../src/postgres/audit.ts';
import { auditHead, canChangeAudit, retireAudit, verifyAudit } from '../../src/postgres/audit-chain.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { asRole, cloneDatabase, onDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;

describe('the audit log', function () {
  this.timeout(60_000);
  let url: string;
  let pool: pg.Pool;
  /** what was written down outside, when the log had thirty rows */
  let anchor: string;

  async function fill(): Promise<void> {
    url = await cloneDatabase();
    pool = openPool(url);
    for (let at = 1; at <= 30; at += 1)
      await writeAudit(pool, { personId: null, what: 'signed-in', about: `第${at}人` });
    anchor = anchorText(await auditHead(pool));
    await writeAudit(pool, { personId: null, what: 'number-revealed', about: '客户 7', address: '10.0.0.1' });
  }
  beforeEach(fill);
  afterEach(() => pool.end());

  const verify = async (text = '', nowMs = Date.now()) => verifyAudit(pool, readAnchors(text), nowMs);
  /** by somebody with the keys of the database: the guards are off, the chain's own trigger too if need be */
  const tamper = (statement: string) =>
    onDatabase(
      url,
      `alter table audit disable trigger user; ${statement}; alter table audit enable trigger user`,
    );
  /** the whole chain made anew, as one does who knows how */
  const rewrite = () =>
    tamper(`do $$ declare r audit; before bytea := ''; begin
      for r in select * from audit order by id loop
        before := sha256(before || audit_bytes(r));
        update audit set hash = before where id = r.id;
      end loop;
      update audit_head set (id, at, hash) = (select id, at, hash from audit order by id desc limit 1);
    end $$`);

  it('is added to by many at once, in one chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        writeAudit(pool, {
          personId: null,
          what: 'signed-in',
          about: `同时${at}`,
          detail: { at, 字: 'é\u001f' },
        }),
      ),
    );
    expect(await verify(anchor)).to.deep.include({ count: 71, firstId: 1, lastId: 71, faults: [] });
    const page = await searchAudit(pool, { limit: 10, before: 31 });
    expect(page.map((row) => row.id)).to.deep.equal([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    expect(await searchAudit(pool, { words: '第7人', limit: 10 })).to.have.length(1);
  });

  it('an empty one is whole', async () => {
    const other = openPool(await cloneDatabase());
    const verdict = await verifyAudit(other, [], Date.now());
    await other.end();
    expect(isWhole(verdict)).to.equal(true);
  });

  it('the service can neither change nor empty it, nor write a hash, a number or a time of its own', async () => {
    for (const deed of [
      `update audit set who = 'x'`,
      'delete from audit',
      'truncate audit',
      'alter table audit disable trigger user',
      'drop trigger audit_chain on audit',
      'update audit_head set id = 1',
      'truncate audit_head',
      'create or replace function audit_bytes(a audit) returns bytea language sql as $$ select null::bytea $$',
      'set session_replication_role = replica',
      'set role hotline_owner',
    ])
      expect(String(await pool.query(deed).catch((cause: Error) => cause.message)), deed).to.match(
        /permission denied|must be owner/,
      );
    await pool.query(
      `insert into audit (id, at, form, who, what, hash) values (5, '2020-01-01', 1, '伪', 'signed-in', '\\x00')`,
    );
    // a table of the same name in the session's own schema misleads no trigger
    const client = await pool.connect();
    await client.query('create temporary table audit_head (id bigint, at timestamptz, hash bytea)');
    await client.query('create temporary table audit (like public.audit)');
    await writeAudit(client, { personId: null, what: 'signed-in' }).catch(() => undefined);
    await client.query(`insert into public.audit (who, what) values ('—', 'signed-in')`);
    client.release(true);
    expect(isWhole(await verify(anchor))).to.equal(true);
    expect(await canChangeAudit(pool)).to.equal(false);
  });

  it('a database whose role can do everything is told of', async () => {
    for (const role of ['superuser', 'migration'] as const) {
      const other = openPool(await asRole(url, role));
      expect(await canChangeAudit(other), role).to.equal(true);
      await other.end();
    }
    await onDatabase(url, 'grant delete on audit to hotline_service');
    expect(await canChangeAudit(pool)).to.equal(true);
  });

  it('what a later migration grants by default is taken back', async () => {
    await onDatabase(url, 'grant all on audit, audit_head to hotline_service; grant all on audit to public');
    await onDatabase(url, 'select role_rights()');
    expect(await canChangeAudit(pool)).to.equal(false);
  });

  it('a changed row is found, and which', async () => {
    await tamper(`update audit set about = '没有的事' where id = 12`);
    const verdict = await verify();
    expect(verdict.faults).to.deep.equal([{ kind: 'changed', id: 12 }]);
    expect(verdictWords(verdict)[0]).to.contain('第 12 条');
  });

  it('who and what cannot run into each other', async () => {
    await tamper(`update audit set who = '—signed', what = '-in' where id = 3`);
    expect((await verify()).faults).to.deep.equal([{ kind: 'changed', id: 3 }]);
  });

  it('a missing row is found', async () => {
    await tamper('delete from audit where id between 12 and 14');
    expect((await verify()).faults).to.deep.equal([{ kind: 'missing', fromId: 12, untilId: 14 }]);
  });

  it('a cut end is found by the head, and by an anchor when the head was put back too', async () => {
    await tamper('delete from audit where id > 25');
    expect((await verify()).faults).to.deep.equal([{ kind: 'end-cut', lastId: 25, headId: 31 }]);
    await tamper(
      'update audit_head set (id, at, hash) = (select id, at, hash from audit order by id desc limit 1)',
    );
    expect(isWhole(await verify()), 'nothing inside tells').to.equal(true);
    const verdict = await verify(anchor);
    expect(verdict.anchors.map(({ answer }) => answer)).to.deep.equal(['beyond-end']);
    expect(verdictWords(verdict)[0]).to.contain('末尾的记录被截掉');
    // new rows fill the place: the anchor still tells
    for (let at = 0; at < 10; at += 1) await writeAudit(pool, { personId: null, what: 'signed-in' });
    expect((await verify(anchor)).anchors.map(({ answer }) => answer)).to.deep.equal(['differs']);
  });

  it('a cut beginning is found', async () => {
    await tamper('delete from audit where id < 10');
    expect((await verify()).faults).to.deep.equal([{ kind: 'start-missing', id: 10 }]);
  });

  it('a chain that was made anew from end to end is found by any anchor', async () => {
    await tamper(`update audit set about = '没有的事' where id = 12`);
    await rewrite();
    expect(isWhole(await verify()), 'nothing inside tells').to.equal(true);
    const verdict = await verify(anchor);
    expect(verdict.anchors.map(({ answer }) => answer)).to.deep.equal(['differs']);
    expect(isWhole(verdict)).to.equal(false);
  });

  it('rows of before are reckoned as they were written', async () => {
    await tamper(`do $$ declare r audit; before bytea := ''; begin
      update audit set form = 1;
      for r in select * from audit order by id loop
        before := sha256(before || audit_text(r));
        update audit set hash = before where id = r.id;
      end loop;
      update audit_head set (id, at, hash) = (select id, at, hash from audit order by id desc limit 1);
    end $$`);
    await writeAudit(pool, { personId: null, what: 'signed-in', detail: { of: '新式' } });
    expect(await verify()).to.deep.include({ count: 32, faults: [] });
    // the weaker form stands nowhere after the stronger
    await tamper(`update audit set form = 2 where id = 3`);
    expect(isWhole(await verify())).to.equal(false);
  });

  it('its hash is SHA-256 of the one before and netstrings, for whoever would reckon it elsewhere', async () => {
    const { rows } = await pool.query<{ before: Buffer; hash: Buffer; us: string }>(
      `select (select hash from audit where id = 30) as before, hash, (extract(epoch from at) * 1000000)::bigint::text as us
         from audit where id = 31`,
    );
    const text = `1:2,2:31,16:${rows[0]!.us},-,3:—,15:number-revealed,8:客户 7,-,8:10.0.0.1,`;
    const own = createHash('sha256').update(rows[0]!.before).update(text).digest('hex');
    expect(own).to.equal(rows[0]!.hash.toString('hex'));
  });

  describe('whose old rows have had their time', () => {
    /** thirty rows are two years old */
    const age = async () => {
      await tamper(`update audit set at = at - interval '2 years' where id <= 20`);
      await rewrite();
      anchor = anchorText(await auditHead(pool));
    };

    it('goes on from the row that tells of it, and is whole', async () => {
      await age();
      const old = await pool.query<{ hash: string }>(
        `select encode(hash, 'hex') as hash from audit where id = 5`,
      );
      const yearAgoMs = Date.now() - 365 * DAY_MS;
      expect(await retireAudit(pool, yearAgoMs, 12)).to.equal(12);
      expect(await retireAudit(pool, yearAgoMs, 12)).to.equal(8);
      expect(await retireAudit(pool, yearAgoMs, 12)).to.equal(0);
      const verdict = await verify(`${anchor}\n审计锚点 #5 2024-01-01T00:00:00+08:00 ${old.rows[0]!.hash}`);
      expect(verdict).to.deep.include({ count: 13, firstId: 21, lastId: 33, faults: [] });
      expect(verdict.anchors.map(({ answer }) => answer)).to.deep.equal(['fits', 'retired']);
      expect(isWhole(verdict)).to.equal(true);
      expect(
        (await searchAudit(pool, { what: 'audit-retired', limit: 10 })).map(({ about }) => about),
      ).to.deep.equal(['#13–#20', '#1–#12']);
    });

    it('nobody clears what is younger than six months', async () => {
      await age();
      const refused = await retireAudit(pool, Date.now() - 100 * DAY_MS, 10).catch(
        (cause: Error) => cause.message,
      );
      expect(refused).to.contain('six months');
      const reports = openPool(await asRole(url, 'reports'));
      const denied = await retireAudit(reports, Date.now() - 365 * DAY_MS, 10).catch(
        (cause: Error) => cause.message,
      );
      await reports.end();
      expect(denied).to.contain('permission denied');
    });

    it('rows removed early under a false note are found by an anchor that saw them', async () => {
      await tamper(`do $$ declare last audit; begin
        select * into last from audit where id = 30;
        delete from audit where id <= 30;
      end $$`);
      await pool.query(`insert into audit (who, what, detail) values ('—', 'audit-retired', $1)`, [
        JSON.stringify({ from: 1, through: 30, hash: readAnchors(anchor)[0]!.hash, lastAtMs: 0 }),
      ]);
      expect(isWhole(await verify()), 'nothing inside tells').to.equal(true);
      const [seen] = readAnchors(anchor);
      const verdict = await verifyAudit(pool, [{ ...seen!, id: 29 }], Date.now());
      expect(verdict.anchors.map(({ answer }) => answer)).to.deep.equal(['removed-early']);
    });
  });
});
