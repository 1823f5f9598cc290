/**
 * What the reports of Articles 18 to 23 count. A **receipt** is one taking-down of one matter: a record of the hotline,
 * an order without a record, a case from outside. Two receipts of one matter are one **event**. A receipt belongs to the
 * period in which it was received. PostgreSQL counts by these names (view `receipts`, migration 0062); every number is a
 * list of receipts narrowed by them.
 */
import annex1 from '../orders/annex1.json' with { type: 'json' };
import { CHANNELS } from './cases.ts';
import type { Period } from './period.ts';

/** What a receipt can be told apart by. Flags are 'yes' or 'no'; '' is “none”. */
export const DIMS = [
  ...(['side', 'channel', 'line', 'fault', 'category', 'item', 'district', 'unit', 'event'] as const),
  ...(['ordered', 'answered', 'closed', 'raw', 'adjusted', 'cause'] as const),
  ...(['case_raw', 'case_adjusted', 'case_answered'] as const),
] as const;
export type Dim = (typeof DIMS)[number];
/** Several values of one dimension: any of them. */
export type Where = Partial<Record<Dim | 'community' | 'day', string | readonly string[]>>;
export type Group = Record<Dim, string> & { count: number };

export const SIDES = { hotline: '热线受理', outside: '上级转办', other: '其他渠道' } as const;
export const CHANNEL_WORDS: Record<string, string> = {
  ...{ phone: '热线来电', visit: '柜台受理', system: '其他系统' },
  ...Object.fromEntries(Object.entries(CHANNELS).map(([key, { zh }]) => [key, zh])),
};

/** As reports list them: ours first. (A key like `12345` always comes first where an object is gone through.) */
export const CHANNEL_ORDER: readonly string[] = ['phone', 'visit', 'system', ...Object.keys(CHANNELS)];

/** The rows of Article 22 (2), in its order. Annex 1's 水表 has none of its own: a meter that froze is an IC card meter's fault there. */
export const LINES: Record<string, string> = {
  'no-water': '停水',
  leak: '漏水',
  pressure: '水压',
  'water-quality': '水质',
  fees: '水费',
  manhole: '上水井盖',
  'help-shut-off': '协助停水',
  theft: '偷窃水',
  other: '其它情况',
  'card-meter': 'IC卡水表故障',
};

/** The faults of an IC card meter in Article 22 (2), in its order. */
export const FAULTS: Record<string, string> = {
  'no-display': '无显无水',
  'no-sampling': '液晶不采样',
  'little-water': '水小',
  noise: '表响',
  'body-leak': '表体漏水',
  overdrawn: '透支',
  'turns-itself': '表自转',
  measure: '计量有误',
  'frozen-scalded': '表冻或烫坏',
  other: '其它情况',
};

/** Article 22 (4): what an order about pipes came from. */
export const CAUSES: Record<string, string> = { burst: '爆管', leak: '漏水', works: '施工断管' };

export const CATEGORIES: readonly { code: string; zh: string }[] = annex1.categories.map(({ code, zh }) => ({
  code,
  zh,
}));
const CATEGORY_WORDS: Record<string, string> = {
  ...Object.fromEntries(CATEGORIES.map(({ code, zh }) => [code, zh])),
  '': '未分类',
};

/** A dimension's value as people read it; `units` by id. */
export function dimWords(dim: string, value: string, units: ReadonlyMap<string, string>): string {
  const flag = (yes: string, no: string) => (value === 'yes' ? yes : no);
  const onTime = { in: '按时', late: '超时', running: '未到期' }[value] ?? '无时限';
  switch (dim) {
    case 'side':
      return (SIDES as Record<string, string>)[value] ?? value;
    case 'channel':
      return CHANNEL_WORDS[value] ?? value;
    case 'line':
      return LINES[value] ?? value;
    case 'fault':
      return `IC卡水表：${FAULTS[value] ?? value}`;
    case 'category':
      return CATEGORY_WORDS[value] ?? value;
    case 'item':
      return value === '' ? '未细分' : `第 ${value} 项`;
    case 'district':
      return value || '未写辖区';
    case 'community':
      return value || '未写小区';
    case 'unit':
      return value === '' ? '未派单' : (units.get(value) ?? '已撤销的单位');
    case 'event':
      return flag('首件', '重复件');
    case 'ordered':
      return flag('已建工单', '未建工单');
    case 'answered':
    case 'case_answered':
      return flag('已回复', '未回复');
    case 'closed':
      return flag('已办结', '未办结');
    case 'raw':
    case 'case_raw':
      return `原时限${onTime}`;
    case 'adjusted':
    case 'case_adjusted':
      return `延期后${onTime}`;
    case 'cause':
      return CAUSES[value] ?? '';
    default:
      return value;
  }
}

/** The address of a list of receipts. */
export function receiptList(period: Pick<Period, 'key'>, where: Where = {}): string {
  const more = Object.entries(where).flatMap(([dim, value]) =>
    valuesOf(value).map((one) => `&${dim}=${encodeURIComponent(one)}`),
  );
  return `receipts?period=${encodeURIComponent(period.key)}${more.join('')}`;
}

/** How many of these groups fit: the number that the list of the same `where` gives. */
export function sumWhere(groups: readonly Group[], where: Where): number {
  const wanted = (Object.entries(where) as [Dim, string | readonly string[]][]).map(
    ([dim, value]) => [dim, valuesOf(value)] as const,
  );
  let sum = 0;
  for (const group of groups)
    if (wanted.every(([dim, values]) => values.includes(group[dim]))) sum += group.count;
  return sum;
}

/** The values of a dimension that a condition lets through. */
export function valuesOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
