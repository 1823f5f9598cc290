/** The first version of the decision table: Annex 1, row by row. What was read into its text is said beside it. */
import annex1 from './annex1.json' with { type: 'json' };
import type { Category, DecisionTable, Question, Rule, UnitChoice } from './decision.ts';

const NETWORK: UnitChoice = { kind: 'network' };
const SALES: UnitChoice = { kind: 'sales' };
const CARD_OFFICE: UnitChoice = { code: 'card-office' };

const rule = (lead: UnitChoice | null, more: Partial<Omit<Rule, 'lead'>> = {}): Rule => ({
  ...{ items: [], when: {}, districts: [], say: '', assist: [], clocks: 'standard' },
  ...more,
  lead,
});
const card = (lead: UnitChoice, more: Partial<Rule> = {}) => rule(lead, { ...more, clocks: 'card-meter' });
const question = (id: string, items: number[], zh: string, ...answers: [string, string][]): Question => ({
  ...{ id, items, zh },
  answers: answers.map(([answer, words]) => ({ id: answer, zh: words })),
});

const OWN_METER = '表后水表由用户自行负责维修或更换。';

/** Questions and rules of each category; names and items are the annex's (annex1.json). */
const PARTS: Record<
  string,
  {
    questions?: Question[];
    rules: Rule[];
    says?: Record<number, string>;
    urgent?: Category['urgent'];
  }
> = {
  // 情况分析：直接答复或派单给维修人员上门处理
  'card-meter-fault': { rules: [card({ code: 'card-repair' })] },
  'no-water': {
    questions: [
      question('bought', [1], '是否买水？', ['yes', '已买水'], ['no', '未买水']),
      question('owing', [2, 3, 4], '是否欠费？', ['no', '不欠费'], ['yes', '欠费']),
      question(
        'works',
        [],
        '附近是否有施工损坏供水设施？',
        ['no', '没有'],
        ['yes', '有'],
        ['unknown', '不清楚'],
      ),
    ],
    rules: [
      rule(CARD_OFFICE, { items: [1], when: { bought: ['no'] } }),
      rule(SALES, { items: [2, 3, 4], when: { owing: ['yes'] } }),
      // 不明原因的，和施工损坏的，都由管网维修到场查明
      rule(NETWORK),
    ],
    urgent: { items: [4], when: {} },
  },
  'water-quality': {
    rules: [
      rule({ code: 'water-quality' }, { districts: ['兴庆区'] }),
      rule(NETWORK, { districts: ['金凤区', '西夏区'] }),
      // 分公司热线：辖区没有管网维修单位的，由分公司受理
      rule(NETWORK, { districts: ['永宁', '贺兰', '灵武', '河东'] }),
    ],
    says: {
      1: '发黄一般由停水引起，来水后请放水片刻。',
      2: '发黑一般由停水引起，来水后请放水片刻。',
      3: '发白是水中矿物质分布丰富。',
      4: '发红一般是暖气管道串水。',
      5: '发蓝一般是抽水马桶水箱放入洁厕灵，没有装止回阀门。',
      6: '浑浊一般由停水或管道材质引起，来水后请放水片刻。',
      7: '有异味一般由管道材质引起。',
    },
  },
  fees: { rules: [rule(SALES)] },
  // 制水公司及辖区管网维护：前者主办，后者协办
  pressure: { rules: [rule({ code: 'production' }, { assist: [NETWORK] })] },
  leak: {
    questions: [
      question('part', [1], '表体还是表接头？', ['body', '表体'], ['joint', '表接头']),
      question('side', [2, 3, 4], '表前还是表后？', ['before', '表前'], ['behind', '表后']),
    ],
    rules: [
      card(CARD_OFFICE, { items: [1], when: { part: ['body'] } }),
      rule(null, { items: [1], when: { part: ['joint'] }, say: '表接头漏水由用户自修。' }),
      rule(NETWORK, { items: [2, 3, 4], when: { side: ['before'] } }),
      rule(null, { items: [2, 3, 4], when: { side: ['behind'] }, say: '表后和建筑物内由用户负责。' }),
    ],
    urgent: { items: [2, 3, 4], when: { side: ['before'] } },
  },
  manhole: { rules: [rule(NETWORK)] },
  meter: {
    questions: [
      question('meter', [], 'IC卡表还是机械表？', ['ic-card', 'IC卡表'], ['mechanical', '机械表']),
      question('place', [], '注册水表还是表后水表？', ['registered', '注册水表'], ['behind', '表后水表']),
    ],
    rules: [
      // 附件问而未写单位：表后水表归用户，与漏水一栏同理
      rule(null, { when: { place: ['behind'] }, say: OWN_METER }),
      card(CARD_OFFICE, { items: [1, 2, 4], when: { meter: ['ic-card'] } }),
      rule(SALES),
    ],
  },
  'help-shut-off': {
    rules: [rule(NETWORK)],
    says: { 1: '请尽量避开用水高峰时段。' },
    // 附件原文“保管？”即爆管
    urgent: { items: [2, 3], when: {} },
  },
  other: { rules: [rule(SALES)] },
};

export const ANNEX_TABLE: DecisionTable = {
  categories: annex1.categories.map(({ code, no, zh, items }): Category => {
    const { questions = [], rules, says = {}, urgent = null } = PARTS[code]!;
    return {
      ...{ code, no, zh, questions, rules, urgent },
      items: items.map((item) => ({ no: item.no, zh: item.zh, say: says[item.no] ?? '' })),
    };
  }),
};
