import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openHealth } from '../../src/app/health.ts';
import { anchorEvent } from '../../src/core/outward/anchor.ts';
import { readAnchors } from '../../src/core/people/audit-chain.ts';
import { openAudit } from '../../src/main/audit.ts';
import { retentionFrom } from '../../src/main/retention.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { searchAudit, writeAudit } from '../../src/postgres/audit.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { keepSettings } from '../../src/postgres/settings.ts';
import { asRole, cloneDatabase, onDatabase } from '../support/database.ts';
import { openHttp, type TestHttp } from '../support/http.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

describe('the audit log is watched over', function () {
  this.timeout(60_000);
  let url: string;
  let pool: pg.Pool;
  let varDir: string;
  let wing: Wing;
  let http: TestHttp;
  let nowMs: number;
  let health: ReturnType<typeof openHealth>;
  const log = pino({ level: 'silent' });

  beforeEach(async () => {
    nowMs = Date.now();
    url = await cloneDatabase();
    pool = openPool(url);
    varDir = mkdtempSync(join(tmpdir(), 'hotline-audit-'));
    health = openHealth(() => nowMs);
    for (let at = 0; at < 5; at += 1)
      await writeAudit(pool, { personId: null, what: 'signed-in', about: `第${at}人` });
    await open();
  });
  afterEach(async () => {
    http.close();
    await wing.close!();
    await pool.end();
    rmSync(varDir, { recursive: true });
  });
  async function open(): Promise<void> {
    const ground = { pool, databaseUrl: url, varDir, log, health, now: () => nowMs };
    wing = openAudit(ground as unknown as Ground);
    http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: 1, role: login === 'wang' ? 'agent' : 'supervisor' },
    }));
  }
  /** the service begins anew on the next day */
  async function nextDay(): Promise<void> {
    http.close();
    await wing.close!();
    nowMs += DAY_MS;
    await open();
    await wing.start!();
  }
  const file = () => join(varDir, 'audit-anchors/anchors.txt');
  const lines = () => readFileSync(file(), 'utf8').trim().split('\n');
  const alarms = () => health.alarms().map(({ code }) => code);
  const verify = async (anchor = '', login = '') => {
    const answer = await fetch(`${http.url}/api/audit/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-login': login },
      body: JSON.stringify({ anchor }),
    });
    return { status: answer.status, ...((await answer.json()) as { whole?: boolean; sentences: string[] }) };
  };

  it('its head goes out once a day: into the file that the backup carries, and to whom the rules name', async () => {
    await wing.start!();
    await until('the anchor is written', () => statSync(file(), { throwIfNoEntry: false }));
    expect(lines()).to.have.length(1);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(readAnchors(lines()[0]!)[0]).to.include({ id: 5 });
    const { rows } = await pool.query<{ ref: string; body: Record<string, unknown> }>(
      `select ref, body from outbox where event = 'audit-anchor'`,
    );
    expect(rows).to.have.length(1);
    const told = anchorEvent(rows[0]!.ref, nowMs, rows[0]!.body);
    expect(readAnchors(told.text)).to.deep.equal(readAnchors(lines()[0]!));
    await wing.start!();
    await nextDay();
    await until('the next day has its own', () => lines().length === 2);
    expect(alarms()).to.deep.equal([]);
  });

  it('a cut tail and a chain made anew are found by what was stored, and every screen says so', async () => {
    await wing.start!();
    await until('the anchor is written', () => statSync(file(), { throwIfNoEntry: false }));
    expect(await verify()).to.deep.include({ status: 200, whole: true });
    await onDatabase(
      url,
      `alter table audit disable trigger user; delete from audit where id > 3;
       update audit_head set (id, at, hash) = (select id, at, hash from audit where id = 3);
       alter table audit enable trigger user`,
    );
    await nextDay();
    await until('the alarm is raised', () => alarms().includes('audit-broken'));
    const found = await verify();
    expect(found.whole).to.equal(false);
    expect(found.sentences[0]).to.contain('末尾的记录被截掉');
  });

  it('a pasted anchor is compared; what is none is refused with what to do', async () => {
    const asked = await fetch(`${http.url}/api/audit/anchor`);
    const { anchor } = (await asked.json()) as { anchor: string };
    const fits = await verify(`Re: ${anchor}`);
    expect(fits.whole).to.equal(true);
    expect(fits.sentences.join()).to.contain('1 个锚点与日志相符');
    const other = await verify(anchor.replace(/[0-9a-f]{4}$/, 'ffff'));
    expect(other.sentences[0]).to.contain('与锚点不符');
    expect((await verify('第五条没问题')).status).to.equal(400);
    expect((await verify('', 'wang')).status).to.equal(403);
    const rows = await searchAudit(pool, { what: 'audit-verified', limit: 10 });
    expect(rows).to.have.length(2);
  });

  it('a database role that could change it raises the alarm', async () => {
    http.close();
    await wing.close!();
    url = await asRole(url, 'superuser');
    await pool.end();
    pool = openPool(url);
    await open();
    await wing.start!();
    expect(alarms()).to.include('audit-changeable');
    await until('the first look is over', () => statSync(file(), { throwIfNoEntry: false }));
  });

  it('what retention deleted is in it by counts, and its own old rows go without breaking the chain', async () => {
    await onDatabase(
      url,
      `alter table audit disable trigger user;
       do $$ declare r audit; before bytea := ''; begin
         update audit set at = at - interval '2 years' where id <= 3;
         for r in select * from audit order by id loop
           before := sha256(before || audit_bytes(r));
           update audit set hash = before where id = r.id;
         end loop;
         update audit_head set (id, at, hash) = (select id, at, hash from audit order by id desc limit 1);
       end $$;
       alter table audit enable trigger user`,
    );
    await pool.query(
      `insert into anomalies (id, at, name, detail) select 'x' || n, now() - interval '3 years', 'test', '{}' from generate_series(1, 7) n`,
    );
    await keepSettings(pool as never, 'retention', { auditDays: 365 }, 'test');
    const registry = new Registry();
    const ground = { databaseUrl: url, switchFolders: null, now: () => nowMs, log, registry };
    const retention = retentionFrom(ground, 1);
    await retention.start!();
    await until('it is written down', async () =>
      (await searchAudit(pool, { what: 'retention-deleted', limit: 1 })).at(0),
    );
    await retention.close!();
    const [row] = await searchAudit(pool, { what: 'retention-deleted', limit: 1 });
    expect(row!.detail).to.deep.equal({ anomalies: 7, audit: 3 });
    const verdict = await verify();
    expect(verdict.whole).to.equal(true);
    expect(verdict.sentences[0]).to.contain('第 4 至');
  });
});
