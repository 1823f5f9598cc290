import type { Floor } from './state.ts';

/**
 * What a channel is, by its name. A line or a phone is one by what it is: the technology of a telephone, and the site's
 * trunks (TRUNK_PATTERN) or a number of ours. A Local joins the parts of a call. Everything else (Snoop, UnicastRTP,
 * AudioSocket, Message, CBAnn, OutgoingSpoolFailed, whatever comes next) is the switch's furniture and counts nowhere.
 */
export type ChannelKind = 'line' | 'phone' | 'local' | 'furniture';

/** Technologies at whose far end somebody can speak. */
const TELEPHONE = /^(PJSIP|SIP|IAX2|DAHDI|SCCP|Skinny|MGCP|OOH323|Dongle|Quectel|Mobile)\//;
const LOCAL = /^Local\//;
/** A channel that takes the place of another, which is named behind it: the switch moves the line over. */
const STAND_IN = /^(AsyncGoto|Surrogate)\//;
/** What is left of a channel whose line was moved to another. */
const MOVED = /<(ZOMBIE|MASQ)>$/;

export function kindOf(floor: Floor, channel: string): ChannelKind {
  const name = plainName(channel);
  if (LOCAL.test(name)) return 'local';
  const base = channelBase(name);
  if (!TELEPHONE.test(name)) return floor.agents.has(base) ? 'phone' : 'furniture';
  const endpoint = base.slice(base.indexOf('/') + 1);
  if (floor.trunk.test(endpoint)) return 'line';
  return /^\d+$/.test(endpoint) || floor.agents.has(base) ? 'phone' : 'line';
}

/** A line to the outside. */
export function isTrunk(floor: Floor, channel: string): boolean {
  return kindOf(floor, channel) === 'line';
}

export function isMoved(channel: string): boolean {
  return channel.endsWith('>') && MOVED.test(channel);
}

/** `AsyncGoto/PJSIP/trunk-0000001a` ─▶ `PJSIP/trunk-0000001a`; null: it stands in for nobody. */
export function standsInFor(channel: string): string | null {
  return STAND_IN.test(channel) ? channel.slice(channel.indexOf('/') + 1) : null;
}

/** The name without what a move wrote before and behind it. */
function plainName(channel: string): string {
  const name = isMoved(channel) ? channel.replace(MOVED, '') : channel;
  return standsInFor(name) ?? name;
}

/** `PJSIP/trunk-0000001a` ─▶ `trunk` */
export function endpointOf(channel: string): string {
  return /^[^/]+\/(.+?)(?:-[0-9a-f]{6,}(?:;\d)?)?$/.exec(plainName(channel))?.[1] ?? channel;
}

/** `PJSIP/1001-0000001a` ─▶ `PJSIP/1001`, the name of an agent */
export function channelBase(channel: string): string {
  const name = plainName(channel);
  return `${name.split('/')[0]}/${endpointOf(name)}`;
}

/** The two ends of one Local: `Local/1001@agents-00000003;2` ─▶ `Local/1001@agents-00000003` */
export function localPair(channel: string): string | null {
  return /^(Local\/.+);[12]$/.exec(channel)?.[1] ?? null;
}
