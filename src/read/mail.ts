import { readFileSync } from 'node:fs';
import { caseOfLetter } from '../core/office/case-mail.ts';
import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { letterOf, UnreadableMail } from '../mail/imap.ts';
import { takenCase } from './cases.ts';

/** A mail as the mailbox would make a case of it. */
export async function readMail(path: string, nowMs: number): Promise<object> {
  try {
    const source = readFileSync(path);
    const letter = await letterOf(source, sentAt(source, nowMs));
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
        notes: letter.notes ?? [],
      },
      ...(fields.dueAsked !== '' && { asked: [{ field: 'dueAt', text: fields.dueAsked }] }),
      ...(fields.note !== '' && { notes: [fields.note] }),
    };
  } catch (cause) {
    if (cause instanceof UnreadableMail) return { refused: cause.message };
    throw cause;
  }
}

/** A file tells when its mail was sent, not when a server got it. */
function sentAt(source: Buffer, nowMs: number): number {
  const head = source.toString('latin1', 0, 64_000).split(/\r?\n\r?\n/)[0]!;
  const sentMs = Date.parse(/^Date:[ \t]*([^\r\n]+)/im.exec(head)?.[1] ?? '');
  return sentMs <= nowMs ? sentMs : nowMs;
}
