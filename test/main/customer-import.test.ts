import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import express from 'express';
import type pg from 'pg';
import { pino } from 'pino';
import { openCustomers } from '../../src/main/customers.ts';
import type { Ground } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type { CustomerImport } from '../../src/protocol/customers.ts';
import { cloneDatabase } from '../support/database.ts';
import { packed, rowXml, workbookParts } from '../support/packed.ts';
import { until } from '../support/until.ts';

interface View {
  import: CustomerImport;
  bad: { row: number; reason: string }[];
}

describe('a list of the billing system becomes customers', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let base: string;
  let close: () => Promise<void>;
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-imports-'));

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    const person = (await createPerson(pool, {
      ...{ login: 'boss', name: '班长', role: 'supervisor', agent: null, passwordHash: 'x' },
    }))!;
    const app = express();
    const session: RequestHandler = (request, _response, next) => {
      request.session = {
        person: { id: person.id, login: 'boss', name: '班长', role: 'supervisor', agent: null, unitId: null },
      } as never;
      next();
    };
    const ground = { pool, databaseUrl, varDir, log: pino({ level: 'silent' }) } as unknown as Ground;
    const wing = openCustomers(ground);
    app.use(express.json(), session, ...wing.routers!);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/customer-imports`;
    close = async () => {
      server.closeAllConnections();
      server.close();
      await wing.close!();
    };
  });
  after(async () => {
    await close();
    await pool.end();
    rmSync(varDir, { recursive: true, force: true });
  });

  const upload = async (bytes: Buffer) => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(bytes)]), '客户.xlsx');
    const answer = await fetch(base, { method: 'POST', body: form });
    return (await answer.json()) as { id: number; message?: string };
  };
  const view = async (id: number) => (await (await fetch(`${base}/${id}`)).json()) as View;
  const step = async (id: number, what: 'check' | 'take', body: unknown, ends: string[]) => {
    await fetch(`${base}/${id}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return until(`the list is ${ends.join(' or ')}`, async () => {
      const found = await view(id);
      return ends.includes(found.import.state) ? found : null;
    });
  };

  it('from below its title, with what was left of the file; names that are mapped once are known afterwards', async () => {
    const tab = (name: string, xml: string, state = '') => ({ name, xml, ...(state ? { state } : {}) });
    const rows = [
      rowXml(1, ['2026年客户清单']),
      rowXml(3, ['户头', '称呼', '住哪儿', '电话']),
      rowXml(4, ['30215501', '周建设', '兴庆区胜利街12号', '<c r="D4"><v>13995001122</v></c>']),
      rowXml(5, ['<c r="A5"><v>640104000123457000</v></c>', '马秀兰', '兴庆区胜利街13号']),
      rowXml(6, ['30215503', '丁文', '兴庆区胜利街14号'], 'hidden="1"'),
    ];
    const list = packed(
      workbookParts([
        tab('说明', '<sheetData/>', 'hidden'),
        tab('客户', `<sheetData>${rows.join('')}</sheetData>`),
      ]),
    );
    const { id } = await upload(list);
    const uploaded = await view(id);
    expect(uploaded.import.headers).to.deep.equal(['户头', '称呼', '住哪儿', '电话']);
    expect(uploaded.import.columns).to.deep.equal({ phones: 3 });
    expect(uploaded.import.notes.join())
      .to.match(/列名在第 3 行/)
      .and.to.match(/隐藏的工作表没有读：“说明”/);
    const columns = { account: 0, name: 1, address: 2, phones: 3 };
    const checked = await step(id, 'check', { columns }, ['checked', 'failed']);
    expect(checked.import.counts).to.deep.equal({ added: 1, changed: 0, same: 0, bad: 2 });
    expect(checked.import.notes.join()).to.match(/有 1 行是隐藏的/);
    expect(checked.bad.map(({ row }) => row)).to.deep.equal([5, 6]);
    expect(checked.bad[0]!.reason).to.match(/户号：18 位的数.*已经丢了/);
    await step(id, 'take', {}, ['done', 'failed']);
    const { rows: customers } = await pool.query(
      `select c.account, p.number from customers c join customer_phones p on p.customer_id = c.id`,
    );
    expect(customers).to.deep.equal([{ account: '30215501', number: '13995001122' }]);
    const { rows: written } = await pool.query(`select about from audit where what = 'customers-imported'`);
    expect(written).to.deep.equal([{ about: '客户.xlsx' }]);
    const again = await view((await upload(list)).id);
    expect(again.import.columns).to.deep.equal(columns);
  });

  it('a file that is none is told why, and nothing of it is kept', async () => {
    const said = await upload(Buffer.from('<html><table><tr><td>户号</td></tr></table></html>'));
    expect(said.message).to.match(/网页（HTML）/);
    const { rows } = await pool.query(`select count(*)::int as n from customer_imports`);
    expect(rows).to.deep.equal([{ n: 2 }]);
  });
});
