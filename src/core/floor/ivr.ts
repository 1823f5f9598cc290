import { isKeptPlace, type Call } from './call.ts';
import type { SwitchEvent } from './event.ts';
import type { Fact } from './fact.ts';
import { root } from './legs.ts';
import { beginTalk, endTalk } from './talks.ts';

/** A caller who keeps pressing keys tells no more than this many steps. */
const STEPS_KEPT = 60;

/** Where the caller is in the IVR. When they are asked to rate the call the talk is over, though the line still stands. */
export function ivrStep(call: Call, event: Extract<SwitchEvent, { kind: 'ivr-step' }>, facts: Fact[]): void {
  const { node, key, atMs } = event;
  // who tries a version on their own phone is no caller (dialplan, ivr-trial)
  if (call.direction !== 'inbound' && !isKeptPlace(call)) return;
  if (!/^[a-z-]{1,24}$/.test(node) || !/^[0-9*#]{0,1}$/.test(key)) return;
  if (node === 'rate' && call.answeredAtMs !== null) {
    call.talkEndedAtMs ??= atMs;
    endTalk(call, atMs);
  }
  if (node === 'keep-reached' && isKeptPlace(call) && call.answeredAtMs === null) {
    call.answeredAtMs = atMs;
    const { answeredBy, answeredOfferId } = call;
    if (answeredBy !== null && answeredOfferId !== null) beginTalk(call, answeredBy, answeredOfferId, atMs);
  }
  call.ivrSteps = (call.ivrSteps ?? 0) + 1;
  if (call.ivrSteps > STEPS_KEPT) return;
  const id = `${call.callId}:ivr:${node}:${key}:${atMs}`;
  facts.push({ kind: 'ivr-step', id, atMs, callId: call.callId, node, key });
}

/** A question of the dialplan's for this caller: it is answered on the caller's own channel. */
export function ivrAsked(
  call: Call,
  event: Extract<SwitchEvent, { kind: 'ivr-asked' }>,
  facts: Fact[],
): void {
  const { question, keys, asked, language, atMs } = event;
  const channel = root(call)?.channel;
  if (channel === undefined || !/^[a-z]{1,20}$/.test(question) || !/^[0-9*]{0,40}$/.test(keys)) return;
  if (!/^[0-9]{1,4}$/.test(asked)) return;
  call.language = language;
  const id = `${call.callId}:asked:${asked}:${atMs}`;
  const { callId } = call;
  facts.push({ kind: 'ivr-asked', id, atMs, callId, channel, question, keys, asked, language });
}
