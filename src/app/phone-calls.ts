import { failedResult, type Call } from '../core/floor/call.ts';
import { kindOfNumber, mayDial, type DialRefusal } from '../core/floor/dialling.ts';
import type { Floor } from '../core/floor/floor.ts';
import { ownLeg, ownLegs, phoneCall, type PhoneCall } from '../core/floor/phone-call.ts';
import type { PhoneEnded } from '../protocol/phone.ts';

/** The switch's answer, or why it was not asked. */
export type CallAnswer = { ok: true } | { ok: false; refusal: string; message: string };

/** What is asked of the switch (asterisk/calls.ts). */
export interface CallPorts {
  place(call: { agent: string; to: string; token: string }): Promise<CallAnswer>;
  passOn(channel: string, to: string): Promise<CallAnswer>;
  consult(channel: string, to: string): Promise<CallAnswer>;
  press(channel: string, key: 'back' | 'join' | 'together'): Promise<CallAnswer>;
  digit(channel: string, digit: string): Promise<CallAnswer>;
  hangUp(channel: string): Promise<CallAnswer>;
}

export type PhoneRefusal =
  | DialRefusal
  | 'no-call'
  | 'call-already'
  | 'not-talking'
  | 'second-already'
  | 'no-second'
  | 'not-heard'
  | 'own-number'
  | 'caller-hangs-up-first';

export interface PhoneCalls {
  now(agent: string): PhoneCall | null;
  place(agent: string, to: string, token: string): Promise<CallAnswer>;
  passOn(agent: string, to: string): Promise<CallAnswer>;
  consult(agent: string, to: string): Promise<CallAnswer>;
  press(agent: string, key: 'back' | 'join' | 'together'): Promise<CallAnswer>;
  digit(agent: string, digit: string): Promise<CallAnswer>;
  /** `confirmed`: pressed twice; the first press during a caller's call only reminds (Article 11) */
  hangUp(agent: string, confirmed: boolean): Promise<CallAnswer>;
  /** this agent's browser wants to hear of its phone's call; answers how to stop */
  watch(agent: string): () => void;
  close(): void;
}

const LOOK_EVERY_MS = 150;
/** how long the switch may take to begin what it said yes to */
const HEARD_WITHIN_MS = 4000;
const HOUR_MS = 3_600_000;

/**
 * An agent's call, done by the switch and told by its events: the same for a browser and for a desk phone. Here stand the
 * order and the caps; what may be dialled is core's (dialling.ts).
 */
export function openPhoneCalls(ports: {
  floor: Floor;
  /** null: no switch */
  calls: () => CallPorts | null;
  now: () => number;
  /** so many were called in the last hour, in all or this number, that no more may be */
  capReached: (number: string) => Promise<boolean>;
  tell: (agent: string, call: PhoneCall | null, ended: PhoneEnded | null) => void;
}): PhoneCalls {
  const { floor } = ports;
  const watched = new Map<string, { watchers: number; told: string; call: Call | null }>();
  /** when each agent placed calls in the last hour */
  const placed = new Map<string, number[]>();

  const looking = setInterval(look, LOOK_EVERY_MS);
  looking.unref();

  function look(): void {
    if (watched.size === 0) return;
    const legs = ownLegs(floor);
    for (const [agent, seen] of watched) {
      const own = legs.get(agent);
      const call = own ? phoneCall(own) : null;
      const told = JSON.stringify(call);
      if (told === seen.told) continue;
      ports.tell(
        agent,
        call,
        !call && seen.call ? endOf(seen.call, JSON.parse(seen.told) as PhoneCall) : null,
      );
      seen.told = told;
      seen.call = own?.call ?? null;
    }
  }

  function inLastHour(agent: string): number[] {
    const since = ports.now() - HOUR_MS;
    const kept = (placed.get(agent) ?? []).filter((at) => at > since);
    placed.set(agent, kept);
    return kept;
  }

  /** Checks what is dialled, and counts it, before the switch is asked. */
  async function dialling(
    agent: string,
    to: string,
    then: (calls: CallPorts, number: string) => Promise<CallAnswer>,
  ): Promise<CallAnswer> {
    const lately = inLastHour(agent);
    const may = mayDial(to, lately.length);
    if (!may.ok) return refused(may.refusal);
    if (agent === `PJSIP/${may.number}`) return refused('own-number');
    if (kindOfNumber(may.number) !== 'own-phone' && (await ports.capReached(may.number)))
      return refused('cap-reached');
    const calls = ports.calls();
    if (!calls) return refused('pbx-disconnected');
    const answer = await then(calls, may.number);
    if (answer.ok) lately.push(ports.now());
    return answer;
  }

  function talking(agent: string, then: (channel: string, call: PhoneCall) => Promise<CallAnswer>) {
    const own = ownLeg(floor, agent);
    if (!own) return Promise.resolve(refused('no-call'));
    const call = phoneCall(own);
    if (call.state !== 'talking') return Promise.resolve(refused('not-talking'));
    return then(own.leg.channel, call);
  }

  /** The switch's yes means only that it took the keys: whether they were heard, its events tell. */
  async function heard(
    agent: string,
    asked: Promise<CallAnswer>,
    done: (call: PhoneCall | null) => boolean,
  ): Promise<CallAnswer> {
    const answer = await asked;
    if (!answer.ok) return answer;
    for (let waited = 0; waited < HEARD_WITHIN_MS; waited += LOOK_EVERY_MS) {
      const own = ownLeg(floor, agent);
      if (done(own && phoneCall(own))) return answer;
      await new Promise((passed) => setTimeout(passed, LOOK_EVERY_MS));
    }
    return refused('not-heard');
  }

  const asking = (then: (calls: CallPorts) => Promise<CallAnswer>): Promise<CallAnswer> => {
    const calls = ports.calls();
    return calls ? then(calls) : Promise.resolve(refused('pbx-disconnected'));
  };

  return {
    now(agent) {
      const own = ownLeg(floor, agent);
      return own ? phoneCall(own) : null;
    },
    place(agent, to, token) {
      if (ownLeg(floor, agent)) return Promise.resolve(refused('call-already'));
      return dialling(agent, to, (calls, number) => calls.place({ agent, to: number, token }));
    },
    passOn: (agent, to) =>
      talking(agent, (channel, call) =>
        call.second
          ? Promise.resolve(refused('second-already'))
          : dialling(agent, to, (calls, number) => calls.passOn(channel, number)),
      ),
    consult: (agent, to) =>
      talking(agent, (channel, call) =>
        call.second
          ? Promise.resolve(refused('second-already'))
          : heard(
              agent,
              dialling(agent, to, (calls, number) => calls.consult(channel, number)),
              (after) => after === null || after.held || after.second !== null,
            ),
      ),
    press: (agent, key) =>
      talking(agent, (channel, call) => {
        if (!call.second || call.second.state === 'all-together')
          return Promise.resolve(refused('no-second'));
        if (key === 'together' && call.second.state !== 'talking')
          return Promise.resolve(refused('not-talking'));
        return heard(
          agent,
          asking((calls) => calls.press(channel, key)),
          (after) => after?.second?.state !== 'talking' && after?.second?.state !== 'calling',
        );
      }),
    digit: (agent, digit) => {
      const own = ownLeg(floor, agent);
      if (!own) return Promise.resolve(refused('no-call'));
      return asking((calls) => calls.digit(own.leg.channel, digit));
    },
    async hangUp(agent, confirmed) {
      const own = ownLeg(floor, agent);
      if (!own) return refused('no-call');
      const call = phoneCall(own);
      if (call.isCaller && call.state === 'talking' && call.second?.state !== 'all-together' && !confirmed)
        return refused('caller-hangs-up-first');
      return asking((calls) => calls.hangUp(own.leg.channel));
    },
    watch(agent) {
      const seen = watched.get(agent) ?? { watchers: 0, told: 'null', call: null };
      seen.watchers += 1;
      // a new page is told what is now, though nothing changed
      seen.told = 'null';
      watched.set(agent, seen);
      return () => {
        seen.watchers -= 1;
        if (seen.watchers === 0) watched.delete(agent);
      };
    },
    close: () => clearInterval(looking),
  };
}

function refused(refusal: PhoneRefusal | 'pbx-disconnected'): CallAnswer {
  return { ok: false, refusal, message: '' };
}

function endOf(call: Call, last: PhoneCall): PhoneEnded {
  const answered = call.answeredAtMs !== null || last.isCaller;
  return { number: last.number, result: answered ? 'ended' : failedResult(call) };
}
