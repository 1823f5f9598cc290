/** Runs in a thread of its own (threads/parse-apart.ts): a mail's bytes ─▶ a letter; also of a mail that was forwarded as a file. */
import { createHash } from 'node:crypto';
import { simpleParser, type ParsedMail } from 'mailparser';
import type { Letter } from '../core/office/case-mail.ts';
import { LABELS } from '../core/office/case-labels.ts';
import { BROKEN } from '../core/text-encoding.ts';
import { Refused } from '../threads/parse-apart.ts';
import { textOfHtml } from './html-text.ts';
import { repairedMail } from './repair.ts';

/** A forwarded mail within a forwarded one: so deep they are read, and so many */
const MOST_DEPTH = 2;
const MOST_INNER = 5;

export async function* parse({ source, receivedAtMs }: { source: Uint8Array; receivedAtMs: number }) {
  yield await letterOf(Buffer.from(source.buffer, source.byteOffset, source.byteLength), receivedAtMs, 0);
}

async function letterOf(source: Buffer, receivedAtMs: number, depth: number): Promise<Letter> {
  let parsed: ParsedMail;
  try {
    parsed = await simpleParser(repairedMail(source), {
      ...{ skipImageLinks: true, skipTextLinks: true, skipHtmlToText: true, skipTextToHtml: true },
    });
  } catch (cause) {
    throw new Refused('邮件格式读不懂', { cause });
  }
  const from = parsed.from?.value[0];
  let text = bodyOf(parsed);
  if (!from?.address && !parsed.subject?.trim() && !text.trim() && parsed.attachments.length === 0)
    throw new Refused('邮件里没有发件人、主题和正文');
  const messageId = parsed.messageId?.trim() ?? '';
  const notes = new Set<string>();
  const files = parsed.attachments.map((file, at) => ({
    ...{ name: nameOf(file.filename, file.contentType, at), type: file.contentType, bytes: file.content },
  }));
  for (const { name, type } of files) {
    if (/^winmail\.dat$/i.test(name) || /ms-tnef/i.test(type))
      notes.add(
        '附件 winmail.dat 是 Outlook 专用格式，里面的文件读不出来：请对方改用普通格式（HTML 或纯文本）再发。',
      );
    if (/^smime\.p7m$/i.test(name) || /pkcs7-mime|pgp-encrypted/i.test(type))
      notes.add('这封邮件是加密的，正文读不出来：请对方不加密再发。');
  }
  const mails = files.filter(({ name, type }) => type === 'message/rfc822' || /\.eml$/i.test(name));
  for (const file of depth < MOST_DEPTH ? mails.slice(0, MOST_INNER) : []) {
    const inner = await letterOf(file.bytes, receivedAtMs, depth + 1).catch(() => null);
    if (!inner) notes.add(`附件邮件“${file.name}”读不出来，请下载打开。`);
    else {
      const sender = [inner.fromName, inner.fromAddress && `<${inner.fromAddress}>`]
        .filter(Boolean)
        .join(' ');
      text = `${text.trim()}\n\n—— 附件邮件“${inner.subject}”，发件人 ${sender} ——\n${inner.text}`.trim();
      for (const note of inner.notes ?? []) notes.add(note);
    }
  }
  const subject = parsed.subject ?? '';
  if (`${subject}${text}${from?.name ?? ''}`.includes(BROKEN)) notes.add(SPOILT);
  return {
    messageId:
      messageId !== '' && messageId.length <= 500 && !messageId.includes('\0')
        ? messageId
        : `sha256:${createHash('sha256').update(source).digest('hex')}`,
    fromName: from?.name ?? '',
    fromAddress: from?.address ?? '',
    ...{ subject, text, receivedAtMs },
    attachments: files.map(({ name, bytes }) => ({ name, bytes })),
    notes: [...notes],
  };
}
const SPOILT = `有些字看不清（显示为 ${BROKEN}）：原信在附件里，请核对。`;

/** The plain text, unless it only says that the mail is in HTML. */
function bodyOf(parsed: ParsedMail): string {
  const plain = parsed.text ?? '';
  if (typeof parsed.html !== 'string') return plain;
  const shown = textOfHtml(parsed.html);
  if (plain.trim() === '') return shown;
  const labels = (text: string) => ALL_LABELS.filter((label) => text.includes(label)).length;
  const stub = plain.trim().length < 60 && shown.length > plain.trim().length * 3;
  return stub || labels(shown) > labels(plain) ? shown : plain;
}
const ALL_LABELS = Object.values(LABELS).flat();

/** Some programs write `%E6%B0%B4.pdf` where it stays as it is. */
function spelledOut(name: string): string {
  if (!/%[0-9A-F]{2}/i.test(name)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function nameOf(name: string | undefined, type: string, at: number): string {
  const ending = type === 'message/rfc822' ? '.eml' : '';
  return (
    spelledOut(name ?? '')
      .replace(/[\u0000-\u001f/\\]/g, '')
      .slice(-100) || `附件${at + 1}${ending}`
  );
}
