/** The mailbox as a channel: looked into every minute, each mail a case once, what can't be read told to people. */
import { Counter, Gauge } from 'prom-client';
import { caseOfLetter, caseOfUnreadable, RAW_MAIL, type Letter } from '../core/office/case-mail.ts';
import { keptWords } from '../core/office/kept-words.ts';
import { dateAt, dateText } from '../core/office/period.ts';
import { CASE_FILE_WORDS } from '../core/office/case-files.ts';
import { mailboxRoutes, type MailboxView } from '../http/case-mail.ts';
import { lookIntoMailbox, UnreadableMail, type UnseenMail } from '../mail/imap.ts';
import { addCaseFile } from '../postgres/case-files.ts';
import { takeMail } from '../postgres/case-mails.ts';
import { addCase } from '../postgres/cases.ts';
import { deliver } from '../postgres/deliveries.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { inTransaction } from '../postgres/pool.ts';
import { typeOfCaseFile } from './case-files.ts';
import { arrivedNotices, mailboxAwayNotices, unreadNotices } from './case-notices.ts';
import { openKeptFiles } from './kept-files.ts';
import type { Ground, Wing } from './wings.ts';

/** a mail that could not be kept so often, while others could, is people's */
const MOST_TRIES = 3;
const MOST_FILE_BYTES = 10 * 1024 * 1024;
const MOST_FILES = 20;
/** so many looks in a row that failed are told to people, once a day */
const FAILURES_TOLD = 5;

type MailGround = Pick<Ground, 'pool' | 'varDir' | 'now' | 'registry' | 'log'> & {
  config: Pick<Ground['config'], 'IMAP_URL' | 'IMAP_FOLDER' | 'IMAP_POLL_SECONDS'>;
};

export function openCaseMail(ground: MailGround): Wing & { look: () => Promise<void> } {
  const { config, pool, varDir, now, log } = ground;
  const { IMAP_URL: url, IMAP_FOLDER: folder } = config;
  const files = openKeptFiles(varDir);
  const figures = mailFigures(ground);
  const onFault = (cause: unknown) => log.error({ err: cause }, 'case-mail');
  const view: MailboxView = { address: url ? addressOf(url) : null, lookedAtMs: null, fault: null };
  /** left for people, since this service began */
  const leftAlone = new Set<string>();
  const tries = new Map<string, number>();
  let failing = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;

  async function take(mail: UnseenMail): Promise<boolean> {
    if (leftAlone.has(mail.key)) return false;
    try {
      figures.mails.inc({ result: await keepRead(mail) });
      tries.delete(mail.key);
      return true;
    } catch (cause) {
      const count = (tries.get(mail.key) ?? 0) + 1;
      tries.set(mail.key, count);
      log.error({ err: cause, mail: mail.key }, 'case-mail');
      if (!(cause instanceof UnreadableMail) && count < MOST_TRIES) return false;
      const why = cause instanceof UnreadableMail ? cause.message : '几次都没有存下来';
      // the database answers: it was the mail, and it is not tried any more
      await inTransaction(pool, (client) => deliver(client, unreadNotices(mail, why, view.address!)));
      leftAlone.add(mail.key);
      figures.mails.inc({ result: 'unreadable' });
      return false;
    }
  }

  async function keepRead(mail: UnseenMail): Promise<'taken' | 'known' | 'unreadable'> {
    let letter;
    try {
      letter = await mail.read();
    } catch (cause) {
      if (!(cause instanceof UnreadableMail) || cause.source === null) throw cause;
      await keepUnreadable(mail, cause.message, cause.source);
      return 'unreadable';
    }
    return (await keep(letter)) ? 'taken' : 'known';
  }

  /** What no program reads is a person's: a case with its bytes, and only then it is marked seen. */
  async function keepUnreadable(mail: UnseenMail, why: string, source: Buffer): Promise<void> {
    const atMs = Math.round(now());
    const { pasted, ...fields } = caseOfUnreadable(mail, why, atMs);
    const file = await keepRaw(source);
    const messageId = `sha256:${file.id}`;
    const [fromAddress, subject] = [keptWords(mail.from, 300), keptWords(mail.subject, 1000)];
    await inTransaction(pool, async (client) => {
      const mailId = await takeMail(client, { messageId, fromAddress, subject, atMs });
      if (mailId === null) return;
      const by = { mailId, name: '邮箱自动收取' };
      const added = await addCase(client, fields, pasted, by, atMs, { note: '', fileIds: [file.id] });
      const { id } = added as { id: number };
      await addCaseFile(client, id, { ...file, personId: null });
      await deliver(client, arrivedNotices(id, fields));
    });
  }

  async function keepRaw(source: Buffer) {
    return { id: await files.keep(source), name: RAW_MAIL, type: 'message/rfc822', bytes: source.length };
  }

  /** False: it is a case already. */
  async function keep(letter: Letter & { source: Buffer }): Promise<boolean> {
    const { kept, left: leftFiles } = await keepFiles(letter);
    const notes = letter.notes ?? [];
    // what is not read whole can be looked at as it came
    if (notes.length > 0) kept.push(await keepRaw(letter.source));
    const left = [leftFiles, ...notes].filter((words) => words !== '').join(' ');
    const atMs = Math.round(now());
    const { body: settings } = await orderSettings(pool);
    const { pasted, dueAsked, note: timesNote, ...fields } = caseOfLetter(letter, atMs, settings.calendar);
    const [fromAddress, subject] = [keptWords(letter.fromAddress, 300), keptWords(letter.subject, 1000)];
    return inTransaction(pool, async (client) => {
      const mailId = await takeMail(client, { messageId: letter.messageId, fromAddress, subject, atMs });
      if (mailId === null) return false;
      const by = { mailId, name: '邮箱自动收取' };
      const fileIds = kept.map((file) => file.id);
      const enter = (outsideNo: string, note: string) =>
        addCase(client, { ...fields, outsideNo }, pasted, by, atMs, {
          note: timesNote + note,
          fileIds,
          dueAsked,
        });
      let added = await enter(fields.outsideNo, left);
      if ('takenBy' in added) {
        // another mail about the same number is a case of its own: it is for people to say that it is the same
        const known = `编号 ${fields.outsideNo} 已在来件 ${added.takenBy} 上。`;
        added = await enter('', known + left);
      }
      const { id } = added as { id: number };
      for (const file of kept) await addCaseFile(client, id, { ...file, personId: null });
      await deliver(client, arrivedNotices(id, fields, dueAsked));
      return true;
    });
  }

  async function keepFiles({ attachments }: Letter) {
    const kept: { id: string; name: string; type: string; bytes: number }[] = [];
    const left: string[] = [];
    for (const { name: written, bytes } of attachments) {
      const name = keptWords(written, 100);
      const whole = Buffer.from(bytes);
      const fits = whole.length > 0 && whole.length <= MOST_FILE_BYTES && kept.length < MOST_FILES;
      const type = fits ? await typeOfCaseFile(name, whole) : null;
      if (type === null) left.push(name);
      else kept.push({ id: await files.keep(whole), name, type, bytes: whole.length });
    }
    const words = `没有保存的附件：${left.join('、')}（${CASE_FILE_WORDS}，每个不超过 10 MB）。请到邮箱里看。`;
    return { kept, left: left.length === 0 ? '' : words };
  }

  /** One look; a failure is kept for people and figures, and the next look tries again. */
  async function look(): Promise<void> {
    if (!url) return;
    try {
      await lookIntoMailbox({ url, folder }, take);
      view.lookedAtMs = Math.round(now());
      view.fault = null;
      failing = 0;
      figures.looked.set(view.lookedAtMs / 1000);
    } catch (cause) {
      view.fault = faultWords(cause as Error);
      figures.failures.inc();
      onFault(cause);
      failing += 1;
      if (failing === FAILURES_TOLD) await tellAway(view.fault).catch(onFault);
    }
  }
  const tellAway = (fault: string) =>
    inTransaction(pool, (client) =>
      deliver(client, mailboxAwayNotices(view.address!, fault, dateText(dateAt(now())))),
    );
  function lookAgain(): void {
    looking = look().finally(() => {
      looking = null;
      if (timer !== undefined) timer = setTimeout(lookAgain, config.IMAP_POLL_SECONDS * 1000);
    });
  }

  return {
    look,
    routers: [mailboxRoutes({ view: () => view })],
    async start() {
      if (!url || timer !== undefined) return;
      // at once, but nobody's start waits for another's mail server
      timer = setTimeout(lookAgain, 0);
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await looking;
    },
  };
}

function mailFigures({ registry }: Pick<Ground, 'registry'>) {
  const registers = [registry];
  return {
    looked: new Gauge({
      name: 'hotline_case_mailbox_last_look_timestamp_seconds',
      help: 'When the mailbox of cases was last looked into without a failure',
      registers,
    }),
    failures: new Counter({
      name: 'hotline_case_mailbox_failures_total',
      help: 'Looks into the mailbox of cases that failed',
      registers,
    }),
    mails: new Counter({
      name: 'hotline_case_mails_total',
      help: 'Unseen mails met in the mailbox, by what became of them: taken, known (a case already), unreadable',
      labelNames: ['result'],
      registers,
    }),
  };
}

/** `12345@example.cn`, without its password */
function addressOf(url: string): string {
  const { username, hostname } = new URL(url);
  const user = decodeURIComponent(username);
  return user.includes('@') ? user : `${user}@${hostname}`;
}

function faultWords(cause: Error & { authenticationFailed?: boolean; code?: string }): string {
  if (cause.authenticationFailed) return '邮箱的账号或密码不对，请管理员核对 IMAP_URL';
  return `邮箱连不上或中断（${cause.code ?? cause.message}），会自动再试；一直不好请管理员检查 IMAP_URL 和网络`;
}
