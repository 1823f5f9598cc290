import { replaceNumbers } from './find-numbers.ts';

/** A telephone number for who does not need the whole of it, and for every log: `139****5678`. */
export function maskNumber(number: string): string {
  // an extension alone reaches nobody
  const [, main, extension] = /^(\d{7,})(-\d{1,6})$/.exec(number) ?? [];
  if (main !== undefined) return maskNumber(main) + extension!;
  const signs = [...number];
  if (signs.length <= 4) return '*'.repeat(signs.length);
  const kept = signs.length >= 11 ? 3 : 1;
  const last = Math.min(4, signs.length - kept - 2);
  return `${signs.slice(0, kept).join('')}****${signs.slice(-last).join('')}`;
}

/** Every telephone number in a text, however it is written, masked; what names a call, an order or a moment stays whole. */
export function maskText(text: string): string {
  return replaceNumbers(text, maskNumber);
}

/** Whether a figure is a mobile number of this country. */
export function isMobileNumber(figure: number): boolean {
  return Number.isInteger(figure) && figure >= 13_000_000_000 && figure <= 19_999_999_999;
}

/** A caller's or a customer's name for who need not know them: the first character stays. */
export function maskName(name: string): string {
  const [first, ...rest] = [...maskText(name.trim())];
  if (first === undefined) return '';
  return rest.every((sign) => sign === '*') ? first + '*'.repeat(rest.length) : `${first}**`;
}

const NUMERAL = '〇零一二三四五六七八九十百两';
/** the numbers of a door in every spelling; a street that has a numeral in its name keeps it */
const DOORS = new RegExp(
  `[\\p{Nd}\\p{No}]+|[${NUMERAL}]{2,}|[A-Za-z${NUMERAL}甲乙丙丁东南西北](?=号|栋|幢|座|楼|单元|室|层|门|排|院|户|弄|组|队)`,
  'gu',
);

/** An address for who does not need the door: the community stays, its numbers go. */
export function maskAddress(address: string): string {
  const masked = address.replace(DOORS, '**');
  if (masked !== address || address.includes('**') || /^.{0,8}[区县市镇乡]$/u.test(address)) return masked;
  // nothing in it is a door's number: its latter half is where somebody lives
  const signs = [...address];
  return signs.length < 4 ? address : `${signs.slice(0, Math.ceil(signs.length / 2)).join('')}**`;
}

const DOORS_IN_TEXT = new RegExp(
  [
    `(?:\\p{Nd}+|[${NUMERAL}]+|[A-Za-z甲乙丙丁])(?=\\s?(?:号楼|号院|号门|栋|幢|座|单元|室))`,
    '(?<=[路街巷村园区苑府城里庄寨弄道院组队]\\s?)\\p{Nd}+(?=\\s?号)',
    // 7-2-501
    '(?<![\\p{Nd}-])\\p{Nd}{1,3}-\\p{Nd}{1,2}-\\p{Nd}{2,4}(?![\\p{Nd}-])',
  ].join('|'),
  'gu',
);

/** Doors that stand in what people wrote: `丽景园**号楼**单元**室`. */
export function maskDoors(text: string): string {
  return text.replace(DOORS_IN_TEXT, '**');
}

const NAMED =
  /(?<=(?:来电人|联系人|投诉人|反映人|诉求人|举报人|申请人|户名|姓名|客户|用户|业主)\s?[：:]\s?|(?:我叫|名叫|姓名是?|户名是?)\s?)[\p{Script=Han}·]{2,15}/gu;

/** Names that a text calls names: `来电人：张**`, 我叫张**. Any other name in a text can't be told from its words. */
export function maskNamed(text: string): string {
  return text.replace(NAMED, maskName);
}
