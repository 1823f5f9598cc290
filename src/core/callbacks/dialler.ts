import { bandAt, nextCallableMs } from './hours.ts';
import type { AttemptResult } from './outcome.ts';
import { NOT_REACHED, type DialRules } from './rules.ts';

/** One person of the sample, as the dialler knows them. Plain data, rebuilt from the database after a restart. */
export interface Callee {
  itemId: number;
  number: string;
  /** in a campaign that is paused nobody is called */
  campaignId: number;
  dueAtMs: number;
  calling: boolean;
  tries: { atMs: number; band: number }[];
}

export interface Dialler {
  rules: DialRules;
  callees: Map<number, Callee>;
  /** number ─▶ when the machine called it, in the last seven days, whatever for */
  called: Map<string, number[]>;
  paused: Set<number>;
  /** until when a due call was kept back by a rule: it is not late by that */
  keptBackAtMs: Map<number, number>;
}

export type DialEvent =
  | {
      kind: 'tick';
      atMs: number;
      freeAgents: number;
      /** numbers that are on a call now, or whose customer has an order open, or that asked not to be called */
      barred: (number: string, itemId: number) => boolean;
    }
  | { kind: 'added'; callee: Callee }
  | { kind: 'ended'; itemId: number; atMs: number; result: AttemptResult }
  | { kind: 'dropped'; itemId: number }
  | { kind: 'paused'; campaignId: number; paused: boolean }
  | { kind: 'ruled'; rules: DialRules };

export type DialAction =
  | { kind: 'place'; itemId: number; number: string; band: number; lateMs: number }
  | { kind: 'again'; itemId: number; dueAtMs: number }
  | { kind: 'people'; itemId: number; why: AttemptResult }
  | { kind: 'done'; itemId: number }
  | { kind: 'replace'; itemId: number; why: AttemptResult };

const WEEK_MS = 7 * 86_400_000;
/** a number on a call, or with an order open, is looked at again so soon */
const BARRED_MS = 60_000;

export function openDialler(rules: DialRules): Dialler {
  return { rules, callees: new Map(), called: new Map(), paused: new Set(), keptBackAtMs: new Map() };
}

export function callingCount(dialler: Dialler): number {
  let count = 0;
  for (const callee of dialler.callees.values()) if (callee.calling) count += 1;
  return count;
}

/** Folds one event into the dialler (in place) and says what is to be done. */
export function stepDialler(dialler: Dialler, event: DialEvent): DialAction[] {
  switch (event.kind) {
    case 'added':
      dialler.callees.set(event.callee.itemId, event.callee);
      return [];
    case 'dropped':
      dialler.callees.delete(event.itemId);
      dialler.keptBackAtMs.delete(event.itemId);
      return [];
    case 'paused':
      if (event.paused) dialler.paused.add(event.campaignId);
      else dialler.paused.delete(event.campaignId);
      return [];
    case 'ruled':
      dialler.rules = event.rules;
      return [];
    case 'ended':
      return ended(dialler, event);
    case 'tick':
      return place(dialler, event);
  }
}

function place(dialler: Dialler, { atMs, freeAgents, barred }: DialEvent & { kind: 'tick' }): DialAction[] {
  const { rules } = dialler;
  const band = bandAt(atMs, rules.bands, rules.holidays);
  const due = [...dialler.callees.values()]
    .filter((one) => !one.calling && one.dueAtMs <= atMs && !dialler.paused.has(one.campaignId))
    .sort((a, b) => a.dueAtMs - b.dueAtMs || a.itemId - b.itemId);
  let room = Math.min(rules.atOnce, freeAgents - rules.agentsKept) - callingCount(dialler);
  const actions: DialAction[] = [];
  const ringing = new Set<string>();
  for (const one of dialler.callees.values()) if (one.calling) ringing.add(one.number);
  for (const callee of due) {
    if (band === null || (needsOtherBand(callee, rules) && bandOf(callee) === band)) {
      const not = needsOtherBand(callee, rules) ? bandOf(callee) : null;
      const dueAtMs = nextCallableMs(atMs, rules.bands, rules.holidays, not);
      if (dueAtMs !== null) actions.push(again(dialler, callee, dueAtMs));
      continue;
    }
    const freeAtMs = freeAgainMs(dialler, callee.number, atMs);
    if (freeAtMs > atMs) {
      actions.push(again(dialler, callee, nextCallableMs(freeAtMs, rules.bands, rules.holidays) ?? freeAtMs));
      continue;
    }
    if (room <= 0 || ringing.has(callee.number)) {
      dialler.keptBackAtMs.set(callee.itemId, atMs);
      continue;
    }
    if (barred(callee.number, callee.itemId)) {
      actions.push(again(dialler, callee, atMs + BARRED_MS));
      continue;
    }
    const lateMs = atMs - Math.max(callee.dueAtMs, dialler.keptBackAtMs.get(callee.itemId) ?? 0);
    dialler.keptBackAtMs.delete(callee.itemId);
    callee.calling = true;
    callee.tries.push({ atMs, band });
    noteCalled(dialler, callee.number, atMs);
    ringing.add(callee.number);
    room -= 1;
    actions.push({ kind: 'place', itemId: callee.itemId, number: callee.number, band, lateMs });
  }
  return actions;
}

function ended(dialler: Dialler, event: DialEvent & { kind: 'ended' }): DialAction[] {
  const callee = dialler.callees.get(event.itemId);
  if (!callee?.calling) return [];
  const { rules } = dialler;
  callee.calling = false;
  if (event.result === 'not-placed') {
    // the switch never called: it is no try, and counts against nobody's week
    const last = callee.tries.pop();
    const times = dialler.called.get(callee.number);
    if (last && times) times.splice(times.lastIndexOf(last.atMs), 1);
  }
  const then = rules.after[event.result];
  switch (then.then) {
    case 'done':
    case 'people':
    case 'replace': {
      dialler.callees.delete(callee.itemId);
      const { itemId } = callee;
      if (then.then === 'done') return [{ kind: 'done', itemId }];
      return [{ kind: then.then, itemId, why: event.result }];
    }
    case 'again': {
      if (NOT_REACHED.has(event.result) && isGivenUp(callee, rules)) {
        dialler.callees.delete(callee.itemId);
        return [{ kind: 'replace', itemId: callee.itemId, why: event.result }];
      }
      const last = callee.tries.at(-1)?.band ?? null;
      const not = then.otherBand ? last : needsOtherBand(callee, rules) ? bandOf(callee) : null;
      const fromMs = event.atMs + then.afterMs;
      const dueAtMs = nextCallableMs(fromMs, rules.bands, rules.holidays, not) ?? fromMs;
      return [again(dialler, callee, dueAtMs)];
    }
  }
}

function again(dialler: Dialler, callee: Callee, dueAtMs: number): DialAction {
  callee.dueAtMs = dueAtMs;
  dialler.keptBackAtMs.delete(callee.itemId);
  return { kind: 'again', itemId: callee.itemId, dueAtMs };
}

/** Three tries in two different bands, or in as many as there are: nobody is there. */
function isGivenUp(callee: Callee, rules: DialRules): boolean {
  return callee.tries.length >= rules.tries && bandCount(callee) >= bandsWanted(rules);
}

/** A day of one band, or a person who is tried once, can't be tried in two. */
function bandsWanted(rules: DialRules): number {
  return Math.min(rules.triesBands, rules.bands.length, rules.tries);
}

/** The tries that are left must be at another time of the day, or it would be given up without having been tried then. */
function needsOtherBand(callee: Callee, rules: DialRules): boolean {
  const wanted = bandsWanted(rules) - bandCount(callee);
  return callee.tries.length > 0 && wanted > 0 && rules.tries - callee.tries.length <= wanted;
}

function bandCount(callee: Callee): number {
  return new Set(callee.tries.map((one) => one.band)).size;
}

function bandOf(callee: Callee): number | null {
  return callee.tries.at(-1)?.band ?? null;
}

/** When this number may be called again by its cap. */
function freeAgainMs(dialler: Dialler, number: string, atMs: number): number {
  const times = (dialler.called.get(number) ?? []).filter((one) => one > atMs - WEEK_MS);
  const over = times.length - dialler.rules.perNumberAndWeek;
  return over < 0 ? atMs : times.sort((a, b) => a - b)[over]! + WEEK_MS;
}

/** Also told of the calls of the last week after a restart. */
export function noteCalled(dialler: Dialler, number: string, atMs: number): void {
  const times = (dialler.called.get(number) ?? []).filter((one) => one > atMs - WEEK_MS);
  dialler.called.set(number, [...times, atMs]);
}
