import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { saveCustomers } from '../../../src/postgres/customers.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { registerPhones, startCaller, startPhone, type RunningLeg } from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { startService, type Service } from '../../support/service.ts';
import { ownPassword } from '../../support/sign-in.ts';
import { until } from '../../support/until.ts';

describe('a burst pipe, from the ring to the feedback', function () {
  this.timeout(240_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  const legs: RunningLeg[] = [];

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    await saveCustomers(pool, [
      {
        ...{ account: 'YC100200300', name: '王秀兰', address: '兴庆区解放东街丽景园3号楼2单元501' },
        ...{ district: '兴庆区', meterKind: 'mechanical', phones: ['13912345678'] },
      },
    ]);
    const passwordHash = await hash('unit-password');
    const who = await createPerson(pool, {
      login: 'guanwang',
      name: '赵建国',
      role: 'dispatcher',
      agent: null,
      passwordHash,
    });
    await pool.query(
      `update people set unit_id = (select id from units where code = 'network-xingqing') where id = $1`,
      [who!.id],
    );
    await createPerson(pool, {
      login: 'banzhang',
      name: '班长',
      role: 'supervisor',
      agent: null,
      passwordHash,
    });
    browser = await openBrowser();
  });
  after(async () => {
    for (const leg of legs) leg.stop();
    await Promise.all(legs.map((leg) => leg.done.catch(() => undefined)));
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });

  async function signedIn(login: string, password: string, path: string): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    await page.goto(`${service.url}/sign-in`);
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.includes('sign-in'));
    await page.goto(service.url + path);
    return page;
  }
  const shot = async (page: Page, name: string) => {
    const folder = process.env['HOTLINE_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  };

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      for (const [at, context] of browser.contexts().entries())
        for (const page of context.pages())
          process.stderr.write(`${at}: ${(await page.textContent('body'))?.slice(0, 600)}\n`);
  });

  it('is dispatched while the caller talks, worked off by the unit, and fed back and closed', async () => {
    const password = await ownPassword(service.url, '1001', service.said());
    const unit = await signedIn('guanwang', 'unit-password', '/unit');
    await unit.waitForSelector('text=本单位现在没有在办工单');
    await registerPhones(service.site(), ['1001']);
    const desk = await signedIn('1001', password, '/desk');
    // an agent who signed in at the desk is in the queue; SIPp plays the phone
    await fetchIn(desk, '/api/presence/sign-in').catch(() => undefined);
    legs.push(startPhone(service.site(), { extension: '1001', ringMs: 1500, talkMs: 35_000 }));
    const caller = startCaller(service.site(), { from: '13912345678', stayMs: null });
    legs.push(caller);
    const record = await until(
      'the call was answered and has a record',
      async () =>
        (
          await pool.query<{ id: number }>(
            `select id::int from records where phone_number = '13912345678' and call_id is not null`,
          )
        ).rows[0],
      40_000,
    );
    await desk.goto(`${service.url}/orders/new?recordId=${record.id}`);
    const choose = async (label: string, words: string) => {
      await desk.click(`.ant-select:has([aria-label="${label}"])`);
      await desk.keyboard.type(words);
      await desk.keyboard.press('Enter');
    };
    await choose('事由', '漏水');
    await choose('内容', '整条街');
    await desk.fill('[aria-label="反映内容"]', '丽景园门口爆管，水喷到马路上 <script>alert(1)</script>');
    await desk.click('h1');
    await desk.waitForSelector('text=表前还是表后？');
    await desk.keyboard.press('1');
    await desk.keyboard.press('Alt+U');
    await desk.waitForSelector('.verdict.urgent >> text=兴庆区管网维护中心');
    await shot(desk, 'desk');
    await desk.keyboard.press('Alt+Enter');
    const orderNo = (await desk.locator('.order-panel.made a').textContent({ timeout: 60_000 }))!;
    expect(orderNo).to.match(/^HL\d{8}0001$/);

    await unit.waitForSelector(`.unit-list >> text=${orderNo}`, { timeout: 60_000 });
    await shot(unit, 'unit');
    for (const kind of ['sign', 'set-out', 'arrive', 'stop-water', 'finish']) {
      await unit.click(`[data-step="${kind}"]`);
      await until(
        `${kind} is kept`,
        async () =>
          (
            await pool.query(
              'select from order_steps s join orders o on o.id = s.order_id where order_no = $1 and kind = $2',
              [orderNo, kind],
            )
          ).rowCount === 1,
      );
    }
    await unit.click('[data-step="feed-back"]');
    await unit.fill('.step-more textarea', '更换 DN200 直管一根，已恢复供水');
    await unit.click('.step-more button[type=submit]');
    await desk.goto(`${service.url}/orders/${orderNo}`);
    await desk.waitForSelector('text=更换 DN200 直管一根');
    await desk.click('[data-step="close"]');
    await desk.waitForSelector('.order-tags >> text=办结');
    await shot(desk, 'order');
    expect(await desk.locator('.order-matter .said').first().textContent()).to.include(
      '<script>alert(1)</script>',
    );

    await caller.done;
    const kept = await until(
      'the end of the call is on the order, and its clock was met',
      async () => {
        const { rows } = await pool.query<{ ended: boolean; met: boolean; late: number }>(
          `select o.call_ended_at is not null as ended, c.met_at is not null as met,
                (select count(*)::int from notices where order_id = o.id and clock <> 'sign') as late
           from orders o join order_clocks c on c.order_id = o.id and c.name = 'dispatch' where o.order_no = $1`,
          [orderNo],
        );
        return rows[0]?.ended && rows[0].met ? rows[0] : null;
      },
      30_000,
    );
    expect(kept.late).to.equal(0);
    const watch = await signedIn('banzhang', 'unit-password', '/overdue');
    await watch.waitForSelector('text=没有超时');
    await shot(watch, 'overdue');
    await watch.goto(`${service.url}/orders?list=closed`);
    await watch.waitForSelector(`text=${orderNo}`);
    await shot(watch, 'list');
  });
});

function fetchIn(page: Page, path: string): Promise<unknown> {
  return page.evaluate((to) => fetch(to, { method: 'POST' }).then((answer) => answer.status), path);
}
