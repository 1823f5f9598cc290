/** What the desk's screens are told of cases from outside. */
import { CHANNELS } from '../core/office/cases.ts';
import { keptWords } from '../core/office/kept-words.ts';
import type { NewDelivery } from '../core/outward/delivery.ts';
import type { CaseFields, CaseRow } from '../postgres/cases.ts';

const stamp = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');
const titleOf = ({ channel, outsideNo }: CaseFields) =>
  `${CHANNELS[channel].zh} ${outsideNo || '（无编号）'}`;

/** A case that nobody of us typed in has come. */
export function arrivedNotices(id: number, fields: CaseFields): NewDelivery[] {
  const text = `${titleOf(fields)}：${keptWords(fields.content, 60)}`;
  return onScreens(`case:${id}:arrived`, 'case-arrived', '新的外部来件', text, `/cases/${id}`, String(id));
}

/** A mail that can't become a case waits in the mailbox for a person. */
export function unreadNotices(
  mail: { key: string; from: string; subject: string },
  why: string,
  mailbox: string,
): NewDelivery[] {
  const which = `${keptWords(mail.from, 100) || '不明发件人'}“${keptWords(mail.subject, 60) || '无主题'}”`;
  const text = `${why}：${which}。请到邮箱 ${mailbox} 里看，需要办的请手工登记。`;
  const once = `case-mail:${mailbox}:${mail.key}:unread`;
  return onScreens(once, 'case-mail-unread', '有邮件没能收成来件', text, '/cases/new?channel=mail', null);
}

/** A case is near its deadline, or past it. */
export function dueNotices(one: CaseRow, nowMs: number): NewDelivery[] {
  const late = one.dueAtMs! <= nowMs;
  const what = late ? '已超过时限' : '将到时限';
  return onScreens(
    `case:${one.id}:${late ? 'late' : 'near'}:${one.dueAtMs}`,
    late ? 'case-overdue' : 'case-warning',
    `外部来件${what}`,
    `${titleOf(one)} ${what}（${stamp(one.dueAtMs!)}）：${keptWords(one.content, 60)}`,
    `/cases/${one.id}`,
    String(one.id),
  );
}

/** On the screens of those who keep cases; what is overdue is heard. */
export function onScreens(
  once: string,
  event: string,
  title: string,
  text: string,
  link: string,
  about: string | null,
): NewDelivery[] {
  return ['agent', 'supervisor'].map((role) => ({
    ...{ once: `${once}:${role}`, kind: event, about, recipient: role, stream: null, receiverId: null },
    message: {
      ...{ channel: 'screen' as const, room: `told:role:${role}`, event, title, text, link },
      sound: event === 'case-overdue',
    },
  }));
}
