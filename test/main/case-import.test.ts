import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import ExcelJS from 'exceljs';
import type { RequestHandler } from 'express';
import express from 'express';
import type pg from 'pg';
import { openCaseImport } from '../../src/main/case-import.ts';
import { openColumnWords } from '../../src/main/column-words.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');

describe('a portal’s list becomes cases', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let base: string;
  let close: () => void;

  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: null, passwordHash: 'x' },
    }))!;
    const app = express();
    const session: RequestHandler = (request, _response, next) => {
      request.session = {
        person: { id: person.id, login: '1001', name: '马晓燕', role: 'agent', agent: null, unitId: null },
      } as never;
      next();
    };
    app.use(express.json(), session, openCaseImport({ pool, now: () => NOW }), openColumnWords({ pool }));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/case-imports`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  after(async () => {
    close();
    await pool.end();
  });

  const upload = async (bytes: Uint8Array, channel = '12345') => {
    const answer = await fetch(`${base}?channel=${channel}&name=list`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes as unknown as BodyInit,
    });
    const said = (await answer.json()) as Record<string, unknown>;
    return { ...said, status: answer.status } as Record<string, unknown>;
  };
  const send = async (path: string, body: unknown) => {
    const answer = await fetch(`${base}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = (await answer.json()) as Record<string, unknown>;
    return { ...said, status: answer.status } as Record<string, unknown>;
  };
  const csv = (...rows: string[][]) => Buffer.from(rows.map((row) => row.join(',')).join('\r\n'));
  const HEAD = ['工单编号', '诉求人', '联系电话', '事发地址', '诉求内容', '派单时间', '办理时限'];

  it('is read by its headers, checked row by row, and taken whole; numbers that are there are left', async () => {
    const list = await upload(
      csv(
        HEAD,
        [
          'YC001',
          '王秀兰',
          '13912345678',
          '兴庆区丽景园',
          '家中停水',
          '2026-11-25 09:00',
          '2026-11-28 18:00',
        ],
        ['YC002', '马建国', '13900000000', '金凤区', '', '2026-11-25', ''],
        ['YC003', '李静', '', '', '水费高', '2026-13-45', ''],
        ['YC001', '又一次', '', '', '重复的编号', '', ''],
        ['YC004', '陈明', '', '', '水压低', '', '5个工作日'],
      ),
    );
    expect(list).to.include({ status: 200, count: 5, remembered: false });
    expect(list['columns']).to.deep.equal({
      ...{ outsideNo: 0, person: 1, phone: 2, address: 3, content: 4, receivedAtMs: 5, dueAtMs: 6 },
    });
    const asked = { token: list['token'], channel: '12345', columns: list['columns'] };
    const check = await send('check', asked);
    expect(check['good']).to.equal(2);
    expect(check['bad']).to.deep.equal([
      { row: 3, reason: '没有内容' },
      {
        row: 4,
        reason: '来件时间“2026-13-45”看不懂：没有这一天，请在表里写成 2026-11-28 18:00 的样子再导入',
      },
      { row: 5, reason: '编号 YC001 在文件里出现了两次' },
    ]);
    expect((await send('take', asked))['good']).to.equal(2);
    expect((await send('take', asked))['status'], 'taken once').to.equal(410);
    const { rows } = await pool.query<{ no: string; phone: string; due: string | null }>(
      `select outside_no as no, phone, to_char(due_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI') as due
         from outside_cases order by 1`,
    );
    expect(rows[0]).to.deep.equal({ no: 'YC001', phone: '13912345678', due: '11-28 18:00' });
    expect(rows[1]!.due, 'five working days').to.be.a('string');

    const again = await upload(
      csv(HEAD, ['YC001', '', '', '', '家中停水', '', ''], ['YC009', '', '', '', '漏水', '', '']),
    );
    expect(again).to.include({ remembered: true });
    const second = await send('check', {
      token: again['token'],
      channel: '12345',
      columns: again['columns'],
    });
    expect(second).to.deep.include({ good: 1, known: [{ row: 2, outsideNo: 'YC001' }] });
  });

  it('is taken by one of two who take it at once, the other is told', async () => {
    const list = await upload(csv(HEAD, ['', '王秀兰', '', '', '没有编号的来件', '', '']));
    const asked = { token: list['token'], channel: '12345', columns: list['columns'] };
    const both = await Promise.all([send('take', asked), send('take', asked)]);
    expect(both.map((one) => one['status']).sort()).to.deep.equal([200, 410]);
    const { rows } = await pool.query(`select from outside_cases where content = '没有编号的来件'`);
    expect(rows).to.have.length(1);
  });

  it('reads Excel and GBK; what is no list is said in Chinese', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('a');
    sheet.addRow(['编号', '内容']);
    sheet.addRow(['X1', '井盖丢失']);
    expect(await upload(new Uint8Array(await book.xlsx.writeBuffer()))).to.include({ status: 200, count: 1 });
    const gbk = Buffer.concat([
      Buffer.from([0xb1, 0xe0, 0xba, 0xc5]),
      Buffer.from(','),
      Buffer.from([0xc4, 0xda, 0xc8, 0xdd]),
      Buffer.from('\r\nG1,'),
      Buffer.from([0xc2, 0xa9, 0xcb, 0xae]),
    ]);
    expect((await upload(gbk))['sample']).to.deep.equal([['G1', '漏水']]);
    expect((await upload(Buffer.from('只有一行')))['status']).to.equal(400);
    expect(String((await upload(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0])))['message'])).to.include(
      '.xlsx',
    );
    expect((await upload(Buffer.from('')))['status']).to.equal(400);
  });

  it('a name of a column is taught once, by mapping it or on the page, and known in every channel', async () => {
    const rows = csv(['本单标识', '群众说了啥', '回头电话'], ['Q1', '家中停水', '13912345678']);
    const list = await upload(rows, 'petition');
    expect(list['columns']).to.deep.equal({ phone: 2 });
    const columns = { outsideNo: 0, content: 1, phone: 2 };
    const asked = { token: list['token'], channel: 'petition', columns };
    expect((await send('take', asked))['good']).to.equal(1);
    const again = await upload(rows, 'consumer');
    expect(again).to.deep.include({ columns, remembered: false });

    const words = base.replace('case-imports', 'column-words/cases');
    const ofPage = async (body?: unknown) => {
      const answer = await fetch(words, {
        method: body ? 'PUT' : 'GET',
        headers: { 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return ((await answer.json()) as { words: unknown }).words;
    };
    expect(await ofPage()).to.deep.equal({ 本单标识: 'outsideNo', 群众说了啥: 'content' });
    const taught = { ' 说了啥（全文）': 'content', 回头电话: '', 本单标识: 'no-such-field' };
    expect(await ofPage({ words: taught })).to.deep.equal({ 说了啥: 'content', 回头电话: '' });
    expect((await upload(csv(['说了啥', '回头电话'], ['漏水', '1']), 'media'))['columns']).to.deep.equal({
      content: 0,
    });
  });

  it('row numbers and reasons are those of the table’s own program; what was left of the file is said', async () => {
    const list = await upload(
      csv(
        ['12345 工单清单'],
        ['编号', '内容', '时限', '内容'],
        [],
        ['X9', '停水', '="2026-11-30"', ''],
        ['1.2E+15', '漏水', '', ''],
      ),
    );
    expect(list['notes'])
      .to.match(/列名在第 2 行/)
      .and.to.match(/“内容”有几列/);
    const check = await send('check', { token: list['token'], channel: '12345', columns: list['columns'] });
    expect(check['good']).to.equal(1);
    expect(check['bad']).to.have.length(1);
    expect((check['bad'] as { row: number; reason: string }[])[0]).to.satisfy(
      (bad: { row: number; reason: string }) => bad.row === 5 && bad.reason.includes('科学计数'),
    );
  });
});
