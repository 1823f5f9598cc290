import { failedResult, type Call } from './call.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { callOf, offeredFact, root } from './legs.ts';
import { endCall, openCall, type Floor } from './state.ts';

export function surveySaid(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-said' }>): void {
  if (event.result === null) {
    floor.failedSurveyId = event.surveyId;
    return;
  }
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '') ?? callOf(floor, event.leg.linkedId);
  if (call) call.survey ??= { id: event.surveyId, result: event.result, score: event.score };
}

const KNOWN_KEYS = 12;

/** The first key pressed to a question stands; a second telling of it changes nothing. */
export function surveyAnswered(floor: Floor, event: Extract<SwitchEvent, { kind: 'survey-answered' }>): void {
  const call = floor.calls.get(floor.legs.get(event.leg.uniqueId) ?? '') ?? callOf(floor, event.leg.linkedId);
  if (!call || !/^[a-z]{1,20}$/.test(event.question) || !/^[0-9*#]$/.test(event.key)) return;
  call.surveyKeys ??= { id: event.surveyId, keys: {} };
  const { keys } = call.surveyKeys;
  if (Object.keys(keys).length < KNOWN_KEYS) keys[event.question] ??= event.key;
}

export function originateAnswered(
  floor: Floor,
  event: Extract<SwitchEvent, { kind: 'originate-answered' }>,
  facts: Fact[],
): void {
  let call = floor.calls.get(event.uniqueId) ?? floor.calls.get(floor.legs.get(event.uniqueId) ?? '');
  if (
    !call &&
    !event.ok &&
    event.uniqueId &&
    event.uniqueId !== '<unknown>' &&
    !floor.ended.has(event.uniqueId)
  ) {
    // The far end could not even be called: the switch made no channel, yet the call was tried.
    call = openCall(floor, event.uniqueId, 'outbound', event.atMs);
    call.originated = true;
    call.rootCause = 3;
    offeredFact(floor, call, facts);
  }
  if (!call) return;
  if (event.dialled && (call.dnis === null || call.dnis === 's')) call.dnis = event.dialled;
  if (event.ok) {
    // for a click to dial it tells that our own phone was taken up, not the far end
    if (call.direction === 'outbound' && call.originated && call.answeredAtMs === null && isFarRoot(call))
      call.answeredAtMs = event.atMs;
    return;
  }
  // several may fail at once: the call's own name stands before what was told last
  if (event.reason === 3) {
    call.timedOut = true;
    // a feed that never tells of ringing cannot tell that it did not ring
    call.alerted ||= !floor.hearsRinging;
  }
  const id = /^survey-(.+)$/.exec(call.callId)?.[1] ?? floor.failedSurveyId;
  floor.failedSurveyId = null;
  const why = call.timedOut || call.rootCause !== 0 || call.rootSipStatus !== 0;
  const leg = root(call);
  if (!why && leg && !leg.gone) {
    call.originateFailed = { surveyId: id };
    return;
  }
  originateFailed(floor, call, id, call.endedAtMs ?? event.atMs, facts);
}

/** A call of ours that nobody took is over, and why is known as far as it ever will be. */
export function originateFailed(
  floor: Floor,
  call: Call,
  surveyId: string | null,
  atMs: number,
  facts: Fact[],
): void {
  if (surveyId !== null) call.survey ??= { id: surveyId, result: failedResult(call), score: null };
  endCall(floor, call, atMs, facts);
}

function isFarRoot(call: Call): boolean {
  return root(call)?.party === 'caller';
}
