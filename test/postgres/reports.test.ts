import { watchCrashPoints, type CrashPoint } from '../../src/core/crash-point.ts';
import { dueRuns } from '../../src/core/office/schedule.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type pg from 'pg';
import { misfootings } from '../../src/core/office/document.ts';
import { matterReport } from '../../src/core/office/matters.ts';
import {
  beginOf,
  DAY_MS,
  parsePeriod,
  spanPeriod,
  dateAt,
  type Period,
} from '../../src/core/office/period.ts';
import type { Where } from '../../src/core/office/receipts.ts';
import { reportCsv } from '../../src/documents/report-csv.ts';
import { reportDocx } from '../../src/documents/report-docx.ts';
import { reportXlsx } from '../../src/documents/report-xlsx.ts';
import { openSending } from '../../src/main/report-sending.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import {
  countReceiptList,
  countReceipts,
  hotPlaces,
  listReceipts,
  openMatters,
} from '../../src/postgres/receipts.ts';
import { listSchedules, listVersions, reportPassages } from '../../src/postgres/report-archive.ts';
import { listUnits } from '../../src/postgres/units.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const CYCLE = parsePeriod('cycle:2026-11')!;
const T0 = beginOf({ year: 2026, month: 11, day: 2 });

describe('reports, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let personId: number;
  let varDir: string;
  const at = (day: number) => new Date(T0 + day * DAY_MS).toISOString();

  before(async () => {
    varDir = mkdtempSync(join(tmpdir(), 'hotline-reports-'));
    pool = openPool(await cloneDatabase());
    const made = await createPerson(pool, {
      ...{ login: 'b', name: '班长', role: 'supervisor', agent: null, passwordHash: 'x' },
    });
    personId = made!.id;
    const record = (day: number, category: string, item: number, conclusion: string) =>
      pool.query<{ id: number }>(
        `insert into records (person_id, updated_by, category, item, conclusion, content, created_at, completed_at, district)
         values ($1, $1, $2, $3, $4, '内容', $5, $5, '兴庆区') returning id::int`,
        [personId, category, item, conclusion, at(day)],
      );
    const order = (no: string, day: number, recordId: number | null, state: string, content = '漏水') =>
      pool.query<{ id: number }>(
        `insert into orders (order_no, record_id, category, category_code, item_no, content, state, status, unit_id, created_at,
                             fed_back_at, closed_at, district, community)
         values ($1, $2, '漏水', 'leak', 4, $5, $4, '', (select id from units where code = 'network-xingqing'), $3,
                 case when $4 = 'closed' then $3::timestamptz end, case when $4 = 'closed' then $3::timestamptz end,
                 '兴庆区', '丽景园') returning id::int`,
        [no, recordId, at(day), state, content],
      );
    const outside = (no: string, day: number, state: string, orderId: number | null, joined: boolean) =>
      pool.query(
        `insert into outside_cases (channel, outside_no, state, received_at, content, category, order_id, joined, made_by, replied_at)
         values ('12345', $1, $2, $3, '停水', 'no-water', $4, $5, $6, case when $2 = 'replied' then $3::timestamptz end)`,
        [no, state, at(day), orderId, joined, personId],
      );
    // answered at once; nothing to take down; a burst made into an order; and the same burst told by another call
    await record(0, 'fees', 4, 'answered');
    await record(0, 'other', 1, 'void');
    const first = (await record(1, 'leak', 4, 'order')).rows[0]!.id;
    const burst = (await order('HL202611030001', 1, first, 'closed')).rows[0]!.id;
    const again = (await record(1, 'leak', 4, 'order')).rows[0]!.id;
    await pool.query(
      `insert into order_steps (order_id, ordinal, kind, state, at, received_at, origin, body)
       values ($1, 1, 'join', 'closed', now(), now(), 'desk', $2)`,
      [burst, JSON.stringify({ recordId: again })],
    );
    // an order at the counter that is still open; a case that made an order, one that joined it, one that was sent back
    await order('HL202611040001', 2, null, 'dispatched', '施工挖断水管');
    const ofCase = (await order('HL202611050001', 3, null, 'closed')).rows[0]!.id;
    await outside('A1', 3, 'replied', ofCase, false);
    await outside('A2', 3, 'signed', ofCase, true);
    await outside('A3', 3, 'returned', null, false);
    // the first instant of the next cycle is not this one's
    await pool.query(
      `update records set created_at = to_timestamp($1::float8 / 1000) where conclusion = 'void'`,
      [CYCLE.untilMs],
    );
  });
  after(async () => {
    await pool.end();
    rmSync(varDir, { recursive: true });
  });

  async function document(period: Period) {
    const units = (await listUnits(pool)).map(({ id, code, name }) => ({ id: String(id), code, name }));
    return matterReport(
      'monthly',
      period,
      {
        ...{
          groups: await countReceipts(pool, period),
          before: [],
          lastYear: [],
          units,
          calls: null,
          countedAtMs: 0,
        },
        ...{ open: await openMatters(pool, period, 10), places: await hotPlaces(pool, period, 10) },
      },
      await reportPassages(pool, 'monthly', period.key),
    );
  }

  it('count every taking-down once, and one matter as one event however often it was told', async () => {
    expect(await countReceiptList(pool, CYCLE, {})).to.equal(6);
    expect(await countReceiptList(pool, CYCLE, { side: 'hotline' })).to.equal(4);
    expect(await countReceiptList(pool, CYCLE, { event: 'yes', ordered: 'yes' }), 'events').to.equal(3);
    expect(await countReceiptList(pool, CYCLE, { event: 'no' })).to.equal(2);
    expect(await countReceiptList(pool, CYCLE, { cause: 'works' })).to.equal(1);
    expect(
      await countReceiptList(pool, CYCLE, { answered: 'yes', ordered: 'no' }),
      'answered at once',
    ).to.equal(1);
    expect((await openMatters(pool, CYCLE, 10)).rows.map(({ orderNo }) => orderNo)).to.deep.equal([
      'HL202611040001',
    ]);
    expect((await hotPlaces(pool, CYCLE, 10))[0]).to.include({ name: '丽景园', count: 5 });
  });

  it('give each number again in the list that it opens, and foot', async () => {
    const made = await document(CYCLE);
    expect(misfootings(made)).to.deep.equal([]);
    let opened = 0;
    for (const table of made.tables)
      for (const row of [...table.rows, ...(table.total ? [table.total] : [])])
        for (const [column, cell] of Object.entries(row.cells)) {
          if (
            !cell.list?.startsWith('receipts?') ||
            table.columns.find(({ key }) => key === column)!.unit !== 'count'
          )
            continue;
          const query = Object.fromEntries(new URLSearchParams(cell.list.slice('receipts?'.length)));
          const { period, ...where } = query;
          if (cell.value === 0 && opened > 60) continue;
          expect(
            await countReceiptList(pool, parsePeriod(period!)!, where as Where),
            `${table.key} ${row.key} ${column}`,
          ).to.equal(cell.value);
          opened += 1;
        }
    expect(opened).to.be.above(60);
    const page = await listReceipts(pool, CYCLE, {}, null, 4);
    const rest = await listReceipts(pool, CYCLE, {}, page.at(-1)!, 4);
    expect(new Set([...page, ...rest].map(({ ref }) => ref)).size).to.equal(6);
  });

  it('are the sum of the parts of any split of a period', async () => {
    const whole = await countReceiptList(pool, CYCLE, {});
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (days) => {
        const cut = CYCLE.fromMs + days * DAY_MS;
        const first = spanPeriod(dateAt(CYCLE.fromMs), dateAt(cut - DAY_MS))!;
        const second = spanPeriod(dateAt(cut), dateAt(CYCLE.untilMs - DAY_MS));
        const parts = [first, ...(second ? [second] : [])];
        const counted = await Promise.all(parts.map((part) => countReceiptList(pool, part, {})));
        expect(counted.reduce((sum, one) => sum + one, 0)).to.equal(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('stay as they were sent, each recipient with a mail of its own; a corrected one is the next version', async () => {
    const sending = openSending({
      ...{ pool, varDir, now: () => Date.now(), onFault: () => undefined },
      make: (_report, period) => document(period),
      file: (made, kind) =>
        kind === 'xlsx'
          ? reportXlsx(made)
          : kind === 'docx'
            ? reportDocx(made)
            : Promise.resolve(reportCsv(made)),
    });
    const person = { id: personId, name: '班长' } as never;
    const to = { roles: [], addresses: ['a@example.cn', 'A@example.cn', 'b@example.cn'], why: '' };
    const part = { report: 'monthly', period: CYCLE.key, part: 'cases', personId };
    const { archive } = sending;
    const previewed = async (why: string) => {
      const answer = await archive.preview('monthly', CYCLE, { ...to, why }, person);
      if (!answer.ok) throw new Error(answer.why);
      return answer.preview;
    };
    await archive.savePassage({ ...part, text: '丽景园爆管' });
    const seen = await previewed('');
    expect([seen.version, seen.recipients]).to.deep.equal([1, ['a@example.cn', 'b@example.cn']]);
    expect(seen.mail.files[0]).to.contain('2026年10月26日—11月25日').and.to.contain('.docx');
    // what changes after somebody looked is not what goes
    await archive.savePassage({ ...part, text: '丽景园爆管（更正）' });
    expect(await archive.send(seen.id, { id: personId + 1 } as never), 'another person').to.equal(null);
    expect(await archive.send(seen.id, person)).to.deep.equal({ version: 1, recipients: 2 });
    expect(await archive.send(seen.id, person), 'once').to.equal(null);
    expect(await archive.send((await previewed('更正案例')).id, person)).to.include({ version: 2 });
    const [second, first] = await listVersions(pool, 10);
    expect([first!.version, second!.version, second!.why]).to.deep.equal([1, 2, '更正案例']);
    expect(first!.sent.map(({ recipient, state }) => `${recipient} ${state}`)).to.deep.equal([
      'a@example.cn waiting',
      'b@example.cn waiting',
    ]);
    const frozen = await archive.version(first!.id);
    expect(frozen!.passages!.find(({ key }) => key === 'cases')!.text).to.equal('丽景园爆管');
    const fault = await pool.query('delete from report_versions').then(
      () => '',
      (cause: Error) => cause.message,
    );
    expect(fault).to.contain('stays as it is');
    const { rows } = await pool.query<{ message: { files: { name: string; path: string }[] } }>(
      `select message from deliveries where kind = 'report' order by id limit 1`,
    );
    expect(rows[0]!.message.files.map(({ name }) => name.replace(/.*\./, ''))).to.deep.equal([
      'docx',
      'xlsx',
    ]);
    expect(readFileSync(join(varDir, rows[0]!.message.files[0]!.path)).subarray(0, 2).toString()).to.equal(
      'PK',
    );
    expect(await archive.preview('monthly', CYCLE, { ...to, addresses: [] }, person)).to.deep.equal({
      ok: false,
      why: 'nobody',
    });

    // once more to one: what waits goes at once, what was delivered goes as a mail of its own and keeps its proof
    const again = (recipient: string) => archive.resend(first!.id, recipient, person);
    const mails = async () =>
      (await listVersions(pool, 10)).at(-1)!.sent.map((one) => `${one.recipient} ${one.state} ${one.proof}`);
    expect(await again('nobody@example.cn')).to.equal('unknown');
    expect(await again('a@example.cn')).to.equal('sent');
    await pool.query(
      `update deliveries set state = case recipient when 'a@example.cn' then 'delivered' else 'sending' end, attempts = 1,
              proof = '250 queued as 7F', delivered_at = now() where about = $1`,
      [`report:${first!.id}`],
    );
    expect(await again('b@example.cn')).to.equal('being-sent');
    expect(await again('a@example.cn')).to.equal('sent');
    expect(await mails()).to.deep.equal([
      'a@example.cn delivered 250 queued as 7F',
      'a@example.cn waiting null',
      'b@example.cn sending 250 queued as 7F',
    ]);
    const told = await pool.query(`select from audit where what = 'report-resent'`);
    expect(told.rowCount).to.equal(2);
  });

  it('go by themselves when their time has come, once, also when the service was down then', async () => {
    await pool.query(
      `update report_schedules set enabled = true, addresses = '{c@example.cn}', begun_at = now() - interval '40 days'
        where report = 'monthly'`,
    );
    const open = () =>
      openSending({
        ...{ pool, varDir, now: () => Date.now(), onFault: () => undefined },
        make: (_report, period) => document(period),
        file: (made) => reportXlsx(made),
      });
    // the database fails at either place: nothing goes out then, and nothing is lost
    for (const wanted of ['report: before it is frozen', 'report: frozen, not committed'] as CrashPoint[]) {
      let failed = 0;
      watchCrashPoints((point) => {
        if (point !== wanted) return;
        failed += 1;
        throw new Error('terminating connection');
      });
      const failing = open();
      failing.start();
      await until(`it failed: ${wanted}`, () => failed > 0);
      failing.close();
    }
    watchCrashPoints(null);
    const schedule = (await listSchedules(pool)).find(({ report }) => report === 'monthly')!;
    const missed = dueRuns(schedule, Date.now()).length;
    expect(missed).to.be.greaterThan(0);
    const [one, two] = [open(), open()];
    one.start();
    two.start();
    await until(
      'the missed run was made up for',
      async () =>
        (await pool.query(`select from report_runs where report = 'monthly' and outcome like '已发送%'`))
          .rowCount === missed,
    );
    one.close();
    two.close();
    const sent = await pool.query(
      `select from deliveries where kind = 'report' and recipient = 'c@example.cn'`,
    );
    expect(sent.rowCount).to.equal(missed);
  });
});
