import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One SIP message that a party of SIPp sent or got. */
export interface SipMessage {
  atMs: number;
  sent: boolean;
  /** `INVITE`, `200`, … */
  what: string;
  /** the CSeq's method: which request a status answers */
  method: string;
  /** the users of its To and From: who was called, and who calls */
  to: string;
  from: string;
  /** which call it belongs to */
  callId: string;
}

/** SIPp's own message log, read. */
export function messagesOf(dir: string): SipMessage[] {
  const file = readdirSync(dir).find((name) => name === 'messages.log');
  if (!file) return [];
  const found: SipMessage[] = [];
  const text = readFileSync(join(dir, file), 'latin1');
  const pieces = text.split(/^-{20,} (\d{4}-\d\d-\d\d)[ T\t](\d\d:\d\d:\d\d\.\d+).*$/m);
  for (let at = 1; at + 2 < pieces.length; at += 3) {
    const body = pieces[at + 2]!;
    const first = /\n(?:SIP\/2\.0 (\d{3})|([A-Z]+) sip:)/.exec(body);
    const method = /\nCSeq: *\d+ +([A-Z]+)/i.exec(body)?.[1] ?? '';
    const to = /\nTo:[^\n]*?sip:([^@>\s]*)@/i.exec(body)?.[1] ?? '';
    const from = /\nFrom:[^\n]*?sip:([^@>\s]*)@/i.exec(body)?.[1] ?? '';
    const callId = /\nCall-ID: *(\S+)/i.exec(body)?.[1] ?? '';
    if (!first) continue;
    const atMs = localTime(`${pieces[at]}T${pieces[at + 1]}`);
    found.push({
      atMs,
      sent: /message sent/.test(body),
      what: (first[1] ?? first[2])!,
      method,
      to,
      from,
      callId,
    });
  }
  return found;
}

/** SIPp writes local time with microseconds. */
function localTime(told: string): number {
  const [whole, fraction = '0'] = told.split('.');
  return new Date(whole!).getTime() + Number(`0.${fraction}`) * 1000;
}
