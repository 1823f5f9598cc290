/** What the desk's screens are told of cases from outside. */
import { CHANNELS, type CaseFields } from '../core/office/cases.ts';
import { keptWords } from '../core/office/kept-words.ts';
import type { NewDelivery } from '../core/outward/delivery.ts';
import type { NoticeName } from '../core/outward/event.ts';
import type { Role } from '../core/people/may.ts';
import type { FiredCaseClock } from '../postgres/case-clocks.ts';

const titleOf = ({ channel, outsideNo }: CaseFields) =>
  `${CHANNELS[channel].zh} ${outsideNo || '（无编号）'}`;

/** A case that nobody of us typed in has come. */
export function arrivedNotices(id: number, fields: CaseFields, dueAsked = ''): NewDelivery[] {
  const asked = dueAsked === '' ? '' : `时限待确认：${keptWords(dueAsked, 60)}。`;
  const text = `${titleOf(fields)}：${asked}${keptWords(fields.content, 60)}`;
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

/** The mailbox can't be looked into: told once a day, so that no case waits there unseen. */
export function mailboxAwayNotices(mailbox: string, fault: string, day: string): NewDelivery[] {
  const text = `${mailbox}：${fault}。恢复前请人工查看邮箱。`;
  const once = `case-mailbox:${mailbox}:away:${day}`;
  return onScreens(once, 'case-mailbox-away', '来件邮箱收不了信', text, '/cases?channel=mail', null);
}

/** A clock of a case has fired: each firing of a due time once, whatever restarts. */
export function firedNotices({ caseId, clock, dueAtMs, firing, notice }: FiredCaseClock): NewDelivery[] {
  const { event, title, text, roles } = notice;
  const once = `case:${caseId}:${clock}:${firing}:${Math.round(dueAtMs)}`;
  return onScreens(once, event, title, text, `/cases/${caseId}`, String(caseId), roles);
}

/** On the screens of those who keep cases, or of `roles`; what is overdue is heard. */
export function onScreens(
  once: string,
  event: NoticeName,
  title: string,
  text: string,
  link: string,
  about: string | null,
  roles: readonly Role[] = ['agent', 'supervisor'],
): NewDelivery[] {
  return roles.map((role) => ({
    ...{ once: `${once}:${role}`, kind: event, about, recipient: role, stream: null, receiverId: null },
    message: {
      ...{ channel: 'screen' as const, room: `told:role:${role}`, event, title, text, link },
      sound: event === 'case-overdue' || event === 'case-escalated',
    },
  }));
}
