/** A mail to the hotline's mailbox as a case from outside. */
import { FIELD_LIMITS } from '../field-limits.ts';
import type { Calendar } from '../orders/calendar.ts';
import { keptWords } from './kept-words.ts';
import { LABELS, readPortalText } from './portal-text.ts';

/** One mail as it was read off the wire. */
export interface Letter {
  messageId: string;
  fromName: string;
  fromAddress: string;
  subject: string;
  text: string;
  /** when the mail server got it */
  receivedAtMs: number;
  attachments: { name: string; bytes: Uint8Array }[];
}

const MOST_CONTENT = FIELD_LIMITS.content;

/**
 * What the mail says, as the fields of a case: an office's mail has labels as a portal's text has, a customer's has none
 * and is its own content. Only a number that stands behind a label is the office's: a bare one may be a meter's.
 */
export function caseOfLetter(letter: Letter, nowMs: number, calendar: Calendar) {
  const text = keptWords(letter.text, MOST_CONTENT).trim();
  const subject = keptWords(letter.subject, 1000).replace(/\s+/g, ' ').trim();
  const read = readPortalText(text, letter.receivedAtMs, calendar);
  const body = read.content === '' ? text : read.content;
  const content = [subject && !body.startsWith(subject) ? subject : '', body]
    .filter((part) => part !== '')
    .join('\n\n');
  const receivedAtMs =
    read.receivedAtMs === null ? letter.receivedAtMs : Math.min(read.receivedAtMs, letter.receivedAtMs);
  const labelled = LABELS.outsideNo.some((label) => text.includes(label));
  const name = read.person || keptWords(letter.fromName, 100).trim();
  const address = keptWords(letter.fromAddress, 100).trim();
  return {
    channel: 'mail' as const,
    outsideNo: labelled ? read.outsideNo.slice(0, FIELD_LIMITS.outsideNo) : '',
    kind: read.kind.slice(0, FIELD_LIMITS.caseKind),
    receivedAtMs: Math.min(receivedAtMs, nowMs),
    dueAtMs: read.dueAtMs !== null && read.dueAtMs > receivedAtMs ? read.dueAtMs : null,
    person: (name === '' || name === address ? address : `${name} <${address}>`).slice(0, FIELD_LIMITS.name),
    phone: read.phone.slice(0, FIELD_LIMITS.phone),
    address: read.address.slice(0, FIELD_LIMITS.address),
    ...{ community: '', district: '', category: '', item: null },
    content: (content || '（没有正文，请看附件或到邮箱里看原信）').slice(0, MOST_CONTENT),
    pasted: text,
  };
}
