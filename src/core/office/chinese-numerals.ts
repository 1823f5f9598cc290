/** Numbers written in characters. */
const DIGITS: Record<string, number> = {
  ...{ 零: 0, 〇: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 },
  ...{ 壹: 1, 贰: 2, 叁: 3, 肆: 4, 伍: 5, 陆: 6, 柒: 7, 捌: 8, 玖: 9 },
};
const NUMERALS = /(?<!周|星期|礼拜)[零〇一二两三四五六七八九十百廿卅壹贰叁肆伍陆柒捌玖拾]+/gu;

/** `二十四小时` ─▶ `24小时`, `二〇二六年` ─▶ `2026年`; “三五天”, “五一” are left as they are. */
export function withDigits(text: string): string {
  return text.replace(NUMERALS, (numeral, at: number) => {
    if (numeral === '五一' || (numeral === '十一' && !/^\s*[月日号点时个天小工分]/u.test(text.slice(at + 2))))
      return numeral;
    const value = valueOf(numeral.replaceAll('拾', '十'));
    // 28零点 is no 280
    return value === null ? numeral : /\d$/u.test(text.slice(0, at)) ? ` ${value}` : value;
  });
}

function valueOf(numeral: string): string | null {
  if (/^[零〇一二三四五六七八九]{4}$/u.test(numeral))
    return [...numeral].map((character) => DIGITS[character]).join('');
  const whole = numeral.replaceAll('廿', '二十').replaceAll('卅', '三十');
  const match =
    /^(?:([一二两三四五六七八九壹贰叁肆伍陆柒捌玖])百)?零?(?:([一二三四五六七八九壹贰叁肆伍陆柒捌玖])?(十))?([零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖])?$/u.exec(
      whole,
    );
  if (!match) return null;
  const [, hundreds, tens, ten, digit] = match;
  const value =
    (hundreds ? DIGITS[hundreds]! * 100 : 0) +
    (ten ? (tens ? DIGITS[tens]! : 1) * 10 : 0) +
    (digit ? DIGITS[digit]! : 0);
  return String(value);
}
