/**
 * Something is happening: more people call from one place within minutes than can be chance. A burst main is suspected
 * from who calls, before anybody says so.
 */
import { zoneOffsetMs } from '../zone.ts';
/** One caller of the last minutes; the same number counts once. */
export interface Caller {
  callId: string;
  number: string;
  atMs: number;
  district: string;
  community: string;
  address: string;
}

/** What is usual: callers an hour from a district, by the kind of day and the hour of the clock. */
export interface Usual {
  /** district ─▶ 48 rates an hour: 24 of a working day, 24 of a day off */
  perHour: ReadonlyMap<string, readonly number[]>;
  /** community ─▶ its part of its district's callers, 0 … 1 */
  share: ReadonlyMap<string, number>;
}

export interface Suspicion {
  district: string;
  /** '': the whole district */
  community: string;
  /** different numbers within the window */
  count: number;
  usual: number;
  windowMs: number;
  callers: Caller[];
}

export interface BurstRules {
  windowsMs: readonly number[];
  /** fewer different numbers than this are no suspicion */
  fewest: number;
  /** one in so many ordinary windows may look like this */
  oneIn: number;
}

/** At most half a false alarm a week, and p95 under 6 min at two more calls a minute (test/bench/bursts.bench.ts). */
export const BURST_RULES: BurstRules = {
  windowsMs: [3, 6, 12].map((min) => min * 60_000),
  fewest: 5,
  oneIn: 1e6,
};

/** Callers vary more than chance alone would have it: a rate is taken this much higher than its mean. */
const UNEVEN = 1.5;
/** a place of which little is known still has some callers */
const LEAST_PER_HOUR = 0.3;

export function hourOfWeek(atMs: number): number {
  const local = new Date(atMs + zoneOffsetMs());
  const off = [0, 6].includes(local.getUTCDay()) ? 24 : 0;
  return off + local.getUTCHours();
}

/**
 * The place that stands out most among these callers, at this instant; null: nothing does. The smallest place that
 * explains it is named: a community before its district.
 */
export function suspect(
  callers: readonly Caller[],
  usual: Usual,
  nowMs: number,
  rules: BurstRules = BURST_RULES,
): Suspicion | null {
  let best: { suspicion: Suspicion; rarity: number } | null = null;
  for (const windowMs of rules.windowsMs) {
    const recent = distinct(callers.filter((one) => one.atMs > nowMs - windowMs && one.atMs <= nowMs));
    const places = new Map<string, Caller[]>();
    for (const one of recent) {
      for (const community of one.community === '' ? [''] : ['', one.community]) {
        const place = `${one.district}\n${community}`;
        places.set(place, [...(places.get(place) ?? []), one]);
      }
    }
    for (const [place, there] of places) {
      if (there.length < rules.fewest) continue;
      const [district = '', community = ''] = place.split('\n');
      const hourly = usual.perHour.get(district)?.[hourOfWeek(nowMs)] ?? 0;
      const part = community === '' ? 1 : (usual.share.get(community) ?? 0.02);
      const expected = (Math.max(LEAST_PER_HOUR, hourly * UNEVEN) * part * windowMs) / 3_600_000;
      const rarity = tail(there.length, expected);
      if (rarity * rules.oneIn > 1) continue;
      // most of the district's callers are of one community: it is there
      const suspicion = {
        district,
        community,
        count: there.length,
        usual: expected,
        windowMs,
        callers: there,
      };
      const narrower =
        best && best.suspicion.district === district && best.suspicion.community === '' && community !== '';
      const covers = best && there.length >= best.suspicion.count * 0.7;
      if (!best || (narrower ? covers : rarity < best.rarity)) best = { suspicion, rarity };
    }
  }
  return best?.suspicion ?? null;
}

function distinct(callers: readonly Caller[]): Caller[] {
  const seen = new Map<string, Caller>();
  for (const one of callers) if (!seen.has(one.number)) seen.set(one.number, one);
  return [...seen.values()];
}

/** P(X ≥ n) of a Poisson number with this mean. */
export function tail(n: number, mean: number): number {
  if (n <= 0) return 1;
  let term = Math.exp(-mean);
  let below = 0;
  for (let k = 0; k < n; k += 1) {
    below += term;
    term *= mean / (k + 1);
  }
  // far out, what is left is the first terms of the tail itself: the difference from 1 has no digits there
  let sum = 0;
  for (let k = n; k < n + 60; k += 1) {
    sum += term;
    term *= mean / (k + 1);
  }
  return below > 0.9 ? sum : Math.max(0, 1 - below);
}

/** Is this the same matter as one that is suspected or known already? */
export function sameMatter(
  one: { district: string; community: string },
  other: { district: string; community: string },
): boolean {
  if (one.district !== other.district) return false;
  return one.community === other.community || one.community === '' || other.community === '';
}
