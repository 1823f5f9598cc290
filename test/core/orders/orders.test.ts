import { expect } from 'chai';
import fc from 'fast-check';
import { ANNEX_TABLE } from '../../../src/core/orders/annex-table.ts';
import { addWorking } from '../../../src/core/orders/calendar.ts';
import { clocksOf, firingsLeft, ORDER_SETTINGS, type ClockName } from '../../../src/core/orders/clocks.ts';
import { checkTable, decide, leakInStreet, type CoveringUnit } from '../../../src/core/orders/decision.ts';
import {
  draftOrder,
  MILESTONES,
  STEP_KINDS,
  stepsFor,
  takeStep,
  type Actor,
  type Order,
  type Step,
} from '../../../src/core/orders/order.ts';
import { searchQuery, searchWords } from '../../../src/core/search.ts';

const DISTRICTS = ['兴庆区', '金凤区', '西夏区', '永宁', '贺兰', '灵武', '河东'];
const unit = (id: number, code: string, kind: string, ...districts: string[]): CoveringUnit => ({
  ...{ id, code, name: code, kind, disabled: false, districts },
});
const UNITS = [
  unit(1, 'card-repair', 'card-meter'),
  unit(2, 'card-office', 'card-meter'),
  ...['xingqing', 'jinfeng', 'xixia'].flatMap((name, at) => [
    unit(10 + at, `sales-${name}`, 'sales', DISTRICTS[at]!),
    unit(20 + at, `network-${name}`, 'network', DISTRICTS[at]!),
  ]),
  unit(30, 'water-quality', 'water-quality', '兴庆区'),
  unit(31, 'production', 'production'),
  ...['yongning', 'helan', 'lingwu', 'hedong'].map((name, at) =>
    unit(40 + at, `branch-${name}`, 'branch', DISTRICTS[3 + at]!),
  ),
];

/** category, item, answers, district ─▶ unit (and who assists), or what is said */
const ROWS: [string, number, Record<string, string>, string, string][] = [
  ...Array.from({ length: 14 }, (_, at): (typeof ROWS)[number] => [
    'card-meter-fault',
    at + 1,
    {},
    '兴庆区',
    'card-repair',
  ]),
  ['no-water', 1, { bought: 'no', works: 'no' }, '金凤区', 'card-office'],
  ['no-water', 2, { owing: 'yes', works: 'no' }, '金凤区', 'sales-jinfeng'],
  ['no-water', 3, { owing: 'yes', works: 'yes' }, '西夏区', 'sales-xixia'],
  ['no-water', 4, { owing: 'yes', works: 'no' }, '兴庆区', 'sales-xingqing'],
  ['no-water', 1, { bought: 'yes', works: 'unknown' }, '兴庆区', 'network-xingqing'],
  ['no-water', 4, { owing: 'no', works: 'unknown' }, '西夏区', 'network-xixia'],
  ['water-quality', 1, {}, '兴庆区', 'water-quality'],
  ['water-quality', 7, {}, '金凤区', 'network-jinfeng'],
  ['water-quality', 3, {}, '西夏区', 'network-xixia'],
  ['water-quality', 5, {}, '永宁', 'branch-yongning'],
  ['water-quality', 6, {}, '河东', 'branch-hedong'],
  ...[1, 2, 3, 4].map((item): (typeof ROWS)[number] => ['fees', item, {}, '金凤区', 'sales-jinfeng']),
  ...[1, 2, 3, 4].map((item): (typeof ROWS)[number] => [
    'pressure',
    item,
    {},
    '西夏区',
    'production+network-xixia',
  ]),
  ['leak', 1, { part: 'body' }, '兴庆区', 'card-office'],
  ['leak', 1, { part: 'joint' }, '兴庆区', '用户自修'],
  ...[2, 3, 4].flatMap((item): typeof ROWS => [
    ['leak', item, { side: 'before' }, '兴庆区', 'network-xingqing'],
    ['leak', item, { side: 'behind' }, '兴庆区', '由用户负责'],
  ]),
  ...[1, 2, 3, 4, 5].map((item): (typeof ROWS)[number] => ['manhole', item, {}, '贺兰', 'branch-helan']),
  ...[1, 2, 4].map((item): (typeof ROWS)[number] => [
    'meter',
    item,
    { meter: 'ic-card', place: 'registered' },
    '金凤区',
    'card-office',
  ]),
  ...[1, 2, 3, 4].map((item): (typeof ROWS)[number] => [
    'meter',
    item,
    { meter: 'mechanical', place: 'registered' },
    '金凤区',
    'sales-jinfeng',
  ]),
  ...[1, 2, 3].map((item): (typeof ROWS)[number] => [
    'help-shut-off',
    item,
    {},
    '兴庆区',
    'network-xingqing',
  ]),
  ['other', 1, {}, '灵武', 'branch-lingwu'],
];

describe('Annex 1 as a decision table', () => {
  for (const [category, item, answers, district, wanted] of ROWS) {
    it(`${category} ${item} ${Object.values(answers).join('/')} in ${district}: ${wanted}`, () => {
      const found = decide(ANNEX_TABLE, { category, item, answers, district, urgent: false }, UNITS);
      const code = (id: number) => UNITS.find((one) => one.id === id)!.code;
      if (found.kind === 'dispatch')
        expect([found.leadId, ...found.assistIds].map(code).join('+')).to.equal(wanted);
      else if (found.kind === 'answer') expect(found.say).to.include(wanted);
      else expect.fail(JSON.stringify(found));
    });
  }

  it('has a result for every combination, and no rule that is never reached', () => {
    const checked = checkTable(ANNEX_TABLE, UNITS, DISTRICTS);
    expect(checked).to.deep.include({ holes: [], unreached: [], faults: [] });
    expect(checked.combinations).to.be.greaterThan(500);
  });

  it('names the combinations that a taken-away rule leaves without a result, and the rule that another hides', () => {
    const broken = structuredClone(ANNEX_TABLE);
    const leak = broken.categories.find((one) => one.code === 'leak')!;
    leak.rules = [...leak.rules.slice(0, 3), { ...leak.rules[2]!, say: 'never' }];
    const checked = checkTable(broken, UNITS, DISTRICTS);
    expect(checked.holes).to.have.length(3 * DISTRICTS.length);
    expect(checked.holes[0]).to.include({ category: 'leak', why: 'no-rule' });
    expect(checked.unreached).to.deep.equal([{ category: 'leak', ruleNo: 4 }]);
  });

  it('asks what the unit depends on, and says nothing before the district is known', () => {
    const matter = { category: 'leak', item: 4, answers: {}, district: '兴庆区', urgent: false };
    expect(decide(ANNEX_TABLE, matter, UNITS)).to.include({ kind: 'ask' });
    const nowhere = { category: 'fees', item: 1, answers: {}, district: '', urgent: false };
    expect(decide(ANNEX_TABLE, nowhere, UNITS)).to.deep.equal({ kind: 'none', why: 'no-district' });
  });

  it('takes a burst before the meter for an urgent leak by one key, and never one behind it', () => {
    const matter = { category: 'leak', item: 4, district: '兴庆区', urgent: true };
    expect(decide(ANNEX_TABLE, { ...matter, answers: { side: 'before' } }, UNITS)).to.include({
      clocks: 'urgent-leak',
    });
    expect(decide(ANNEX_TABLE, { ...matter, answers: { side: 'behind' } }, UNITS)).to.include({
      kind: 'answer',
    });
  });
});

const T0 = Date.UTC(2026, 10, 25, 2);
const MINUTE = 60_000;
const begin = (clockSet: Order['clockSet'] = 'standard') =>
  draftOrder({
    ...{
      clockSet,
      atMs: T0,
      answeredAtMs: T0 - 90_000,
      callEndedAtMs: T0 + 10_000,
      inCall: true,
      outsideDueAtMs: null,
    },
  });
const clock = (order: Order, name: ClockName) =>
  clocksOf(order, ORDER_SETTINGS).find((one) => one.name === name);
type Taken = Exclude<Step, { kind: 'draft' }>;
const step = (kind: Taken['kind'], atMs: number, body: object = {}, note = '已处理'): Taken =>
  ({ kind, body, atMs, receivedAtMs: atMs, note }) as Taken;
const go = (order: Order, actor: Actor, taken: Taken): Order => {
  const answer = takeStep(order, taken, actor, clock(order, 'feedback')?.dueAtMs ?? null);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.order;
};

describe('the clocks of Article 13', () => {
  it('count three minutes for dispatching from the end of the call', () => {
    expect(clock(begin(), 'dispatch')).to.include({ fromMs: T0 + 10_000, dueAtMs: T0 + 10_000 + 3 * MINUTE });
    const talking = { ...begin(), callEndedAtMs: null };
    expect(clock(talking, 'dispatch')).to.equal(undefined);
  });

  it('give an urgent leak 30 minutes to arrive and to stop the water, a card meter 3 hours, the result until 24:00', () => {
    const send = (order: Order) =>
      go(order, 'desk', step('dispatch', T0 + MINUTE, { unitId: 1, assistIds: [] }));
    const urgent = send(begin('urgent-leak'));
    expect(clock(urgent, 'arrive')!.dueAtMs).to.equal(T0 + 30 * MINUTE);
    expect(clock(urgent, 'stop')!.dueAtMs).to.equal(T0 + 30 * MINUTE);
    expect(clock(send(begin('card-meter')), 'arrive')!.dueAtMs).to.equal(T0 + 180 * MINUTE);
    expect(clock(urgent, 'feedback')!.dueAtMs).to.equal(Date.UTC(2026, 10, 25, 16));
  });

  it('say each of warning, breach and escalation once, and nothing after they were met', () => {
    const order = begin();
    const dispatch = clock(order, 'dispatch')!;
    expect(firingsLeft(dispatch, []).map((one) => one.firing)).to.deep.equal([
      'warning',
      'breach',
      'escalation',
    ]);
    expect(firingsLeft(dispatch, ['warning', 'breach'])).to.have.length(1);
    const sent = go(order, 'desk', step('dispatch', T0 + MINUTE, { unitId: 1, assistIds: [] }));
    expect(firingsLeft(clock(sent, 'dispatch')!, [])).to.deep.equal([]);
  });

  it('leave out nights and holidays where they count working time', () => {
    const calendar = {
      ...{ fromMinute: 480, untilMinute: 1200, weekdays: [1, 2, 3, 4, 5] },
      holidays: [{ date: '2026-11-26', name: '盘点' }],
      worked: [{ date: '2026-11-28', name: '调休' }],
    };
    const at = (day: number, hour: number) => Date.UTC(2026, 10, day, hour - 8);
    expect(addWorking(calendar, at(25, 19), 2 * 60 * MINUTE)).to.equal(at(27, 9));
    expect(addWorking(calendar, at(27, 19), 2 * 60 * MINUTE)).to.equal(at(28, 9));
    expect(addWorking(calendar, at(25, 3), 60 * MINUTE)).to.equal(at(25, 9));
  });
});

const ACTORS: Actor[] = ['desk', 'supervisor', 'unit', 'worker'];
const anyStep = fc.record({
  kind: fc.constantFrom(...STEP_KINDS.filter((one) => one !== 'draft')),
  actor: fc.constantFrom(...ACTORS),
  afterMs: fc.integer({ min: -20 * MINUTE, max: 5 * 60 * MINUTE }),
  note: fc.constantFrom('', '因为', '已修好'),
  hours: fc.integer({ min: -5, max: 100 }),
});

describe('whatever anybody taps', () => {
  it('is refused, or the order keeps its clock, never goes back in time, and is not closed without feedback', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('standard', 'card-meter', 'urgent-leak' as const),
        fc.array(anyStep, { maxLength: 40 }),
        (set, taps) => {
          let order = begin(set as Order['clockSet']);
          let nowMs = T0;
          const first = clock(order, 'feedback')!.firstDueAtMs;
          for (const tap of taps) {
            const atMs = nowMs + tap.afterMs;
            nowMs = Math.max(nowMs, atMs);
            const body = {
              unitId: 1,
              assistIds: [],
              workerId: 7,
              untilMs: atMs + tap.hours * 3_600_000,
              to: {},
              callId: null,
              recordId: null,
            };
            const due = clock(order, 'feedback')?.dueAtMs ?? null;
            const answer = takeStep(
              order,
              { ...step(tap.kind, atMs, body, tap.note), receivedAtMs: nowMs },
              tap.actor,
              due,
            );
            if (!answer.ok) continue;
            const before = order;
            order = answer.order;
            expect(order.version).to.equal(before.version + 1);
            expect(order.movedAtMs).to.be.at.least(before.movedAtMs);
            const reached = MILESTONES.map((one) => order.at[one]).filter((ms) => ms !== null);
            expect(reached).to.deep.equal([...reached].sort((a, b) => a - b));
            if (order.state === 'closed') {
              expect(order.at.fedBack).to.not.equal(null);
              expect(order.result).to.not.equal('');
            }
            const feedback = clock(order, 'feedback')!;
            expect(feedback.dueAtMs).to.be.at.least(feedback.firstDueAtMs);
            if (order.round === 1) expect(feedback.firstDueAtMs).to.equal(first);
            if (order.state !== 'closed' && order.state !== 'cancelled' && order.at.fedBack === null)
              expect(feedback).to.include({ metAtMs: null, stopped: false });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('offers exactly the steps that are taken', () => {
    for (const actor of ACTORS) {
      const order = go(begin(), 'desk', step('dispatch', T0 + MINUTE, { unitId: 1, assistIds: [] }));
      for (const kind of STEP_KINDS) {
        if (kind === 'draft') continue;
        const body = {
          unitId: 1,
          assistIds: [],
          workerId: 7,
          untilMs: T0 + 90 * 3_600_000,
          to: { caller: 'x' },
        };
        const answer = takeStep(
          order,
          step(kind, T0 + 2 * MINUTE, body),
          actor,
          clock(order, 'feedback')!.dueAtMs,
        );
        expect(stepsFor(order, actor).includes(kind), `${actor} ${kind}`).to.equal(answer.ok);
      }
    }
  });

  it('a deferral is asked before the due time only, and moves the second due time when it is granted', () => {
    let order = go(begin(), 'desk', step('dispatch', T0 + MINUTE, { unitId: 1, assistIds: [] }));
    const { dueAtMs } = clock(order, 'feedback')!;
    const ask = step('defer-ask', dueAtMs + 1, { untilMs: dueAtMs + 3_600_000 });
    expect(takeStep(order, ask, 'unit', dueAtMs)).to.deep.include({ ok: false });
    order = go(order, 'unit', { ...ask, atMs: T0 + 5 * MINUTE, receivedAtMs: T0 + 5 * MINUTE });
    expect(clock(order, 'feedback')!.dueAtMs).to.equal(dueAtMs);
    order = go(order, 'supervisor', step('defer-grant', T0 + 6 * MINUTE));
    expect(clock(order, 'feedback')).to.include({ dueAtMs: dueAtMs + 3_600_000, firstDueAtMs: dueAtMs });
  });
});

describe('the words that an order is found by', () => {
  it('finds any part of what was written, in Chinese and in numbers', () => {
    const kept = searchWords('兴庆区解放东街丽景园3号楼 王秀兰', '13912345678', 'HL202611250007');
    for (const asked of ['丽景园', '兰', '5678', '3912', 'hl2026', '丽景园 5678']) {
      const terms = searchQuery(asked)!.split(' & ');
      const hit = terms.every((term) => {
        const [, text, prefix] = /^'(.+)'(:\*)?$/.exec(term)!;
        return prefix ? kept.some((one) => one.startsWith(text!)) : kept.includes(text!);
      });
      expect(hit, asked).to.equal(true);
    }
  });

  it('makes no query that PostgreSQL could misread, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(searchQuery(typed) ?? "''").to.match(
          /^('[^'\\&|!():*]*'(:\*)?)( & '[^'\\&|!():*]*'(:\*)?)*$/u,
        );
      }),
    );
  });

  it('a leak that nobody was asked about is a whole street by its number, wherever the table has it', () => {
    expect(leakInStreet(ANNEX_TABLE)).to.deep.equal({
      ...{ category: '漏水', categoryCode: 'leak', item: '整条街或一片区', itemNo: 4 },
    });
    const other = structuredClone(ANNEX_TABLE);
    const leak = other.categories.find((one) => one.code === 'leak')!;
    leak.items = [leak.items[3]!, ...leak.items.slice(0, 3), { no: 5, zh: '消防栓', say: '' }];
    expect(leakInStreet(other)).to.include({ item: '整条街或一片区', itemNo: 4 });
    leak.items = leak.items.filter((one) => one.no !== 4);
    expect(leakInStreet(other)).to.include({ categoryCode: 'leak', item: '', itemNo: null });
    expect(leakInStreet({ categories: [] })).to.include({ category: '漏水', categoryCode: 'leak' });
  });
});
