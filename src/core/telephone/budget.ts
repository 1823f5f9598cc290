/** What the hotline may call in a day: in all, and to each block of ten thousand numbers. Used up, it is told, and stops. */
export interface Dialled {
  /** the called number without its last four digits: `1391234`, `0951601` */
  block: string;
  calls: number;
  minutes: number;
}
export interface DayBudget {
  budgetMinutes: number;
  budgetCalls: number;
  prefixMinutes: number;
  prefixCalls: number;
  budgetStops: boolean;
}
export interface BudgetState {
  calls: number;
  minutes: number;
  /** 0 to 100 and above, of the budget that is used most */
  usedPercent: number;
  /** used up: beginnings of numbers; '' is all */
  reached: string[];
  /** at which nobody is called any more: the same, or nothing where the budget only tells */
  stopped: string[];
}

/** told so early that somebody can still look */
export const NEAR_PERCENT = 80;

export function budgetState(dialled: readonly Dialled[], budget: DayBudget): BudgetState {
  const calls = dialled.reduce((sum, one) => sum + one.calls, 0);
  const minutes = dialled.reduce((sum, one) => sum + one.minutes, 0);
  const all = Math.max(calls / budget.budgetCalls, minutes / budget.budgetMinutes);
  const shares = dialled.map((one) => ({
    block: one.block,
    share: Math.max(one.calls / budget.prefixCalls, one.minutes / budget.prefixMinutes),
  }));
  const reached = [
    ...(all >= 1 ? [''] : []),
    ...shares.filter(({ share }) => share >= 1).map(({ block }) => block),
  ].sort();
  return {
    calls,
    minutes,
    usedPercent: Math.floor(Math.max(all, ...shares.map(({ share }) => share), 0) * 100),
    reached,
    stopped: budget.budgetStops ? reached : [],
  };
}

/** as the dialplan reads it (dial-check): beginnings that end in x with colons between, or `all` */
export function stoppedWritten(stopped: readonly string[]): string {
  return stopped.includes('')
    ? 'all'
    : stopped
        .slice(0, 40)
        .map((beginning) => `${beginning}x`)
        .join(':');
}
/** the same for numbers allowed beside the usual ones: `400*` is `400x` */
export function extrasWritten(extras: readonly string[]): string {
  return extras.map((extra) => extra.replace('*', 'x')).join(':');
}
