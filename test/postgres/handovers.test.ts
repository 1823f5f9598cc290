import { expect } from 'chai';
import type pg from 'pg';
import { USUAL_PLANS, shiftAt } from '../../src/core/shifts/shift.ts';
import { addOutage } from '../../src/postgres/outages.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { filledLines, shiftFigures } from '../../src/postgres/shifts-filled.ts';
import {
  addItem,
  changeItem,
  countUnsigned,
  fillHandover,
  findHandover,
  giveHandover,
  handoverItems,
  listHandovers,
  openHandover,
  takeHandover,
  tellUnsigned,
  tickItems,
} from '../../src/postgres/shifts.ts';
import { cloneDatabase } from '../support/database.ts';

const NOW = Date.UTC(2026, 10, 25, 4);

describe('a handover, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let ma: number;
  let li: number;
  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = async (login: string, name: string) =>
      (await createPerson(pool, { login, name, role: 'agent', agent: null, passwordHash: 'x' }))!.id;
    ma = await person('1001', '马晓燕');
    li = await person('1002', '李娜');
  });
  after(() => pool.end());
  const run = <T>(work: (client: pg.PoolClient) => Promise<T>) => inTransaction(pool, work);

  it('fills itself, is written on by two, signed by both, and frozen then', async () => {
    const shift = shiftAt(NOW, USUAL_PLANS);
    const id = await openHandover(pool, shift);
    expect(await openHandover(pool, shift), 'once a shift').to.equal(id);
    await pool.query(
      `insert into orders (order_no, category, content, state, status, urgent, created_at)
       values ('HL1', '漏水', '丽景园爆管', 'dispatched', '', true, to_timestamp($1::float8 / 1000))`,
      [NOW],
    );
    await addOutage(
      pool,
      {
        ...{
          kind: 'sudden',
          districts: ['兴庆区'],
          communities: ['丽景园'],
          streets: [],
          buildings: 3,
          cause: '爆管',
        },
        ...{ unitId: null, beginAtMs: NOW, expectedAtMs: NOW + 3_600_000, notice: '停水' },
      },
      ma,
    );
    const row = (await findHandover(pool, id))!;
    const lines = await filledLines(pool, row, NOW + 1000, []);
    const figures = await shiftFigures(pool, row);
    expect(await run(async (client) => fillHandover(client, id, lines, figures, NOW))).to.equal(true);
    expect(await run((client) => fillHandover(client, id, lines, [], NOW)), 'nothing new').to.equal(false);
    const first = await handoverItems(pool, id);
    expect(first.map(({ section, key }) => `${section} ${key}`)).to.include.members([
      'key true',
      'outages true',
    ]);

    const burst = first.find((one) => one.section === 'key')!;
    const change = (person: number, text: string) =>
      run((client) =>
        changeItem(client, id, burst.id, burst.version, { text, key: true, removed: false }, person, NOW),
      );
    expect(await change(ma, '丽景园爆管，抢修队 15:00 到')).to.deep.equal({ ok: true });
    expect(await change(li, '丽景园')).to.deep.equal({
      ...{ ok: false, why: 'changed-meanwhile', by: '马晓燕', text: '丽景园爆管，抢修队 15:00 到' },
    });
    await run((client) =>
      addItem(client, id, { section: 'other', text: '话务耳机坏一副', key: false }, li, NOW),
    );

    const take = () => run((client) => takeHandover(client, id, li, NOW));
    expect(await take()).to.include({ ok: false });
    expect(await run((client) => giveHandover(client, id, ma, NOW))).to.deep.equal({ ok: true });
    expect(
      await run((client) => addItem(client, id, { section: 'other', text: '晚了', key: false }, ma, NOW)),
    ).to.deep.equal({
      ...{ ok: false, why: 'closed' },
    });
    expect(((await take()) as { words: string }).words).to.contain('已阅');
    const ticks = (await handoverItems(pool, id)).map((one) => ({ id: one.id, version: one.version }));
    await run((client) => tickItems(client, id, ticks, true, li, NOW));
    expect(await take()).to.deep.equal({ ok: true });
    const fault = await pool.query('update handover_items set text = $1', ['x']).then(
      () => '',
      (cause: Error) => cause.message,
    );
    expect(fault).to.contain('not changed any more');
    expect((await listHandovers(pool, '抢修队', NOW + 1, 5)).map((one) => one.id)).to.deep.equal([id]);
    expect(await listHandovers(pool, '火星', NOW + 1, 5)).to.deep.equal([]);
  });

  it('that nobody signed is told of once', async () => {
    const before = shiftAt(NOW - 9 * 3_600_000, USUAL_PLANS);
    await openHandover(pool, before);
    expect(await countUnsigned(pool, before.untilMs)).to.equal(1);
    expect(await tellUnsigned(pool, before.untilMs)).to.equal(1);
    expect(await tellUnsigned(pool, before.untilMs)).to.equal(0);
    const { rows } = await pool.query(`select from outbox where event = 'handover-unsigned'`);
    expect(rows).to.have.length(1);
  });
});
