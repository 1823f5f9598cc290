import { expect } from 'chai';
import fc from 'fast-check';
import { FIRST_FORM } from '../../../src/core/quality/first-form.ts';
import {
  answersFault,
  formFaults,
  pointsOf,
  totalOf,
  type Answer,
  type Answers,
  type Point,
  type QualityForm,
} from '../../../src/core/quality/form.ts';

const point = (key: string, weight: number, more: Partial<Point> = {}): Point => ({
  ...{ key, name: key, hint: '', weight, fatal: false, optional: false, measured: null },
  ...more,
});
const form = (...points: Point[]): QualityForm => ({ name: '表', sections: [{ name: '一', points }] });
const all = (of: QualityForm, answer: Answer): Answers =>
  Object.fromEntries(pointsOf(of).map((one) => [one.key, answer]));

/** Any form that may be scored by: weights that come to 100, the first point always judged. */
const anyForm = fc
  .array(fc.record({ cut: fc.integer({ min: 1, max: 99 }), optional: fc.boolean(), fatal: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((drawn) => {
    const cuts = [...new Set(drawn.map((one) => one.cut))].sort((a, b) => a - b);
    const edges = [0, ...cuts, 100];
    return form(
      ...edges.slice(1).map((edge, at) =>
        point(`p${at}`, edge - edges[at]!, {
          optional: at > 0 && (drawn[at]?.optional ?? false),
          fatal: drawn[at]?.fatal ?? false,
        }),
      ),
    );
  });
const anyFilled = anyForm.chain((of) =>
  fc
    .tuple(
      ...pointsOf(of).map((one) =>
        fc.constantFrom<Answer>(
          'full',
          'none',
          ...(one.fatal ? [] : ['half' as const]),
          ...(one.optional ? ['not-applicable' as const] : []),
        ),
      ),
    )
    .map((answers) => ({
      of,
      answers: Object.fromEntries(pointsOf(of).map((one, at) => [one.key, answers[at]!])) as Answers,
    })),
);

describe('a quality form', () => {
  it("is the utility's own first: Articles 6 to 12, without a fault", () => {
    expect(formFaults(FIRST_FORM)).to.deep.equal([]);
    expect(totalOf(FIRST_FORM, all(FIRST_FORM, 'full'))).to.deep.equal({ tenths: 1000, fatal: [] });
    expect(pointsOf(FIRST_FORM).flatMap((one) => one.measured ?? [])).to.have.members([
      'first-word',
      'hung-up-first',
      'talk-over',
      'silence',
    ]);
  });

  const faulty: [string, QualityForm, string][] = [
    ['without points', { name: '表', sections: [] }, '至少添加一项'],
    ['without a name', { ...form(point('a', 100)), name: ' ' }, '取一个名称'],
    ['whose weights come to 90', form(point('a', 50), point('b', 40)), '再加 10 分'],
    ['whose weights come to 110', form(point('a', 60), point('b', 50)), '减去 10 分'],
    ['with a weight of a half', form(point('a', 99.5), point('b', 0.5)), '整数'],
    ['with a weight of nothing', form(point('a', 100), point('b', 0)), '1 到 100'],
    ['with two points of one name', form(point('a', 50), point('b', 50, { name: 'a' })), '两个评分项都叫“a”'],
    ['with one key twice', form(point('a', 50), point('a', 50, { name: 'b' })), '编号重复'],
    ['with a nameless point', form(point('a', 100, { name: '' })), '没有名称'],
    ['of which nothing need apply', form(point('a', 100, { optional: true })), '必评项'],
    [
      'with two sections of one name',
      {
        name: '表',
        sections: [
          { name: '一', points: [point('a', 50)] },
          { name: '一', points: [point('b', 50)] },
        ],
      },
      '两个部分都叫“一”',
    ],
    [
      'with an empty section',
      { name: '表', sections: [...form(point('a', 100)).sections, { name: '二', points: [] }] },
      '“二”里没有评分项',
    ],
  ];
  for (const [what, wrong, words] of faulty)
    it(`${what} is refused, and it is said what to do`, () =>
      expect(formFaults(wrong).join('')).to.include(words));

  it('a fatal point may weigh nothing', () =>
    expect(formFaults(form(point('a', 100), point('b', 0, { fatal: true })))).to.deep.equal([]));
});

describe('a filled form', () => {
  const three = form(
    point('a', 50),
    point('b', 30, { optional: true }),
    point('c', 20),
    point('f', 0, { fatal: true }),
  );
  const table: [string, Answers, number][] = [
    ['everything done', { a: 'full', b: 'full', c: 'full', f: 'full' }, 1000],
    ['half of the half', { a: 'half', b: 'full', c: 'full', f: 'full' }, 750],
    ['nothing done', { a: 'none', b: 'none', c: 'none', f: 'full' }, 0],
    // 50 and 20 of 70: 714.28…
    ['30 does not apply', { a: 'full', b: 'not-applicable', c: 'none', f: 'full' }, 714],
    ['a fatal point failed', { a: 'full', b: 'full', c: 'full', f: 'none' }, 0],
  ];
  for (const [what, answers, tenths] of table)
    it(`${what}: ${tenths / 10}`, () => {
      expect(answersFault(three, answers)).to.equal(null);
      expect(totalOf(three, answers).tenths).to.equal(tenths);
    });

  it('is not given before each point is judged as it may be', () => {
    expect(answersFault(three, { a: 'full' })).to.include('还有 3 项');
    expect(answersFault(three, { ...all(three, 'full'), a: 'not-applicable' })).to.include('必评项');
    expect(answersFault(three, { ...all(three, 'full'), f: 'half' })).to.include('一票否决');
    expect(answersFault(three, { ...all(three, 'full'), other: 'full' })).to.include('刷新');
  });

  it('comes to whole tenths from 0 to 100, and to 100 exactly when all that applies is done', () =>
    fc.assert(
      fc.property(anyFilled, ({ of, answers }) => {
        expect(answersFault(of, answers)).to.equal(null);
        const { tenths, fatal } = totalOf(of, answers);
        expect(Number.isInteger(tenths)).to.equal(true);
        expect(tenths).to.be.within(0, 1000);
        const judged = Object.values(answers).filter((one) => one !== 'not-applicable');
        expect(tenths === 1000).to.equal(judged.every((one) => one === 'full'));
        if (fatal.length > 0) expect(tenths).to.equal(0);
      }),
    ));

  it('never loses by a point that was done better', () =>
    fc.assert(
      fc.property(anyFilled, fc.nat(), ({ of, answers }, at) => {
        const { key } = pointsOf(of)[at % pointsOf(of).length]!;
        if (answers[key] === 'not-applicable') return;
        expect(totalOf(of, { ...answers, [key]: 'full' }).tenths).to.be.at.least(totalOf(of, answers).tenths);
      }),
    ));

  it('a point that does not apply weighs as if the form had been made without it', () =>
    fc.assert(
      fc.property(anyFilled, ({ of, answers }) => {
        const without = form(...pointsOf(of).filter((one) => answers[one.key] !== 'not-applicable'));
        expect(totalOf(of, answers)).to.deep.equal(totalOf(without, answers));
      }),
    ));
});
