import { searchWords } from '../search.ts';

/** A customer as the people at the desk and the billing system's lists know them. */
export type MeterKind = 'ic-card' | 'mechanical' | 'bulk';
/** Annex 1: 注册水表 or 表后水表; empty: not known */
export type MeterPlace = '' | 'registered' | 'behind';
export const METER_PLACES: Record<MeterPlace, string> = {
  '': '—',
  registered: '注册水表',
  behind: '表后水表',
};

export interface CustomerFields {
  /** 户号; null: a new caller who has told none yet */
  account: string | null;
  name: string;
  address: string;
  /** 小区 */
  community: string;
  district: string;
  /** empty: not known */
  meterKind: MeterKind | '';
  meterPlace: MeterPlace;
  /** the unit that looks after it; null: the decision table says which */
  unitId: number | null;
  /** as numberText gives them, sorted: `13912345678`, with an extension `09515012345-8001` */
  phones: string[];
}

export const FIELD_WORDS: Record<keyof CustomerFields, string> = {
  account: '户号',
  name: '户名',
  phones: '电话',
  address: '地址',
  community: '小区',
  district: '辖区',
  meterKind: '表型',
  meterPlace: '水表位置',
  unitId: '责任单位',
};

/** The fields that differ, each with what it was and what it is; null: nothing changed. */
export function differencesOf(
  before: CustomerFields,
  after: CustomerFields,
): { before: Partial<CustomerFields>; after: Partial<CustomerFields> } | null {
  const names = (Object.keys(FIELD_WORDS) as (keyof CustomerFields)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (names.length === 0) return null;
  const some = (of: CustomerFields) => Object.fromEntries(names.map((name) => [name, of[name]]));
  return { before: some(before), after: some(after) };
}

/** Every way in which a name may be typed: `maxiaoyan`, `mxy`. */
export type Sounds = (name: string) => readonly string[];

/** Everything that a customer is found by: name and community also by their sound, numbers by any of their ends. */
export function customerWords(
  one: Pick<CustomerFields, 'account' | 'name' | 'address' | 'community' | 'district' | 'phones'>,
  sounds: Sounds,
): string[] {
  return searchWords(
    one.name,
    // 马·依布拉欣 is looked for without its dot, too
    one.name.replace(/[^\p{L}\p{N}]+/gu, ''),
    ...sounds(one.name),
    one.account ?? '',
    ...one.phones,
    one.community,
    ...sounds(one.community),
    one.address,
    one.district,
  );
}

/** What was asked, with a district that stands in it as a word of its own told apart: half the town fits it, so it narrows. */
export function customerQuestion(
  asked: { words: string; district: string | null },
  districts: readonly string[],
): { words: string; district: string | null } {
  const parts = asked.words.trim().split(/\s+/);
  const named = asked.district ?? parts.find((part) => districts.includes(part)) ?? null;
  return { words: parts.filter((part) => part !== named).join(' '), district: named };
}
