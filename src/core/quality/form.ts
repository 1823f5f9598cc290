/** The quality form (质检表): what a supervisor listens for in a recording, and what it comes to. */
import { thousandthsOf } from '../figures.ts';
import type { Measured } from './measured.ts';

/** One thing that is judged. */
export interface Point {
  /** stays through all versions of a form, so that a point has a trend; a name may be bettered */
  key: string;
  name: string;
  /** what is heard when it is done well */
  hint: string;
  /** whole; the weights of a form come to 100 */
  weight: number;
  /** failed: the whole call is 0 */
  fatal: boolean;
  /** “不适用” may be chosen; its weight goes to the others in proportion */
  optional: boolean;
  /** pre-filled from what was measured of the recording; null: only an ear can tell */
  measured: Measured | null;
}

export interface Section {
  name: string;
  points: Point[];
}

export interface QualityForm {
  name: string;
  sections: Section[];
}

/** How a point was done. */
export type Answer = 'full' | 'half' | 'none' | 'not-applicable';
export const ANSWERS: Readonly<Record<Answer, string>> = {
  full: '做到',
  half: '部分做到',
  none: '没做到',
  'not-applicable': '不适用',
};
/** By the point's key. */
export type Answers = Readonly<Record<string, Answer>>;

/** A comment pinned to an instant of the recording. */
export interface Pin {
  atMs: number;
  words: string;
}

const WHOLE = 100;
const MOST_POINTS = 60;

/** All points of a form, section after section. */
export function pointsOf(form: QualityForm): Point[] {
  return form.sections.flatMap((section) => section.points);
}

/** What is wrong with a form, in Chinese, each with what to do; empty: calls may be scored by it. */
export function formFaults(form: QualityForm): string[] {
  const faults: string[] = [];
  const points = pointsOf(form);
  if (form.name.trim() === '') faults.push('请给质检表取一个名称。');
  if (points.length === 0) return [...faults, '质检表还没有评分项，请至少添加一项。'];
  if (points.length > MOST_POINTS)
    faults.push(`评分项有 ${points.length} 项，最多 ${MOST_POINTS} 项，请合并或删除一些。`);
  form.sections.forEach((section, at) => {
    const name = section.name.trim();
    if (name === '') faults.push(`第 ${at + 1} 部分没有名称，请填写。`);
    if (section.points.length === 0)
      faults.push(`“${name || `第 ${at + 1} 部分`}”里没有评分项，请添加一项，或删除这一部分。`);
  });
  for (const name of repeated(form.sections.map((one) => one.name.trim())))
    faults.push(`有两个部分都叫“${name}”，请改掉一个。`);
  if (points.some((one) => one.name.trim() === '')) faults.push('有评分项没有名称，请填写。');
  for (const name of repeated(points.map((one) => one.name.trim())))
    faults.push(`有两个评分项都叫“${name}”，请改掉一个。`);
  if (points.some((one) => one.key === '') || repeated(points.map((one) => one.key)).length > 0)
    faults.push('评分项的编号重复了，请删除后重新添加。');
  for (const { name, weight, fatal } of points)
    if (!Number.isInteger(weight) || weight < (fatal ? 0 : 1) || weight > WHOLE)
      faults.push(`“${name}”的分值要填 ${fatal ? 0 : 1} 到 ${WHOLE} 的整数。`);
  const sum = points.reduce((total, one) => total + one.weight, 0);
  if (sum !== WHOLE) {
    const by = Math.abs(WHOLE - sum);
    faults.push(`各项分值合计是 ${sum}，要等于 ${WHOLE}：请${sum < WHOLE ? '再加' : '减去'} ${by} 分。`);
  }
  // else a call to which nothing applies would have no score at all
  if (points.every((one) => one.optional || one.weight === 0))
    faults.push('每一项都可以“不适用”，请至少留一项有分值的必评项。');
  return faults;
}

/** What hinders a filled form from being given, in Chinese; null: nothing. */
export function answersFault(form: QualityForm, answers: Answers): string | null {
  const points = pointsOf(form);
  const known = new Set(points.map((one) => one.key));
  if (Object.keys(answers).some((key) => !known.has(key))) return '质检表已经换了一版，请刷新后重新评分。';
  const left = points.filter((one) => answers[one.key] === undefined);
  if (left.length > 0) return `还有 ${left.length} 项没有评：${left.map((one) => one.name).join('、')}。`;
  for (const { key, name, fatal, optional } of points) {
    if (answers[key] === 'not-applicable' && !optional) return `“${name}”是必评项，不能选“不适用”。`;
    if (answers[key] === 'half' && fatal) return `“${name}”是一票否决项，只能选“做到”或“没做到”。`;
  }
  return null;
}

/** A score: tenths of a point of 100, whole (`965` is 96.5), and the fatal points that made it 0. */
export interface Total {
  tenths: number;
  fatal: string[];
}

/**
 * What a filled form comes to. A point that does not apply gives its weight to the others in proportion; a fatal point
 * that failed makes the call 0. Rounded as every share is (core/figures.ts): 100 only where all was done.
 */
export function totalOf(form: QualityForm, answers: Answers): Total {
  const applied = pointsOf(form).filter((one) => answers[one.key] !== 'not-applicable');
  const fatal = applied.filter((one) => one.fatal && answers[one.key] !== 'full').map((one) => one.name);
  const weight = applied.reduce((sum, one) => sum + one.weight, 0);
  if (fatal.length > 0 || weight === 0) return { tenths: 0, fatal };
  const halves = applied.reduce((sum, one) => sum + one.weight * halvesOf(answers[one.key]), 0);
  return { tenths: thousandthsOf(halves, weight * 2), fatal };
}

/** How much of a point was done, in halves; what was not judged is not done. */
export function halvesOf(answer: Answer | undefined): 0 | 1 | 2 {
  return answer === 'full' ? 2 : answer === 'half' ? 1 : 0;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => name !== '' && names.indexOf(name) !== at))];
}
