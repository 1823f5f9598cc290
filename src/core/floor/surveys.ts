import type { Call } from './call.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { callOf, offeredFact, root } from './legs.ts';
import { endIfOver } from './ending.ts';
import { openCall, type Floor } from './state.ts';

/**
 * The call in which this was said of a survey. A call of ours carries its survey's id in its own name (Originate's ChannelId),
 * any other in a variable that its program set: what is said of another survey is not this call's.
 */
function callOfSurvey(
  floor: Floor,
  event: Extract<SwitchEvent, { kind: 'survey-said' | 'survey-answered' }>,
): Call | null {
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '') ?? callOf(floor, event.leg.linkedId);
  if (!call) return null;
  return call.surveyId === null || call.surveyId === event.surveyId ? call : null;
}

export function surveySaid(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-said' }>): void {
  const call = callOfSurvey(floor, event);
  if (call) call.survey ??= { id: event.surveyId, result: event.result, score: event.score };
}

/** The program that placed the call named the survey: what it comes to belongs to it, though the call has no name of ours. */
export function surveyNamed(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-named' }>): void {
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '');
  if (call?.originated) call.surveyId ??= event.surveyId;
}

const KNOWN_KEYS = 12;

/** The first key pressed to a question stands; a second telling of it changes nothing. */
export function surveyAnswered(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-answered' }>): void {
  const call = callOfSurvey(floor, event);
  if (!call || !/^[a-z]{1,20}$/.test(event.question) || !/^[0-9*#]$/.test(event.key)) return;
  call.surveyKeys ??= { id: event.surveyId, keys: {} };
  const { keys } = call.surveyKeys;
  if (Object.keys(keys).length < KNOWN_KEYS) keys[event.question] ??= event.key;
}

/**
 * The switch's word of a call that a program placed. It adds what it knows; that the call is over is told by its leg.
 * Other programs' calls may have no name here (`<unknown>`, `<null>`): then it says nothing of any call.
 */
export function originateAnswered(
  floor: Floor,
  event: Extract<SwitchEvent, { kind: 'originate-answered' }>,
  facts: Fact[],
): void {
  const { uniqueId, atMs } = event;
  if (uniqueId === '' || uniqueId.startsWith('<')) return;
  let call = floor.calls.get(uniqueId) ?? floor.calls.get(floor.legs.get(uniqueId) ?? '');
  if (!call && (event.ok || floor.ended.has(uniqueId) || floor.merged.has(uniqueId))) return;
  if (!call) {
    // The far end could not even be called: the switch made no channel, yet the call was tried.
    call = openCall(floor, uniqueId, 'outbound', atMs);
    call.originated = true;
    call.rootCause = 3;
    if (event.dialled) call.dnis = event.dialled;
    offeredFact(floor, call, facts);
  }
  if (event.dialled && (call.dnis === null || call.dnis === 's')) call.dnis = event.dialled;
  if (event.ok) {
    // for a click to dial it tells that our own phone was taken up, not the far end
    if (call.direction === 'outbound' && call.originated && call.answeredAtMs === null && isFarRoot(call))
      call.answeredAtMs = atMs;
    return;
  }
  if (event.reason === 3) {
    call.timedOut = true;
    // a feed that never tells of ringing cannot tell that it did not ring
    call.alerted ||= !floor.hearsRinging;
  }
  endIfOver(floor, call, atMs, facts);
}

function isFarRoot(call: Call): boolean {
  return root(call)?.party === 'caller';
}
