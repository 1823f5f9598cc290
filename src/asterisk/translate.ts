import type { Leg, Member, SwitchEvent } from '../core/floor/event.ts';
import { cleanNumber } from '../core/floor/number.ts';
import type { SurveyResult } from '../core/floor/record.ts';
import type { Message } from './message.ts';

/** The events that say something to the floor; all others are passed over unread. dialplan/manager.conf lets the same through. */
export const WANTED: ReadonlySet<string> = new Set([
  'Newchannel',
  'NewCallerid',
  'Newstate',
  'Newexten',
  'DialBegin',
  'DialState',
  'QueueCallerJoin',
  'QueueCallerLeave',
  'AgentCalled',
  'AgentConnect',
  'AgentRingNoAnswer',
  'HangupRequest',
  'SoftHangupRequest',
  'Hangup',
  'Hold',
  'Unhold',
  'BridgeEnter',
  'BlindTransfer',
  'AttendedTransfer',
  'OriginateResponse',
  'UserEvent',
  'VarSet',
  'QueueMemberStatus',
  'QueueMemberAdded',
  'QueueMemberRemoved',
  'QueueMemberPause',
  'ContactStatus',
  'FullyBooted',
]);

const SURVEY_RESULTS = new Set([
  'scored',
  'nodigit',
  'invalid',
  'hangup',
  'busy',
  'declined',
  'no-answer',
  'unreachable',
]);
/** Headers of which the second is a forgery or a fault; a UserEvent may carry Uniqueid and Linkedid of its own. */
const ONCE = [
  'Event',
  'Privilege',
  'Timestamp',
  'Channel',
  'Uniqueid',
  'Linkedid',
  'Queue',
  'Interface',
  'DestUniqueid',
];

/**
 * What a message says to the floor; nothing where it says nothing to it. `receivedAtMs` is the instant of an event that
 * has none of its own; without it such an event is not believed.
 */
export function translate(message: Message, receivedAtMs = NaN): SwitchEvent[] {
  if (message.kind !== 'event') return [];
  const stamp = Number(message.header('Timestamp') ?? receivedAtMs / 1000);
  if (message.name === 'FullyBooted') {
    const uptimeSeconds = Number(message.header('Uptime') ?? NaN);
    return [{ kind: 'switch-booted', atMs: Number.isFinite(stamp) ? ms(stamp) : NaN, uptimeSeconds }];
  }
  if (!WANTED.has(message.name)) return [];
  if (!Number.isFinite(stamp) || stamp <= 0) return [misfit(NaN, 'event-without-timestamp', message)];
  const atMs = ms(stamp);
  const events = saidBy(message, atMs);
  if (events.length > 0 && message.name !== 'UserEvent') {
    const twice = message.repeated.filter((name) => ONCE.includes(name));
    if (twice.length > 0) events.unshift(misfit(atMs, 'repeated-header', message));
  }
  return events;
}

function saidBy(message: Message, atMs: number): SwitchEvent[] {
  const text = textOf(message);
  const leg = legOf(message, '');
  const queue = text('Queue');
  const name = text('MemberName');
  switch (message.name) {
    case 'Newchannel':
      if (!leg) return [];
      return [
        {
          kind: 'channel-created',
          atMs,
          leg,
          incoming: text('ChannelState') === '4',
          number: cleanNumber(text('CallerIDNum')),
          exten: text('Exten'),
          context: text('Context'),
        },
      ];
    case 'NewCallerid':
      return leg ? [{ kind: 'caller-id-changed', atMs, leg, number: cleanNumber(text('CallerIDNum')) }] : [];
    case 'Newstate':
      if (!leg) return [];
      if (text('ChannelState') === '5') return [{ kind: 'leg-rings', atMs, leg }];
      return text('ChannelState') === '6' ? [{ kind: 'leg-up', atMs, leg }] : [];
    case 'Newexten':
      return leg ? [{ kind: 'went-to', atMs, leg, context: text('Context'), exten: text('Exten') }] : [];
    case 'DialBegin': {
      const far = legOf(message, 'Dest');
      if (!far) return [];
      return [
        {
          kind: 'dial-began',
          atMs,
          leg: far,
          dialled: dialledNumber(text('DialString')),
          from: text('Channel'),
        },
      ];
    }
    case 'DialState': {
      const far = legOf(message, 'Dest');
      if (far && text('DialStatus') === 'RINGING') return [{ kind: 'leg-rings', atMs, leg: far }];
      return far && text('DialStatus') === 'PROGRESS' ? [{ kind: 'leg-progresses', atMs, leg: far }] : [];
    }
    case 'QueueCallerJoin': {
      if (!leg) return [];
      const position = Number(text('Position'));
      return [
        {
          kind: 'queue-joined',
          atMs,
          leg,
          queue,
          position: Number.isInteger(position) && position > 0 ? position : null,
          number: cleanNumber(text('CallerIDNum')),
          exten: text('Exten'),
        },
      ];
    }
    case 'QueueCallerLeave':
      return leg ? [{ kind: 'queue-left', atMs, leg, queue }] : [];
    case 'AgentCalled':
    case 'AgentConnect': {
      const agentLeg = legOf(message, 'Dest');
      if (!leg || !agentLeg) return [];
      const kind = message.name === 'AgentCalled' ? 'agent-called' : 'agent-answered';
      const number = cleanNumber(text('CallerIDNum'));
      return [{ kind, atMs, leg, agentLeg, queue, agent: text('Interface'), name, number }];
    }
    case 'AgentRingNoAnswer': {
      const agentLeg = legOf(message, 'Dest');
      if (!leg || !agentLeg) return [];
      const ringMs = Number(text('RingTime')) || 0;
      return [{ kind: 'agent-did-not-answer', atMs, leg, agentLeg, queue, agent: text('Interface'), ringMs }];
    }
    case 'HangupRequest':
    case 'Hangup': {
      if (!leg) return [];
      const cause = Number(text('Cause')) || 0;
      const sipStatus = Number(text('TechCause')) || 0;
      if (message.name === 'HangupRequest')
        return [{ kind: 'hangup-requested', atMs, leg, cause, sipStatus }];
      const rang = text('ChannelState') === '5';
      return [{ kind: 'hung-up', atMs, leg, cause, sipStatus, ...(rang ? { rang } : {}) }];
    }
    case 'SoftHangupRequest':
      return leg ? [{ kind: 'hangup-ordered', atMs, leg }] : [];
    case 'Hold':
      return leg ? [{ kind: 'held', atMs, leg }] : [];
    case 'Unhold':
      return leg ? [{ kind: 'resumed', atMs, leg }] : [];
    case 'BridgeEnter':
      return leg ? [{ kind: 'bridge-entered', atMs, leg, bridge: text('BridgeUniqueid') }] : [];
    case 'BlindTransfer': {
      const transferer = legOf(message, 'Transferer');
      const caller = legOf(message, 'Transferee');
      if (!transferer || !caller) return [];
      return [{ kind: 'transferred-blind', atMs, leg: transferer, caller, to: text('Extension') }];
    }
    case 'AttendedTransfer': {
      const first = legOf(message, 'OrigTransferer');
      const second = legOf(message, 'SecondTransferer');
      if (!first || !second) return [];
      const caller = legOf(message, 'Transferee');
      return [
        {
          kind: 'transferred-attended',
          atMs,
          leg: first,
          second,
          caller,
          target: legOf(message, 'TransferTarget'),
        },
      ];
    }
    case 'OriginateResponse':
      return [
        {
          kind: 'originate-answered',
          atMs,
          uniqueId: text('Uniqueid'),
          ok: text('Response') === 'Success',
          reason: Number(text('Reason')) || 0,
          dialled: dialledNumber(text('Channel').replace(/^[^/]*\//, '')),
        },
      ];
    case 'VarSet':
      return leg ? variableSet(message, atMs, leg) : [];
    case 'UserEvent':
      if (text('UserEvent') === 'CallRefused') return callRefused(message, atMs);
      return leg ? userEvent(message, atMs, leg) : [];
    case 'QueueMemberRemoved':
      return [{ kind: 'member-left', atMs, queue, agent: text('Interface') }];
    case 'QueueMemberStatus':
    case 'QueueMemberAdded':
    case 'QueueMemberPause':
      return [{ kind: 'member', atMs, queue, agent: text('Interface'), member: memberOf(message) }];
    case 'ContactStatus': {
      const there = !['Unreachable', 'Removed'].includes(text('ContactStatus'));
      const endpoint = text('EndpointName') || text('AOR');
      return endpoint
        ? [{ kind: 'phone-status', atMs, agent: `PJSIP/${endpoint}`, contact: text('URI'), there }]
        : [];
    }
    default:
      return [];
  }
}

/** The variables that say something: why a queue let a caller go, and for which survey a program places a call. */
function variableSet(message: Message, atMs: number, leg: Leg): SwitchEvent[] {
  const name = message.header('Variable') ?? '';
  if (name !== 'QUEUESTATUS' && !SURVEY_VARIABLES.has(name)) return [];
  const value = ownText(message.header('Value') ?? '');
  if (value === '') return [];
  if (name === 'QUEUESTATUS') return [{ kind: 'queue-refused', atMs, leg, status: value }];
  return [{ kind: 'survey-named', atMs, leg, surveyId: value }];
}

const SURVEY_VARIABLES: ReadonlySet<string> = new Set(['SURVEY', 'SURVEY_ID', '__SURVEY', '__SURVEY_ID']);

/**
 * The switch refused a caller before there was a channel, as the service told it (sip-capture.ts): a whole call in one
 * event. It came, nothing that it speaks is known, it went.
 */
function callRefused(message: Message, atMs: number): SwitchEvent[] {
  const text = textOf(message);
  // so the library writes the headers of an action, and the switch repeats them
  const id = text('Callid');
  if (!/^refused-[0-9a-f]+$/.test(id)) return [];
  const leg = { uniqueId: id, linkedId: id, channel: `PJSIP/trunk-in-${id}` };
  const number = cleanNumber(text('Number'));
  const exten = text('Called');
  return [
    { kind: 'channel-created', atMs, leg, incoming: true, number, exten, context: 'from-trunk' },
    { kind: 'queue-refused', atMs, leg, status: 'CODEC' },
    { kind: 'hung-up', atMs, leg, cause: 58, sipStatus: 488 },
  ];
}

function userEvent(message: Message, atMs: number, leg: Leg): SwitchEvent[] {
  const text = textOf(message);
  switch (text('UserEvent')) {
    case 'SurveyResult': {
      const result = text('Result');
      const score = /^\d+$/.test(text('Score')) ? Number(text('Score')) : null;
      if (!SURVEY_RESULTS.has(result)) return [];
      return [
        {
          kind: 'survey-said',
          atMs,
          leg: callLeg(message, leg),
          surveyId: text('SurveyId'),
          result: result as SurveyResult,
          score,
        },
      ];
    }
    case 'SurveyAnswer':
      return [
        {
          kind: 'survey-answered',
          atMs,
          leg: callLeg(message, leg),
          surveyId: text('SurveyId'),
          question: text('Question'),
          key: text('Answer'),
        },
      ];
    case 'QueueFallback':
      return [
        { kind: 'queue-refused', atMs, leg, status: text('QueueStatus') || text('Status') || 'UNKNOWN' },
      ];
    case 'AgentLegLost':
      return [
        {
          kind: 'agent-leg-lost',
          atMs,
          leg,
          agent: text('Agent'),
          cause: Number(text('Cause')) || 0,
          silentMs: Number(text('SilentMs')) || 0,
        },
      ];
    case 'CallerWaits':
      return [{ kind: 'caller-waits', atMs, leg }];
    case 'AgentReturns':
      return [{ kind: 'agent-returns', atMs, leg, agent: text('Agent') }];
    case 'CallbackRequested':
      return [{ kind: 'callback-requested', atMs, leg }];
    case 'IvrStep':
      return [{ kind: 'ivr-step', atMs, leg, node: text('Node'), key: text('Key') }];
    case 'IvrAsk': {
      const said = { question: text('Question'), keys: text('Keys'), asked: text('Asked') };
      // not the event's own Language: that is the channel as it was last told of, before the caller chose
      const language = text('CallerLanguage') === 'en' ? 'en' : 'zh';
      return [{ kind: 'ivr-asked', atMs, leg, ...said, language }];
    }
    default:
      return [];
  }
}

/** A UserEvent repeats the channel's Uniqueid and may add one of its own: the channel's stands first. */
function callLeg(message: Message, leg: Leg): Leg {
  return { ...leg, uniqueId: message.all('Uniqueid')[0] ?? leg.uniqueId };
}

/** A queue member's words, the same in events and in the answer to QueueStatus. */
export function memberOf(message: Message): Member {
  const text = textOf(message);
  return {
    name: text('MemberName') || text('Name'),
    device: Number(text('Status')) || 0,
    paused: text('Paused') === '1',
    reason: text('PausedReason') || null,
    lastCallMs: (Number(text('LastCall')) || 0) * 1000,
    wrapUpMs: (Number(text('Wrapuptime')) || 0) * 1000,
  };
}

function legOf(message: Message, prefix: string): Leg | null {
  const uniqueId = message.header(`${prefix}Uniqueid`);
  const channel = message.header(`${prefix}Channel`);
  if (!uniqueId || channel === undefined) return null;
  const linkedId = message.header(`${prefix}Linkedid`) || uniqueId;
  const own = ownText(uniqueId);
  return {
    uniqueId: own,
    linkedId: linkedId === uniqueId ? own : ownText(linkedId),
    channel: ownText(channel),
  };
}

/** Reads a message's headers as texts that may be kept; one that is not there is empty. */
export function textOf(message: Message): (name: string) => string {
  return (name) => ownText(message.header(name) ?? '');
}

/**
 * A copy that stands alone. V8 makes a header of 13 characters or more a window into its whole frame, and a name that a
 * live call keeps would keep the frame: 10 MB for 2,000 live calls instead of 5 (test/bench/feed.bench.ts).
 */
function ownText(text: string): string {
  return text.length < 13 ? text : Buffer.from(text).toString();
}

/** `13911112222@trunk` or `trunk/13911112222` ─▶ the number; `PJSIP/1001` ─▶ `1001` */
function dialledNumber(dialString: string): string {
  const parts = dialString.split(/[/@]/).filter((part) => part !== '');
  return parts.find((part) => /^[0-9+*#]+$/.test(part)) ?? '';
}

function misfit(atMs: number, name: string, message: Message): SwitchEvent {
  return { kind: 'misfit', atMs, name, linkedId: message.header('Linkedid') ?? null, detail: message.name };
}

/** Seconds with six decimals ─▶ ms with three, without the noise of floating point. */
function ms(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}
