/** The hotline's mailbox, looked into by IMAP: each mail that nobody has seen is handed on, and marked seen once it is taken. */
import { ImapFlow } from 'imapflow';
import type { Letter } from '../core/office/case-mail.ts';
import { parseOneApart, Refused } from '../threads/parse-apart.ts';

export interface MailboxSettings {
  /** `imaps://user:password@mail.example.cn:993` */
  url: string;
  folder: string;
  timeMs?: number;
}

/** A mail that lies unseen in the mailbox. */
export interface UnseenMail {
  /** tells it from every other mail of this mailbox for good */
  key: string;
  /** for people, as far as the server tells without its whole text */
  from: string;
  subject: string;
  /** when the mail server got it */
  receivedAtMs: number;
  /** its whole text, read only when asked for; throws `UnreadableMail` for one that can't be read */
  read: () => Promise<Letter & { source: Buffer }>;
}

/** Its words say in Chinese why a mail can't be read; with the bytes that could not, if they are here. */
export class UnreadableMail extends Error {
  readonly source: Buffer | null;
  constructor(words: string, { source = null, cause }: { source?: Buffer | null; cause?: unknown } = {}) {
    super(words, { cause });
    this.source = source;
  }
}

const PARSER = new URL('./letter.ts', import.meta.url);
const LIMITS = { timeMs: 30_000, memoryMb: 768 };

const MOST_BYTES = 40 * 1024 * 1024;
/** at once; the rest waits for the next look */
const MOST_MAILS = 100;

/** Looks into the mailbox once. `take` answers whether the mail is taken for good: then, and only then, it is marked seen. */
export async function lookIntoMailbox(
  { url, folder, timeMs = 30_000 }: MailboxSettings,
  take: (mail: UnseenMail) => Promise<boolean>,
): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'imaps:';
  const client = new ImapFlow({
    ...{ host: hostname, port: Number(port) || (secure ? 993 : 143), secure, logger: false },
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    ...{ connectionTimeout: timeMs, greetingTimeout: timeMs, socketTimeout: timeMs * 2 },
  });
  // what breaks the connection fails the command that waits for it, and is thrown there
  client.on('error', () => undefined);
  try {
    await client.connect();
    const box = await client.mailboxOpen(folder);
    const unseen = (await client.search({ seen: false }, { uid: true })) || [];
    for (const uid of unseen.sort((a, b) => a - b).slice(0, MOST_MAILS)) {
      const range = String(uid);
      const found = await client.fetchOne(
        range,
        { envelope: true, size: true, internalDate: true },
        { uid: true },
      );
      // somebody has taken it away meanwhile
      if (!found) continue;
      const receivedAtMs = new Date(found.internalDate ?? Date.now()).getTime();
      const taken = await take({
        key: `${box.uidValidity}:${uid}`,
        from: found.envelope?.from?.[0]?.address ?? '',
        subject: found.envelope?.subject ?? '',
        receivedAtMs,
        async read() {
          if ((found.size ?? 0) > MOST_BYTES) throw new UnreadableMail('邮件超过 40 MB');
          // without a mark: reading is not taking
          const whole = await client.fetchOne(range, { source: true }, { uid: true });
          if (!whole || !whole.source) throw new UnreadableMail('邮件服务器没有给出原文');
          return { ...(await letterOf(whole.source, receivedAtMs)), source: whole.source };
        },
      });
      if (taken) await client.messageFlagsAdd(range, ['\\Seen'], { uid: true });
    }
    await client.logout();
  } finally {
    client.close();
  }
}

/** A mail's bytes as a letter, read in a thread of its own; also of a mail that was forwarded as a file. */
export async function letterOf(source: Buffer, receivedAtMs: number): Promise<Letter> {
  try {
    return await parseOneApart<Letter>(PARSER, { source, receivedAtMs }, LIMITS);
  } catch (cause) {
    const words = cause instanceof Refused ? cause.forPeople : '邮件格式读不懂';
    throw new UnreadableMail(words, { source, cause });
  }
}
