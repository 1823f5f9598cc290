import { isAnswered, isKeptPlace, openOffers, type Call } from './call.ts';
import { root } from './legs.ts';
import { ownLeg } from './phone-call.ts';
import { firstRingAtMs } from './call.ts';
import type { Floor } from './state.ts';

/** One live call of the hotline as the shift's leader sees it. */
export interface ConsoleCall {
  callId: string;
  number: string | null;
  state: 'ivr' | 'waiting' | 'ringing' | 'talking' | 'held';
  /** since when it is so */
  sinceMs: number;
  arrivedAtMs: number;
  /** place in the queue, from 1; null: it does not wait */
  place: number | null;
  /** `PJSIP/1001`: rung now, or talking */
  agent: string | null;
  /** the ring count goes by this (MEASURES); null: nobody was rung */
  firstRingAtMs: number | null;
  /** a place that its caller left to be called back */
  kept: boolean;
}

/** Every call of the hotline that lives, those that wait first, the longest waiting before the others. */
export function consoleCalls(floor: Floor): ConsoleCall[] {
  const calls = [...floor.calls.values()]
    .filter((call) => !call.ended && (call.direction === 'inbound' || isKeptPlace(call)))
    .map(consoleCall);
  const waiting = calls.filter((one) => one.place !== null).sort((a, b) => a.sinceMs - b.sinceMs);
  waiting.forEach((one, at) => (one.place = at + 1));
  return [...waiting, ...calls.filter((one) => one.place === null).sort((a, b) => a.sinceMs - b.sinceMs)];
}

function consoleCall(call: Call): ConsoleCall {
  const [offer] = openOffers(call);
  const lost = call.lostAtMs ?? null;
  const talks = isAnswered(call) && lost === null;
  const state = talks
    ? call.heldSinceMs !== null
      ? 'held'
      : 'talking'
    : offer
      ? 'ringing'
      : call.inQueue
        ? 'waiting'
        : 'ivr';
  const waits = state === 'waiting' || state === 'ringing';
  return {
    callId: call.callId,
    number: call.ani,
    state,
    sinceMs: talks
      ? (call.heldSinceMs ?? call.answeredAtMs ?? call.arrivedAtMs)
      : waits
        ? (lost ?? call.queuedAtMs ?? call.arrivedAtMs)
        : call.arrivedAtMs,
    arrivedAtMs: call.arrivedAtMs,
    place: waits ? 0 : null,
    agent: talks ? call.answeredBy : (offer?.agent ?? null),
    firstRingAtMs: firstRingAtMs(call),
    kept: isKeptPlace(call),
  };
}

export type SuperviseMode = 'listen' | 'whisper' | 'barge';
export const SUPERVISE_EXTENSIONS: Record<SuperviseMode, string> = { listen: '1', whisper: '2', barge: '3' };

export type SuperviseRefusal = 'no-phone' | 'own-call' | 'agent-not-talking' | 'no-such-call' | 'not-waiting';
export const SUPERVISE_WORDS: Record<SuperviseRefusal, string> = {
  'no-phone': '您的账号没有话机。请管理员给账号配上分机，再监听。',
  'own-call': '这是您自己的通话，不用监听。',
  'agent-not-talking': '这个坐席现在没有通话，请看最新的列表。',
  'no-such-call': '这通电话已经结束，请看最新的列表。',
  'not-waiting': '这通电话已经不在排队，请看最新的列表。',
};

/** On which channel a leader's ear is put; or why it can't be. */
export function earOn(
  floor: Floor,
  leader: string | null,
  agent: string,
): { ok: true; channel: string; callId: string } | { ok: false; refusal: SuperviseRefusal } {
  if (leader === null) return { ok: false, refusal: 'no-phone' };
  if (leader === agent) return { ok: false, refusal: 'own-call' };
  const own = ownLeg(floor, agent);
  if (!own?.leg.up) return { ok: false, refusal: 'agent-not-talking' };
  return { ok: true, channel: own.leg.channel, callId: own.call.callId };
}

/** The caller's channel of one who waits; or why they can't be moved. */
export function waitingChannel(
  floor: Floor,
  callId: string,
): { ok: true; channel: string; queue: string } | { ok: false; refusal: SuperviseRefusal } {
  const call = floor.calls.get(callId);
  if (!call || call.ended) return { ok: false, refusal: 'no-such-call' };
  const leg = isKeptPlace(call) ? call.legs.find((one) => one.uniqueId === `${call.callId}b`) : root(call);
  if (!call.inQueue || !leg) return { ok: false, refusal: 'not-waiting' };
  return { ok: true, channel: leg.channel, queue: call.queue ?? 'hotline' };
}
