/** What several scores come to: how far scorers of one call are apart, and how an agent goes from week to week. */
import { rounded, thousandthsOf } from '../figures.ts';
import { periodAt } from '../office/period.ts';
import { halvesOf, pointsOf, totalOf, type Answer, type Answers, type QualityForm } from './form.ts';

/** One scorer's filled form of a call that several score. */
export interface OneOfMany {
  scorer: string;
  answers: Answers;
}

export interface Spread {
  /** in tenths, each scorer's */
  totals: { scorer: string; tenths: number }[];
  meanTenths: number;
  /** the best total less the worst, tenths */
  rangeTenths: number;
  /** the points on which they differ most stand first */
  points: { key: string; name: string; answers: (Answer | null)[]; agreed: boolean; apart: number }[];
}

/** How far the scorers are apart, over all and point by point; a form without scorers has no spread. */
export function spreadOf(form: QualityForm, scores: readonly OneOfMany[]): Spread | null {
  if (scores.length === 0) return null;
  const totals = scores.map((one) => ({ scorer: one.scorer, tenths: totalOf(form, one.answers).tenths }));
  const tenths = totals.map((one) => one.tenths);
  const points = pointsOf(form).map(({ key, name, weight, fatal }) => {
    const answers = scores.map((one) => one.answers[key] ?? null);
    const halves = answers.flatMap((one) => (one === null || one === 'not-applicable' ? [] : halvesOf(one)));
    const gap = halves.length === 0 ? 0 : Math.max(...halves) - Math.min(...halves);
    // one says it does not apply and another judged it: as far apart as can be
    const mixed = answers.includes('not-applicable') && halves.length > 0;
    const apart = (mixed ? 2 : gap) * (fatal ? 100 : weight);
    return { key, name, answers, agreed: new Set(answers).size === 1, apart };
  });
  return {
    totals,
    meanTenths: rounded(tenths.reduce((sum, one) => sum + one, 0) / tenths.length),
    rangeTenths: Math.max(...tenths) - Math.min(...tenths),
    points: points.sort((a, b) => b.apart - a.apart || Number(a.agreed) - Number(b.agreed)),
  };
}

/** A score that counts: given, and none of a calibration. */
export interface Counted {
  agentId: number;
  /** when the call was */
  atMs: number;
  tenths: number;
  answers: Answers;
  form: QualityForm;
}

export interface Trend {
  agentId: number;
  /** `week:2026-W48` */
  week: string;
  count: number;
  meanTenths: number;
}

export interface PointTrend {
  key: string;
  /** as the newest form calls it */
  name: string;
  agentId: number;
  /** done of what could be done, in thousandths; what does not apply is left out */
  share: number;
  count: number;
  /** what was done, in halves: what shares of several agents are added up from */
  halves: number;
}

/** Each agent's mean from week to week, and how well each point is done. Give the scores oldest first. */
export function trendsOf(scores: readonly Counted[]): { weeks: Trend[]; points: PointTrend[] } {
  const weeks = new Map<string, Trend & { sum: number }>();
  const points = new Map<string, PointTrend>();
  for (const { agentId, atMs, tenths, answers, form } of scores) {
    const week = periodAt('week', atMs).key;
    const mine = weeks.get(`${agentId} ${week}`) ?? { agentId, week, count: 0, meanTenths: 0, sum: 0 };
    mine.count += 1;
    mine.sum += tenths;
    mine.meanTenths = rounded(mine.sum / mine.count);
    weeks.set(`${agentId} ${week}`, mine);
    for (const { key, name } of pointsOf(form)) {
      const answer = answers[key];
      if (answer === undefined || answer === 'not-applicable') continue;
      const one = points.get(`${agentId} ${key}`) ?? { key, name, agentId, share: 0, count: 0, halves: 0 };
      one.name = name;
      one.count += 1;
      one.halves += halvesOf(answer);
      one.share = thousandthsOf(one.halves, one.count * 2);
      points.set(`${agentId} ${key}`, one);
    }
  }
  return {
    weeks: [...weeks.values()]
      .map(({ sum: _, ...rest }) => rest)
      .sort((a, b) => (a.week < b.week ? -1 : a.week > b.week ? 1 : a.agentId - b.agentId)),
    points: [...points.values()],
  };
}
