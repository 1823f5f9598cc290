import { createSocket } from 'node:dgram';
import { createHash } from 'node:crypto';
import type { RefusedOffer, SipWitness } from '../core/floor/sip-witness.ts';
import type { Action, CommandAnswer } from './commands.ts';
import { readHep } from './hep.ts';

export interface SipCaptureSettings {
  /** where the switch sends a copy of its SIP messages (dialplan/hep.conf) */
  host: string;
  port: number;
  witness: SipWitness;
  /** a caller was refused by the switch itself */
  onRefused: (offer: RefusedOffer) => void;
  onFault: (fault: unknown) => void;
}

/** Hears the switch's own SIP messages, for what no event tells. */
export function openSipCapture(settings: SipCaptureSettings): { close(): void } {
  const socket = createSocket('udp4');
  socket.on('error', settings.onFault);
  socket.on('message', (packet) => {
    const message = readHep(packet);
    const refused = message === null ? null : settings.witness.hear(message);
    if (refused) settings.onRefused(refused);
  });
  socket.bind(settings.port, settings.host);
  return { close: () => void socket.close() };
}

/**
 * Says it in the switch's own feed: from there it is journaled, counted and kept as every other call is, by this service and
 * any other that hears the same switch, and a replay finds it.
 */
export function tellRefused(
  act: (action: Action) => Promise<CommandAnswer>,
  { sipCallId, number, called }: RefusedOffer,
): Promise<CommandAnswer> {
  const id = `refused-${createHash('sha256').update(sipCallId).digest('hex').slice(0, 24)}`;
  return act({
    action: 'UserEvent',
    userevent: 'CallRefused',
    callid: id,
    number: number ?? '',
    called,
  });
}
