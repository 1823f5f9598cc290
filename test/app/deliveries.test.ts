import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { openDeliveries, type DeliveryRunner } from '../../src/app/deliveries.ts';
import { watchCrashPoints } from '../../src/core/crash-point.ts';
import type { Message, NewDelivery } from '../../src/core/outward/delivery.ts';
import { openMail } from '../../src/mail/smtp.ts';
import {
  deliver,
  findDelivery,
  finishDelivery,
  listDeliveries,
  releaseDeliveries,
  resendDelivery,
  takeDeliveries,
} from '../../src/postgres/deliveries.ts';
import { addReceiver, changeReceiver } from '../../src/postgres/outward.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { openGuard } from '../../src/webhooks/guard.ts';
import { NotAllowed, openPost, whyFailed } from '../../src/webhooks/post.ts';
import { openWebhooks } from '../../src/webhooks/send.ts';
import { newSecret, signatureFits } from '../../src/webhooks/sign.ts';
import { openRobots } from '../../src/wechat/robot.ts';
import { cloneDatabase } from '../support/database.ts';
import { openMailbox, openReceiver, type Heard } from '../support/receivers.ts';
import { until } from '../support/until.ts';

describe('what goes out of the house', function () {
  this.timeout(60_000);
  let url: string;
  let pool: pg.Pool;
  let personId: number;
  let runner: DeliveryRunner | null = null;
  const closers: (() => unknown)[] = [];

  before(async () => {
    url = await cloneDatabase();
    pool = openPool(url);
    const person = await createPerson(pool, {
      login: 'a',
      name: '管理员',
      role: 'administrator',
      agent: null,
      passwordHash: 'x',
    });
    personId = person!.id;
  });
  afterEach(async () => {
    await runner?.close();
    runner = null;
    for (const close of closers.splice(0)) await close();
    await pool.query('delete from deliveries');
    await pool.query('delete from receivers');
  });
  after(() => pool.end());

  /** a runner whose waits are short: `hasten` divides them */
  function run(smtp?: string, hasten = 1000): void {
    const post = openPost(openGuard('127.0.0.0/8'), 1500);
    const mail = openMail({
      url: smtp,
      from: '供水热线 <96666@water.example>',
      varDir: '/tmp',
      timeMs: 2000,
    });
    closers.push(() => mail.close());
    runner = openDeliveries({
      take: (...asked) => takeDeliveries(pool, ...asked),
      finish: (delivery, outcome, nowMs) =>
        finishDelivery(
          pool,
          delivery,
          outcome.state === 'waiting' ? { ...outcome, afterMs: outcome.afterMs / hasten } : outcome,
          nowMs,
        ),
      release: (nowMs) => releaseDeliveries(pool, nowMs),
      wires: {
        screen: () => Promise.reject(new Error('没有这条线')),
        mail: mail.send,
        wechat: openRobots({
          post,
          now: Date.now,
          whyFailed: (cause) => ({ words: whyFailed(cause), retry: !(cause instanceof NotAllowed) }),
        }),
        webhook: openWebhooks({ post, now: Date.now }),
      },
      now: Date.now,
      random: Math.random,
      onFault: (cause) => console.error(cause),
      pollMs: 30,
    });
    runner.start();
  }
  const one = (message: Message, more: Partial<NewDelivery> = {}): NewDelivery => ({
    once: null,
    kind: 'order-stepped',
    about: null,
    recipient: '对方',
    stream: null,
    receiverId: null,
    message,
    ...more,
  });
  const hook = (to: string, data: Record<string, unknown> = {}): Message => ({
    channel: 'webhook',
    url: to,
    event: 'order-stepped',
    data,
  });
  const states = async () => {
    const { rows } = await pool.query<{ state: string; n: number }>(
      'select state, count(*)::int as n from deliveries group by state',
    );
    return Object.fromEntries(rows.map((row) => [row.state, row.n]));
  };
  async function receiver(
    to: string,
    channel: 'webhook' | 'wechat' | 'mail' = 'webhook',
    secret: string | null = null,
  ) {
    return (await addReceiver(
      pool,
      { name: `${to}${Math.random()}`, channel, address: to, secret, seesNumbers: false },
      personId,
    ))!;
  }

  it('a message goes out if its transaction commits, and never else; told twice it goes once', async () => {
    const other = await openReceiver();
    closers.push(other.close);
    run();
    await inTransaction(pool, async (client) => {
      await deliver(client, [one(hook(`${other.url}/lost`))]);
      throw new Error('the change failed');
    }).catch(() => undefined);
    await inTransaction(pool, (client) =>
      deliver(client, [one(hook(`${other.url}/kept`), { once: 'order:1' })]),
    );
    const [again] = await deliver(pool, [one(hook(`${other.url}/kept`), { once: 'order:1' })]);
    expect(again).to.equal(null);
    await until('it was delivered', async () => (await states())['delivered'] === 1);
    expect(other.heard.map((heard) => heard.path)).to.deep.equal(['/kept']);
  });

  it('what was sent and could not be written down is sent again under the same id, and is delivered', async () => {
    const other = await openReceiver();
    closers.push(other.close);
    let failed = 0;
    watchCrashPoints((point) => {
      if (point === 'delivery: sent, not written down' && (failed += 1) === 1)
        throw new Error('terminating connection');
    });
    closers.push(() => watchCrashPoints(null));
    const [id] = await deliver(pool, [one(hook(other.url))]);
    run();
    await until('it was sent', () => failed === 1);
    expect(await states()).to.deep.equal({ sending: 1 });
    // its time runs out
    await pool.query(`update deliveries set taken_until = now() - interval '1 second' where id = $1`, [id]);
    await until('it was delivered', async () => (await states())['delivered'] === 1);
    expect(other.heard.map(({ headers }) => headers['webhook-id'])).to.deep.equal([`msg_${id}`, `msg_${id}`]);
  });

  it('a webhook is signed, says the same id at each try, and keeps what the receiver answered', async () => {
    let times = 0;
    const other = await openReceiver((_heard, response) => {
      times += 1;
      response.writeHead(times < 3 ? 500 : 200).end(times < 3 ? '数据库忙' : '{"ok":true}');
    });
    closers.push(other.close);
    const secret = newSecret();
    const receiverId = await receiver(other.url, 'webhook', secret);
    const [id] = await deliver(pool, [one(hook(other.url, { 单号: 'HL1' }), { receiverId })]);
    run();
    await until('it was delivered', async () => (await states())['delivered'] === 1);
    expect(other.heard).to.have.length(3);
    const ids = new Set(other.heard.map((heard) => heard.headers['webhook-id']));
    expect([...ids]).to.deep.equal([`msg_${id}`]);
    for (const { headers, body } of other.heard) {
      const said = {
        id: String(headers['webhook-id']),
        timestamp: String(headers['webhook-timestamp']),
        signature: String(headers['webhook-signature']),
      };
      expect(signatureFits(secret, said, body, Date.now() / 1000)).to.equal(true);
      expect(JSON.parse(body)).to.deep.include({ type: 'order-stepped', data: { 单号: 'HL1' } });
    }
    const kept = await findDelivery(pool, id!);
    expect(kept).to.include({ attempts: 3, status: 200, answer: '{"ok":true}' });
    expect(kept!.proof).to.include('HTTP 200');
  });

  it('is given up after as many tries as it may have, and sent again when a person says so', async () => {
    let well = false;
    const other = await openReceiver(
      (_heard, response) => void response.writeHead(well ? 204 : 503).end('维护中'),
    );
    closers.push(other.close);
    const [id] = await deliver(pool, [one(hook(other.url), { mostAttempts: 4 })]);
    run();
    await until('it is dead', async () => (await states())['dead'] === 1, 20_000);
    expect(other.heard).to.have.length(4);
    expect((await findDelivery(pool, id!))!.answer).to.equal('维护中');
    well = true;
    expect(await resendDelivery(pool, id!, personId)).to.equal(true);
    await until('it was delivered', async () => (await states())['delivered'] === 1);
    expect((await findDelivery(pool, id!))!.resentBy).to.equal('管理员');
    expect(await resendDelivery(pool, id!, personId)).to.equal(false);
  });

  it('messages of one order reach a receiver in their order, though the first of them fails at first', async () => {
    const failed = new Set<string>();
    const other = await openReceiver(({ body }, response) => {
      const { data } = JSON.parse(body) as { data: { order: number; step: number } };
      const first = data.step === 1 && !failed.has(String(data.order));
      if (first) failed.add(String(data.order));
      response.writeHead(first ? 500 : 200).end();
    });
    closers.push(other.close);
    const receiverId = await receiver(other.url);
    await deliver(
      pool,
      [1, 2, 3].flatMap((step) =>
        [1, 2, 3, 4].map((order) =>
          one(hook(other.url, { order, step }), { receiverId, stream: `HL${order}` }),
        ),
      ),
    );
    run();
    await until('all were delivered', async () => (await states())['delivered'] === 12, 30_000);
    const got = new Map<number, number[]>();
    for (const { body } of other.heard) {
      const { order, step } = (JSON.parse(body) as { data: { order: number; step: number } }).data;
      got.set(order, [...(got.get(order) ?? []), step]);
    }
    for (const steps of got.values()) expect(steps).to.deep.equal([1, 1, 2, 3]);
  });

  it('forty dead receivers and a silent one keep no other waiting', async () => {
    const silent = await openReceiver(() => undefined);
    const well = await openReceiver();
    closers.push(silent.close, well.close);
    const dead: NewDelivery[] = [];
    for (let n = 0; n < 40; n += 1) {
      const receiverId = await receiver(silent.url);
      for (let m = 0; m < 5; m += 1) dead.push(one(hook(silent.url), { receiverId, mostAttempts: 50 }));
    }
    await deliver(pool, dead);
    run();
    // all of them have been tried once and hang
    await until('the dead ones hang', () => silent.heard.length >= 30);
    const receiverId = await receiver(well.url);
    for (let n = 0; n < 20; n += 1) await deliver(pool, [one(hook(well.url, { n }), { receiverId })]);
    runner!.nudge();
    await until('the well one got all of its own', () => well.heard.length === 20, 8000);
    expect((await states())['delivered']).to.equal(20);
  });

  it('a receiver that says 410 is told nothing more; a redirect is not followed', async () => {
    const other = await openReceiver(({ path }, response) => {
      if (path === '/gone') response.writeHead(410).end();
      else response.writeHead(302, { location: `${other.url}/trap` }).end();
    });
    closers.push(other.close);
    const receiverId = await receiver(`${other.url}/gone`);
    await deliver(pool, [one(hook(`${other.url}/gone`), { receiverId }), one(hook(`${other.url}/moved`))]);
    run();
    await until('both are dead', async () => (await states())['dead'] === 2);
    expect(other.heard.map(({ path }) => path).sort()).to.deep.equal(['/gone', '/moved']);
    const { rows } = await pool.query<{ disabled: boolean }>('select disabled from receivers where id = $1', [
      receiverId,
    ]);
    expect(rows[0]!.disabled).to.equal(true);
  });

  it('what waits for a receiver goes to its new address', async () => {
    const other = await openReceiver();
    closers.push(other.close);
    const receiverId = await receiver('http://127.0.0.1:9/');
    await deliver(pool, [one(hook('http://127.0.0.1:9/'), { receiverId, mostAttempts: 100 })]);
    run();
    await until(
      'it was tried in vain',
      async () => ((await listDeliveries(pool, {}, 1))[0]!.lastAtMs ?? 0) > 0,
    );
    await changeReceiver(pool, receiverId, { address: `${other.url}/new` });
    await until('it arrived', () => other.heard.length === 1, 15_000);
  });

  it('a group robot is told in its own format, at most twenty times a minute, and its errcode counts', async () => {
    const robot = await openReceiver(({ path }, response) => {
      response.end(
        JSON.stringify(
          path.includes('wrong')
            ? { errcode: 93000, errmsg: 'invalid webhook url' }
            : { errcode: 0, errmsg: 'ok' },
        ),
      );
    });
    closers.push(robot.close);
    const say = (key: string, content: string): Message => ({
      channel: 'wechat',
      robot: `${robot.url}/cgi-bin/webhook/send?key=${key}`,
      format: 'markdown',
      content,
    });
    const receiverId = await receiver(`${robot.url}/cgi-bin/webhook/send?key=right`, 'wechat');
    const [long] = await deliver(pool, [
      one(say('right', '水'.repeat(5000)), { receiverId }),
      ...Array.from({ length: 24 }, (_, n) => one(say('right', `第 ${n} 条`), { receiverId })),
      one(say('wrong', '谁听得到')),
    ]);
    run(undefined, 1);
    await until('twenty were told, five wait', async () => (await states())['delivered'] === 20);
    await until('the wrong key is given up at once', async () => (await states())['dead'] === 1);
    const right = robot.heard.filter(({ path }) => path.endsWith('right'));
    expect(right).to.have.length(20);
    expect(JSON.parse(right[1]!.body)).to.deep.equal({
      msgtype: 'markdown',
      markdown: { content: '第 0 条' },
    });
    const first = JSON.parse(right[0]!.body) as { markdown: { content: string } };
    expect(Buffer.byteLength(first.markdown.content)).to.be.at.most(4096);
    expect((await findDelivery(pool, long!))!.proof).to.equal('errcode 0');
    const [dead] = await listDeliveries(pool, { state: 'dead' }, 5);
    expect(dead!.answer).to.include('93000').and.to.include('key 不对');
    // waiting for the next minute is no failed try
    await until('the twenty-first was held back', async () => {
      const waiting = await listDeliveries(pool, { state: 'waiting' }, 50);
      return waiting.length === 5 && waiting.every((row) => row.attempts === 0);
    });
  });

  it('a mail arrives with Chinese subject and attachment; a refused mailbox is the last word, a busy one is not', async () => {
    let busy = 2;
    const mailbox = await openMailbox((address) => {
      if (address.startsWith('nobody')) return { code: 550, words: 'no such user' };
      if (address.startsWith('busy') && (busy -= 1) >= 0) return { code: 451, words: 'try later' };
      return null;
    });
    closers.push(mailbox.close);
    const mail = (to: string): Message => ({
      channel: 'mail',
      to: [to],
      subject: '【96666】2026年11月热线月报',
      text: '请查收。\n<script>alert(1)</script>',
      files: [
        {
          name: '月报.txt',
          contentType: 'text/plain',
          base64: Buffer.from('合计 1,234 件').toString('base64'),
        },
      ],
    });
    const [ok] = await deliver(pool, [
      one(mail('leader@water.example')),
      one(mail('nobody@water.example')),
      one(mail('busy@water.example')),
    ]);
    run(mailbox.url);
    await until('two arrived', async () => (await states())['delivered'] === 2, 20_000);
    await until('one is dead', async () => (await states())['dead'] === 1);
    const got = mailbox.mails.find((one) => JSON.stringify(one.to).includes('leader'))!;
    expect(got.subject).to.equal('【96666】2026年11月热线月报');
    expect(got.attachments[0]!.filename).to.equal('月报.txt');
    expect(got.attachments[0]!.content.toString()).to.equal('合计 1,234 件');
    expect(got.messageId).to.equal(`<hotline-${ok}@water.example>`);
    expect((await findDelivery(pool, ok!))!.proof).to.include('250');
    const [dead] = await listDeliveries(pool, { state: 'dead' }, 1);
    expect(dead).to.include({ status: 550, attempts: 1 });
    expect(dead!.answer).to.include('no such user');
  });

  it('without a mail server mail waits, and goes when there is one', async () => {
    await deliver(pool, [one({ channel: 'mail', to: ['a@b.example'], subject: '通知', text: '有水了' })]);
    run();
    await until('the log says what is missing', async () =>
      (await listDeliveries(pool, {}, 1))[0]!.answer?.includes('SMTP_URL'),
    );
    await runner!.close();
    const mailbox = await openMailbox();
    closers.push(mailbox.close);
    run(mailbox.url);
    await until('it arrived', () => mailbox.mails.length === 1, 15_000);
  });

  it('a service that is killed while it sends loses nothing: the next one sends it under the same id', async () => {
    let hang = true;
    const ids: string[] = [];
    const other = await openReceiver(({ headers }: Heard, response) => {
      ids.push(String(headers['webhook-id']));
      if (!hang) response.end('ok');
    });
    closers.push(other.close);
    const wanted: NewDelivery[] = [];
    for (let n = 0; n < 6; n += 1)
      wanted.push(one(hook(other.url), { receiverId: await receiver(other.url) }));
    const told = await deliver(pool, wanted);
    const start = () =>
      spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'sending-service.ts')], {
        env: { ...process.env, DATABASE: url },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    const first = start();
    await until('all six are being sent', () => ids.length === 6, 20_000);
    first.kill('SIGKILL');
    await until('it is gone', () => first.signalCode !== null);
    hang = false;
    const second = start();
    closers.push(() => second.kill('SIGKILL'));
    await until('all were delivered', async () => (await states())['delivered'] === 6, 20_000);
    expect(new Set(ids)).to.deep.equal(new Set(told.map((id) => `msg_${id}`)));
    expect(ids).to.have.length(12);
  });

  it('two services take each message once', async () => {
    const other = await openReceiver();
    closers.push(other.close);
    run();
    const here = runner!;
    run();
    closers.push(() => here.close());
    const wanted = Array.from({ length: 300 }, (_, n) =>
      one(hook(`${other.url}/${n % 30}`), { stream: `HL${n % 7}` }),
    );
    await deliver(pool, wanted);
    await until('all were delivered', async () => (await states())['delivered'] === 300, 30_000);
    expect(other.heard).to.have.length(300);
  });
});
