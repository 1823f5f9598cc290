/** Mails, spoilt: a letter that becomes a case, or a refusal in Chinese, and nothing else. */
import iconv from 'iconv-lite';
import { caseOfLetter, type Letter } from '../../src/core/office/case-mail.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import { parse } from '../../src/mail/letter.ts';
import { Refused } from '../../src/threads/parse-apart.ts';
import { spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');

export const target: FuzzTarget = {
  cases: 500,
  mustSee: ['a case', 'attachments', 'notes'],
  open: () => ({
    async run(random, seen) {
      const bytes = iconv.encode(sample(random), random.pick(['utf8', 'gbk']));
      const source = random.chance(0.85) ? spoiltBytes(random, bytes) : bytes;
      try {
        for await (const value of parse({ source, receivedAtMs: NOW })) {
          const letter = value as Letter;
          const fields = caseOfLetter(letter, NOW, ORDER_SETTINGS.calendar);
          if (fields.content.trim() === '') throw new Error('a case without content');
          seen('a case');
          if (letter.attachments.length > 0) seen('attachments');
          if (letter.notes!.length > 0) seen('notes');
        }
      } catch (cause) {
        if (!(cause instanceof Refused)) throw cause;
        seen('refused');
      }
    },
  }),
};

function sample(random: Random): string {
  const charset = random.pick(['gb2312', 'utf-8', 'us-ascii', 'x-none', 'big5', 'utf-16']);
  const html = `<p>请办理</p><table><tr><td>工单编号</td><td>A1</td></tr><tr><td>诉求内容</td><td>停水</td></tr></table>`;
  const base64 = Buffer.from('诉求内容：停水').toString('base64');
  const part = (type: string, encoding: string, body: string) =>
    `Content-Type: ${type}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
  const texts = [
    part('text/plain', '8bit', '诉求人：周某\r\n联系电话：13995001122\r\n诉求内容：停水'),
    part('text/html', '8bit', html),
    part('text/plain', 'base64', base64),
    part('text/html', 'quoted-printable', '<p>=E5=81=9C=E6=B0=B4=</p>'),
  ];
  const file = `Content-Type: ${random.pick(['application/ms-tnef', 'application/pdf', 'message/rfc822'])}\r\nContent-Disposition: attachment; filename*=GBK''%CB%AE.pdf\r\n\r\nSubject: 内\r\n\r\nx`;
  const head = `From: 周建设 <zhou@example.cn>\r\nSubject: ${random.pick(['水压低', '=?GBK?B?16qw7LWl?=', '=?utf-8?Q?=E6?='])}\r\nMessage-ID: <1@x>\r\n`;
  if (random.chance(0.4)) return head + random.pick(texts);
  const inner = `Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n${texts[0]}\r\n--in\r\n${texts[1]}\r\n--in--`;
  return `${head}Content-Type: multipart/mixed; boundary="b b"\r\n\r\n--b b\r\n${random.chance(0.5) ? inner : random.pick(texts)}\r\n--b b\r\n${file}\r\n--b b--\r\n`;
}
