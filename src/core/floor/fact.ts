import type { Language } from '../ivr/flow.ts';
import type { CallRecord, OfferOutcome } from './record.ts';

/**
 * A fact says what happened on the floor and is worth keeping. Its id comes from its content, so telling it twice is
 * telling it once: replaying the journal after a crash, or two services listening to one PBX, write the same rows.
 * Never put our own clock into a fact's content or id, unless the fact is about our own feed (`feed-gap`).
 */
export type Fact = FactBase &
  (
    | { kind: 'call-offered'; callId: string; record: CallRecord }
    | { kind: 'call-queued'; callId: string; queue: string; position: number | null; record: CallRecord }
    /** an agent's phone was called; `offerId` is the agent's channel's Uniqueid */
    | {
        kind: 'agent-rang';
        callId: string;
        offerId: string;
        agent: string;
        queue: string | null;
        record: CallRecord;
      }
    | {
        kind: 'offer-ended';
        callId: string;
        offerId: string;
        agent: string;
        outcome: OfferOutcome;
        ringMs: number | null;
      }
    | { kind: 'call-answered'; callId: string; offerId: string; agent: string; record: CallRecord }
    | { kind: 'call-abandoned'; callId: string; record: CallRecord }
    /** the caller goes on to `to`; `from` is the agent who had them (null: not known) */
    | {
        kind: 'call-transferred';
        callId: string;
        to: string;
        how: 'blind' | 'attended' | 'redirect';
        from: string | null;
      }
    /** the agent's phone or browser died in mid-call; the caller is still there, and is taken back or queued in front */
    | { kind: 'agent-lost'; callId: string; offerId: string; agent: string }
    /** the caller is gone and nothing more will change: `record` is whole */
    | { kind: 'call-ended'; callId: string; record: CallRecord }
    /** a consultation turned out to be part of another call (attended transfer): it is no call of its own */
    | { kind: 'call-merged'; callId: string; into: string }
    | {
        kind: 'agent-state-changed';
        agent: string;
        state: AgentState;
        sinceMs: number;
        previous: AgentState | null;
        reason: string | null;
      }
    /** a phone is at another address than before, or it does not answer any more (`there` false), or does again */
    | { kind: 'phone-status'; agent: string; contact: string; there: boolean }
    /** where a caller went in the IVR, and by which key ('': none); its nodes are named in dialplan/ivr.conf */
    | { kind: 'ivr-step'; callId: string; node: string; key: string }
    /** the dialplan waits for an answer on this channel: `keys` are digits and * that the caller pressed */
    | {
        kind: 'ivr-asked';
        callId: string;
        channel: string;
        question: string;
        keys: string;
        asked: string;
        language: Language;
      }
    /** the feed heard nothing between these instants: what happened then is not known */
    | { kind: 'feed-gap'; fromMs: number; untilMs: number }
    | { kind: 'anomaly'; name: string; callId: string | null; detail: string }
  );

interface FactBase {
  /** from content: linked id, kind, channel, the switch's own timestamp */
  id: string;
  /** Unix ms, decimals, the switch's clock */
  atMs: number;
}

/**
 * What an agent is doing, as the switch's queue membership and channels tell it.
 * `unreachable`: member of a queue whose phone is not registered.
 */
export const AGENT_STATES = [
  'ready',
  'ringing',
  'talking',
  'on-hold',
  'wrap-up',
  'paused',
  'unreachable',
  'offline',
] as const;
export type AgentState = (typeof AGENT_STATES)[number];
/** those of an agent who has signed in: the others are not shown where people look at agents */
export const SHOWN_STATES = AGENT_STATES.filter((state) => state !== 'offline');
