/**
 * The clocks of a case from outside: to sign for it, to say whether it is ours, to reply, and to call back who is replied to.
 * They warn, are breached and escalate as an order's clocks do.
 */
import { shortMinuteText } from '../zone.ts';
import { maskText } from '../people/mask.ts';
import { addWorking, type Calendar } from '../orders/calendar.ts';
import type { Clock, Firing } from '../orders/clocks.ts';
import { CASE_WARN_MS, CHANNELS, type Channel } from './cases.ts';
import { keptWords } from './kept-words.ts';

/** `reply` is due when the channel says; the others have the house's own lengths. */
export const CASE_CLOCKS = {
  sign: '签收',
  return: '退单或认领',
  reply: '回复',
  'call-back': '回访',
} as const;
export type CaseClockName = keyof typeof CASE_CLOCKS;

/** Minutes of working time (core/people/settings.ts, which has their defaults). */
export interface CaseClockRules {
  signMinutes: number;
  signWarnMinutes: number;
  returnMinutes: number;
  returnWarnMinutes: number;
  callBackMinutes: number;
  callBackWarnMinutes: number;
  /** so long after a deadline the shift's leader and the company's are told */
  escalateMinutes: number;
}

export interface CaseClockFacts {
  madeAtMs: number;
  firstDueAtMs: number | null;
  dueAtMs: number | null;
  signedAtMs: number | null;
  /** that it is ours was said: it became an order, or was taken back */
  decidedAtMs: number | null;
  returnedAtMs: number | null;
  repliedAtMs: number | null;
  calledBackAtMs: number | null;
  closedAtMs: number | null;
  /** nobody is called back without a number */
  hasPhone: boolean;
}

export interface CaseClock extends Omit<Clock, 'name' | 'round'> {
  name: CaseClockName;
}

const MINUTE_MS = 60_000;

/** Every clock that has begun. Sign and return run from when we had it, callback from the reply. */
export function caseClocks(facts: CaseClockFacts, rules: CaseClockRules, calendar: Calendar): CaseClock[] {
  const { madeAtMs, returnedAtMs, repliedAtMs, calledBackAtMs, closedAtMs } = facts;
  const clocks: CaseClock[] = [];
  const add = (
    name: CaseClockName,
    fromMs: number,
    due: { firstMs: number; ms: number },
    warnMs: number,
    metAtMs: number | null,
  ) =>
    clocks.push({
      ...{ name, fromMs, firstDueAtMs: due.firstMs, dueAtMs: due.ms, metAtMs, stopped: false },
      warnAtMs: Math.max(fromMs, due.ms - warnMs),
      escalateAtMs: due.ms + rules.escalateMinutes * MINUTE_MS,
    });
  const after = (fromMs: number, minutes: number) => {
    const ms = addWorking(calendar, fromMs, minutes * MINUTE_MS);
    return { firstMs: ms, ms };
  };
  const { signMinutes, signWarnMinutes, returnMinutes, returnWarnMinutes } = rules;
  add(
    ...(['sign', madeAtMs, after(madeAtMs, signMinutes), signWarnMinutes * MINUTE_MS] as const),
    earliest(facts.signedAtMs, returnedAtMs),
  );
  add(
    ...(['return', madeAtMs, after(madeAtMs, returnMinutes), returnWarnMinutes * MINUTE_MS] as const),
    earliest(facts.decidedAtMs, returnedAtMs, repliedAtMs),
  );
  if (facts.dueAtMs !== null) {
    const due = { firstMs: facts.firstDueAtMs ?? facts.dueAtMs, ms: facts.dueAtMs };
    add('reply', madeAtMs, due, CASE_WARN_MS, repliedAtMs ?? returnedAtMs);
  }
  if (repliedAtMs !== null && facts.hasPhone) {
    const due = after(repliedAtMs, rules.callBackMinutes);
    // a callback of an earlier reply says nothing of this one
    const calledMs = calledBackAtMs !== null && calledBackAtMs >= repliedAtMs ? calledBackAtMs : null;
    add('call-back', repliedAtMs, due, rules.callBackWarnMinutes * MINUTE_MS, earliest(calledMs, closedAtMs));
  }
  return clocks;
}

function earliest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

const ADVICE: Record<CaseClockName, string> = {
  sign: '请签收',
  return: '不归我们办的请退单，归我们办的请转工单或并入工单',
  reply: '请在对方平台上回复',
  'call-back': '请回访用户',
};
const EVENTS = { warning: 'case-warning', breach: 'case-overdue', escalation: 'case-escalated' } as const;

/** What is said when a clock of a case fires, and to whom; some of them see no whole numbers. */
export function caseClockNotice(
  one: { channel: Channel; outsideNo: string; content: string },
  clock: { name: CaseClockName; dueAtMs: number },
  firing: Firing,
) {
  const name = CASE_CLOCKS[clock.name];
  const title = {
    warning: `来件将到${name}时限`,
    breach: `来件已超过${name}时限`,
    escalation: `来件超时仍未${name}`,
  }[firing];
  const which = `${CHANNELS[one.channel].zh} ${one.outsideNo || '（无编号）'}`;
  return {
    event: EVENTS[firing],
    title,
    text: `${which}：${name}时限 ${shortMinuteText(clock.dueAtMs)}，${ADVICE[clock.name]}。${keptWords(maskText(one.content), 60)}`,
    roles:
      firing === 'escalation' ? (['supervisor', 'manager'] as const) : (['agent', 'supervisor'] as const),
  };
}
