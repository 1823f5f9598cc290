import type { Action, CommandAnswer } from './commands.ts';

/**
 * What an agent does in a call, asked of the switch: the same for a browser and for a desk phone. The second party of a
 * transfer is the switch's own attended transfer (dialplan/features.conf): we press its keys on the agent's channel, and
 * what came of it is told by the feed's events.
 */
export interface Calls {
  /** rings the agent's phone and, when it is picked up, dials; `token` lets the browser know its own call */
  place(call: { agent: string; to: string; token: string }): Promise<CommandAnswer>;
  /** the caller goes on to `to`, the agent is out */
  passOn(channel: string, to: string): Promise<CommandAnswer>;
  /** the caller waits with music, the agent speaks to `to` first */
  consult(channel: string, to: string): Promise<CommandAnswer>;
  /** in a consultation: back to the caller; join the two and leave; all three together */
  press(channel: string, key: ConsultKey): Promise<CommandAnswer>;
  /** a digit to the far end, as if the phone had sent it */
  digit(channel: string, digit: string): Promise<CommandAnswer>;
  /** the switch's word about a phone: `NOT_INUSE`, `UNAVAILABLE`, … */
  deviceState(agent: string): Promise<CommandAnswer>;
  /** how many packets of voice came from this phone in this call so far; no value: the switch did not say */
  packets(channel: string): Promise<CommandAnswer>;
}

/** The keys of dialplan/features.conf. */
const KEYS = { back: '*9', join: '*2', together: '*3' } as const;
export type ConsultKey = keyof typeof KEYS;

/** The context for all that we place or pass on; the dialplan checks the number once more. */
const CONTEXT = 'phones';
const RING_MS = 30_000;
const KEY_MS = 120;

export function openCalls(act: (action: Action) => Promise<CommandAnswer>): Calls {
  const pressAll = async (channel: string, keys: string): Promise<CommandAnswer> => {
    for (const digit of keys) {
      const answer = await act({ action: 'PlayDTMF', channel, digit, duration: KEY_MS, receive: 'true' });
      if (!answer.ok) return answer;
    }
    return { ok: true };
  };
  return {
    place: ({ agent, to, token }) =>
      act({
        action: 'Originate',
        channel: agent,
        channelid: `callout-${token}`,
        context: CONTEXT,
        exten: to,
        priority: 1,
        timeout: RING_MS,
        callerid: `${to} <${to}>`,
        variable: [`PJSIP_HEADER(add,X-Hotline-Call)=${token}`],
        async: 'true',
      }),
    passOn: (channel, to) => act({ action: 'BlindTransfer', channel, context: CONTEXT, exten: to }),
    consult: (channel, to) => act({ action: 'Atxfer', channel, context: CONTEXT, exten: to }),
    press: (channel, key) =>
      key === 'back' ? act({ action: 'CancelAtxfer', channel }) : pressAll(channel, KEYS[key]),
    digit: (channel, digit) => pressAll(channel, digit),
    packets: (channel) => act({ action: 'Getvar', channel, variable: 'CHANNEL(rtcp,rxcount)' }),
    deviceState: (agent) => act({ action: 'Getvar', variable: `DEVICE_STATE(${agent})` }),
  };
}
