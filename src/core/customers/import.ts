import { FIELD_LIMITS } from '../field-limits.ts';
import { readNumbers } from '../people/number.ts';
import { numberText } from '../people/telephone.ts';
import { communityOf } from './community.ts';
import { FIELD_WORDS, type CustomerFields, type MeterKind, type MeterPlace } from './card.ts';

/** Which column of a list tells which field; a list of the billing system needs account, name and address at least. */
export type Columns = Partial<Record<keyof CustomerFields, number>>;

/** what the columns of the billing system are called */
const HEADERS: Record<keyof CustomerFields, RegExp> = {
  account: /户号|用户编号|客户编号|账号|用户号|^account$/i,
  name: /户名|姓名|用户名称|客户名称|用户名|^name$/i,
  phones: /电话|手机|联系方式|号码|^phones?$/i,
  address: /地址|住址|用水地点|^address$/i,
  community: /小区|社区|^community$/i,
  district: /辖区|区县|行政区|所属区|^district$/i,
  meterKind: /表型|水表类型|表类型|表类|^meter/i,
  meterPlace: /水表位置|注册|表后/,
  unitId: /责任单位|所属单位|单位|^unit$/i,
};
/** Fields that a column can tell, in the order in which people think of them. */
export const COLUMN_FIELDS = Object.keys(FIELD_WORDS) as (keyof CustomerFields)[];
export const NEEDED: readonly (keyof CustomerFields)[] = ['account', 'name', 'address'];

/** What the headers of a list seem to say; a column is one field only. */
export function guessColumns(headers: readonly string[]): Columns {
  const columns: Columns = {};
  const taken = new Set<number>();
  for (const [field, shape] of Object.entries(HEADERS) as [keyof CustomerFields, RegExp][]) {
    const at = headers.findIndex((header, column) => !taken.has(column) && shape.test(header.trim()));
    if (at < 0) continue;
    columns[field] = at;
    taken.add(at);
  }
  return columns;
}

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
export function readRow(row: readonly string[], columns: Columns, rules: ImportRules): ImportedRow {
  const cell = (field: keyof CustomerFields) => {
    const at = columns[field];
    return at === undefined ? '' : (row[at] ?? '').normalize('NFKC').trim();
  };
  const no = (reason: string): ImportedRow => ({ ok: false, reason });
  for (const field of NEEDED) if (cell(field) === '') return no(`缺${FIELD_WORDS[field]}`);
  const account = cell('account');
  // a spreadsheet turns a long account into 1.23E+11 and forgets its digits
  if (/^\d(\.\d+)?E\+?\d+$/i.test(account))
    return no(`户号“${account}”被表格软件写成了科学计数，请把这一列改成文本再导出`);
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
  const { numbers, refused, none } = readNumbers(cell('phones'));
  if (refused !== null && !none) return no(`电话${refused}`);
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
      phones: [...new Set(numbers.map(numberText))].sort(),
    },
  };
}
