import { expect } from 'chai';
import type pg from 'pg';
import { type CaseFields, CASE_WARN_MS } from '../../src/core/office/cases.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import {
  addCase,
  caseSteps,
  correctCase,
  countOpenCases,
  findCase,
  listCases,
  stepCase,
} from '../../src/postgres/cases.ts';
import { readClocks } from '../../src/postgres/order-clocks.ts';
import { createOrder, wholeOrder } from '../../src/postgres/orders.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const T0 = Date.UTC(2026, 10, 25, 2);
const HOUR = 3_600_000;
const LETTER: CaseFields = {
  ...{ channel: '12345', outsideNo: 'YC1', kind: '投诉', receivedAtMs: T0, dueAtMs: T0 + 48 * HOUR },
  ...{
    person: '马建国',
    phone: '139 0951 1234',
    address: '天成小区5号楼',
    community: '天成小区',
    district: '兴庆区',
  },
  ...{ category: 'no-water', item: 2, content: '停水两天' },
};

describe('cases from outside, in the database', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let ma = { id: 0, name: '马晓燕' };
  before(async () => {
    pool = openPool(await cloneDatabase());
    const { id } = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: null, passwordHash: 'x' },
    }))!;
    ma = { id, name: '马晓燕' };
  });
  after(() => pool.end());

  const add = (more: Partial<CaseFields> = {}) =>
    inTransaction(pool, (client) => addCase(client, { ...LETTER, ...more }, '', ma, T0));
  const step = (
    id: number,
    kind: Parameters<typeof stepCase>[3]['kind'],
    note = '',
    untilMs: number | null = null,
    more: { version?: number; order?: { orderNo: string; joined: boolean } } = {},
  ) =>
    inTransaction(pool, (client) =>
      stepCase(
        client,
        id,
        more.version ?? null,
        { kind, note, untilMs },
        ma,
        T0 + HOUR,
        more.order ?? null,
        ORDER_SETTINGS,
      ),
    );
  const order = () =>
    inTransaction(pool, (client) =>
      createOrder(
        client,
        {
          ...{
            category: '停水',
            categoryCode: 'no-water',
            item: '一户一表用户',
            itemNo: 2,
            answers: {},
            urgent: false,
          },
          ...{
            clockSet: 'standard',
            content: '停水',
            caller: '',
            phone: '',
            account: '',
            address: '',
            community: '',
          },
          ...{ district: '兴庆区', source: 'case', callId: null, recordId: null, outsideNo: 'YC1' },
          ...{ outsideDueAtMs: T0 + 48 * HOUR, ruleVersion: 1, atMs: T0 },
        },
        { personId: ma.id, personName: ma.name, unitId: null, origin: 'desk', system: null },
        ORDER_SETTINGS,
      ),
    );
  let first = 0;

  it('a number of a channel is one case; the same number of another channel is another, and none may be many', async () => {
    const made = await add();
    expect(made).to.have.property('id');
    first = (made as { id: number }).id;
    expect(await add()).to.deep.equal({ takenBy: first });
    expect(await add({ channel: 'digital-city' })).to.have.property('id');
    expect(await add({ outsideNo: '', dueAtMs: null })).to.have.property('id');
    expect(await add({ outsideNo: '', dueAtMs: null })).to.have.property('id');
  });

  it('two who press at once: the second is told who was first', async () => {
    expect(await step(first, 'sign', '', null, { version: 1 })).to.deep.equal({ ok: true });
    const second = await step(first, 'return', '不属于供水', null, { version: 1 });
    expect(second).to.deep.include({ ok: false, why: 'moved-meanwhile' });
    expect((await findCase(pool, first))?.state).to.equal('signed');
  });

  it('made into an order, its deferral moves the order’s outside clock; both due times are kept', async () => {
    const orderNo = await order();
    expect(await step(first, 'order', '', null, { order: { orderNo, joined: false } })).to.deep.equal({
      ok: true,
    });
    expect(await step(first, 'defer', '等配件', T0 + 72 * HOUR)).to.deep.equal({ ok: true });
    const one = (await findCase(pool, first))!;
    expect(one).to.include({ orderNo, joined: false, firstDueAtMs: T0 + 48 * HOUR, dueAtMs: T0 + 72 * HOUR });
    const { id } = (await wholeOrder(pool as never, orderNo))!;
    const clock = (await readClocks(pool as never, id)).find((row) => row.name === 'outside');
    expect(clock).to.include({ firstDueAtMs: T0 + 48 * HOUR, dueAtMs: T0 + 72 * HOUR });
    expect(await step(first, 'join', '', null, { order: { orderNo, joined: true } })).to.have.property(
      'ok',
      false,
    );
  });

  it('made into an order, its corrected deadline moves the order’s, its clocks and warnings, and leaves both in history', async () => {
    const one = (await findCase(pool, first))!;
    const orderNo = one.orderNo!;
    const outside = async () => {
      const { id } = (await wholeOrder(pool as never, orderNo))!;
      return (await readClocks(pool as never, id)).find((row) => row.name === 'outside');
    };
    const correct = (dueAtMs: number | null) =>
      inTransaction(pool, (client) =>
        correctCase(client, first, { ...LETTER, dueAtMs }, ma, T0, ORDER_SETTINGS),
      );
    expect(await correct(T0 + 96 * HOUR)).to.deep.equal({ ok: true });
    const moved = await outside();
    expect(moved).to.include({ dueAtMs: T0 + 96 * HOUR });
    expect(moved!.warnAtMs).to.equal(T0 + 96 * HOUR - ORDER_SETTINGS.outside.warnMinutes * 60_000);
    expect((await findCase(pool, first))!.dueAtMs).to.equal(T0 + 96 * HOUR);
    expect((await caseSteps(pool, first)).at(-1)!.body.changed!.join()).to.match(/^dueAtMs: .+ → .+/);
    expect(await correct(null)).to.deep.equal({ ok: true });
    expect(await outside()).to.equal(undefined);
    expect(await correct(T0 + 72 * HOUR)).to.deep.equal({ ok: true });
    expect(await outside()).to.include({ dueAtMs: T0 + 72 * HOUR });
  });

  it('whose deadline could not be read says so until a person has set it, or said that there is none', async () => {
    const enter = async () => {
      const made = await inTransaction(pool, (client) =>
        addCase(client, { ...LETTER, channel: 'superior', outsideNo: '', dueAtMs: null }, '', ma, T0, {
          dueAsked: '“春节前”（“春节前”是哪一天没有写）',
        }),
      );
      return (made as { id: number }).id;
    };
    const correct = (id: number, more: object) =>
      inTransaction(pool, (client) =>
        correctCase(
          client,
          id,
          { ...LETTER, channel: 'superior', outsideNo: '', dueAtMs: null, ...more },
          ma,
          T0,
          ORDER_SETTINGS,
        ),
      );
    const [one, two] = [await enter(), await enter()];
    const seen = { channel: null, state: null, words: '', warnMs: CASE_WARN_MS, nowMs: T0 } as const;
    for (const list of ['open', 'near'] as const) {
      const first = await listCases(pool, { ...seen, list }, 0, 2);
      expect(first.map((row) => row.id)).to.have.members([one, two]);
    }
    await correct(one, { person: '马建军' });
    expect((await findCase(pool, one))!.dueAsked).to.contain('春节前');
    await correct(one, { person: '马建军', dueAtMs: T0 + HOUR });
    await correct(two, { dueRead: true });
    for (const id of [one, two]) {
      expect((await findCase(pool, id))!.dueAsked).to.equal('');
      expect((await caseSteps(pool, id)).at(-1)!.body.changed!.join()).to.contain('春节前');
    }
    await pool.query(`update outside_cases set state = 'closed' where id = any($1)`, [[one, two]]);
  });

  it('what was corrected stands in its steps, and a number that another has is refused', async () => {
    const { id } = (await add({ outsideNo: 'YC2' })) as { id: number };
    const correct = (more: Partial<CaseFields>) =>
      inTransaction(pool, (client) =>
        correctCase(client, id, { ...LETTER, outsideNo: 'YC2', ...more }, ma, T0, ORDER_SETTINGS),
      );
    expect(await correct({ person: '马建军' })).to.deep.equal({ ok: true });
    expect(await correct({ outsideNo: 'YC1' })).to.have.property('ok', false);
    expect((await caseSteps(pool, id)).map((row) => [row.kind, row.body.changed])).to.deep.equal([
      ['enter', undefined],
      ['correct', ['person: 马建国 → 马建军']],
    ]);
  });

  it('are found by any part of their words, nearest deadline first, and counted near and late', async () => {
    const filter = {
      list: 'open',
      channel: null,
      state: null,
      words: '',
      warnMs: CASE_WARN_MS,
      nowMs: T0,
    } as const;
    const open = await listCases(pool, filter, 0, 50);
    expect(open.map((one) => one.outsideNo)).to.deep.equal(['YC1', 'YC2', 'YC1', '', '']);
    expect(await listCases(pool, { ...filter, words: '建军' }, 0, 50)).to.have.length(1);
    expect(await listCases(pool, { ...filter, words: '%' }, 0, 50)).to.have.length(0);
    const counts = await countOpenCases(pool, T0 + 49 * HOUR, CASE_WARN_MS);
    expect(counts.find((one) => one.channel === '12345')).to.include({ open: 4, late: 1, near: 0 });
  });

  it('a time that came with seconds and was not touched on the page is no correction', async () => {
    const seconds = { receivedAtMs: T0 + 9_711, dueAtMs: T0 + 48 * HOUR + 9_711 };
    const { id } = (await add({ outsideNo: 'YC7', ...seconds })) as { id: number };
    const asThePageSends = { ...LETTER, outsideNo: 'YC7', person: '马建军' };
    await inTransaction(pool, (client) => correctCase(client, id, asThePageSends, ma, T0, ORDER_SETTINGS));
    expect((await caseSteps(pool, id)).at(-1)!.body.changed).to.deep.equal(['person: 马建国 → 马建军']);
    expect(await findCase(pool, id)).to.deep.include(seconds);
  });
});
