import { diceOf, shuffled } from './draw.ts';

/** Work of the card meters and of the pipes is drawn each for itself; everything else together. */
export type Stratum = 'ic-card' | 'network' | 'other';
export const STRATA: readonly Stratum[] = ['ic-card', 'network', 'other'];

/** Why an order of the population cannot be called back. */
export type Exclusion = 'no-number' | 'do-not-call' | 'called-back';

/** A closed order that someone went out for, as far as the draw looks at it. */
export interface DrawnFrom {
  orderNo: string;
  /** who did the work: the unit's name */
  department: string;
  stratum: Stratum;
  exclusion: Exclusion | null;
  /** an urgent leak, an order that was done again: classes that may be called back whole */
  urgent: boolean;
  redone: boolean;
}

/** What the draw goes by; recorded with it. Rates are in ten-thousandths, so that ⌈rate · n⌉ is exact. */
export interface SampleRule {
  /** Article 14: 500 */
  rate: number;
  /** of a department of its own; never below zero, above 10,000 is all */
  rates: Record<string, number>;
  wholeUrgent: boolean;
  wholeRedone: boolean;
}
export const ARTICLE_14: SampleRule = { rate: 500, rates: {}, wholeUrgent: false, wholeRedone: false };
/** The draw's own version: a change of how it draws is a new number, and old certificates keep the old one. */
export const DRAW_VERSION = 1;

/** An order's place in the draw: the first `needed` of a department's stratum are called, the others stand in reserve. */
export interface Place {
  orderNo: string;
  department: string;
  stratum: Stratum;
  /** 1, 2, 3 … within department and stratum; a class that is called whole stands first */
  place: number;
  drawn: boolean;
  whole: boolean;
}

export interface Quota {
  department: string;
  stratum: Stratum;
  /** closed on-site orders */
  population: number;
  excluded: number;
  /** ⌈rate · population⌉ */
  needed: number;
  drawn: number;
}

export interface Draw {
  places: Place[];
  quotas: Quota[];
}

/** ⌈rate · n⌉ of n orders. */
export function neededOf(population: number, rate: number): number {
  return Math.min(population, Math.ceil((population * Math.max(0, rate)) / 10_000));
}

/**
 * Draws the sample: in each department ⌈rate · n⌉ of each stratum at least, and so of the department. What a stratum
 * cannot give (its people have no number) the department's other strata give instead. The same orders, rule and seed
 * give the same draw, in whatever order the orders come.
 */
export function drawSample(orders: readonly DrawnFrom[], rule: SampleRule, seed: string): Draw {
  const places: Place[] = [];
  const quotas: Quota[] = [];
  const departments = [...new Set(orders.map((one) => one.department))].sort(byCode);
  for (const department of departments) {
    const rate = rule.rates[department] ?? rule.rate;
    const mine = STRATA.map((stratum) => {
      const all = orders.filter((one) => one.department === department && one.stratum === stratum);
      const eligible = all.filter((one) => one.exclusion === null);
      const order = inDrawnOrder(eligible, rule, `${seed}\n${department}\n${stratum}`);
      const whole = eligible.filter((one) => isWhole(one, rule)).length;
      const needed = neededOf(all.length, rate);
      return { stratum, all, order, needed, take: Math.min(order.length, Math.max(needed, whole)) };
    }).filter((one) => one.all.length > 0);
    let missing = mine.reduce((sum, one) => sum + Math.max(0, one.needed - one.take), 0);
    for (const one of mine) {
      const more = Math.min(missing, one.order.length - one.take);
      one.take += more;
      missing -= more;
    }
    for (const { stratum, all, order, needed, take } of mine) {
      quotas.push({
        department,
        stratum,
        population: all.length,
        excluded: all.length - order.length,
        needed,
        drawn: take,
      });
      order.forEach((one, at) =>
        places.push({
          orderNo: one.orderNo,
          department,
          stratum,
          place: at + 1,
          drawn: at < take,
          whole: isWhole(one, rule),
        }),
      );
    }
  }
  return { places, quotas };
}

function inDrawnOrder(eligible: DrawnFrom[], rule: SampleRule, seed: string): DrawnFrom[] {
  const sorted = [...eligible].sort((a, b) => byCode(a.orderNo, b.orderNo));
  const order = shuffled(sorted, diceOf(seed));
  return [...order.filter((one) => isWhole(one, rule)), ...order.filter((one) => !isWhole(one, rule))];
}

function isWhole(one: DrawnFrom, rule: SampleRule): boolean {
  return (rule.wholeUrgent && one.urgent) || (rule.wholeRedone && one.redone);
}

/**
 * Who is called instead of one that was not reached: the next of the same stratum's draw, then of the department's other
 * strata. Null: the department has nobody left. `used` are the orders that were drawn or called already.
 */
export function replacementFor(
  orderNo: string,
  places: readonly Place[],
  used: ReadonlySet<string>,
): Place | null {
  const out = places.find((one) => one.orderNo === orderNo);
  if (!out) return null;
  const strata = [out.stratum, ...STRATA.filter((one) => one !== out.stratum)];
  for (const stratum of strata) {
    const next = places
      .filter((one) => one.department === out.department && one.stratum === stratum)
      .filter((one) => !used.has(one.orderNo))
      .sort((a, b) => a.place - b.place)[0];
    if (next) return next;
  }
  return null;
}

/** What a second draw gives otherwise than the certificate says; empty: the certificate is proved. */
export function differences(recorded: readonly Place[], again: readonly Place[]): string[] {
  const key = (one: Place) => `${one.department}/${one.stratum}/${one.place}`;
  const told = new Map(recorded.map((one) => [key(one), one]));
  const found: string[] = [];
  for (const one of again) {
    const before = told.get(key(one));
    if (!before) found.push(`${key(one)}：证书上没有，重抽为 ${one.orderNo}`);
    else if (before.orderNo !== one.orderNo || before.drawn !== one.drawn)
      found.push(`${key(one)}：证书为 ${before.orderNo}，重抽为 ${one.orderNo}`);
    told.delete(key(one));
  }
  for (const [place, one] of told) found.push(`${place}：证书有 ${one.orderNo}，重抽没有`);
  return found;
}

/** By code units: the same on every machine, whatever its language. */
function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
