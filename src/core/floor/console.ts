import { isAnswered, isKeptPlace, openOffers, type Call } from './call.ts';
import { channelBase, root } from './legs.ts';
import { ownLeg, phoneCall } from './phone-call.ts';
import { firstRingAtMs } from './call.ts';
import type { Floor } from './state.ts';
import { handedOnBy } from './talks.ts';
import { queueViews } from './views.ts';

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
  /** the queue it waits in, or came by */
  queue: string | null;
  /** the agent who handed the caller on last, `PJSIP/1001`; null: nobody did, or nobody saw who */
  handedOnBy: string | null;
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

/** Whoever talked with the caller has gone: the caller is asked how it was, or is on the way to a leader's phone. */
function isAlone(call: Call): boolean {
  const caller = root(call);
  const others = call.legs.filter((leg) => leg !== caller && leg.party !== 'plumbing');
  return others.some((leg) => leg.up) && others.every((leg) => leg.gone || !leg.up);
}

function consoleCall(call: Call): ConsoleCall {
  const [offer] = openOffers(call);
  const lost = call.lostAtMs ?? null;
  const talks = isAnswered(call) && lost === null && !isAlone(call);
  const state = talks
    ? call.heldSinceMs !== null
      ? 'held'
      : 'talking'
    : offer
      ? 'ringing'
      : call.inQueue
        ? 'waiting'
        : 'ivr';
  const waits = (state === 'waiting' || state === 'ringing') && (lost !== null || !isAnswered(call));
  return {
    callId: call.callId,
    number: call.ani,
    state,
    sinceMs: talks
      ? (call.heldSinceMs ?? call.answeredAtMs ?? call.arrivedAtMs)
      : waits
        ? (lost ?? call.queuedAtMs ?? call.arrivedAtMs)
        : (call.answeredAtMs ?? call.arrivedAtMs),
    arrivedAtMs: call.arrivedAtMs,
    place: waits ? 0 : null,
    agent: talks ? (talkingAgent(call) ?? call.answeredBy) : (offer?.agent ?? null),
    firstRingAtMs: firstRingAtMs(call),
    kept: isKeptPlace(call),
    queue: call.queue,
    handedOnBy: handedOnBy(call),
  };
}

export type SuperviseMode = 'listen' | 'whisper' | 'barge';
export const SUPERVISE_EXTENSIONS: Record<SuperviseMode, string> = { listen: '1', whisper: '2', barge: '3' };

export type SuperviseRefusal =
  | 'no-phone'
  | 'own-call'
  | 'agent-not-talking'
  | 'no-such-call'
  | 'not-waiting'
  | 'own-phone-busy'
  | 'own-phone-gone'
  | 'own-phone-silent'
  | 'caller-gone'
  | 'agent-consults'
  | 'kept-place'
  | 'no-such-queue'
  | 'same-queue'
  | 'queue-closed'
  | 'nobody-serves';
/** Why the switch was not even asked, or what became of it, as the leader reads it. */
export const SUPERVISE_WORDS: Record<SuperviseRefusal, string> = {
  'no-phone': '您的账号没有话机。请管理员给账号配上分机。',
  'own-call': '这是您自己的通话。',
  'agent-not-talking': '这个坐席现在没有通话，请看最新的列表。',
  'no-such-call': '这通电话已经结束，请看最新的列表。',
  'not-waiting': '这通电话已经不在排队，请看最新的列表。',
  'own-phone-busy': '您的话机正在通话，请先挂机。',
  'own-phone-gone': '您的话机没有连上交换机，请先让话机就绪。',
  'own-phone-silent': '您的话机没有接听，来电人已回到队列最前，由下一位受理员接听。',
  'caller-gone': '来电人在接到您的话机之前挂机了。',
  'agent-consults': '坐席正在与第三方商量转接，请等他们说完。',
  'kept-place': '这是等待回拨的位置，来电人不在线上。',
  'no-such-queue': '交换机上没有这个队列，请看最新的列表。',
  'same-queue': '这通电话已经在这个队列里。',
  'queue-closed': '这个队列已关闭，请先开放，或选别的队列。',
  'nobody-serves': '这个队列现在没有坐席签入，请选别的队列。',
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

type Led<T> = ({ ok: true } & T) | { ok: false; refusal: SuperviseRefusal };
const no = (refusal: SuperviseRefusal) => ({ ok: false as const, refusal });

/** The agent who talks with the caller now: after a transfer not the one who answered. */
export function talkingAgent(call: Call): string | null {
  const leg = call.legs.findLast((one) => one.party === 'agent' && one.up && !one.gone && !one.left);
  return leg ? channelBase(leg.channel) : null;
}

/** The caller's channel of a call that an agent talks on, to be led to the leader's phone; or why it can't be. */
export function takeOver(
  floor: Floor,
  leader: string | null,
  callId: string,
): Led<{ channel: string; agent: string }> {
  if (leader === null) return no('no-phone');
  const call = floor.calls.get(callId);
  const caller = call && root(call);
  if (!call || call.ended || !caller || caller.gone) return no('no-such-call');
  if (isKeptPlace(call)) return no('kept-place');
  const agent = talkingAgent(call);
  if (call.direction !== 'inbound' || !isAnswered(call) || agent === null) return no('agent-not-talking');
  if (agent === leader) return no('own-call');
  if (ownLeg(floor, leader)) return no('own-phone-busy');
  const own = ownLeg(floor, agent);
  if (own?.call === call && phoneCall(own).second !== null) return no('agent-consults');
  return { ok: true, channel: caller.channel, agent };
}

/** The channel of a caller who waits, to be led to the leader's phone; or why it can't be. */
export function pickUp(floor: Floor, leader: string | null, callId: string): Led<{ channel: string }> {
  if (leader === null) return no('no-phone');
  const waits = waitingChannel(floor, callId);
  if (!waits.ok) return waits;
  if (isKeptPlace({ callId })) return no('kept-place');
  if (ownLeg(floor, leader)) return no('own-phone-busy');
  return { ok: true, channel: waits.channel };
}

/** The channel of a caller who waits, to be moved to another queue that somebody serves; or why it can't be. */
export function moveTo(floor: Floor, callId: string, queue: string): Led<{ channel: string }> {
  const waits = waitingChannel(floor, callId);
  if (!waits.ok) return waits;
  if (isKeptPlace({ callId })) return no('kept-place');
  if (waits.queue === queue) return no('same-queue');
  if (!queueViews(floor).some((one) => one.queue === queue)) return no('no-such-queue');
  if (![...floor.agents.values()].some((one) => one.queues.has(queue))) return no('nobody-serves');
  return { ok: true, channel: waits.channel };
}
