import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type pg from 'pg';
import { pino } from 'pino';
import type { Role } from '../../src/core/people/may.ts';
import { openExportsWing } from '../../src/main/exports.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { createFactWriter } from '../../src/postgres/facts.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { ExportProgress } from '../../src/protocol/outward.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp } from '../support/http.ts';
import { factsOf } from '../support/stories.ts';
import { until } from '../support/until.ts';

const ROLES: Record<string, Role> = {
  boss: 'supervisor',
  chief: 'manager',
  other: 'supervisor',
  '1001': 'agent',
};

describe('a list is taken along as a file', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let varDir: string;
  let wing: Wing;
  let base: string;
  let close: () => Promise<void>;
  const told: { room: string; progress: ExportProgress }[] = [];
  const ids: Record<string, number> = {};
  const CALLS = 2500;
  const filter = { period: 'day:2026-11-20', list: 'offered' };

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    varDir = mkdtempSync(join(tmpdir(), 'hotline-exports-'));
    for (const [login, role] of [
      ['boss', 'supervisor'],
      ['chief', 'manager'],
      ['other', 'supervisor'],
      ['1001', 'agent'],
    ] as [string, Role][])
      ids[login] = (await createPerson(pool, {
        login,
        name: login,
        role,
        agent: role === 'agent' ? 'PJSIP/1001' : null,
        passwordHash: 'x',
      }))!.id;
    const writer = createFactWriter(pool, { onRefused: () => undefined });
    const began = Date.parse('2026-11-20T00:00:00+08:00');
    for (let from = 0; from < CALLS; from += 250) {
      const facts = [];
      for (let n = from; n < from + 250; n += 1)
        facts.push(
          ...factsOf({
            callId: `1763568${String(n).padStart(4, '0')}.1`,
            ani: '13912345678',
            arrivedAtMs: began + n * 20_000,
            unanswered: 0,
            end: n % 4 === 0 ? 'abandoned' : 'answered',
          }),
        );
      await writer.write(facts);
    }
    const ground = {
      pool,
      databaseUrl,
      varDir,
      now: Date.now,
      log: pino({ level: 'silent' }),
      audit: () => Promise.resolve(),
      live: {
        tell: (room: string, _event: string, progress: ExportProgress) => void told.push({ room, progress }),
        drop: () => undefined,
        audience: () => 0,
      },
    } as unknown as Ground;
    wing = openExportsWing(ground);
    await wing.start!();
    const http = await openHttp({ routers: wing.routers! }, (login) => ({
      id: ids[login]!,
      role: ROLES[login]!,
    }));
    base = `${http.url}/api/exports`;
    close = async () => {
      http.close();
      await wing.close!();
      await pool.end();
      rmSync(varDir, { recursive: true });
    };
  });
  after(() => close());

  const asks = (login: string, body: unknown) =>
    fetch(base, {
      method: 'POST',
      headers: { 'x-login': login, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const mine = async (login: string) =>
    (await (await fetch(base, { headers: { 'x-login': login } })).json()) as (ExportProgress & {
      words: string;
      downloads: number;
    })[];
  const fetched = (login: string, id: string) =>
    fetch(`${base}/${id}/file`, { headers: { 'x-login': login } });
  async function made(login: string, body: unknown): Promise<string> {
    const { id } = (await (await asks(login, body)).json()) as { id: string };
    await until(
      'it is ready',
      async () => (await mine(login)).some((one) => one.id === id && one.state === 'ready'),
      30_000,
    );
    return id;
  }

  it('with all its rows, and word of how far it is only to who asked', async () => {
    const id = await made('boss', { list: 'calls', format: 'xlsx', filter });
    const answer = await fetched('boss', id);
    expect(answer.status).to.equal(200);
    expect(decodeURIComponent(answer.headers.get('content-disposition')!))
      .to.include('通话清单')
      .and.to.include('.xlsx');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await answer.arrayBuffer());
    const sheet = book.worksheets[0]!;
    expect(sheet.rowCount).to.equal(CALLS + 1);
    expect(sheet.getRow(2).getCell(2).value).to.equal('13912345678');
    const keys = new Set<unknown>();
    sheet.eachRow((row) => keys.add(row.getCell(12).value));
    expect(keys.size).to.equal(CALLS + 1);
    expect(new Set(told.map(({ room }) => room))).to.deep.equal(new Set([`person:${ids['boss']}`]));
    expect(told.at(-1)!.progress).to.include({ id, state: 'ready', rows: CALLS, total: CALLS });
    expect((await mine('boss'))[0]).to.include({ downloads: 1 });
  });

  it('receipts too, some at a time, narrowed to several values at once', async () => {
    await pool.query(
      `insert into orders (order_no, category, category_code, content, state, status, created_at, district, phone, address)
       select 'HL' || n, '漏水', 'leak', '内容', 'dispatched', '', '2026-11-20T08:00:00+08:00'::timestamptz + n * interval '1 second',
              (array['兴庆区', '金凤区', '西夏区'])[1 + n % 3], '13912345678', '丽景园3号楼'
         from generate_series(0, 2999) n`,
    );
    const body = { period: 'day:2026-11-20', district: ['兴庆区', '金凤区'], category: 'leak' };
    const id = await made('chief', { list: 'receipts', format: 'csv', filter: body });
    const lines = (await (await fetched('chief', id)).text()).trim().split('\r\n');
    expect(lines).to.have.length(2001);
    expect(new Set(lines).size, 'each once').to.equal(2001);
    expect(lines[1]).to.include('139****5678').and.to.include('丽景园**号楼');
    expect((await mine('chief'))[0]).to.include({ rows: 2000, total: 2000 });
  });

  it('another person gets nothing of it', async () => {
    const id = await made('boss', { list: 'calls', format: 'csv', filter: { ...filter, list: 'abandoned' } });
    expect((await fetched('other', id)).status).to.equal(404);
    expect((await mine('other')).length).to.equal(0);
  });

  it('who may not see whole numbers gets them masked', async () => {
    const id = await made('chief', { list: 'calls', format: 'csv', filter });
    const text = await (await fetched('chief', id)).text();
    expect(text).to.include('139****5678').and.not.include('13912345678');
    expect(text.trim().split('\r\n')).to.have.length(CALLS + 1);
  });

  it('what may not be, is not known, or is wrong is refused in Chinese', async () => {
    for (const [login, body, status] of [
      ['1001', { list: 'calls', format: 'xlsx', filter }, 403],
      ['boss', { list: 'people', format: 'xlsx', filter }, 404],
      ['boss', { list: 'calls', format: 'exe', filter }, 400],
      ['boss', { list: 'calls', format: 'xlsx', filter: { period: 'ever', list: 'offered' } }, 400],
    ] as const) {
      const answer = await asks(login, body);
      expect(answer.status).to.equal(status);
      expect(((await answer.json()) as { message: string }).message).to.match(/[\u4e00-\u9fff]/);
    }
    expect((await fetched('boss', '..%2F..%2Fetc%2Fpasswd')).status).to.equal(404);
  });

  it('one that a service which died had begun is made anew', async () => {
    const { rows } = await pool.query<{ id: string }>(
      `insert into exports (list, format, filter, words, asked_by, state, rows, beat_at)
       values ('calls', 'csv', $1, 'x', $2, 'running', 700, now() - interval '2 minutes') returning id`,
      [JSON.stringify(filter), ids['other']],
    );
    writeFileSync(join(varDir, `exports/${rows[0]!.id}.csv.part`), 'half of it');
    await until(
      'it is ready',
      async () => (await mine('other')).some((one) => one.state === 'ready' && one.rows === CALLS),
      30_000,
    );
    expect((await (await fetched('other', rows[0]!.id)).text()).split('\r\n')).to.have.length(CALLS + 2);
    expect(readdirSync(join(varDir, 'exports')).filter((name) => name.endsWith('.part'))).to.deep.equal([]);
  });
});
