import annex1 from '../../core/orders/annex1.json' with { type: 'json' };
import type { CustomerCard } from '../../postgres/customers.ts';
import type { Random } from './random.ts';

/** An invented Yinchuan: people, addresses and numbers that look right and belong to nobody. */
const SURNAMES = '马王李张杨丁刘陈哈纳赵周吴徐孙朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾田白'.split('');
const GIVEN =
  '晓燕 建国 秀英 志强 小红 伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 玉兰 海燕 文博 佳怡 子涵 雨桐 学军 国庆 建华 淑珍 凤英 俊杰 婷婷'.split(
    ' ',
  );
const COMMUNITIES: Record<string, string[]> = {
  兴庆区: [
    '丽景园',
    '凤凰新村',
    '民乐花园',
    '南苑小区',
    '胜利小区',
    '银基家园',
    '清水湾',
    '唐徕佳苑',
    '中房东城',
    '新华街小区',
  ],
  金凤区: [
    '长城花园',
    '正源丽景',
    '满城花园',
    '森林家园',
    '亲水嘉苑',
    '尚都花园',
    '悦海嘉园',
    '良田佳苑',
    '宝湖福邸',
  ],
  西夏区: ['怀远小区', '同心苑', '文昌家园', '朔方小区', '西轴新村', '贺兰山路小区', '宁朔佳园'],
  永宁: ['永宁县杨和家园', '望远人家', '永宁县团结小区'],
  贺兰: ['贺兰县如意花园', '德胜佳苑', '贺兰县银河小区'],
  灵武: ['灵武市东塔小区', '灵州花园'],
  河东: ['河东机场家属区', '滨河新苑'],
};
const STREETS: Record<string, string> = {
  兴庆区: '解放东街',
  金凤区: '正源北街',
  西夏区: '怀远西路',
  永宁: '永宁宁和街',
  贺兰: '贺兰光明路',
  灵武: '灵武西昌路',
  河东: '河东滨河大道',
};
const DISTRICT_WEIGHTS = { 兴庆区: 40, 金凤区: 26, 西夏区: 17, 永宁: 6, 贺兰: 6, 灵武: 3, 河东: 2 };

export function personName(random: Random): string {
  return random.pick(SURNAMES) + random.pick(GIVEN);
}

export function mobile(random: Random): string {
  return (
    random.pick(['139', '138', '136', '150', '151', '187', '188', '133', '153', '189', '130', '186']) +
    String(random.whole(0, 99_999_999)).padStart(8, '0')
  );
}

/** An invented customer: where they live is known. */
export type CustomerOfDemo = CustomerCard;

export function customers(random: Random, count: number): CustomerCard[] {
  return Array.from({ length: count }, (_, at) => {
    const district = random.weighted(DISTRICT_WEIGHTS);
    const bulk = random.chance(0.01);
    const community = random.pick(COMMUNITIES[district]!);
    const address = `${district.endsWith('区') ? district : ''}${STREETS[district]}${community}${random.whole(1, 38)}号楼${random.whole(1, 5)}单元${random.whole(1, 18)}0${random.whole(1, 4)}`;
    const landline = random.chance(0.08)
      ? [`0951${random.whole(4, 8)}${String(random.whole(0, 999_999)).padStart(6, '0')}`]
      : [];
    return {
      account: `YC${String(100_000_000 + at * 37)}`,
      name: bulk ? `${community}物业服务中心` : personName(random),
      address,
      community,
      district,
      meterKind: bulk
        ? ('bulk' as const)
        : random.chance(0.62)
          ? ('ic-card' as const)
          : ('mechanical' as const),
      phones: [mobile(random), ...landline],
    };
  });
}

const WORDS: Record<string, string[]> = {
  IC卡表故障: [
    '家里IC卡水表{item}，请师傅上门看看。',
    '卡表{item}，已经买过水，昨晚开始的。',
    '用户反映表{item}，家里有老人，希望尽快处理。',
  ],
  停水: [
    '家中停水，邻居家有水，不欠费。',
    '早上起来就没水，附近没看到施工。',
    '整栋楼都停水了，问什么时候来水。',
  ],
  水质: ['来水后水质{item}，放了十分钟没有好转。', '自来水{item}，孩子不敢喝，请化验。'],
  水费: ['反映本月{item}，要求核实用水量。', '{item}，用户要求说明原因。'],
  水压: ['五楼以上水压低，早晚高峰淋浴打不着火。', '水压不稳，一会儿大一会儿小。'],
  漏水: [
    '单元门口地面冒水，水流不小，影响出行。',
    '表前阀门漏水，水流到楼道里。',
    '路边绿化带漏水，已经积了一大片。',
  ],
  上水井问题: ['路口上水井{item}，有行人差点踩空，请尽快处理。', '小区门口上水井{item}。'],
  水表: ['水表{item}，一直滴水。', '楼道水表{item}，要求更换。'],
  协助停水: ['家中维修水管，需要协助关闭单元总阀。'],
  其他: ['咨询过户需要带什么材料。', '咨询新装水表的办理流程和费用。'],
};
const CATEGORY_WEIGHTS: Record<string, number> = {
  IC卡表故障: 34,
  停水: 18,
  水质: 5,
  水费: 12,
  水压: 6,
  漏水: 14,
  上水井问题: 3,
  水表: 4,
  协助停水: 3,
  其他: 1,
};

export function matter(random: Random, month: number): { category: string; item: string; content: string } {
  const weights = { ...CATEGORY_WEIGHTS };
  if (month === 12 || month <= 2) weights['水表']! += 16;
  if (month >= 6 && month <= 8) {
    weights['停水']! += 10;
    weights['水压']! += 8;
  }
  const zh = random.weighted(weights);
  const category = annex1.categories.find((one) => one.zh === zh) ?? annex1.categories[0]!;
  const item = random.pick(category.items)?.zh ?? '';
  const content = random.pick(WORDS[zh] ?? WORDS['其他']!).replace('{item}', item);
  return { category: zh, item, content };
}
