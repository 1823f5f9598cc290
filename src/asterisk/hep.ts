/** The payload's chunk, in the protocol of res_hep (HEP version 3). */
const PAYLOAD = 15;

/** The SIP message that a packet of the switch's capture carries; null: it is no such packet. */
export function readHep(packet: Buffer): string | null {
  if (packet.length < 6 || packet.toString('latin1', 0, 4) !== 'HEP3') return null;
  const end = Math.min(packet.length, packet.readUInt16BE(4));
  let at = 6;
  // each chunk: vendor, type, its whole length
  while (at + 6 <= end) {
    const length = packet.readUInt16BE(at + 4);
    if (length < 6 || at + length > end) return null;
    if (packet.readUInt16BE(at) === 0 && packet.readUInt16BE(at + 2) === PAYLOAD)
      return packet.toString('utf8', at + 6, at + length);
    at += length;
  }
  return null;
}
