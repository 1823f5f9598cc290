import type { WitnessedMessage } from '../core/floor/sip-witness.ts';

/** Chunks of the protocol of res_hep (HEP version 3): addresses of either family, and the message itself. */
const SOURCES = [3, 5];
const DESTINATIONS = [4, 6];
const PAYLOAD = 15;

/** The SIP message that a packet of the switch's capture carries, and its way; null: it is no such packet. */
export function readHep(packet: Buffer): WitnessedMessage | null {
  if (packet.length < 6 || packet.toString('latin1', 0, 4) !== 'HEP3') return null;
  const end = Math.min(packet.length, packet.readUInt16BE(4));
  const read: Partial<WitnessedMessage> = {};
  let at = 6;
  // each chunk: vendor, type, its whole length
  while (at + 6 <= end) {
    const length = packet.readUInt16BE(at + 4);
    if (length < 6 || at + length > end) return null;
    const type = packet.readUInt16BE(at) === 0 ? packet.readUInt16BE(at + 2) : 0;
    const value = packet.subarray(at + 6, at + length);
    if (SOURCES.includes(type)) read.source = value.toString('hex');
    if (DESTINATIONS.includes(type)) read.destination = value.toString('hex');
    if (type === PAYLOAD) read.text = value.toString('utf8');
    at += length;
  }
  const { source, destination, text } = read;
  return source !== undefined && destination !== undefined && text !== undefined
    ? { source, destination, text }
    : null;
}
