import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import iconv from 'iconv-lite';
import { letterOf, UnreadableMail } from '../../src/mail/imap.ts';
import { textOfHtml } from '../../src/mail/html-text.ts';

const gbk = (text: string) => iconv.encode(text, 'gbk');
/** Lines of a mail; a string is written in GBK when `raw` says so. */
const mail = (lines: (string | Buffer)[], encode: (text: string) => Buffer = (text) => Buffer.from(text)) =>
  Buffer.concat(
    lines.map((line) => Buffer.concat([Buffer.isBuffer(line) ? line : encode(line), Buffer.from('\r\n')])),
  );
const read = (source: Buffer) => letterOf(source, 0);
const FROM = 'From: zhou@example.cn';
const b64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

describe('a mail as programs in this country send it', function () {
  this.timeout(30_000);

  it('raw GBK in its headers and its body, with the charset said, not said, or said wrong', async () => {
    for (const type of [
      '; charset=gb2312',
      '; charset="GBK"',
      '',
      '; charset=us-ascii',
      '; charset=iso-8859-1',
      '; charset=utf-8',
      '; charset=x-nobody-knows',
    ]) {
      const letter = await read(
        mail(
          [
            'From: 周建设 <zhou@example.cn>',
            'Subject: 转办：正源街水压低 YC261124',
            `Content-Type: text/plain${type}`,
            'Content-Transfer-Encoding: 8bit',
            '',
            '诉求人：陶喆镕',
            '诉求内容：三单元水压低',
          ],
          gbk,
        ),
      );
      expect([letter.fromName, letter.fromAddress, letter.subject], type).to.deep.equal([
        '周建设',
        'zhou@example.cn',
        '转办：正源街水压低 YC261124',
      ]);
      expect(letter.text.trim(), type).to.equal('诉求人：陶喆镕\n诉求内容：三单元水压低');
      expect(letter.notes).to.deep.equal([]);
    }
  });

  it('UTF-8 that says it is GBK, or says nothing; raw UTF-8 in the subject', async () => {
    for (const type of ['; charset=gbk', '; charset=gb2312', '; charset=us-ascii', '']) {
      const letter = await read(
        mail([FROM, 'Subject: 水压低', `Content-Type: text/plain${type}`, '', '家里停水两天了']),
      );
      expect([letter.subject, letter.text.trim()], type).to.deep.equal(['水压低', '家里停水两天了']);
    }
  });

  it('a letter of a western language stays as it says', async () => {
    const latin = Buffer.from('caf\xe9 tr\xe8s, merci', 'latin1');
    expect(
      (await read(mail([FROM, 'Content-Type: text/plain; charset=iso-8859-1', '', latin]))).text.trim(),
    ).to.equal('café très, merci');
  });

  it('Big5 and UTF-16 where they say so', async () => {
    const big5 = mail([FROM, 'Content-Type: text/plain; charset=big5', '', iconv.encode('水壓不足', 'big5')]);
    expect((await read(big5)).text.trim()).to.equal('水壓不足');
    const wide = mail([
      FROM,
      'Content-Type: text/plain; charset=utf-16le',
      'Content-Transfer-Encoding: base64',
      '',
      b64(iconv.encode('停水', 'utf-16le')),
    ]);
    expect((await read(wide)).text.trim()).to.equal('停水');
  });

  it('parts within parts, each in its own encoding; the plain one counts', async () => {
    const letter = await read(
      mail([
        FROM,
        'Subject: =?gb2312?B?' + b64(gbk('转办单喆')) + '?=',
        'Content-Type: multipart/mixed; boundary="out er"',
        '',
        'preamble',
        '--out er',
        'Content-Type: multipart/related; boundary=mid',
        '',
        '--mid',
        'Content-Type: multipart/alternative; boundary=in',
        '',
        '--in',
        'Content-Type: text/plain; charset=gb2312',
        'Content-Transfer-Encoding: base64',
        '',
        b64(gbk('诉求内容：水发黄')),
        '--in',
        'Content-Type: text/html; charset=gb2312',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<p>=CB=AE=B7=A2=BB=C6</p>',
        '--in--',
        '--mid--',
        '--out er',
        'Content-Type: application/octet-stream; name="水表.xlsx"',
        'Content-Disposition: attachment; filename="水表.xlsx"',
        'Content-Transfer-Encoding: base64',
        '',
        b64('PK bytes'),
        '--out er--',
        'epilogue',
      ]),
    );
    expect(letter.subject).to.equal('转办单喆');
    expect(letter.text.trim()).to.equal('诉求内容：水发黄');
    expect(letter.attachments.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).to.deep.equal([
      ['水表.xlsx', 'PK bytes'],
    ]);
  });

  it('names of attachments: raw GBK, RFC 2231, in pieces, encoded words', async () => {
    const part = (disposition: string | Buffer) => [
      '--b',
      'Content-Type: application/pdf',
      disposition,
      'Content-Transfer-Encoding: base64',
      '',
      b64('x'),
    ];
    const letter = await read(
      mail([
        FROM,
        'Content-Type: multipart/mixed; boundary=b',
        '',
        ...part(
          Buffer.concat([
            Buffer.from('Content-Disposition: attachment; filename="'),
            gbk('现场照片.pdf'),
            Buffer.from('"'),
          ]),
        ),
        ...part("Content-Disposition: attachment; filename*=GBK''%CB%AE%B1%ED.pdf"),
        ...part(
          "Content-Disposition: attachment;\r\n filename*0*=UTF-8''%E6%B0%B4;\r\n filename*1*=%E8%A1%A8.pdf",
        ),
        ...part('Content-Disposition: attachment; filename="=?GBK?B?' + b64(gbk('说明.pdf')) + '?="'),
        ...part('Content-Disposition: attachment; filename="%E6%B0%B4.pdf"'),
        '--b--',
      ]),
    );
    expect(letter.attachments.map(({ name }) => name)).to.deep.equal([
      '现场照片.pdf',
      '水表.pdf',
      '水表.pdf',
      '说明.pdf',
      '水.pdf',
    ]);
  });

  it('encoded words: torn in a character, wrong about their charset; few raw letters beside plain ones', async () => {
    const subject = async (value: string | Buffer) =>
      (await read(mail([FROM, Buffer.concat([Buffer.from('Subject: '), Buffer.from(value)]), '', 'x'])))
        .subject;
    const bytes = gbk('正源街水压低');
    const torn = [bytes.subarray(0, 5), bytes.subarray(5)]
      .map((part) => `=?gb2312?B?${b64(part)}?=`)
      .join('\r\n ');
    expect(await subject(torn)).to.equal('正源街水压低');
    expect(await subject(`=?UTF-8?B?${b64(bytes)}?=`)).to.equal('正源街水压低');
    expect(await subject(`=?gbk?B?${b64('正源街水压低')}?=`)).to.equal('正源街水压低');
    expect(await subject('=?unknown-8bit?Q?=CB=AE_=D1=B9?=')).to.equal('水 压');
    expect(await subject(gbk('YC12 联通 A 水 B 压低 C'))).to.equal('YC12 联通 A 水 B 压低 C');
    expect(await subject('YC12 水low 压')).to.equal('YC12 水low 压');
    expect(await subject('=?utf-8?Q?plain?= text')).to.equal('plain text');
  });

  it('a text that is carried as a file stays byte for byte', async () => {
    const csv = gbk('户号,户名\r\n1,马');
    const letter = await read(
      mail([
        FROM,
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain; name=a.csv',
        'Content-Disposition: attachment; filename=a.csv',
        'Content-Transfer-Encoding: base64',
        '',
        b64(csv),
        '--b--',
      ]),
    );
    expect(Buffer.from(letter.attachments[0]!.bytes).equals(csv)).to.equal(true);
  });

  it('broken base64 and quoted-printable, base64 that is none, a text with format=flowed', async () => {
    const text = async (head: string[], ...body: (string | Buffer)[]) =>
      (await read(mail([FROM, ...head, '', ...body]))).text.trim();
    const type = 'Content-Type: text/plain; charset=gbk';
    expect(await text([type, 'Content-Transfer-Encoding: base64'], `${b64(gbk('水压低'))}\u0000!`)).to.equal(
      '水压低',
    );
    expect(await text([type, 'Content-Transfer-Encoding: base64'], gbk('其实是文字，家里停水'))).to.equal(
      '其实是文字，家里停水',
    );
    expect(
      await text([type, 'Content-Transfer-Encoding: quoted-printable'], '=CB=AE=D1=', '=B9=B5=CD 100=% =ZZ'),
    ).to.equal('水压低 100=% =ZZ');
    expect(
      await text(['Content-Type: text/plain; charset=utf-8; format=flowed'], '家里停水 ', '两天了'),
    ).to.equal('家里停水 两天了');
  });

  it('parts that never end, a boundary that never comes, no header at all', async () => {
    const cut = mail([
      FROM,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      '停水',
    ]);
    expect((await read(cut)).text.trim()).to.equal('停水');
    const none = mail([FROM, 'Content-Type: multipart/mixed; boundary=b', '', '没有分隔，家里停水']);
    expect((await read(none)).text.trim()).to.equal('没有分隔，家里停水');
    const bytes = mail(['From MAILER Mon Nov 24 2026', FROM, 'Subject: mbox', '', 'x']);
    expect((await read(bytes)).subject).to.equal('mbox');
  });

  it('only an attached mail: it is read; only an attached list: it is said to look there', async () => {
    const inner = mail(
      [
        'From: 政务 <a@gov.cn>',
        'Subject: 转办',
        'Content-Type: text/plain; charset=gbk',
        '',
        '诉求内容：井盖丢失',
      ],
      gbk,
    );
    const letter = await read(
      mail([
        FROM,
        'Subject: Fw',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: message/rfc822',
        'Content-Disposition: attachment; filename=a.eml',
        '',
        inner,
        '--b--',
      ]),
    );
    expect(letter.text).to.match(/附件邮件“转办”，发件人 政务 <a@gov.cn> ——\n诉求内容：井盖丢失/);
    expect(letter.attachments.map(({ name }) => name)).to.deep.equal(['a.eml']);
    expect(Buffer.from(letter.attachments[0]!.bytes).toString('latin1').trim()).to.equal(
      inner.toString('latin1').trim(),
    );
  });

  it('winmail.dat, an encrypted mail, and letters that can’t be seen are told', async () => {
    const winmail = mail([
      FROM,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: application/ms-tnef; name=winmail.dat',
      'Content-Transfer-Encoding: base64',
      '',
      b64('x'),
      '--b--',
    ]);
    expect((await read(winmail)).notes).to.match(/winmail\.dat 是 Outlook/);
    const spoilt = mail([
      FROM,
      'Content-Type: text/plain; charset=utf-8',
      '',
      Buffer.concat([Buffer.from('正源街停水，请尽快处理'), Buffer.from([0xe6, 0xb0]), Buffer.from('！')]),
    ]);
    const letter = await read(spoilt);
    expect(letter.text).to.include('正源街停水，请尽快处理');
    expect(letter.notes).to.match(/看不清/);
    expect(await read(Buffer.from('\r\n\r\n')).catch((cause: unknown) => cause)).to.be.instanceOf(
      UnreadableMail,
    );
  });

  it('the cases of real mails', async () => {
    const folder = resolve('test/mail/samples');
    const table = await read(readFileSync(`${folder}/6-html-table.eml`));
    expect(table.text).to.equal(
      '请办理：\n\n工单编号：YC2611240077\n诉求人：周某\n诉求内容：三单元水压低\n办理时限：2026-11-27 12:00',
    );
    const raw = await read(readFileSync(`${folder}/1-raw-subject.eml`));
    expect([raw.subject, raw.fromName]).to.deep.equal(['关于正源街水压低的诉求', '周建设']);
    expect((await read(readFileSync(`${folder}/3-no-charset.eml`))).text).to.include(
      '诉求内容：三单元水压低',
    );
  });

  it('megabytes of tags and depths of tables hold up nobody', async () => {
    const html = `<p>${'<p>'.repeat(700_000)}停水${'<table><tr><td>'.repeat(100_000)}水`;
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    const letter = await read(mail([FROM, 'Content-Type: text/html; charset=utf-8', '', html]));
    clearInterval(turning);
    expect(letter.text).to.include('停水');
    expect(turns, 'the loop turned meanwhile').to.be.greaterThan(3);
  });
});

describe('a mail in HTML, as text', () => {
  it('keeps lines, and the cells of a row apart', () => {
    expect(textOfHtml('<p>水 <b>发黄</b></p><p>两天<br>了</p>')).to.equal('水 发黄\n\n两天\n了');
    expect(
      textOfHtml(
        '<table><tr><th>工单编号</th><th>诉求人</th><th>诉求内容</th></tr><tr><td>A1</td><td>周</td><td>停水</td></tr><tr><td>A2</td><td>马</td><td>漏水</td></tr></table>',
      ),
    ).to.equal('工单编号：A1\n诉求人：周\n诉求内容：停水\n\n工单编号：A2\n诉求人：马\n诉求内容：漏水');
    expect(
      textOfHtml(
        '<table><tr><td>诉求人</td><td>周某</td><td>联系电话</td><td>13995001122</td></tr><tr><td>诉求内容</td><td colspan=3>停水<br>两天</td></tr></table>',
      ),
    ).to.equal('诉求人：周某\n联系电话：13995001122\n诉求内容：停水\n两天');
    expect(textOfHtml('<table><tr><td>表</td><td>1月</td><td>2月</td></tr></table>')).to.equal(
      '表\t1月\t2月',
    );
  });
  it('leaves out what a person does not see', () => {
    expect(
      textOfHtml(
        '<head><title>t</title></head><style>p{}</style><script>x()</script><p style="display:none">预览</p><p>停&nbsp;水&amp;漏</p>',
      ),
    ).to.equal('停 水&漏');
  });
});
