/** Mail goes out by the utility's own SMTP server. */
import { join, normalize } from 'node:path';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import type { Answer, Delivery, MailMessage } from '../core/outward/delivery.ts';

export interface MailSettings {
  /** `smtps://user:password@mail.example.cn:465`; undefined: mail is not set up */
  url: string | undefined;
  /** `供水热线 <96666@example.cn>` */
  from: string;
  /** attachments' paths are below it */
  varDir: string;
  timeMs?: number;
}

export interface MailEdge {
  send(delivery: Delivery): Promise<Answer>;
  close(): void;
}

export function openMail(settings: MailSettings): MailEdge {
  const timeMs = settings.timeMs ?? 15_000;
  const transport =
    settings.url === undefined
      ? null
      : createTransport({
          url: settings.url,
          // a mail must not wait behind a server that does not speak
          connectionTimeout: timeMs,
          greetingTimeout: timeMs,
          socketTimeout: timeMs * 2,
          disableUrlAccess: true,
        } as SMTPTransport.Options);
  const domain = /@([^\s>]+)/.exec(settings.from)?.[1] ?? 'hotline.invalid';

  return {
    async send(delivery) {
      if (!transport)
        return {
          kind: 'failed',
          status: null,
          retry: true,
          words: '还没有设置邮件服务器：请运维设置 SMTP_URL 和 MAIL_FROM，之后会自动补发',
        };
      const message = delivery.message as MailMessage;
      try {
        const sent = await transport.sendMail({
          from: settings.from,
          to: message.to,
          subject: message.subject,
          text: message.text,
          ...(message.html === undefined ? {} : { html: message.html }),
          // the same for every try: a mailbox that got it already knows it again
          messageId: `<hotline-${delivery.id}@${domain}>`,
          date: new Date(delivery.createdAtMs),
          // no answers of the kind "I am on holiday"
          headers: { 'Auto-Submitted': 'auto-generated' },
          attachments: (message.files ?? []).map(({ name, contentType, base64, path }) => ({
            filename: name,
            contentType,
            ...(path === undefined
              ? { content: base64 ?? '', encoding: 'base64' }
              : { path: below(settings.varDir, path) }),
          })),
        });
        const refused = sent.rejected.length;
        const words = refused === 0 ? sent.response : `${sent.response}；未收下：${sent.rejected.join('、')}`;
        return {
          kind: 'delivered',
          status: codeOf(sent.response),
          words,
          proof: `${sent.messageId} · ${sent.response}`,
        };
      } catch (cause) {
        const {
          responseCode,
          response,
          message: words,
          code,
        } = cause as Error & {
          responseCode?: number;
          response?: string;
          code?: string;
        };
        // 5xx is the server's last word about this mail; a wrong password is ours to mend, and the mail waits for it
        const final = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
        return {
          kind: 'failed',
          status: responseCode ?? null,
          retry: !final,
          words: response ?? wordsOf(code, words),
        };
      }
    },
    close: () => transport?.close(),
  };
}

function codeOf(response: string): number | null {
  const code = Number.parseInt(response, 10);
  return Number.isNaN(code) ? null : code;
}

function wordsOf(code: string | undefined, words: string): string {
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS') return `连不上邮件服务器：${words}`;
  if (code === 'ETIMEDOUT') return `邮件服务器没有及时答复：${words}`;
  return words;
}

/** A path that stays below its folder. */
function below(folder: string, path: string): string {
  const whole = normalize(join(folder, path));
  if (!whole.startsWith(normalize(`${folder}/`))) throw new Error(`附件不在数据文件夹内：${path}`);
  return whole;
}
