import { readFileSync } from 'node:fs';
import { caseOfLetter, type Letter } from '../core/office/case-mail.ts';
import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { letterOf, UnreadableMail } from '../mail/imap.ts';
import { takenCase } from './cases.ts';

const YEAR_MS = 366 * 86_400_000;

/** A mail as the mailbox would make a case of it. */
export async function readMail(path: string, nowMs: number): Promise<object> {
  try {
    const source = readFileSync(path);
    const sentMs = sentAt(source, nowMs);
    const letter = await letterOf(source, sentMs ?? nowMs);
    const fields = fieldsOf(letter, sentMs, nowMs);
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

/** Without a date of its own nobody knows when the mail came: then a deadline is not doubted for being over today. */
function fieldsOf(letter: Letter, sentMs: number | null, nowMs: number) {
  const { calendar } = ORDER_SETTINGS;
  const now = caseOfLetter(letter, nowMs, calendar);
  if (sentMs !== null) return now;
  // one that is the same from whenever on names its year; a span, or a day without a year, does not
  const [before, longBefore] = [5, 10].map((years) =>
    caseOfLetter({ ...letter, receivedAtMs: nowMs - years * YEAR_MS }, nowMs, calendar),
  );
  const fields = now.dueAtMs === null && before!.dueAtMs === longBefore!.dueAtMs ? before! : now;
  const unsaid = now.receivedAtMs === nowMs;
  return { ...fields, receivedAtMs: unsaid ? null : fields.receivedAtMs };
}

/** A file tells when its mail was sent, not when a server got it; null: not even that. */
function sentAt(source: Buffer, nowMs: number): number | null {
  const head = source.toString('latin1', 0, 64_000).split(/\r?\n\r?\n/)[0]!;
  const sentMs = Date.parse(/^Date:[ \t]*([^\r\n]+)/im.exec(head)?.[1] ?? '');
  return sentMs <= nowMs ? sentMs : null;
}
