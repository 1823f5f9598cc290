import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type Mail from 'nodemailer/lib/mailer/index.js';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { lookIntoMailbox } from '../../src/mail/imap.ts';
import { openCaseMail } from '../../src/main/case-mail.ts';
import { caseSteps, findCase } from '../../src/postgres/cases.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { openDovecot } from '../support/dovecot.ts';
import { until } from '../support/until.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const compose = (mail: Mail.Options) =>
  new MailComposer({ from: '王秀兰 <wang@example.cn>', ...mail }).compile().build();

describe('the mailbox is a channel of cases', function () {
  this.timeout(90_000);
  let pool: pg.Pool;
  let dovecot: Awaited<ReturnType<typeof openDovecot>>;
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-case-mail-'));

  before(async () => {
    [pool, dovecot] = await Promise.all([cloneDatabase().then((url) => openPool(url)), openDovecot()]);
  });
  after(async () => {
    await dovecot.close();
    await pool.end();
    rmSync(varDir, { recursive: true, force: true });
  });

  function open(more: { url?: string; pool?: pg.Pool } = {}) {
    const registry = new Registry();
    const wing = openCaseMail({
      ...{ pool: more.pool ?? pool, varDir, now: () => NOW, registry, log: pino({ level: 'silent' }) },
      config: { IMAP_URL: more.url ?? dovecot.url, IMAP_FOLDER: 'INBOX', IMAP_POLL_SECONDS: 60 },
    });
    const figure = async (name: string, labels: Record<string, string> = {}) => {
      const { values } = (await registry.getSingleMetric(name)!.get()) as {
        values: { value: number; labels: Record<string, string> }[];
      };
      return values.find((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))
        ?.value;
    };
    return { ...wing, figure };
  }
  const cases = async () =>
    (
      await pool.query<{ id: number; content: string }>(
        'select id::int, content from outside_cases order by id',
      )
    ).rows;

  it('each unseen mail is a case with its words and files, and is seen afterwards', async () => {
    await dovecot.put(
      await compose({
        ...{
          subject: '家里停水',
          text: '编号：GZ20261125007\n反映人：王秀兰\n电话：13912345678\n内容：停水两天😀',
        },
        attachments: [
          { filename: '水表.png', content: PNG },
          { filename: '安装.exe', content: Buffer.from('MZ\u0090\0'.padEnd(600, '\0'), 'latin1') },
        ],
      }),
    );
    await dovecot.put(
      await compose({ subject: '只有网页', html: '<p>水 <b>发黄</b></p>', messageId: '<2@x>' }),
    );
    const mailbox = open();
    await mailbox.look();
    const [first, second] = await cases();
    const one = (await findCase(pool, first!.id))!;
    expect(one).to.deep.include({
      ...{
        channel: 'mail',
        outsideNo: 'GZ20261125007',
        person: '王秀兰 <wang@example.cn>',
        phone: '13912345678',
      },
      ...{ content: '家里停水\n\n停水两天😀', madeBy: '邮箱自动收取', state: 'new' },
      receivedAtMs: Date.parse('2026-11-25T09:30:00+08:00'),
    });
    const [entered] = await caseSteps(pool, first!.id);
    expect(entered!.files.map(({ name, type }) => [name, type])).to.deep.equal([['水表.png', 'image/png']]);
    expect(entered!.note)
      .to.include('安装.exe')
      .and.to.match(/请到邮箱里看/);
    expect(second!.content).to.equal('只有网页\n\n水 发黄');
    expect(await dovecot.inbox()).to.deep.equal({ unseen: [], seen: ['家里停水', '只有网页'] });
    expect(await mailbox.figure('hotline_case_mailbox_last_look_timestamp_seconds')).to.equal(NOW / 1000);
    expect(await mailbox.figure('hotline_case_mails_total', { result: 'taken' })).to.equal(2);
    const { rows } = await pool.query(
      `select count(*)::int as n from deliveries where kind = 'case-arrived'`,
    );
    expect(rows).to.deep.equal([{ n: 4 }]);
  });

  it('broken off after the commit and before the mark: no second case; two services at once: one case', async () => {
    const before = (await cases()).length;
    await dovecot.put(await compose({ subject: '再来一次', text: '漏水', messageId: '<same@x>' }));
    // a service that takes the mail and dies before it can say so
    const dying = open();
    await lookIntoMailbox({ url: dovecot.url, folder: 'INBOX' }, async (mail) => {
      expect((await mail.read()).messageId).to.equal('<same@x>');
      return false;
    });
    expect((await dovecot.inbox()).unseen).to.deep.equal(['再来一次']);
    await Promise.all([dying.look(), open().look(), open().look()]);
    expect(await cases()).to.have.length(before + 1);
    // the same mail comes once more by a second way
    await dovecot.put(await compose({ subject: '再来一次', text: '漏水', messageId: '<same@x>' }));
    const again = open();
    await again.look();
    expect(await cases()).to.have.length(before + 1);
    expect(await again.figure('hotline_case_mails_total', { result: 'known' })).to.equal(1);
    expect((await dovecot.inbox()).unseen).to.deep.equal([]);
  });

  it('another mail about a number that is there is a case of its own and names the first', async () => {
    await dovecot.put(await compose({ subject: '催办', text: '编号：GZ20261125007\n内容：还没来水' }));
    await open().look();
    const last = (await cases()).at(-1)!;
    expect((await findCase(pool, last.id))!.outsideNo).to.equal('');
    expect((await caseSteps(pool, last.id))[0]!.note).to.match(/编号 GZ20261125007 已在来件 \d+ 上/);
  });

  it('a mail that can’t be read is a case with its bytes, is seen only then, and holds up no other', async () => {
    const before = (await cases()).length;
    await dovecot.put('\r\n\r\n');
    await dovecot.put(await compose({ subject: '后面的', text: '水压不足' }));
    const away = openPool('postgres://nobody@127.0.0.1:1/none');
    await open({ pool: away }).look();
    await away.end();
    expect((await dovecot.inbox()).unseen, 'nothing is stored yet').to.have.length(2);
    const mailbox = open();
    await mailbox.look();
    await mailbox.look();
    expect(await cases()).to.have.length(before + 2);
    expect((await dovecot.inbox()).unseen).to.deep.equal([]);
    const { id, content } = (await cases())[before]!;
    expect(content).to.match(/读不出来：邮件里没有发件人、主题和正文/);
    const [entered] = await caseSteps(pool, id);
    const [raw] = entered!.files;
    expect([raw!.name, raw!.type]).to.deep.equal(['原信.eml', 'message/rfc822']);
    expect(readFileSync(join(varDir, 'files', raw!.id.slice(0, 2), raw!.id), 'utf8')).to.equal('\r\n\r\n');
    expect(await mailbox.figure('hotline_case_mails_total', { result: 'unreadable' })).to.equal(1);
  });

  it('the database away, the server away, a wrong password: nothing is lost, and it goes on by itself', async () => {
    const before = (await cases()).length;
    const { unseen } = await dovecot.inbox();
    await dovecot.put(await compose({ subject: '断线时来的', text: '停水' }));
    const away = openPool('postgres://nobody@127.0.0.1:1/none');
    const cut = open({ pool: away });
    for (let n = 0; n < 4; n += 1) await cut.look();
    await away.end();
    expect((await dovecot.inbox()).unseen).to.deep.equal([...unseen, '断线时来的']);
    const wrong = open({ url: dovecot.url.replace(/:[^:@/]*@/, ':wrong@') });
    for (let n = 0; n < 6; n += 1) await wrong.look();
    expect(await wrong.figure('hotline_case_mailbox_failures_total')).to.equal(6);
    const { rows } = await pool.query<{ text: string }>(
      `select message ->> 'text' as text from deliveries where kind = 'case-mailbox-away' order by id`,
    );
    expect(rows).to.have.length(2);
    expect(rows[0]!.text).to.match(/账号或密码不对.*请人工查看邮箱/);
    const mailbox = open();
    await dovecot.stop();
    await mailbox.look();
    expect(await mailbox.figure('hotline_case_mailbox_failures_total')).to.equal(1);
    await dovecot.again();
    await mailbox.look();
    expect((await cases()).slice(before).map(({ content }) => content)).to.deep.equal(['断线时来的\n\n停水']);
  });

  it('is looked into by itself, from the start on', async () => {
    await dovecot.put(await compose({ subject: '自己收', text: '停水' }));
    const mailbox = open();
    await mailbox.start!();
    await until('the mail is seen', async () => (await dovecot.inbox()).seen.includes('自己收'));
    await mailbox.close!();
    expect((await cases()).at(-1)!.content).to.equal('自己收\n\n停水');
  });
});
