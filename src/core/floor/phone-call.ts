import { isKeptPlace, type Call, type CallLeg } from './call.ts';
import { channelBase, endpointOf } from './channels.ts';
import { root } from './legs.ts';
import type { Floor } from './state.ts';
import { handedOnBy } from './talks.ts';

/** What an agent's phone is doing, as the switch tells it: what the call bar shows. */
export interface PhoneCall {
  callId: string;
  /** `ringing`: this phone rings; `calling`: it waits for the far end */
  state: 'ringing' | 'calling' | 'talking';
  /** the hotline's caller, whom we let hang up first (Article 11) */
  isCaller: boolean;
  /** who is at the other end: a number or an extension; null: withheld */
  number: string | null;
  /** the far end waits with music */
  held: boolean;
  sinceMs: number;
  /** whom the agent asks before passing the call on, or has taken into it */
  second: SecondParty | null;
  /** the extension of who handed the caller on to this phone; null: nobody did, or nobody saw who */
  handedOnBy: string | null;
}

export interface SecondParty {
  number: string;
  state: 'calling' | 'talking' | 'all-together';
}

/** The agent's own leg and call; its channel is what commands are given for. */
export interface OwnLeg {
  call: Call;
  leg: CallLeg;
}

/** The calls that agents' phones are in now, by agent. One phone has one call: the newest. */
export function ownLegs(floor: Floor): Map<string, OwnLeg> {
  const found = new Map<string, OwnLeg>();
  for (const call of floor.calls.values()) {
    for (const leg of call.legs) {
      if (leg.gone || leg.party !== 'agent') continue;
      const agent = channelBase(leg.channel);
      const before = found.get(agent);
      // a phone that talks is not said to ring because a second call tries it
      if (before && before.leg.up && !leg.up) continue;
      found.set(agent, { call, leg });
    }
  }
  return found;
}

export function ownLeg(floor: Floor, agent: string): OwnLeg | null {
  return ownLegs(floor).get(agent) ?? null;
}

export function phoneCall({ call, leg }: OwnLeg): PhoneCall {
  const first = root(call);
  const isCaller = call.direction === 'inbound';
  const mine = call.legs.indexOf(leg);
  const others = call.legs.filter(
    (one, at) => one !== leg && one !== first && !one.gone && one.party !== 'plumbing' && at > mine,
  );
  // in a call of ours the far end is the first leg after our own, in a caller's the caller
  const far = isCaller || leg !== first ? first : others.shift();
  const last = others.at(-1);
  // of a kept place the caller's line comes last, and is nobody's consultation
  if (isKeptPlace(call)) {
    const up = call.legs.some((one) => one.party === 'caller' && one.up);
    const state = !leg.up ? 'ringing' : up ? 'talking' : 'calling';
    const sinceMs = call.answeredAtMs ?? call.arrivedAtMs;
    return {
      callId: call.callId,
      state,
      isCaller: true,
      number: call.ani,
      held: false,
      sinceMs,
      second: null,
      handedOnBy: null,
    };
  }
  const from = isCaller ? handedOnBy(call) : null;
  const together = call.transfers.some((one) => one.kind === 'attended');
  return {
    callId: call.callId,
    state: !leg.up ? 'ringing' : leg === first && !far?.up ? 'calling' : 'talking',
    isCaller,
    number: isCaller ? call.ani : leg === first ? (call.dnis ?? numberOf(far)) : numberOf(first),
    held: call.heldSinceMs !== null,
    sinceMs: call.answeredAtMs ?? call.arrivedAtMs,
    second: last
      ? {
          number: dialledFor(call, last),
          state: !last.up ? 'calling' : together && call.heldSinceMs === null ? 'all-together' : 'talking',
        }
      : null,
    handedOnBy: from === null || from === channelBase(leg.channel) ? null : from.replace(/^.*\//, ''),
  };
}

function numberOf(leg: CallLeg | undefined): string | null {
  return leg ? endpointOf(leg.channel) : null;
}

/** Our own phone by its name; an outside line by what was dialled, which the plumbing before it tells (`Local/139…@phones`). */
function dialledFor(call: Call, leg: CallLeg): string {
  if (leg.party === 'agent') return endpointOf(leg.channel);
  const at = call.legs.indexOf(leg);
  for (const one of call.legs.slice(0, at).reverse()) {
    const dialled = /^Local\/(\d+)@/.exec(one.channel)?.[1];
    if (dialled) return dialled;
  }
  return endpointOf(leg.channel);
}
