/**
 * How many agents a half hour needs. Erlang C: calls come at random, each is served by one of n agents, who waits is
 * served in order and gives up never; so it asks for a little more than is needed when callers give up.
 */

/** Article 13: 95 % within three rings. */
export const TARGET = 0.95;
export const WITHIN_MS = 15_000;

/** P(a caller has to wait) with n agents and this load in erlangs; 1: the queue grows without end. */
export function erlangC(agents: number, erlangs: number): number {
  if (agents <= erlangs) return 1;
  if (erlangs <= 0) return 0;
  // Erlang B step by step: no factorial is ever formed
  let blocked = 1;
  for (let n = 1; n <= agents; n += 1) blocked = (erlangs * blocked) / (n + erlangs * blocked);
  return blocked / (1 - (erlangs / agents) * (1 - blocked));
}

/** Part of the callers who are answered within this time. */
export function serviceLevel(
  agents: number,
  erlangs: number,
  handlingMs: number,
  withinMs = WITHIN_MS,
): number {
  if (agents <= erlangs) return 0;
  return 1 - erlangC(agents, erlangs) * Math.exp((-(agents - erlangs) * withinMs) / handlingMs);
}

/** The fewest agents with which this many calls of a half hour are answered in time; 0: nobody calls. */
export function agentsNeeded(
  callsInHalfHour: number,
  handlingMs: number,
  target = TARGET,
  withinMs = WITHIN_MS,
): number {
  if (callsInHalfHour <= 0 || handlingMs <= 0) return 0;
  const erlangs = (callsInHalfHour * handlingMs) / 1_800_000;
  let agents = Math.max(1, Math.floor(erlangs) + 1);
  while (serviceLevel(agents, erlangs, handlingMs, withinMs) < target && agents < 500) agents += 1;
  return agents;
}
