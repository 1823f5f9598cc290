import { measuresOf } from '../floor/measures.ts';
import type { IvrSums, Rating } from '../ivr/figures.ts';
import type { Period } from './period.ts';
import { CATEGORIES } from './receipts.ts';

/**
 * The lists of calls that a report counts (MEASURES). Each has one condition in SQL (postgres/call-lists.ts), used both to
 * count and to list, so that a list always gives its number again.
 */
export const CALL_LISTS = {
  offered: '来电总量',
  answered: '已接听',
  rang: '坐席话机振过铃',
  withinThreeRings: '三声内接听',
  afterThreeRings: '三声后接听',
  within15s: '等待15秒内接听',
  abandoned: '放弃',
  abandonedIvr: '放弃：语音中',
  abandonedQueue: '放弃：排队中',
  abandonedRinging: '放弃：振铃中',
  shortAbandoned: '短放弃（等待不足5秒）',
  abandonedWithin: '放弃：等待15秒内',
  callback: '要求回电',
  overflowed: '排队溢出',
  blocked: '未能进线',
  unknown: '结果不明',
  live: '仍在进行',
  rings1: '第1声接听',
  rings2: '第2声接听',
  rings3: '第3声接听',
  rings4: '第4声及以后接听',
  ringsUnknown: '接听时声数不明',
  agentHungUp: '坐席先挂机',
  transferred: '转接',
  answeredOrAbandoned: '已接听和放弃',
  answeredOrNotShort: '已接听和放弃（不计短放弃）',
  answeredOrAbandonedLate: '已接听和15秒后放弃',
  settledWithin: '15秒内接听和15秒内放弃',
  answeredOrLost: '已接听、放弃和溢出',
} as const;
export type CallList = keyof typeof CALL_LISTS;

/** The lists of calls that went through the IVR, by where they were and what was pressed there. */
export const IVR_LISTS = {
  callers: '经过语音导航',
  menu: '进入自助服务',
  area: '听到停水播报',
  servedAlone: '听完自行挂机',
  placesKept: '保留位置、要求回拨',
  placesReached: '保留位置后回拨接通',
  words: '留言',
  ratingsAsked: '请来电人评价',
  ratingsGiven: '来电人已评价',
  rated1: '来电人评价：满意',
  rated2: '来电人评价：一般',
  rated3: '来电人评价：不满意',
} as const;
export type IvrList = keyof typeof IVR_LISTS;
export type AnyCallList = CallList | IvrList;
/** Every list of calls by its words. */
export const CALL_LIST_WORDS: Record<AnyCallList, string> = { ...CALL_LISTS, ...IVR_LISTS };
/** What a list may be narrowed to; `matter` is the category of the call's record. */
export const CALL_WHERE = ['day', 'half', 'weekday', 'queue', 'agent', 'matter'] as const;
export type CallWhere = Partial<Record<(typeof CALL_WHERE)[number], string>>;

/** A category of Annex 1 by its code; '' : no record says what the call was about. */
export function matterWords(code: string): string {
  if (code === '') return '没有受理记录';
  return CATEGORIES.find((one) => one.code === code)?.zh ?? code;
}

/** What a list is narrowed to, as people read it; `keyOf` tells what was asked, null: not narrowed by it. */
export function whereWords(keyOf: (by: keyof CallWhere) => string | null): string[] {
  return CALL_WHERE.flatMap((by) => {
    const key = keyOf(by);
    if (key === null) return [];
    return by === 'matter' ? matterWords(key) : key;
  });
}

/** What one group of calls adds up to. */
export type CallCounts = Record<CallList, number> & {
  /** answered calls of which it is known how long they waited */
  waited: number;
  /** of answered calls, ms */
  waitMs: number;
  talkMs: number;
  holdMs: number;
};

export type CallGrouping = 'all' | 'day' | 'half' | 'weekday' | 'queue' | 'agent';

/** `key`: `2026-11-25`, half hours 0–47, weekdays 1–7, the queue, `PJSIP/1001`; '' for all, and where there is none. */
export interface CallGroup extends CallCounts {
  by: CallGrouping;
  key: string;
}

/** The lists of offers: each time that an agent's phone was called for a call. */
export const OFFER_LISTS = {
  offers: '振铃次数',
  offersAnswered: '接听',
  offersWithin: '三声内接听',
  offersMissed: '未接',
  offersBusy: '拒接/占线',
} as const;
export type OfferList = keyof typeof OFFER_LISTS;

/** What talks with callers add up to, each agent's by their own phone (core/floor/talks.ts). */
export interface TalkSums {
  /** calls in which the agent talked; of all agents: in which any did */
  talked: number;
  /** one that goes on has no length yet */
  talkMs: number;
  holdMs: number;
}

/** One agent in a period: offers by this agent's phone, their own talks, and how the time went (ms by state). */
export interface AgentCounts extends Record<OfferList, number>, TalkSums {
  agent: string;
  name: string | null;
  states: Partial<Record<string, number>>;
}

export interface TelephoneCounts {
  /** calls of floods of forged numbers, and of them those whose caller pressed the key: all of them are counted as any other */
  flood?: { calls: number; passed: number };
  groups: CallGroup[];
  before: CallCounts;
  lastYear: CallCounts;
  agents: AgentCounts[];
  /** counted by itself, not added up: all agents together */
  everybody: AgentCounts;
  ivr: IvrSums;
  ratings: Rating[];
  countedAtMs: number;
}

/** The measures of one group, as MEASURES defines them; the formulas are core/floor/measures.ts's. */
export function measuresOfCounts(counts: CallCounts) {
  return measuresOf({
    offered: counts.offered,
    answered: counts.answered,
    abandoned: counts.abandoned,
    callbacks: counts.callback,
    overflowed: counts.overflowed,
    blocked: counts.blocked,
    unknown: counts.unknown,
    rang: counts.rang,
    withinThreeRings: counts.withinThreeRings,
    within15s: counts.within15s,
    waitMs: counts.waitMs,
    waited: counts.waited,
  });
}

/** The address of a list of calls. */
export function callList(period: Period, list: AnyCallList, where: CallWhere = {}): string {
  const more = Object.entries(where).map(([by, key]) => `&${by}=${encodeURIComponent(key)}`);
  return `calls?period=${encodeURIComponent(period.key)}&list=${list}${more.join('')}`;
}

/** The address of a list of offers; without an agent: everybody's. */
export function offerList(period: Period, list: OfferList, agent?: string): string {
  return `offers?period=${encodeURIComponent(period.key)}&list=${list}${agentPart(agent)}`;
}

/** The address of the agents' talks with the callers of a period; without an agent: everybody's. */
export function talkList(period: Period, agent?: string): string {
  return `talks?period=${encodeURIComponent(period.key)}${agentPart(agent)}`;
}

/** The address of the spells that agents spent in these states. */
export function timeList(period: Period, states: readonly string[], agent?: string): string {
  const some = states.map((state) => `&state=${state}`).join('');
  return `agent-times?period=${encodeURIComponent(period.key)}${some}${agentPart(agent)}`;
}
function agentPart(agent: string | undefined): string {
  return agent === undefined ? '' : `&agent=${encodeURIComponent(agent)}`;
}
