import type { Language } from '../ivr/flow.ts';
import type { SurveyResult } from './record.ts';

/** One channel of the switch: its Uniqueid, the Linkedid that groups it into a call, and its name `PJSIP/1001-0000000a`. */
export interface Leg {
  uniqueId: string;
  linkedId: string;
  channel: string;
}

/**
 * What the switch said, in the hotline's words: one manager event, translated (asterisk/translate.ts).
 * `atMs` is the switch's own Timestamp in Unix ms with decimals, never our clock.
 */
export type SwitchEvent = { atMs: number } & (
  | {
      kind: 'channel-created';
      leg: Leg;
      incoming: boolean;
      number: string | null;
      exten: string;
      context: string;
    }
  | { kind: 'caller-id-changed'; leg: Leg; number: string | null }
  /** `from` is the channel that dials, '' for the switch itself */
  | { kind: 'dial-began'; leg: Leg; dialled: string; from?: string }
  /** the far phone says that it rings (DialState RINGING or Newstate Ringing) */
  | { kind: 'leg-rings'; leg: Leg }
  /** the far end says that the call is on its way (183): a phone of ours rings then, with or without a sound of its own */
  | { kind: 'leg-progresses'; leg: Leg }
  | { kind: 'leg-up'; leg: Leg }
  | {
      kind: 'queue-joined';
      leg: Leg;
      queue: string;
      position: number | null;
      number: string | null;
      exten: string;
    }
  /** who waits in a queue, asked for after every connect; `atMs` is when they joined it, to the second */
  | { kind: 'found-waiting'; leg: Leg; queue: string; number: string | null }
  | { kind: 'queue-left'; leg: Leg; queue: string }
  /** why the queue let a caller go: FULL, JOINEMPTY, TIMEOUT, LEAVEEMPTY, … (QUEUESTATUS) */
  | { kind: 'queue-refused'; leg: Leg; status: string }
  | {
      kind: 'agent-called';
      leg: Leg;
      agentLeg: Leg;
      queue: string;
      agent: string;
      name: string;
      number: string | null;
    }
  | {
      kind: 'agent-answered';
      leg: Leg;
      agentLeg: Leg;
      queue: string;
      agent: string;
      name: string;
      number: string | null;
    }
  /** AgentRingNoAnswer: the queue took the offer back; its RingTime is ms of this offer */
  | { kind: 'agent-did-not-answer'; leg: Leg; agentLeg: Leg; queue: string; agent: string; ringMs: number }
  /** the party at the far end of this leg hung up (BYE, CANCEL or a refusal) */
  | { kind: 'hangup-requested'; leg: Leg; cause: number; sipStatus: number }
  /** the switch ends this leg */
  | { kind: 'hangup-ordered'; leg: Leg }
  /** `rang`: it was ringing when it ended */
  | { kind: 'hung-up'; leg: Leg; cause: number; sipStatus: number; rang?: boolean }
  | { kind: 'held'; leg: Leg }
  | { kind: 'resumed'; leg: Leg }
  | { kind: 'bridge-entered'; leg: Leg; bridge: string }
  /** the dialplan runs at this place for this leg (only where the account may read it) */
  | { kind: 'went-to'; leg: Leg; context: string; exten: string }
  | { kind: 'transferred-blind'; leg: Leg; caller: Leg; to: string }
  | { kind: 'transferred-attended'; leg: Leg; second: Leg; caller: Leg | null; target: Leg | null }
  | { kind: 'originate-answered'; uniqueId: string; ok: boolean; reason: number; dialled: string }
  | { kind: 'survey-said'; leg: Leg; surveyId: string; result: SurveyResult; score: number | null }
  /** the program that places this call names the survey (a channel variable) */
  | { kind: 'survey-named'; leg: Leg; surveyId: string }
  /** one question of a survey was answered by a key */
  | { kind: 'survey-answered'; leg: Leg; surveyId: string; question: string; key: string }
  | { kind: 'callback-requested'; leg: Leg }
  /** where a caller is in what the dialplan offers (dialplan/ivr.conf), and the key that led there; '' for none */
  | { kind: 'ivr-step'; leg: Leg; node: string; key: string }
  /** the dialplan asks the service something on behalf of a caller who hears this language, and waits a second at most */
  | { kind: 'ivr-asked'; leg: Leg; question: string; keys: string; asked: string; language: Language }
  /** the agent's phone or browser died without a BYE and the caller is still there (dialplan, agent-left); it had given no sign of life for `silentMs` */
  | { kind: 'agent-leg-lost'; leg: Leg; agent: string; cause: number; silentMs?: number }
  /** the caller has no agent any more, and goes to the head of the queue (dialplan, agent-left) */
  | { kind: 'caller-waits'; leg: Leg }
  /** that agent's phone is there again: the switch rings it for the same caller, past the queue */
  | { kind: 'agent-returns'; leg: Leg; agent: string }
  | { kind: 'member'; queue: string; agent: string; member: Member }
  | { kind: 'member-left'; queue: string; agent: string }
  /** a phone registered at this address, answers there, or does not answer any more (ContactStatus) */
  | { kind: 'phone-status'; agent: string; contact: string; there: boolean }
  /** a process of the switch finished booting this many seconds before */
  | { kind: 'switch-booted'; uptimeSeconds: number }
  | { kind: 'feed-lost' }
  | { kind: 'feed-opened' }
  /** what lives on the switch now, asked for after every connect: calls that are not in it are gone */
  | { kind: 'snapshot'; live: SnapshotLeg[] }
  | { kind: 'misfit'; name: string; linkedId: string | null; detail: string }
);

export interface SnapshotLeg extends Leg {
  number: string | null;
  exten: string;
  context: string;
  /** when the channel came to life, Unix ms */
  bornAtMs: number;
  up: boolean;
  /** who is in the same bridge talks with one another; null: in none */
  bridge: string | null;
}

/** A queue member as the switch tells it; repeats once per queue. */
export interface Member {
  name: string;
  /** Asterisk's device state: 1 not in use, 2 in use, 3 busy, 4 invalid, 5 unavailable, 6 ringing, 7 ring+use, 8 on hold */
  device: number;
  paused: boolean;
  reason: string | null;
  /** end of the last call, Unix ms; 0: none yet */
  lastCallMs: number;
  wrapUpMs: number;
}
