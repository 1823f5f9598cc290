import type { OutwardEvent } from './event.ts';

/** One call as other systems see it: instants are ISO 8601 in UTC, durations milliseconds. */
export interface OutwardCall {
  callId: string;
  direction: 'inbound' | 'outbound' | 'internal';
  ani: string | null;
  dnis: string | null;
  queue: string | null;
  outcome: 'answered' | 'abandoned' | 'callback' | 'overflowed' | 'blocked' | 'unknown' | null;
  abandonStage: 'ivr' | 'queue' | 'ringing' | null;
  arrivedAt: string;
  queuedAt: string | null;
  firstRingAt: string | null;
  answeredAt: string | null;
  endedAt: string | null;
  waitMs: number | null;
  ringMs: number | null;
  rings: number | null;
  withinThreeRings: boolean | null;
  talkMs: number | null;
  holdMs: number | null;
  hungUpFirst: 'caller' | 'agent' | 'pbx' | null;
  /** the agent's number at work and name */
  agent: string | null;
  agentName: string | null;
  surveyScore: number | null;
  /** who had the caller, one after the other, each by their own phone */
  talks: OutwardTalk[];
  /** each time that the caller was handed on */
  transfers: OutwardTransfer[];
}

export interface OutwardTalk {
  agent: string | null;
  agentName: string;
  /** null: nobody saw when it began */
  fromAt: string | null;
  /** null while it goes on, or where its end fell into a gap */
  talkMs: number | null;
  holdMs: number;
}

export interface OutwardTransfer {
  kind: 'blind' | 'attended' | 'redirect';
  /** who handed the caller on; null: not known */
  byAgent: string | null;
  byAgentName: string | null;
  to: string;
  at: string;
}

const OUTCOMES: Record<NonNullable<OutwardCall['outcome']>, string> = {
  answered: '已接通',
  abandoned: '未接通，来电人挂断',
  callback: '转为回拨',
  overflowed: '排队溢出',
  blocked: '未受理',
  unknown: '结果未知',
};

/** What a call that is over gives others to hear; of a call inside the house: nothing. */
export function callEvents(call: OutwardCall, factId: string, atMs: number): OutwardEvent[] {
  if (call.direction === 'internal') return [];
  const number = call.ani ?? '未显示号码';
  const seconds = call.waitMs === null ? null : Math.round(call.waitMs / 1000);
  const text = [
    `来电号码：${number}`,
    `结果：${call.outcome === null ? '未知' : OUTCOMES[call.outcome]}`,
    ...(seconds === null ? [] : [`等待：${seconds} 秒`]),
    ...(call.agentName === null ? [] : [`受理员：${call.agentName}`]),
  ].join('\n');
  const base = {
    atMs,
    text,
    about: call.callId,
    unitId: null,
    personIds: [],
    link: null,
    data: { call },
  };
  const ended: OutwardEvent = {
    ...base,
    id: factId,
    name: 'call-ended',
    title: `${call.direction === 'outbound' ? '去电' : '来电'} ${number} 结束`,
  };
  if (call.direction !== 'inbound' || call.outcome !== 'abandoned') return [ended];
  return [
    ended,
    { ...base, id: `${factId}:abandoned`, name: 'call-abandoned', title: `来电 ${number} 未接通` },
  ];
}
