import type { Answers } from './outcome.ts';
import type { DrawnFrom, Exclusion, Stratum } from './sample.ts';

/** A closed order that someone went out for, with what Annex 2's form says of it. The orders' side fills it. */
export interface ClosedOrder {
  orderNo: string;
  /** who did the work: the unit's name */
  department: string;
  stratum: Stratum;
  /** in the one spelling (core/people/number.ts); null: none is known */
  number: string | null;
  /** to be asked for when the main number has answered; the machine never dials it */
  extension: string | null;
  acceptedAtMs: number;
  closedAtMs: number;
  caller: string;
  address: string;
  district: string;
  category: string;
  /** 反映内容 */
  content: string;
  /** the people who went out */
  handledBy: string;
  /** 处理完成情况 */
  handling: string;
  /** the person who took the order: they never call it back themselves */
  agentId: number | null;
  urgent: boolean;
  redone: boolean;
}

/** Which orders cannot be called back, and why. */
export function drawnFrom(
  orders: readonly ClosedOrder[],
  known: {
    doNotCall: ReadonlySet<string>;
    /** order numbers that a campaign drew and that were called back */
    calledBack: ReadonlySet<string>;
    canBeCalled: (number: string) => boolean;
  },
): DrawnFrom[] {
  return orders.map(({ orderNo, department, stratum, number, urgent, redone }) => {
    let exclusion: Exclusion | null = null;
    if (number === null || !known.canBeCalled(number)) exclusion = 'no-number';
    else if (known.doNotCall.has(number)) exclusion = 'do-not-call';
    else if (known.calledBack.has(orderNo)) exclusion = 'called-back';
    return { orderNo, department, stratum, exclusion, urgent, redone };
  });
}

export type RedoReason = 'not-solved' | 'dissatisfied';

/** Not solved, or dissatisfied: an order to redo is drafted. */
export function redoReason(answers: Pick<Answers, 'solved' | 'satisfied'>): RedoReason | null {
  if (answers.solved === 'no') return 'not-solved';
  return answers.satisfied === 'dissatisfied' ? 'dissatisfied' : null;
}
