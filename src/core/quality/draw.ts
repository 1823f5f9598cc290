/** The draw of calls to listen to: the same number of each agent's, by the dice of the callbacks' sample. */
import { diceOf, shuffled } from '../callbacks/draw.ts';

/** An answered call of a week with its recording. */
export interface Listenable {
  callId: string;
  /** `PJSIP/1001`: who answered it */
  agent: string;
}

/** A call's place in its agent's draw; the first `perAgent` are listened to, the next stand in reserve. */
export interface DrawnCall extends Listenable {
  /** 1, 2, 3 … of this agent */
  place: number;
  drawn: boolean;
}

/** How many calls of each agent a week; who took fewer gives all. */
export const PER_AGENT = 3;
/** The draw's own version: a change of how it draws is a new number, and old certificates keep the old one. */
export const DRAW_VERSION = 1;

/**
 * Draws the week: every call of an agent is as likely, and no agent's calls weigh on another's. The same calls and seed
 * give the same draw, in whatever order the calls come.
 */
export function drawWeek(calls: readonly Listenable[], seed: string, perAgent = PER_AGENT): DrawnCall[] {
  const mine = new Map<string, string[]>();
  for (const { agent, callId } of calls) mine.set(agent, [...(mine.get(agent) ?? []), callId]);
  return [...mine.keys()].sort().flatMap((agent) =>
    // by code units: the same on every machine, whatever its language
    shuffled([...new Set(mine.get(agent))].sort(), diceOf(`${seed}\n${agent}`)).map((callId, at) => ({
      ...{ callId, agent, place: at + 1, drawn: at < perAgent },
    })),
  );
}

/** What a second draw gives otherwise than was kept, in Chinese; empty: the draw is proved. */
export function drawDifferences(kept: readonly DrawnCall[], again: readonly DrawnCall[]): string[] {
  const key = (one: DrawnCall) => `${one.agent.replace('PJSIP/', '')} 第 ${one.place} 位`;
  const told = new Map(kept.map((one) => [key(one), one]));
  const found: string[] = [];
  for (const one of again) {
    const before = told.get(key(one));
    if (!before) found.push(`${key(one)}：原来没有，重抽为 ${one.callId}`);
    else if (before.callId !== one.callId || before.drawn !== one.drawn)
      found.push(`${key(one)}：原来是 ${before.callId}，重抽为 ${one.callId}`);
    told.delete(key(one));
  }
  for (const [place, one] of told) found.push(`${place}：原来有 ${one.callId}，重抽没有`);
  return found;
}

/**
 * The calls of an agent that are to be listened to now: those that were drawn, and for each whose recording is gone the
 * next in reserve. What was scored stays, whatever became of the recording.
 */
export function toListen<T extends DrawnCall & { there: boolean; scored: boolean }>(mine: readonly T[]): T[] {
  const wanted = mine.filter((one) => one.drawn).length;
  return [...mine]
    .sort((a, b) => a.place - b.place)
    .filter((one) => one.there || one.scored)
    .slice(0, wanted);
}
