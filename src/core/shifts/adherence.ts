/** Adherence: the shift that the roster plans for an agent, against where they are at this moment. */
import { AT_DESK, EARLY_MS, type Spell } from './roster.ts';
import { clockText, type Shift } from './shift.ts';

export interface Adherence {
  /** 早班 08:00—16:00; null: nothing is planned now */
  shift: string | null;
  /**
   * `kept`: planned and at the desk · `due`: begins within ten minutes (Article 24), not there yet · `late`: the shift
   * runs and they have not come · `away`: came, and is not at the desk · `unplanned`: at the desk outside any shift of
   * theirs · `off`: neither planned nor there
   */
  verdict: 'kept' | 'due' | 'late' | 'away' | 'unplanned' | 'off';
  /** since when `late` or `away` */
  sinceMs: number | null;
  /** time at the desk ÷ time of the shift that has passed; null: no shift of theirs runs */
  ratio: number | null;
}

/**
 * How an agent keeps to the roster now. Pauses are at the desk: the roster plans none. What is past goes by the spells,
 * this moment by the live state, which is ahead of them.
 */
export function adherence(
  shifts: readonly Shift[],
  spells: readonly Spell[],
  live: { state: string; sinceMs: number },
  nowMs: number,
): Adherence {
  const here = AT_DESK(live.state);
  const shift = shifts.find((one) => one.fromMs - EARLY_MS <= nowMs && nowMs < one.untilMs);
  const none = { shift: null, sinceMs: null, ratio: null };
  if (!shift) return { ...none, verdict: here ? 'unplanned' : 'off' };
  const words = `${shift.zh} ${clockText(shift.fromMs)}—${clockText(shift.untilMs)}`;
  if (nowMs < shift.fromMs) return { ...none, shift: words, verdict: here ? 'kept' : 'due' };
  const there = atDesk(
    spells,
    here ? live.sinceMs : null,
    shift.fromMs,
    here ? nowMs : Math.min(nowMs, live.sinceMs),
  );
  const passed = nowMs - shift.fromMs;
  const verdict = here ? 'kept' : there > 0 ? 'away' : 'late';
  return {
    shift: words,
    verdict,
    sinceMs:
      verdict === 'late' ? shift.fromMs : verdict === 'away' ? Math.max(live.sinceMs, shift.fromMs) : null,
    ratio: passed === 0 ? (here ? 1 : 0) : Math.min(1, there / passed),
  };
}

/** Time at the desk between two instants, spells that overlap once; a live spell that the spells do not know yet is added. */
function atDesk(
  spells: readonly Spell[],
  liveFromMs: number | null,
  fromMs: number,
  untilMs: number,
): number {
  const there = spells
    .filter((one) => AT_DESK(one.state))
    .map((one) => ({ fromMs: one.fromMs, untilMs: one.untilMs ?? untilMs }));
  if (liveFromMs !== null) there.push({ fromMs: liveFromMs, untilMs });
  let at = fromMs;
  let sum = 0;
  for (const one of there.sort((a, b) => a.fromMs - b.fromMs)) {
    const [begin, end] = [Math.max(one.fromMs, at), Math.min(one.untilMs, untilMs)];
    if (end <= begin) continue;
    sum += end - begin;
    at = end;
  }
  return sum;
}
