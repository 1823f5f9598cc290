import { expect } from 'chai';
import type pg from 'pg';
import { USUAL_PLANS, shiftsOf } from '../../src/core/shifts/shift.ts';
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
  reopenHandover,
  takeHandover,
  tellUnsigned,
  tickItems,
} from '../../src/postgres/shifts.ts';
import { cloneDatabase } from '../support/database.ts';

const MINUTE = 60_000;

describe('the lines of a handover', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  const people: number[] = [];
  before(async () => {
    pool = openPool(await cloneDatabase());
    for (const [login, name] of [
      ['1001', '马晓燕'],
      ['1002', '李红'],
    ] as const) {
      const made = await createPerson(pool, { login, name, role: 'agent', agent: null, passwordHash: 'x' });
      people.push(made!.id);
    }
  });
  after(() => pool.end());

  const shiftOf = (date: string) => shiftsOf(date, USUAL_PLANS).find((one) => one.code === 'early')!;
  async function opened(date: string) {
    const shift = shiftOf(date);
    const id = await openHandover(pool, shift);
    const atMs = shift.untilMs - MINUTE;
    const fill = async () => {
      const lines = await filledLines(pool, shift, atMs, await handoverItems(pool, id));
      const figures = await shiftFigures(pool, shift);
      return inTransaction(pool, (client) => fillHandover(client, id, lines, figures, atMs));
    };
    await fill();
    const change = (itemId: number, version: number, text: string, who = 0) =>
      inTransaction(pool, (client) =>
        changeItem(client, id, itemId, version, { text, key: true, removed: false }, people[who]!, atMs),
      );
    return { id, shift, atMs, fill, change, items: () => handoverItems(pool, id) };
  }
  const give = (id: number, atMs: number) =>
    inTransaction(pool, (c) => giveHandover(c, id, people[0]!, atMs));
  const take = (id: number, atMs: number, who = 1) =>
    inTransaction(pool, (c) => takeHandover(c, id, people[who]!, atMs));

  it('opening the same shift twice is one handover, and it says the switch was never away', async () => {
    const { id, shift, items } = await opened('2026-11-01');
    expect(await openHandover(pool, shift)).to.equal(id);
    expect((await items()).map((one) => one.text)).to.deep.equal(['电话交换机：本班没有中断。']);
    expect((await findHandover(pool, id))!.figures[0]).to.deep.equal({ zh: '来电', value: '0' });
  });

  it('an open urgent order is a key line, a supervised one too, and it is settled when the order is cancelled', async () => {
    const { shift, items, fill } = await opened('2026-11-02');
    await pool.query(
      `insert into orders (order_no, category, content, status, created_at, urgent, state)
       values ('HL1', '漏水', '爆管', '派单', to_timestamp($1::float8 / 1000), true, 'dispatched')`,
      [shift.fromMs + MINUTE],
    );
    await fill();
    const line = (await items()).find((one) => one.source === 'order:HL1:key')!;
    expect(line).to.include({ section: 'key', key: true, settled: false });
    await pool.query(`update orders set state = 'cancelled' where order_no = 'HL1'`);
    await fill();
    expect((await items()).find((one) => one.id === line.id)!.settled).to.equal(true);
  });

  it('two people who edit one line: the second is told what the first wrote, and every word is kept', async () => {
    const { id, atMs, items, change } = await opened('2026-11-03');
    const wish = { section: 'pinned' as const, text: '阀门钥匙在值班室', key: false };
    await inTransaction(pool, (client) => addItem(client, id, wish, people[0]!, atMs));
    const line = (await items()).find((one) => one.section === 'pinned')!;
    const both = await Promise.all([
      change(line.id, 1, '钥匙交给了李红', 0),
      change(line.id, 1, '钥匙交给了管网', 1),
    ]);
    const lost = both.find((one) => !one.ok)!;
    expect(both.filter((one) => one.ok)).to.have.length(1);
    expect(lost).to.include({ why: 'changed-meanwhile' });
    const { rows } = await pool.query<{ text: string }>(
      'select text from handover_item_versions where item_id = $1 order by version',
      [line.id],
    );
    expect(rows).to.have.length(2);
    expect(rows[0]!.text).to.equal('阀门钥匙在值班室');
  });

  it('what a person changed is not filled again', async () => {
    const { items, change, fill } = await opened('2026-11-04');
    const [line] = await items();
    await change(line!.id, 1, '交换机 10:00 重启过');
    await fill();
    expect((await items())[0]).to.include({ text: '交换机 10:00 重启过', version: 2 });
  });

  it('unread key lines keep it from being signed; read and signed by both it is frozen by the database', async () => {
    const { id, atMs, items, change } = await opened('2026-11-05');
    const [line] = await items();
    await change(line!.id, 1, '2 号坐席话机故障');
    expect(await take(id, atMs)).to.include({ ok: false });
    expect(await give(id, atMs)).to.deep.equal({ ok: true });
    expect(await change(line!.id, 2, '又改')).to.include({ why: 'closed' });
    const refused = await take(id, atMs);
    expect(refused).to.include({ ok: false, why: 'refused' });
    const tick = (version: number) =>
      inTransaction(pool, (c) => tickItems(c, id, [{ id: line!.id, version }], true, people[1]!, atMs));
    expect(await tick(1)).to.include({ why: 'changed-meanwhile' });
    expect(await tick(2)).to.deep.equal({ ok: true });
    expect(await take(id, atMs, 0)).to.include({ why: 'refused' });
    expect(await take(id, atMs)).to.deep.equal({ ok: true });
    const frozen = await pool
      .query(`update handover_items set text = '改' where id = $1`, [line!.id])
      .catch((cause: Error) => cause.message);
    expect(frozen).to.contain('not changed any more');
    expect((await listHandovers(pool, '话机故障', 4e12, 10)).map((one) => one.id)).to.deep.equal([id]);
  });

  it('given back, the giver signs again', async () => {
    const { id, atMs } = await opened('2026-11-06');
    await give(id, atMs);
    expect(await inTransaction(pool, (c) => reopenHandover(c, id))).to.deep.equal({ ok: true });
    expect((await findHandover(pool, id))!).to.include({ state: 'open', giver: null });
    expect(await give(id, atMs)).to.deep.equal({ ok: true });
  });

  it('on 1 May the flood record is asked for and in October it is gone', async () => {
    const may = await opened('2026-05-01');
    expect((await may.items()).filter((one) => one.section === 'flood')).to.have.length(6);
    expect(await give(may.id, may.atMs)).to.include({ why: 'refused' });
    for (const line of (await may.items()).filter(
      (one) => one.source?.startsWith('flood:') && one.text === '',
    ))
      await may.change(line.id, 1, '无');
    expect(await give(may.id, may.atMs)).to.deep.equal({ ok: true });
    const october = await opened('2026-10-01');
    expect((await october.items()).some((one) => one.section === 'flood')).to.equal(false);
  });

  it('15 minutes into the next shift an unsigned handover is told of, once', async () => {
    const { shift } = await opened('2026-11-20');
    await tellUnsigned(pool, shift.untilMs - 1);
    const count = async () =>
      (await pool.query(`select from outbox where event = 'handover-unsigned'`)).rowCount;
    const before = (await count())!;
    expect(await tellUnsigned(pool, shift.untilMs)).to.equal(1);
    expect(await tellUnsigned(pool, shift.untilMs)).to.equal(0);
    expect(await count()).to.equal(before + 1);
    expect(await countUnsigned(pool, shift.untilMs - 1)).to.equal(
      (await countUnsigned(pool, shift.untilMs)) - 1,
    );
  });

  it('an urgent order that is still open is never called settled because newer ones came', async () => {
    const { shift, items, fill } = await opened('2026-11-10');
    const add = (from: number, until: number) =>
      pool.query(
        `insert into orders (order_no, category, content, status, created_at, urgent, state)
         select 'HU' || n, '漏水', '爆管', '派单', to_timestamp($1::float8 / 1000) + n * interval '1 second', true, 'dispatched'
           from generate_series($2::int, $3::int) n`,
        [shift.fromMs, from, until],
      );
    await add(1, 5);
    await fill();
    await add(6, 260);
    await fill();
    const settled = (await items()).filter((one) => one.source?.startsWith('order:HU') && one.settled);
    expect(settled.map((one) => one.source)).to.deep.equal([]);
    expect((await items()).find((one) => one.source === 'orders:more-key')!.text).to.match(
      /^另有 \d+ 件紧急/,
    );
  });

  it('a handover left unsigned says what was so in its shift, not what is so days later', async () => {
    const { id, shift, items } = await opened('2026-11-12');
    const laterMs = shift.untilMs + 3 * 86_400_000;
    await pool.query(
      `insert into calls (call_id, direction, ani, party, outcome, abandon_stage, arrived_at, ended_at, offer_count,
         transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ('late', 'inbound', '13900000001', '13900000001', 'abandoned', 'queue', to_timestamp($1::float8 / 1000),
         to_timestamp($1::float8 / 1000), 0, 0, '{}', 1, 1, 'x')`,
      [laterMs - 60_000],
    );
    const lines = await filledLines(pool, shift, laterMs, []);
    await inTransaction(pool, (client) => fillHandover(client, id, lines, [], laterMs));
    expect((await items()).filter((one) => one.source === 'callbacks:missed')).to.deep.equal([]);
  });
});
