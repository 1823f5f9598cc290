import { expect } from 'chai';
import type pg from 'pg';
import { byUnit } from '../../src/core/office/matter-tables.ts';
import { parsePeriod } from '../../src/core/office/period.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { countReceiptList, countReceipts, openMatters } from '../../src/postgres/receipts.ts';
import { listUnits } from '../../src/postgres/units.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY = parsePeriod('day:2026-11-25')!;
const NEXT = parsePeriod('day:2026-11-26')!;
const ORDERED = { ordered: 'yes', event: 'yes' };

describe('an order is counted, whatever became of what it was made from', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let personId: number;
  let count = 0;

  beforeEach(async () => {
    pool = openPool(await cloneDatabase());
    const made = await createPerson(pool, {
      ...{ login: 'b', name: '班长', role: 'supervisor', agent: null, passwordHash: 'x' },
    });
    personId = made!.id;
  });
  afterEach(() => pool.end());

  const at = (minute: number) => new Date(DAY.fromMs + minute * 60_000).toISOString();
  async function insert(text: string, values: unknown[]): Promise<number> {
    const { rows } = await pool.query<{ id: number }>(`${text} returning id::int`, values);
    return rows[0]!.id;
  }
  const record = (conclusion: string, minute = 600, completed = true) =>
    insert(
      `insert into records (person_id, updated_by, category, item, conclusion, content, created_at, completed_at)
       values ($1, $1, 'leak', 4, $2, '漏水', $3, case when $4 then $3::timestamptz end)`,
      [personId, conclusion, at(minute), completed],
    );
  const order = (recordId: number | null, state = 'dispatched', minute = 605) =>
    insert(
      `insert into orders (order_no, record_id, category, category_code, item_no, content, state, status, unit_id,
                           created_at, closed_at)
       values ($1, $2, '漏水', 'leak', 4, '漏水', $3, '', (select id from units where code = 'network-xingqing'), $4,
               case when $3 = 'closed' then $4::timestamptz end)`,
      [`HL20261125${String((count += 1)).padStart(4, '0')}`, recordId, state, at(minute)],
    );
  const outside = (state: string, orderId: number | null, joined = false) =>
    insert(
      `insert into outside_cases (channel, outside_no, state, received_at, content, category, order_id, joined, made_by,
                                  first_due_at, due_at, returned_at)
       values ('12345', $1, $2, $3::timestamptz, '停水', 'no-water', $4, $5, $6, $3::timestamptz + interval '1 day',
               $3::timestamptz + interval '1 day', case when $2 = 'returned' then $3::timestamptz + interval '1 hour' end)`,
      [`A${(count += 1)}`, state, at(600), orderId, joined, personId],
    );
  const join = (orderId: number, recordId: number) =>
    pool.query(
      `insert into order_steps (order_id, ordinal, kind, state, at, received_at, origin, body)
       values ($1, 1, 'join', 'dispatched', now(), now(), 'desk', $2)`,
      [orderId, JSON.stringify({ recordId })],
    );
  const counted = (where: Record<string, string>) => countReceiptList(pool, DAY, where);

  it('its record was voided afterwards', async () => {
    await order(await record('void'));
    expect(await counted(ORDERED)).to.equal(1);
    expect(await counted({ side: 'hotline' })).to.equal(1);
  });

  it('its record was voided before it was complete', async () => {
    await order(await record('void', 600, false));
    expect(await counted(ORDERED)).to.equal(1);
  });

  it('its case was returned afterwards: one receipt from 12345, answered in time by its return', async () => {
    await outside('returned', await order(null));
    expect(await counted(ORDERED)).to.equal(1);
    expect(await counted({ channel: '12345' })).to.equal(1);
    expect(await counted({ side: 'hotline' })).to.equal(0);
    expect(await counted({ case_answered: 'yes', case_raw: 'in' })).to.equal(1);
  });

  it('what was voided or returned and has no order is none', async () => {
    await record('void');
    await order(await record('void'), 'cancelled');
    await outside('returned', null);
    await outside('returned', await order(null, 'cancelled'));
    expect(await counted({})).to.equal(0);
  });

  it('a voided record that had joined an order, and a returned case that had, are no second telling of it', async () => {
    const made = await order(await record('order'));
    await join(made, await record('void'));
    await outside('returned', made, true);
    expect(await counted({})).to.equal(1);
  });

  it('what stands on an order that was cancelled since has no order', async () => {
    const cancelled = await order(await record('order'), 'cancelled');
    await join(cancelled, await record('order'));
    await outside('signed', await order(null, 'cancelled'));
    expect(await counted({})).to.equal(3);
    expect(await counted({ ordered: 'yes' })).to.equal(0);
  });

  it('the open orders of a day are those that its units have open, also where the order was made after midnight', async () => {
    const late = 24 * 60 - 1;
    await order(await record('order', late), 'dispatched', late + 5);
    await order(await record('void'));
    await order(await record('order'), 'closed');
    for (const [period, open] of [
      [DAY, 2],
      [NEXT, 0],
    ] as const) {
      const units = (await listUnits(pool)).map(({ id, code, name }) => ({ id: String(id), code, name }));
      const groups = await countReceipts(pool, period);
      const listed = await openMatters(pool, period, 10);
      const table = byUnit('units', '', period, {
        ...{ groups, before: [], lastYear: [], units, places: [], calls: null, countedAtMs: 0, open: listed },
      });
      expect(table.total!.cells['open']!.value).to.equal(open);
      expect(listed.total).to.equal(open);
      expect(listed.rows).to.have.length(open);
    }
  });
});
