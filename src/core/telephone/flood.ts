/**
 * Floods of forged numbers: far more strangers than usual in ten minutes, most of whom bear a sign of it. What follows is
 * mild, for a burst main brings strangers, too: a stranger presses a key before they queue, who is known goes first.
 */
import { callerNumber } from '../people/number.ts';
import { kindOfNumber } from '../floor/dialling.ts';

export const FLOOD_WINDOW_MS = 600_000;

export type Sign =
  'no-number' | 'no-identity' | 'invalid-number' | 'in-a-row' | 'strange-block' | 'hung-up-at-once';
export const SIGNS: Record<Sign, string> = {
  'no-number': '没有号码',
  'no-identity': '运营商没有证实号码',
  'invalid-number': '号码不合编号规则',
  'in-a-row': '号码连续',
  'strange-block': '从未来过电话的号段',
  'hung-up-at-once': '一接通就挂断',
};

/** One call of the last ten minutes. */
export interface Arrival {
  callId: string;
  atMs: number;
  /** as the trunk told it; null: none */
  ani: string | null;
  /** a customer's number, or one that was spoken with before */
  trusted: boolean;
  /** nobody of this block of ten thousand numbers is a customer or was ever spoken with; false where that is not known */
  strangeBlock: boolean;
  /** the carrier says of everybody who calls (TRUST_PAI), and did not of this one */
  noIdentity: boolean;
  /** the caller hung up so long after they came, answered by nobody; null: they did not (yet) */
  gaveUpAfterMs: number | null;
  /** they pressed the key that they were asked for, or were answered: a caller as any other */
  passed: boolean;
}

export interface FloodRules {
  /** so many strangers in ten minutes at least */
  floodNumbers: number;
  /** and so many times as many as usual */
  floodTimes: number;
  /** and so many of a hundred of them with a sign */
  floodShare: number;
}

/** so soon nobody has even heard the greeting */
const AT_ONCE_MS = 4000;
/** numbers in a row: so many within so many of each other */
const ROW_COUNT = 3;
const ROW_SPAN = 20;
/** so many times the threshold, and signs are not asked for */
const OVERWHELMING_TIMES = 4;
/** it is over below this part of what it began with: raise and clear apart */
const CLEAR_PART = 0.5;

/** The signs of each stranger among these calls, by the call's id. */
export function signsOf(arrivals: readonly Arrival[]): Map<string, Sign[]> {
  const strangers = arrivals.filter(({ trusted, passed }) => !trusted && !passed);
  const rows = inRows(strangers);
  return new Map(
    strangers.map((one) => {
      const number = callerNumber(one.ani);
      const signs: Sign[] = [];
      if (number === null) signs.push('no-number');
      else if (!['mobile', 'fixed', 'foreign', 'service'].includes(kindOfNumber(number)))
        signs.push('invalid-number');
      if (number !== null && rows.has(number)) signs.push('in-a-row');
      if (one.noIdentity) signs.push('no-identity');
      if (one.strangeBlock) signs.push('strange-block');
      if (one.gaveUpAfterMs !== null && one.gaveUpAfterMs < AT_ONCE_MS) signs.push('hung-up-at-once');
      return [one.callId, signs];
    }),
  );
}

/** Numbers that stand with others in a row: 13900000101, 13900000102, 13900000105. */
function inRows(arrivals: readonly Arrival[]): Set<string> {
  const numbers = [
    ...new Set(
      arrivals.flatMap(({ ani }) => callerNumber(ani) ?? []).filter((one) => /^\d{7,15}$/.test(one)),
    ),
  ].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const found = new Set<string>();
  for (let at = 0; at + ROW_COUNT <= numbers.length; at += 1) {
    const row = numbers.slice(at, at + ROW_COUNT);
    if (row[0]!.length !== row.at(-1)!.length || Number(row.at(-1)) - Number(row[0]) > ROW_SPAN) continue;
    for (const number of row) found.add(number);
  }
  return found;
}

export interface FloodVerdict {
  flood: boolean;
  /** distinct numbers of strangers; each call without a number is one */
  strangers: number;
  /** of them with a sign */
  suspicious: number;
  /** from so many strangers it is one */
  threshold: number;
  /** how many calls bear each sign */
  signs: Partial<Record<Sign, number>>;
}

/** Is it a flood now? `usual`: strangers in ten minutes at this time of day; `standing`: one was told of already. */
export function judgeFlood(
  arrivals: readonly Arrival[],
  rules: FloodRules,
  usual: number,
  standing: boolean,
): FloodVerdict {
  const signed = signsOf(arrivals);
  const all = new Set<string>();
  const suspicious = new Set<string>();
  const signs: Partial<Record<Sign, number>> = {};
  for (const { callId, ani } of arrivals) {
    const own = signed.get(callId);
    if (!own) continue;
    const name = callerNumber(ani) ?? callId;
    all.add(name);
    if (own.length > 0) suspicious.add(name);
    for (const sign of own) signs[sign] = (signs[sign] ?? 0) + 1;
  }
  const threshold = Math.max(rules.floodNumbers, Math.ceil(usual * rules.floodTimes));
  // where most callers are served, strangers who are not fill no queue
  const served = arrivals.length - signed.size;
  const many = all.size >= threshold && all.size >= served;
  const share = all.size === 0 ? 0 : (suspicious.size / all.size) * 100;
  const begins = many && (share >= rules.floodShare || all.size >= threshold * OVERWHELMING_TIMES);
  const goesOn = standing && all.size >= threshold * CLEAR_PART;
  return { flood: begins || goesOn, strangers: all.size, suspicious: suspicious.size, threshold, signs };
}

/** A flood that goes on. */
export interface Standing {
  id: number;
  beganAtMs: number;
}
/** A stranger's call in it. */
export interface FloodCall {
  callId: string;
  number: string | null;
  signs: Sign[];
  /** it is like the most of the flood: it stands apart in the list of missed callers */
  folded: boolean;
  atMs: number;
}

/** Is a call with these signs like the most of the flood? One that has none of its common signs is a caller by chance. */
export function isLike(signs: readonly Sign[], all: ReadonlyMap<string, readonly Sign[]>): boolean {
  const suspicious = [...all.values()].filter((own) => own.length > 0);
  const common = (Object.keys(SIGNS) as Sign[]).filter(
    (sign) => suspicious.filter((own) => own.includes(sign)).length * 2 >= Math.max(suspicious.length, 1),
  );
  return common.length === 0 || signs.some((sign) => common.includes(sign));
}

/** The key that a stranger is asked for: another one at each call, so that no robot presses it by itself. */
export function keyFor(callId: string): number {
  let sum = 0;
  for (const char of callId) sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return (sum % 9) + 1;
}
