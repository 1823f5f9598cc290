import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import exceljs from 'exceljs';
import type pg from 'pg';
import { customerWords, type CustomerFields } from '../../src/core/customers/card.ts';
import { guessColumns, readRow } from '../../src/core/customers/import.ts';
import { NotATable, readTable } from '../../src/documents/table-reader.ts';
import { soundsOf } from '../../src/main/spelling.ts';
import {
  addCustomer,
  changeCustomer,
  customerChanges,
  customerPast,
  findCustomer,
  findCustomers,
  likelyDoubles,
  mergeCustomers,
  wordsDue,
  writeWords,
} from '../../src/postgres/customer-cards.ts';
import {
  addImport,
  addRows,
  badRows,
  beginImport,
  countImport,
  findImport,
  takeImport,
} from '../../src/postgres/customer-imports.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase, onDatabase } from '../support/database.ts';

const MA: CustomerFields = {
  ...{
    account: 'YC1',
    name: '马建国',
    address: '兴庆区解放东街丽景园3号楼',
    community: '丽景园',
    district: '兴庆区',
  },
  ...{ meterKind: 'ic-card', meterPlace: 'registered', unitId: null, phones: ['13909511234'] },
};
const RULES = { districts: ['兴庆区', '金凤区'], units: new Map<string, number>() };

describe('customers, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let url: string;
  let person: number;
  const index = async () => {
    const due = await wordsDue(pool, 1000);
    await writeWords(
      pool,
      due.map((one) => ({ id: one.id, version: one.version, words: customerWords(one, soundsOf) })),
    );
  };
  const add = (fields: CustomerFields) =>
    inTransaction(pool, (client) => addCustomer(client, fields, person));
  const found = async (words: string, district: string | null = null) =>
    (await findCustomers(pool, { words, district }, 50)).map(({ name }) => name);

  before(async () => {
    url = await cloneDatabase();
    pool = openPool(url);
    const made = await createPerson(pool, {
      ...{ login: 'b', name: '班长', role: 'supervisor', agent: null, passwordHash: 'x' },
    });
    person = made!.id;
  });
  beforeEach(() =>
    pool.query(
      'truncate customers, customer_phones, customer_words, customer_changes, customer_imports cascade',
    ),
  );
  after(() => pool.end());

  it('are found by number, name, its sound, address, community and account; by district only there', async () => {
    await add(MA);
    await add({
      ...MA,
      account: 'YC2',
      name: '李娜',
      district: '金凤区',
      address: '金凤区长城花园',
      community: '长城花园',
      phones: [],
    });
    await index();
    for (const words of ['马建国', 'mjg', 'majian', '1234', '139-0951-1234', 'yc1', 'ljy', '解放东街'])
      expect(await found(words), words).to.deep.equal(['马建国']);
    expect(await found('ccHY')).to.deep.equal(['李娜']);
    expect(await found('yc', '金凤区')).to.deep.equal(['李娜']);
    expect(await found('😀')).to.deep.equal([]);
    expect(await found("'; drop table customers; --")).to.deep.equal([]);
    expect(await found('')).to.have.length(2);
  });

  it('are found by the whole number before their words are written', async () => {
    await add(MA);
    expect(await found('13909511234')).to.deep.equal(['马建国']);
  });

  it('are changed by one at a time, and what they were stays', async () => {
    const id = (await add(MA))!;
    const change = (version: number, fields: Partial<CustomerFields>) =>
      inTransaction(pool, (client) => changeCustomer(client, id, version, { ...MA, ...fields }, person));
    expect(await change(1, { name: '马建军', phones: ['13909519999'] })).to.deep.equal({ ok: true });
    expect(await change(1, { name: '马' })).to.deep.equal({
      ok: false,
      why: 'changed-meanwhile',
      by: '班长',
    });
    await add({ ...MA, account: 'YC2' });
    expect(await change(2, { account: 'YC2' })).to.deep.equal({ ok: false, why: 'account-taken' });
    const [last] = await customerChanges(pool, id);
    expect(last).to.deep.include({
      how: 'edit',
      who: '班长',
      before: { name: '马建国', phones: ['13909511234'] },
    });
    expect(last!.after).to.deep.equal({ name: '马建军', phones: ['13909519999'] });
  });

  it('that are doubles become one: its numbers and the orders of both accounts are found there', async () => {
    const kept = (await add(MA))!;
    const double = (await add({ ...MA, account: 'YC2', phones: ['13909511234', '13909512222'] }))!;
    expect((await likelyDoubles(pool, kept)).map(({ id }) => id)).to.deep.equal([double]);
    await pool.query(
      `insert into orders (order_no, account, category, content, status, created_at)
       values ('HL1', 'YC2', '漏水', '', '已办结', now())`,
    );
    const merge = (from: number, into: number) =>
      inTransaction(pool, (client) => mergeCustomers(client, from, into, person));
    expect(await merge(double, kept)).to.equal(true);
    expect(await merge(double, kept), 'twice').to.equal(false);
    expect(await merge(kept, kept), 'with itself').to.equal(false);
    await index();
    const history = await callerHistory(pool, '13909512222');
    expect(history.customers.map(({ id }) => id)).to.deep.equal([kept]);
    expect(history.orders.map(({ orderNo }) => orderNo)).to.deep.equal(['HL1']);
    expect((await customerPast(pool, kept, 10)).orders.map(({ orderNo }) => orderNo)).to.deep.equal(['HL1']);
    expect(await found('yc2'), 'the double').to.deep.equal([]);
    expect((await findCustomer(pool, double))!.mergedInto).to.equal(kept);
  });

  describe('from a list', () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'hotline-list-'))));
    after(() => rmSync(folder, { recursive: true }));

    async function read(path: string) {
      const rows: string[][] = [];
      for await (const { cells } of readTable(path)) rows.push(cells);
      return rows;
    }
    async function bring(rows: string[][]) {
      const [headers, ...rest] = rows;
      const columns = guessColumns(headers!);
      const id = await addImport(
        pool,
        { file: 'a.csv', path: '/x', headers: headers!, sample: [], columns, notes: [] },
        person,
      );
      expect(await beginImport(pool, id, 'checking', columns)).to.equal(true);
      await addRows(
        pool,
        id,
        rest.map((cells, at) => ({ row: at + 2, read: readRow(cells, columns, RULES) })),
      );
      await countImport(pool, id, columns);
      return {
        id,
        counts: (await findImport(pool, id))!.counts,
        async take() {
          expect(await beginImport(pool, id, 'taking', null)).to.equal(true);
          await takeImport(pool, id, columns, person, () => Promise.resolve());
        },
      };
    }

    it('reads csv in GBK and in UTF-8, with tabs, and xlsx', async () => {
      const gbk = join(folder, 'gbk.csv');
      // 户号,户名 / 1,马
      writeFileSync(
        gbk,
        Buffer.from([
          0xbb, 0xa7, 0xba, 0xc5, 0x2c, 0xbb, 0xa7, 0xc3, 0xfb, 0x0d, 0x0a, 0x31, 0x2c, 0xc2, 0xed,
        ]),
      );
      expect(await read(gbk)).to.deep.equal([
        ['户号', '户名'],
        ['1', '马'],
      ]);
      const tabs = join(folder, 'tabs.csv');
      writeFileSync(tabs, '\ufeff户号\t户名\n1\t"马\n建国"\n\n');
      expect(await read(tabs)).to.deep.equal([
        ['户号', '户名'],
        ['1', '马\n建国'],
      ]);
      const book = new exceljs.Workbook();
      const sheet = book.addWorksheet('客户');
      sheet.addRow(['户号', '户名', '地址']);
      sheet.addRow([20261125000001, { richText: [{ text: '马' }, { text: '建国' }] }, '兴庆区']);
      const xlsx = join(folder, 'a.xlsx');
      await book.xlsx.writeFile(xlsx);
      expect(await read(xlsx)).to.deep.equal([
        ['户号', '户名', '地址'],
        ['20261125000001', '马建国', '兴庆区'],
      ]);
    });

    it('says what to do with a file that is no list', async () => {
      for (const [name, bytes, words] of [
        ['old.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), '另存为'],
        ['broken.xlsx', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0, 1]), '打不开'],
        ['picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), '不是表格文件'],
      ] as const) {
        const path = join(folder, name);
        writeFileSync(path, bytes);
        const fault = await read(path).then(
          () => null,
          (cause: unknown) => cause,
        );
        expect(fault, name).to.be.instanceOf(NotATable);
        expect((fault as Error).message).to.contain(words);
      }
    });

    it('says first what it would do, names each bad row, then takes the good ones at once', async () => {
      const known = (await add(MA))!;
      const list = await bring([
        ['户号', '户名', '地址', '电话'],
        ['YC1', '马建军', '兴庆区解放东街丽景园3号楼', '13909519999'],
        ['YC2', '李娜', '金凤区长城花园1号楼', ''],
        ['', '无户号', '金凤区', ''],
      ]);
      expect(list.counts).to.deep.equal({ added: 1, changed: 1, same: 0, bad: 1 });
      expect(await badRows(pool, list.id, 0, 10)).to.deep.equal([{ row: 4, reason: '缺户号' }]);
      expect((await findCustomer(pool, known))!.name, 'not taken yet').to.equal('马建国');
      await list.take();
      const ma = (await findCustomer(pool, known))!;
      // the list says nothing of meters: what was known stays
      expect(ma).to.deep.include({
        name: '马建军',
        meterKind: 'ic-card',
        phones: ['13909519999'],
        version: 2,
      });
      expect((await customerChanges(pool, known))[0]).to.deep.include({ how: 'import', who: '班长' });
      await index();
      expect(await found('ln')).to.deep.equal(['李娜']);
      const again = await bring([
        ['户号', '户名', '地址'],
        ['YC1', '马建军', '兴庆区解放东街丽景园3号楼'],
      ]);
      expect(again.counts).to.deep.equal({ added: 0, changed: 0, same: 1, bad: 0 });
      await again.take();
      expect((await findCustomer(pool, known))!.phones, 'no column of numbers').to.deep.equal([
        '13909519999',
      ]);
    });

    it('is taken whole or not at all, and once', async () => {
      const list = await bring([
        ['户号', '户名', '地址'],
        ['YC1', '马', '兴庆区'],
        ['YC2', '李', '兴庆区'],
      ]);
      await onDatabase(
        url,
        `alter table customer_changes add constraint broken check (how <> 'new') not valid`,
      );
      const failed = await list.take().then(
        () => false,
        () => true,
      );
      await onDatabase(url, 'alter table customer_changes drop constraint broken');
      expect(failed).to.equal(true);
      expect((await pool.query('select from customers')).rowCount).to.equal(0);
      expect(await beginImport(pool, list.id, 'taking', null), 'a second time').to.equal(false);
    });
  });
});
