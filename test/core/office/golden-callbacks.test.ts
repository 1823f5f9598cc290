import { expect } from 'chai';
import {
  callbackReport,
  type CallbackGroup,
  type CallbackReportCounts,
} from '../../../src/core/office/callback-report.ts';
import { masked, misfootings } from '../../../src/core/office/document.ts';
import { beginOf, parsePeriod } from '../../../src/core/office/period.ts';
import { told } from '../../support/golden.ts';

const PERIOD = parsePeriod('span:2026-11-16..2026-11-25')!;
const of = (by: CallbackGroup['by'], some: Partial<CallbackGroup>): CallbackGroup => ({
  ...{ by, department: '', category: '', district: '', week: '' },
  ...{ population: 0, drawn: 0, called: 0, reached: 0, valid: 0 },
  ...{ satisfied: 0, fair: 0, dissatisfied: 0, 'not-solved': 0, people: 0 },
  ...some,
});
const FIRST = { drawn: 3, called: 3, reached: 2, valid: 2, satisfied: 1, dissatisfied: 1, 'not-solved': 1 };
const SECOND = { drawn: 1, called: 1, reached: 1, valid: 1, satisfied: 1 };
const WHOLE = {
  ...{
    population: 60,
    drawn: 4,
    called: 4,
    reached: 3,
    valid: 3,
    satisfied: 2,
    dissatisfied: 1,
    'not-solved': 1,
  },
};
const AT = beginOf({ year: 2026, month: 11, day: 17 });
const COUNTS: CallbackReportCounts = {
  // 兴庆 closed 21 orders in one week and 20 in the next, 贺兰 19 in the first
  groups: [
    of('all', WHOLE),
    of('department', { department: '兴庆', population: 41, ...FIRST }),
    of('department', { department: '贺兰', population: 19, ...SECOND }),
    of('category', { category: '漏水', ...WHOLE }),
    of('district', { district: '兴庆区', population: 41, ...FIRST }),
    of('district', { population: 19, ...SECOND }),
    of('week', { week: '2026-W47', ...WHOLE, population: 40 }),
    of('week', { week: '2026-W48', population: 20 }),
    of('both', { department: '兴庆', week: '2026-W47', population: 21 }),
    of('both', { department: '兴庆', week: '2026-W48', population: 20 }),
    of('both', { department: '贺兰', week: '2026-W47', population: 19 }),
  ],
  lines: [
    {
      ...{ orderNo: 'HL1', acceptedAtMs: AT, calledBackAtMs: AT + 30 * 3_600_000, caller: '王某' },
      ...{ number: '13912345678', address: '丽景园3号楼', content: '漏水', department: '兴庆' },
      ...{ handledBy: '李师傅', handling: '', solved: false, satisfied: 'dissatisfied' },
    },
  ],
  passages: { reasons: '李师傅已重新上门' },
  countedAtMs: 0,
};
const GOLDEN: Record<string, string[]> = {
  departments: [
    // ⌈1.05⌉ + ⌈1.0⌉; 2 of 41, of 3; 2 of 2; 1 of 2
    '兴庆: population=41 needed=3 drawn=3 called=3 reached=2 valid=2 satisfied=1 dissatisfied=1 not-solved=1 sampling=4.9% reach=66.7% validity=100.0% satisfaction=50.0%',
    // ⌈0.95⌉; 1 of 19
    '贺兰: population=19 needed=1 drawn=1 called=1 reached=1 valid=1 satisfied=1 sampling=5.3% reach=100.0% validity=100.0% satisfaction=100.0%',
    'total: population=60 needed=4 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=5.0% reach=75.0% validity=100.0% satisfaction=66.7%',
  ],
  categories: [
    '漏水: population=60 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=5.0% reach=75.0% validity=100.0% satisfaction=66.7%',
    'total: population=60 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=5.0% reach=75.0% validity=100.0% satisfaction=66.7%',
  ],
  districts: [
    '兴庆区: population=41 drawn=3 called=3 reached=2 valid=2 satisfied=1 dissatisfied=1 not-solved=1 sampling=4.9% reach=66.7% validity=100.0% satisfaction=50.0%',
    'none: population=19 drawn=1 called=1 reached=1 valid=1 satisfied=1 sampling=5.3% reach=100.0% validity=100.0% satisfaction=100.0%',
    'total: population=60 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=5.0% reach=75.0% validity=100.0% satisfaction=66.7%',
  ],
  weeks: [
    // 2 of 兴庆 and 1 of 贺兰; 3 of 40
    '2026-W47: population=40 needed=3 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=7.5% reach=75.0% validity=100.0% satisfaction=66.7%',
    '2026-W48: population=20 needed=1 sampling=0.0% reach=— validity=— satisfaction=—',
    'total: population=60 needed=4 drawn=4 called=4 reached=3 valid=3 satisfied=2 dissatisfied=1 not-solved=1 sampling=5.0% reach=75.0% validity=100.0% satisfaction=66.7%',
  ],
  annex2: [
    '0 HL1: accepted=2026-11-17 00:00 calledBack=2026-11-18 caller=王某 number=13912345678 address=丽景园3号楼 content=漏水 by=兴庆 李师傅 handling=未解决 satisfied=不满意',
  ],
};

describe('of a small week and a half', () => {
  const document = callbackReport(PERIOD, COUNTS);
  it('the report of callbacks says cell by cell what was reckoned by hand', () => {
    expect(misfootings(document)).to.deep.equal([]);
    expect(document.tables.map(({ key }) => key)).to.deep.equal(Object.keys(GOLDEN));
    for (const [table, lines] of Object.entries(GOLDEN))
      expect(told(document, table), table).to.deep.equal(lines);
    expect(document.passages!.map(({ text }) => text)).to.deep.equal(['李师傅已重新上门']);
  });
  it('a week that the period cuts opens only its days within', () => {
    const weeks = document.tables.find(({ key }) => key === 'weeks')!;
    expect(
      weeks.rows.map(({ cells }) =>
        new URLSearchParams(cells['population']!.list!.split('?')[1]).get('period'),
      ),
    ).to.deep.equal(['week:2026-W47', 'span:2026-11-23..2026-11-25']);
  });
  it('who sees no whole numbers gets Annex 2 with neither number nor door', () => {
    expect(told(masked(document), 'annex2')[0]).to.contain('number=139****5678 address=丽景园**号楼');
  });
  it('says that Annex 2 was cut where it was', () => {
    expect(document.tables.at(-1)!.note).to.contain('共 3 件').and.to.contain('最早的 1 件');
  });
});
