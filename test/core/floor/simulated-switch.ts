import type { Leg, SnapshotLeg, SwitchEvent } from '../../../src/core/floor/event.ts';

/** What a switch may say, made up by a seed: actors, each a call in its own words, told in one another's midst. */
export interface Channel extends Leg {
  up: boolean;
  bornAtMs: number;
  /** `PJSIP/1001` of one of our phones, else null */
  phone: string | null;
  /** somebody can speak there: a line or a phone */
  speaks: boolean;
}

/** Events that follow one another in one call, each told at once; between them any other call may say something. */
export type Actor = Generator<SwitchEvent[], void, void>;

export const AGENTS = ['PJSIP/1001', 'PJSIP/1002', 'PJSIP/1003', 'PJSIP/1004'];

export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class SimulatedSwitch {
  readonly live = new Map<string, Channel>();
  /** rare situations, counted as they are reached */
  readonly reached: Map<string, number>;
  readonly random: () => number;
  atMs = 1_800_000_000_000;
  #channels = 0;

  constructor(seed: number, reached: Map<string, number>) {
    this.random = randomBy(seed);
    this.reached = reached;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
  reach(situation: string): void {
    this.reached.set(situation, (this.reached.get(situation) ?? 0) + 1);
  }

  /** A new channel; `linked`: that of the call it belongs to. */
  born(base: string, linked: string | null, more: { incoming?: boolean; uniqueId?: string } = {}) {
    this.#channels += 1;
    const uniqueId = more.uniqueId ?? `pbx-${1_800_000_000 + this.#channels}.${this.#channels}`;
    const name = base.endsWith(';') ? base : `${base}-${this.#channels.toString(16).padStart(8, '0')}`;
    const local = /^Local\/.*(;[12])$/.exec(base);
    const channel: Channel = {
      uniqueId,
      linkedId: linked ?? uniqueId,
      channel: local ? base : name,
      up: false,
      bornAtMs: this.atMs,
      phone: AGENTS.includes(base) ? base : null,
      speaks: /^PJSIP\//.test(base),
    };
    this.live.set(uniqueId, channel);
    const event: SwitchEvent = {
      kind: 'channel-created',
      atMs: 0,
      leg: legOf(channel),
      incoming: more.incoming ?? false,
      number: '13912345678',
      exten: more.incoming ? '96666' : 's',
      context: 'hotline',
    };
    return { channel, event };
  }

  up(channel: Channel): SwitchEvent {
    channel.up = true;
    return { kind: 'leg-up', atMs: 0, leg: legOf(channel) };
  }
  rings(channel: Channel): SwitchEvent {
    return { kind: 'leg-rings', atMs: 0, leg: legOf(channel) };
  }
  asksToEnd(channel: Channel, cause = 16, sipStatus = 0): SwitchEvent {
    return { kind: 'hangup-requested', atMs: 0, leg: legOf(channel), cause, sipStatus };
  }
  ends(channel: Channel, cause = 16, sipStatus = 0): SwitchEvent {
    this.live.delete(channel.uniqueId);
    return { kind: 'hung-up', atMs: 0, leg: legOf(channel), cause, sipStatus };
  }
  /** The line of `from` goes on in the channel `to`, whose own line is dropped: a masquerade. */
  moves(from: Channel, to: Channel): SwitchEvent[] {
    [to.channel, from.channel] = [from.channel, `${to.channel}<ZOMBIE>`];
    [to.phone, from.phone] = [from.phone, null];
    [to.speaks, from.speaks] = [from.speaks, false];
    to.up = true;
    return [this.ends(from, 26)];
  }

  snapshot(): SwitchEvent {
    const live: SnapshotLeg[] = [...this.live.values()].map((channel) => ({
      ...legOf(channel),
      number: null,
      exten: 's',
      context: 'hotline',
      bornAtMs: channel.bornAtMs,
      up: channel.up,
      bridge: null,
    }));
    return { kind: 'snapshot', atMs: 0, live };
  }

  /** The phone's device state, as its channels make it. */
  device(phone: string): number {
    const mine = [...this.live.values()].filter((channel) => channel.phone === phone);
    if (mine.some((channel) => channel.up)) return 2;
    return mine.length > 0 ? 6 : 1;
  }
}

export function legOf({ uniqueId, linkedId, channel }: Leg): Leg {
  return { uniqueId, linkedId, channel };
}
