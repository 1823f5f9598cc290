import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { root } from '../core/floor/legs.ts';
import { ownLegs, type OwnLeg } from '../core/floor/phone-call.ts';

/**
 * Whether the desk phones that ring or talk now are alive. Silence alone proves nothing: a muted phone may send nothing,
 * a holding one need not. But a phone that does not answer the switch (or is at another address than in this call, or has
 * begun anew at the same one) and sends no voice has died: the switch is told, and the caller hears music and is led on
 * (dialplan, agent-left).
 */
export interface PulsePorts {
  floor: Floor;
  now: () => number;
  /** packets of voice from the phone so far; null: the switch did not say */
  packets: (channel: string) => Promise<number | null>;
  /** the id under which the phone registered: another after it began anew, the same as long as it lives; null: not known */
  registration: (agent: string) => string | null;
  /** ends a leg whose phone is dead; it gave the last sign of life so long ago */
  endLeg: (own: OwnLeg, callerChannel: string | null, silentMs: number) => Promise<void>;
  /** takes back an offer that rings at a phone that is not there */
  endRing: (channel: string) => Promise<void>;
  onFault: (fault: unknown) => void;
}

interface Felt {
  packets: number;
  /** when it was last seen that more packets had come */
  heardAtMs: number;
  /** where the phone was as this call began for us; null: not known */
  contact: string | null;
  /** since when it does not answer, or is elsewhere; null: it is there */
  goneSinceMs: number | null;
}

const LOOK_EVERY_MS = 2000;
/** so long without a packet, of a phone that is gone */
const SILENT_MS = 2500;
/** a holding phone may be silent: it must have been gone for two more questions of the switch */
const GONE_ON_HOLD_MS = 12_000;

export interface Pulse {
  hear(facts: readonly Fact[]): void;
  /** feels every desk phone that rings or talks, now */
  feel(): Promise<void>;
  close(): void;
}

export function openPulse(ports: PulsePorts): Pulse {
  const pulses = new Map<string, Felt>();
  /** where a phone was as it was rung: it may be elsewhere before it is first felt */
  const rungAt = new Map<string, string>();
  /** the id of its registration as this call was first felt */
  const registeredAs = new Map<string, string>();
  const ended = new Set<string>();
  let feeling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void feelAll().catch(ports.onFault), LOOK_EVERY_MS);
  timer.unref();

  /** One after the other: what happened while they were felt is felt, too. */
  function feelAll(): Promise<void> {
    feeling = feeling.catch(() => undefined).then(feelNow);
    return feeling;
  }

  async function feelNow(): Promise<void> {
    const legs = [...ownLegs(ports.floor)].filter(([agent]) => isDesk(agent));
    const alive = new Set(legs.map(([, { leg }]) => leg.uniqueId));
    for (const known of [pulses, rungAt, registeredAs, ended])
      for (const uniqueId of known.keys()) if (!alive.has(uniqueId)) known.delete(uniqueId);
    await Promise.all(legs.map(([agent, own]) => feel(agent, own)));
  }

  /** A browser's phone has its own witnesses (its page, its line). */
  function isDesk(agent: string): boolean {
    return !/transport=ws/i.test(ports.floor.registrations.get(agent)?.contact ?? '');
  }

  async function feel(agent: string, own: OwnLeg): Promise<void> {
    const { uniqueId, channel, up } = own.leg;
    if (ended.has(uniqueId)) return;
    const phone = ports.floor.registrations.get(agent);
    const contact = pulses.get(uniqueId)?.contact ?? rungAt.get(uniqueId) ?? phone?.contact ?? null;
    const elsewhere = phone !== undefined && (!phone.there || phone.contact !== contact);
    if (!up) {
      if (!own.call.offers.some((offer) => offer.offerId === uniqueId)) return;
      if (!elsewhere && !beganAnew(uniqueId, agent)) return;
      ended.add(uniqueId);
      return ports.endRing(channel);
    }
    const packets = await ports.packets(channel);
    const now = ports.now();
    let pulse = pulses.get(uniqueId);
    if (!pulse) {
      pulse = { packets: -1, heardAtMs: now, contact, goneSinceMs: null };
      pulses.set(uniqueId, pulse);
      beganAnew(uniqueId, agent);
    }
    pulse.contact = contact;
    if (packets !== null && packets !== pulse.packets) {
      pulse.packets = packets;
      pulse.heardAtMs = now;
    }
    const silentMs = now - pulse.heardAtMs;
    const gone = elsewhere || (silentMs >= SILENT_MS && beganAnew(uniqueId, agent));
    pulse.goneSinceMs = gone ? (pulse.goneSinceMs ?? now) : null;
    if (packets === null || pulse.goneSinceMs === null || silentMs < SILENT_MS) return;
    const holds = own.call.heldBy === uniqueId;
    if (holds && now - pulse.goneSinceMs < GONE_ON_HOLD_MS) return;
    ended.add(uniqueId);
    await ports.endLeg(own, root(own.call)?.channel ?? null, holds ? 0 : Math.round(silentMs));
  }

  /** The phone registered under another id than it had when this call was first felt: it knows nothing of the call. */
  function beganAnew(uniqueId: string, agent: string): boolean {
    const registration = ports.registration(agent);
    if (registration === null) return false;
    const before = registeredAs.get(uniqueId);
    if (before === undefined) registeredAs.set(uniqueId, registration);
    return before !== undefined && before !== registration;
  }

  return {
    hear(facts) {
      for (const fact of facts) {
        if (fact.kind !== 'agent-rang') continue;
        const contact = ports.floor.registrations.get(fact.agent)?.contact;
        if (contact !== undefined) rungAt.set(fact.offerId, contact);
      }
      if (facts.some((fact) => fact.kind === 'phone-status')) void feelAll().catch(ports.onFault);
    },
    feel: feelAll,
    close: () => clearInterval(timer),
  };
}
