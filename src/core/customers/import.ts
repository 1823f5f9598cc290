import { FIELD_LIMITS } from '../field-limits.ts';
import { cellCode, faultOf, isScientific, LOST_DIGITS } from '../lists/cells.ts';
import {
  besideColumns,
  guessColumnsBy,
  headerKey,
  type TaughtWords,
  type Vocabulary,
} from '../lists/columns.ts';
import { readNumbers } from '../people/number.ts';
import { numberText } from '../people/telephone.ts';
import { FIELD_WORDS, type CustomerFields, type MeterKind, type MeterPlace } from './card.ts';
import { communityOf } from './community.ts';

/** Which column of a list tells which field; a list of the billing system needs account, name and address at least. */
export type Columns = Partial<Record<keyof CustomerFields, number>>;

/** What the columns of the billing systems are called. */
export const CUSTOMER_LABELS: Vocabulary<keyof CustomerFields> = {
  account: [
    ...['户号', '用户编号', '客户编号', '用户号', '客户号', '用户编码', '客户编码', '用户代码', '客户代码'],
    ...['用水户号', '缴费户号', '缴费号', '=账号', '用户账号', 'account'],
  ],
  name: [
    ...['户名', '姓名', '用户名称', '客户名称', '用户姓名', '客户姓名', '用户名', '=用户', '=客户', '=name'],
    'customername',
  ],
  phones: [
    ...['联系电话', '手机号码', '手机号', '手机', '电话号码', '联系方式', '联系号码', '移动电话', '固定电话'],
    ...['电话', '=号码', '=phone', '=phones', '=mobile', '=tel', '=telephone'],
    ...['=固话', '=座机', '=备用电话', '=其他电话'],
  ],
  address: [
    ...[
      '用水地址',
      '用户地址',
      '用水地点',
      '安装地址',
      '装表地址',
      '房屋地址',
      '详细地址',
      '联系地址',
      '地址',
    ],
    ...['住址', '=address'],
  ],
  community: ['小区', '小区名称', '所属小区', '所在小区', '社区', '=community'],
  district: [
    '辖区',
    '区县',
    '县区',
    '行政区',
    '行政区划',
    '所属区',
    '所在区',
    '所属区域',
    '=区域',
    '=district',
  ],
  meterKind: ['表型', '水表类型', '表类型', '表类', '水表种类', '表种', '=meter', '=metertype', '=meterkind'],
  meterPlace: ['水表位置', '表位', '水表归属', '=注册', '=表后', '注册表后'],
  unitId: ['责任单位', '所属单位', '管理单位', '责任公司', '营业所', '=单位', '=unit'],
};
/** Columns that are another's: of a bank, of a paper, of who reads the meter. */
const NOT_THE_CUSTOMERS = /银行|开户|证件|身份证|发票|纳税|税号|抄表员|收费员|经办|受理|产权|法人|登录|微信/;
/** Fields that a column can tell, in the order in which people think of them. */
export const COLUMN_FIELDS = Object.keys(FIELD_WORDS) as (keyof CustomerFields)[];
export const NEEDED: readonly (keyof CustomerFields)[] = ['account', 'name', 'address'];

/** What the headers of a list seem to say, by what people have taught and what we know; a column is one field only. */
export function guessColumns(
  headers: readonly string[],
  taught: TaughtWords<keyof CustomerFields> = {},
): Columns {
  return guessColumnsBy(headers, CUSTOMER_LABELS, { taught, others: NOT_THE_CUSTOMERS });
}

const PHONE_NAMES: ReadonlySet<string> = new Set(
  CUSTOMER_LABELS.phones.map((label) => headerKey(label.replace(/^=/, ''))),
);

/**
 * Further columns of the customer's own telephones, beside the one that is chosen: 手机 next to 固定电话, 联系电话2.
 * Only by a whole name that we know; 物业电话 is somebody else's.
 */
export function furtherPhoneColumns(
  headers: readonly string[],
  columns: Columns,
  taught: TaughtWords<keyof CustomerFields> = {},
): number[] {
  if (columns.phones === undefined) return [];
  const used = new Set<number>(Object.values(columns));
  return headers.flatMap((header, at) =>
    !used.has(at) &&
    taught[headerKey(header)] !== '' &&
    PHONE_NAMES.has(headerKey(header).replace(/[\d一二三四五]$/, ''))
      ? [at]
      : [],
  );
}

/** Which columns are read beside the chosen ones, and which are not though their names would fit; in words for people. */
export function besideCustomerColumns(
  headers: readonly string[],
  columns: Columns,
  taught: TaughtWords<keyof CustomerFields> = {},
): string[] {
  const further = furtherPhoneColumns(headers, columns, taught);
  const rest = headers.map((header, at) => (further.includes(at) ? '' : header));
  const read = further.map((at) => `“${headers[at]!.slice(0, 20)}”`);
  return [
    ...(read.length > 0 ? [`列${read.join('、')}也是电话，和“${headers[columns.phones!]}”一起读`] : []),
    ...besideColumns(rest, columns, CUSTOMER_LABELS, NOT_THE_CUSTOMERS),
  ];
}

/** How many of a row's words are names of a customer's columns. */
export const recogniseCustomers =
  (taught: TaughtWords<keyof CustomerFields>) => (headers: readonly string[]) =>
    Object.keys(guessColumns(headers, taught)).length;

const METERS: [RegExp, MeterKind][] = [
  [/ic|卡|智能|预付/i, 'ic-card'],
  [/趸|总表|泵/, 'bulk'],
  [/机械|普通|抄表|远传|水表/, 'mechanical'],
];

export interface ImportRules {
  districts: readonly string[];
  /** name ─▶ id */
  units: ReadonlyMap<string, number>;
}
export type ImportedRow = { ok: true; card: CustomerFields } | { ok: false; reason: string };

/** A row of a list as a customer, or the one reason why it can't be taken, in the words of who has to mend the list. */
export function readRow(
  row: readonly string[],
  columns: Columns,
  rules: ImportRules,
  faults?: Readonly<Record<number, string>>,
  /** as furtherPhoneColumns gives them */
  furtherPhones: readonly number[] = [],
): ImportedRow {
  const cell = (field: keyof CustomerFields) => {
    const at = columns[field];
    return at === undefined ? '' : cellCode(row[at] ?? '');
  };
  const no = (reason: string): ImportedRow => ({ ok: false, reason });
  const fault = faultOf(faults, columns, FIELD_WORDS);
  if (fault !== null) return no(fault);
  for (const at of furtherPhones) if (faults?.[at] !== undefined) return no(`电话：${faults[at]}`);
  const phones = [cell('phones'), ...furtherPhones.map((at) => cellCode(row[at] ?? ''))].filter(
    (text) => text !== '',
  );
  for (const field of NEEDED) if (cell(field) === '') return no(`缺${FIELD_WORDS[field]}`);
  const account = cell('account');
  if (isScientific(account)) return no(`户号“${account}”${LOST_DIGITS}`);
  for (const text of phones) {
    if (isScientific(text)) return no(`电话“${text}”${LOST_DIGITS}`);
    if (text.includes('\ufffd')) return no('电话里有坏字，看不清');
  }
  if (!/^[A-Za-z0-9_-]+$/.test(account) || account.length > FIELD_LIMITS.account)
    return no(`户号“${account.slice(0, 40)}”里有字母、数字以外的字`);
  for (const field of ['name', 'address', 'community'] as const)
    if (cell(field).length > FIELD_LIMITS[field])
      return no(`${FIELD_WORDS[field]}超过 ${FIELD_LIMITS[field]} 字`);
  const district = cell('district') || (rules.districts.find((one) => cell('address').includes(one)) ?? '');
  const known = rules.districts.find(
    (one) => one === district || `${one}县` === district || `${one}市` === district,
  );
  if (known === undefined)
    return no(
      district === ''
        ? `没有辖区，地址里也看不出来（应为：${rules.districts.join('、')}）`
        : `辖区“${district.slice(0, 20)}”不认识（应为：${rules.districts.join('、')}）`,
    );
  const meter = cell('meterKind');
  const meterKind = meter === '' ? ('' as const) : METERS.find(([shape]) => shape.test(meter))?.[1];
  if (meterKind === undefined) return no(`表型“${meter.slice(0, 20)}”不认识（IC 卡表、机械表、趸售总表）`);
  const unit = cell('unitId');
  const unitId = unit === '' ? null : rules.units.get(unit);
  if (unitId === undefined) return no(`责任单位“${unit.slice(0, 40)}”不在单位列表里`);
  const place = cell('meterPlace');
  const meterPlace: MeterPlace = /后/.test(place) ? 'behind' : /注册|前/.test(place) ? 'registered' : '';
  const read = phones.map((text) => readNumbers(text));
  for (const { refused, none } of read) if (refused !== null && !none) return no(`电话${refused}`);
  return {
    ok: true,
    card: {
      ...{
        account,
        name: cell('name'),
        address: cell('address'),
        district: known,
        meterKind,
        meterPlace,
        unitId,
      },
      community: cell('community') || communityOf(cell('address')),
      phones: [...new Set(read.flatMap(({ numbers }) => numbers.map(numberText)))].sort(),
    },
  };
}
