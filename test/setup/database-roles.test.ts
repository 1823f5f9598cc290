import { execFile } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import PgBoss from 'pg-boss';
import { anchorText } from '../../src/core/people/audit-chain.ts';
import { writeAudit } from '../../src/postgres/audit.ts';
import { auditHead, canChangeAudit } from '../../src/postgres/audit-chain.ts';
import { installJobs } from '../../src/postgres/jobs.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { createDatabase, openPool } from '../../src/postgres/pool.ts';
import { prepareDatabase } from '../../src/setup/database-roles.ts';
import { asRole, cloneDatabase, emptyDatabase, onDatabase, rolesFolder } from '../support/database.ts';

describe('the roles of the database', function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => (folder = await rolesFolder()));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('a database where a superuser owned and did everything is led over, with its rows and jobs', async () => {
    const old = await emptyDatabase();
    await migrate(old);
    const superuser = openPool(old);
    expect(await canChangeAudit(superuser)).to.equal(true);
    await writeAudit(superuser, { personId: null, what: 'signed-in', about: '从前' });
    const boss = new PgBoss({ connectionString: old, max: 1 });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.createQueue('weekly');
    await boss.stop({ graceful: false });
    await superuser.end();

    const name = new URL(old).pathname.slice(1);
    for (let start = 0; start < 2; start += 1) await prepareDatabase(old, name, folder);
    const urls = await prepareDatabase(old, name, folder);
    expect(statSync(join(folder, 'role-passwords.json')).mode & 0o777).to.equal(0o600);
    expect(await migrate(urls.migration)).to.deep.equal([]);
    const service = openPool(urls.service);
    expect(await canChangeAudit(service)).to.equal(false);
    await writeAudit(service, { personId: null, what: 'signed-in', about: '以后' });
    const { rows } = await service.query('select about from audit order by id');
    expect(rows).to.deep.equal([{ about: '从前' }, { about: '以后' }]);
    const owners = await service.query(
      `select distinct pg_get_userbyid(c.relowner) as owner, n.nspname as schema from pg_class c
         join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pgboss') order by 1`,
    );
    expect(owners.rows).to.deep.equal([
      { owner: 'hotline_owner', schema: 'public' },
      { owner: 'hotline_service', schema: 'pgboss' },
    ]);
    await jobsWork(urls.service);
    await service.end();
  });

  it('the service does its work with no more than its rights, after later migrations too', async () => {
    const url = await cloneDatabase();
    await onDatabase(url, 'create table later (id bigint generated always as identity, words text)');
    const pool = openPool(url);
    const { rows: mine } = await pool.query<{ super: boolean; role: string }>(
      `select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as super, rolname as role from pg_roles where rolname = current_user`,
    );
    expect(mine).to.deep.equal([{ super: false, role: 'hotline_service' }]);
    await pool.query(`insert into later (words) values ('一'), ('二')`);
    await pool.query(`update later set words = '三' where id = 1`);
    await pool.query('delete from later where id = 2');
    const client = await pool.connect();
    await client.query('create temporary table took (id int)');
    await client.query('select pg_advisory_lock(1), pg_advisory_unlock(1)');
    await client.query('listen news');
    await client.query(`notify news, 'x'`);
    client.release();
    await pool.query('truncate later');
    expect(await pool.query('create table mine (id int)').catch((cause: Error) => cause.message)).to.contain(
      'permission denied',
    );
    await installJobs(pool);
    await jobsWork(url);
    const reports = openPool(await asRole(url, 'reports'));
    expect((await reports.query('select count(*)::int as count from later')).rows).to.deep.equal([
      { count: 0 },
    ]);
    for (const deed of [
      'insert into later (words) values (1)',
      'set default_transaction_read_only = off; insert into later (words) values (1)',
      'select password_hash from people',
      'select sess from sessions',
      'select hash from api_tokens',
      'select secret from receivers',
    ])
      expect(await reports.query(deed).catch((cause: Error) => cause.message), deed).to.match(
        /read-only|permission denied/,
      );
    await reports.end();
    await pool.end();
  });

  it('a log is verified by a command, also in a restored copy, by itself and by an anchor', async () => {
    const url = await cloneDatabase();
    const pool = openPool(url);
    for (let at = 0; at < 5; at += 1) await writeAudit(pool, { personId: null, what: 'signed-in' });
    const file = join(folder, 'anchor.txt');
    writeFileSync(file, `Re: 审计锚点\n> ${anchorText(await auditHead(pool))}\n`);
    await pool.end();
    const copy = await createDatabase(
      await asRole(url, 'superuser'),
      `${new URL(url).pathname.slice(1)}_restored`,
      new URL(url).pathname.slice(1),
    );
    expect(await command(copy, 'verify')).to.deep.include({ code: 0 });
    const fits = await command(copy, 'verify', '--anchor', file);
    expect(fits.code).to.equal(0);
    expect(fits.out).to.contain('第 1 至 5 条').and.contain('1 个锚点与日志相符');
    expect((await command(copy, 'anchor')).out).to.match(/^审计锚点 #5 \S+ [\da-f ]+\n$/);
    await onDatabase(
      copy,
      `alter table audit disable trigger user; delete from audit where id = 5;
       update audit_head set (id, at, hash) = (select id, at, hash from audit where id = 4)`,
    );
    const cut = await command(copy, 'verify', '--anchor', file);
    expect(cut.code).to.equal(1);
    expect(cut.out).to.contain('末尾的记录被截掉');
    expect((await command(copy, 'verify', '--anker')).code).to.equal(2);
    writeFileSync(file, '没有锚点的信');
    expect((await command(copy, 'verify', '--anchor', file)).err).to.contain('没有锚点');
  });
});

async function jobsWork(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: 1 });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue('work');
  await boss.send('work', { of: 1 });
  expect(await boss.fetch('work')).to.have.length(1);
  await boss.stop({ graceful: false });
}

/** `npm run audit -- …` */
async function command(databaseUrl: string, ...words: string[]) {
  const run = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src/main/audit-command.ts', ...words],
    {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { ...process.env, DATABASE_URL: databaseUrl, VAR_DIR: join(tmpdir(), 'no-such-folder') },
    },
  );
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (cause: { code: number; stdout: string; stderr: string }) => ({
      ...{ code: cause.code, out: cause.stdout, err: cause.stderr },
    }),
  );
}
