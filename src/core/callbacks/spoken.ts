/**
 * What the script says of the matter, as the names of prompts (dialplan/prompts.json) in order: the date of the call and
 * its kind. Only names that stand in the list ever reach the dialplan, so nothing of a customer's text does.
 */
import { dateAt } from '../office/period.ts';

/** Annex 1's categories; every other is `matter-other`. */
export const MATTERS: Readonly<Record<string, string>> = {
  IC卡表故障: 'matter-card',
  停水: 'matter-no-water',
  水质: 'matter-quality',
  水费: 'matter-fees',
  水压: 'matter-pressure',
  漏水: 'matter-leak',
  上水井问题: 'matter-manhole',
  水表: 'matter-meter',
  协助停水: 'matter-shut-off',
};

/** `十一月二十五日` ─▶ `n-11 month n-25 day`; each number up to 31 is a prompt of its own, read as Chinese reads it. */
export function spokenDate(atMs: number): string[] {
  const { month, day } = dateAt(atMs);
  return [`n-${month}`, 'month', `n-${day}`, 'day'].map(promptOf);
}

export function spokenMatter(category: string): string {
  return promptOf(MATTERS[category] ?? 'matter-other');
}

/** 1 一 … 10 十, 11 十一, 20 二十, 31 三十一 */
export function chineseNumber(number: number): string {
  const digits = '零一二三四五六七八九';
  if (number < 10) return digits[number]!;
  const tens = Math.floor(number / 10);
  const ones = number % 10;
  return `${tens === 1 ? '' : digits[tens]}十${ones === 0 ? '' : digits[ones]}`;
}

function promptOf(name: string): string {
  return `hotline/survey-${name}`;
}
