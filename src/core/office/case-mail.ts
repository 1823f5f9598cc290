/** A mail to the hotline's mailbox as a case from outside. */
import { FIELD_LIMITS } from '../field-limits.ts';
import type { Calendar } from '../orders/calendar.ts';
import { keptWords } from './kept-words.ts';
import { LABELS } from './case-labels.ts';
import { readPortalText, type TimeRemark } from './portal-text.ts';

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
  /** what could not be read of it, in words for people */
  notes?: string[];
}

const MOST_CONTENT = FIELD_LIMITS.content;
/** The name under which a mail's own bytes stand beside its case. */
export const RAW_MAIL = '原信.eml';

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
    dueAtMs: read.dueAtMs,
    person: (name === '' || name === address ? address : `${name} <${address}>`).slice(0, FIELD_LIMITS.name),
    phone: read.phone.slice(0, FIELD_LIMITS.phone),
    address: read.address.slice(0, FIELD_LIMITS.address),
    ...{ community: '', district: '', category: '', item: null },
    content: (content || '（没有正文，请看附件或到邮箱里看原信）').slice(0, MOST_CONTENT),
    pasted: text,
    ...askedOfPeople(read.remarks),
  };
}

/** `dueAsked`: the deadline's words that a person has to read; `note`: what else to know. Nobody looks on while a mail is taken. */
function askedOfPeople(remarks: readonly TimeRemark[]): { dueAsked: string; note: string } {
  const shown = ({ text, words }: TimeRemark) => `“${text}”（${words}）`;
  const isAsked = ({ part, taken }: TimeRemark) => part === 'dueAtMs' && !taken;
  const names = { receivedAtMs: '受理时间', dueAtMs: '时限' };
  const notes = remarks.filter((remark) => !isAsked(remark));
  return {
    dueAsked: remarks.filter(isAsked).map(shown).join('；').slice(0, 500),
    note: notes
      .map((remark) => `${names[remark.part]}${shown(remark)}。`)
      .join('')
      .slice(0, 500),
  };
}

/** A mail that could not be read is a case of its own, for a person to read: its bytes are there to be downloaded. */
export function caseOfUnreadable(
  mail: { from: string; subject: string; receivedAtMs: number },
  why: string,
  nowMs: number,
) {
  const subject = keptWords(mail.subject, 1000).replace(/\s+/g, ' ').trim();
  const words = `（这封邮件读不出来：${why}。原信是附件“${RAW_MAIL}”，请下载后用邮件软件打开，再更正这里的内容。）`;
  return {
    channel: 'mail' as const,
    ...{
      outsideNo: '',
      kind: '',
      phone: '',
      address: '',
      community: '',
      district: '',
      category: '',
      item: null,
    },
    receivedAtMs: Math.min(mail.receivedAtMs, nowMs),
    dueAtMs: null,
    person: keptWords(mail.from, 200).trim(),
    content: [subject, words].filter((part) => part !== '').join('\n\n'),
    pasted: '',
  };
}
