import { readFileSync } from 'node:fs';
import { caseOfLetter } from '../core/office/case-mail.ts';
import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { letterOf, UnreadableMail } from '../mail/imap.ts';
import { takenCase } from './cases.ts';

/** A mail as the mailbox would make a case of it. */
export async function readMail(path: string, nowMs: number): Promise<object> {
  try {
    const letter = await letterOf(readFileSync(path), nowMs);
    const fields = caseOfLetter(letter, nowMs, ORDER_SETTINGS.calendar);
    const { fromName, fromAddress, subject, text, attachments } = letter;
    return {
      taken: {
        ...takenCase(fields),
        // the case keeps the address beside the name, to answer to
        caller: fields.person.replace(/ <[^<>]*>$/, ''),
        subject,
        from: { name: fromName, address: fromAddress },
        text,
        attachments: attachments.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
      },
      ...(fields.dueAsked !== '' && { asked: [{ field: 'dueAt', text: fields.dueAsked }] }),
      ...(fields.note !== '' && { notes: [fields.note] }),
    };
  } catch (cause) {
    if (cause instanceof UnreadableMail) return { refused: cause.message };
    throw cause;
  }
}
