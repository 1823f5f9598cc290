import { expect } from 'chai';
import knex, { type Knex } from 'knex';
import type pg from 'pg';
import { setNumbersRight } from '../../migrations/0160-numbers.ts';
import { closedOnSiteOrders } from '../../src/postgres/closed-orders.ts';
import { customersToMend, findCustomers } from '../../src/postgres/customer-cards.ts';
import { saveCustomers } from '../../src/postgres/customers.ts';
import { callerHistory } from '../../src/postgres/history.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('numbers in the database', () => {
  let pool: pg.Pool;
  let old: Knex;
  before(async function () {
    this.timeout(120_000);
    const url = await cloneDatabase();
    pool = openPool(url, { most: 4, onBreak: () => undefined });
    old = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  });
  after(async () => {
    await old?.destroy();
    await pool?.end();
  });

  const first = async (sql: string) =>
    Object.values((await pool.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0];

  it('a number with two extensions is one number of one customer: pop, list and search find it', async () => {
    await saveCustomers(pool, [
      {
        ...{
          account: 'YC1',
          name: '银川中房',
          address: '兴庆区',
          district: '兴庆区',
          meterKind: 'bulk' as const,
        },
        phones: ['0951-5012345-8001', '0951-5012345转8002', '13995001122'],
      },
    ]);
    const { customers } = await callerHistory(pool, '+869515012345');
    expect(customers.map((one) => one.name)).to.deep.equal(['银川中房']);
    for (const words of ['5012345', '0951-5012345-8001', '013995001122', '+86 139 9500 1122']) {
      const [found] = await findCustomers(pool, { words, district: null }, 5);
      expect(found?.phones, words).to.deep.equal(['09515012345-8001', '09515012345-8002', '13995001122']);
    }
  });

  it('of before are set right where it is sure, and listed where it is not; nothing is lost', async () => {
    await pool.query(`
      insert into customers (account, name, address, district, meter_kind) values ('YC2', '旧户', '', '', 'bulk');
      insert into customer_phones (customer_id, number)
        select id, unnest(array['139950011220', '013995003344', '13995005566']) from customers where account = 'YC2';
      insert into orders (order_no, phone, phone_written, category, content, status, created_at, closed_at, unit, state)
        values ('HL1', '095150123458001', '0951-5012345-8001', '漏水', '', '', now(), now(), '管网', 'closed'),
               ('HL2', '139950011225012345', '13995001122/5012345', '漏水', '', '', now(), now(), '管网', 'closed'),
               ('HL3', '1399500112', '1399500112', '漏水', '', '', now(), now(), '管网', 'dispatched');
      insert into do_not_call (number, how) values ('1795113995007788', 'key');
      insert into kept_places (number, call_id, queue, joined_at, asked_at) values
        ('2162345678', 'c1', 'hotline', now(), now()), ('02162345678', 'c2', 'hotline', now(), now());
    `);
    await setNumbersRight(old);
    expect(await first(`select phone from orders where order_no = 'HL1'`)).to.equal('09515012345');
    expect(await first(`select phone from orders where order_no = 'HL2'`)).to.equal('13995001122');
    expect(await first(`select phone from orders where order_no = 'HL3'`)).to.equal(null);
    expect(await first(`select phone_written from orders where order_no = 'HL3'`)).to.equal('1399500112');
    expect(await first(`select number from do_not_call`)).to.equal('13995007788');
    expect(await first(`select array_agg(number order by id) from kept_places`)).to.deep.equal([
      ...['2162345678', '02162345678'],
    ]);
    expect(
      await first(`select array_agg(number order by number) from customer_phones p join customers c on c.id = customer_id
                    where account = 'YC2'`),
    ).to.deep.equal(['139950011220', '13995003344', '13995005566']);
    const { unclear } = await customersToMend(pool, 10);
    expect(unclear).to.have.length(2);
    expect(unclear[0]).to.deep.include({ of: 'customer', name: '旧户', written: '139950011220' });
    expect(unclear[0]!.reason).to.contain('12 位');
    expect(unclear[1]).to.deep.include({ of: 'order', ref: 'HL3', written: '1399500112' });
    // put right, it is not asked any more
    await pool.query(`update orders set phone_written = '13995001121' where order_no = 'HL3'`);
    expect((await customersToMend(pool, 10)).unclear).to.have.length(1);
  });

  it('the machine calls the main number, and the list says whom to ask for', async () => {
    const orders = await closedOnSiteOrders(pool, 0, 4e12);
    const extensions = orders.map(({ number, extension }) => ({ number, extension }));
    expect(extensions).to.deep.include({ number: '09515012345', extension: '8001' });
    expect(extensions).to.deep.include({ number: '13995001122', extension: null });
  });
});
