import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { createOrder, stepOrder } from '../../../src/postgres/orders.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../../src/postgres/pool.ts';
import { openBrowser } from '../../support/browser.ts';
import { startService, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';

/** a real PNG, one pixel */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a field worker with a phone', function () {
  this.timeout(180_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  let orderNo: string;

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    const passwordHash = await hash('unit-password');
    const unit = (
      await pool.query<{ id: number }>(`select id::int from units where code = 'network-xingqing'`)
    ).rows[0]!.id;
    const other = unit + 1;
    for (const [login, name, role, of] of [
      ['guanwang', '赵建国', 'dispatcher', unit],
      ['weixiu', '马师傅', 'field-worker', unit],
      ['kabiao', '丁芳', 'dispatcher', other],
    ] as const) {
      const made = await createPerson(pool, { login, name, role, agent: null, passwordHash });
      await pool.query('update people set unit_id = $1 where id = $2', [of, made!.id]);
    }
    // a worker whose account was just made has a password to change; the link asks for none
    await pool.query(`update people set must_change = true where login = 'weixiu'`);
    orderNo = await inTransaction(pool, async (client) => {
      const atMs = Date.now();
      const by = { personId: null, personName: '坐席', unitId: null, origin: 'desk' as const, system: null };
      const no = await createOrder(
        client,
        {
          ...{ category: '漏水', categoryCode: 'leak', item: '表前', itemNo: 1, answers: {}, urgent: true },
          ...{
            clockSet: 'urgent-leak',
            content: '地面冒水',
            caller: '王秀兰',
            phone: '13912345678',
            account: '',
          },
          ...{ address: '解放东街丽景园3号楼', community: '丽景园', district: '兴庆区', source: 'call' },
          ...{ callId: null, recordId: null, outsideNo: null, outsideDueAtMs: null, ruleVersion: null, atMs },
        },
        by,
        ORDER_SETTINGS,
      );
      const step = { kind: 'dispatch' as const, body: { unitId: unit, assistIds: [] }, note: '' };
      await stepOrder(
        client,
        no,
        null,
        { ...step, atMs, receivedAtMs: atMs },
        () => 'desk',
        by,
        ORDER_SETTINGS,
      );
      return no;
    });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });

  const shot = async (page: Page, name: string) => {
    const folder = process.env['HOTLINE_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  const steps = async () =>
    (
      await pool.query<{ kind: string; origin: string; lateS: number; files: { type: string }[] }>(
        `select s.kind, s.origin, extract(epoch from s.received_at - s.at)::float8 as "lateS", s.files
           from order_steps s join orders o on o.id = s.order_id where o.order_no = $1 order by s.ordinal`,
        [orderNo],
      )
    ).rows;

  it('comes in by a link, works in a cellar, and what was tapped there is told once, with its time and photo', async () => {
    const unit = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    await unit.goto(`${service.url}/sign-in`);
    await unit.fill('input[name=login]', 'guanwang');
    await unit.fill('input[name=password]', 'unit-password');
    await unit.keyboard.press('Enter');
    await unit.waitForURL((url) => !url.pathname.includes('sign-in'));
    await unit.goto(`${service.url}/unit`);
    await unit.click('text=维修人员链接');
    await unit.click('text=生成链接');
    const link = (await unit.locator('.ant-alert textarea').first().inputValue()).trim();
    expect(link).to.match(/\/field\/enter#[\w-]{32}$/);
    await shot(unit, 'field-links');

    const pocket: BrowserContext = await browser.newContext({
      ...{ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      ...{ permissions: ['geolocation'], geolocation: { latitude: 38.4872, longitude: 106.2309 } },
    });
    const phone = await pocket.newPage();
    await phone.goto(link);
    await phone.waitForSelector(`[data-order="${orderNo}"]`);
    await phone.waitForSelector('.net >> text=已连接');
    await shot(phone, 'field');
    await phone.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // what the page needs without network lies on the phone after it was opened once more
    await phone.reload();
    await phone.waitForSelector(`[data-order="${orderNo}"] [data-step="set-out"]`);

    await pocket.setOffline(true);
    await phone.click('[data-step="set-out"]');
    await phone.click('[data-step="arrive"]');
    await phone.click('[data-step="stop-water"]');
    await phone.setInputFiles('.sheet input[type=file]', {
      ...{ name: 'a.png', mimeType: 'image/png', buffer: PHOTO },
    });
    await phone.waitForSelector('.pictures canvas');
    await shot(phone, 'field-sheet');
    await phone.click('.sheet .next');
    await phone.waitForSelector('text=3 步待上报');
    expect(await steps(), 'nothing has come out of the cellar').to.have.length(2);
    await phone.reload();
    await phone.waitForSelector('text=3 步待上报');
    await phone.waitForSelector('[data-step="finish"]');
    await shot(phone, 'field-offline');

    await pocket.setOffline(false);
    await phone.waitForSelector('.net >> text=已连接');
    await until('what was tapped is told', async () => (await steps()).length === 5);
    const told = (await steps()).slice(2);
    expect(told.map(({ kind, origin }) => `${kind} ${origin}`)).to.deep.equal([
      'set-out field',
      'arrive field',
      'stop-water field',
    ]);
    // by how much hangs on the clocks of this machine
    expect(told[0]!.lateS, 'told with the time of the tap').to.be.above(0);
    expect(told[2]!.files[0]!.type).to.equal('image/jpeg');

    await phone.click('[data-step="finish"]');
    await phone.fill('.sheet textarea', '更换表前阀');
    await phone.fill('.sheet label > input:not([type=file])', 'DN20 球阀 1 个');
    await phone.click('.sheet .next');
    await until('it is done', async () => (await steps()).some(({ kind }) => kind === 'finish'));

    await unit.goto(`${service.url}/orders/${orderNo}`);
    await unit.waitForSelector('text=更换表前阀；用料：DN20 球阀 1 个');
    const photo = unit.locator('.order-files img');
    await until('the photo is seen', () =>
      photo.evaluate((one) => (one as HTMLImageElement).naturalWidth > 0),
    );
    await shot(unit, 'field-order');

    // the phone is lost
    await unit.goto(`${service.url}/unit`);
    await unit.click('text=维修人员链接');
    await unit.click('.field-links .ant-btn-dangerous');
    await unit.click('.ant-modal .ant-btn-primary, .ant-modal-confirm-btns .ant-btn-primary');
    await unit.waitForSelector('text=没有有效链接');
    const found = await (await browser.newContext()).newPage();
    await found.goto(link);
    await found.waitForSelector('text=这个链接已收回或过期');
  });

  it('gives files to nobody who may not see the order, and takes no programs', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${service.url}/sign-in`);
    const { id } = (await pool.query<{ id: string }>('select id from order_files')).rows[0]!;
    const path = `/api/orders/${orderNo}/files/${id}`;
    const status = (address: string, init: object = {}) =>
      page.evaluate(async ([to, how]) => (await fetch(to!, how as RequestInit)).status, [
        address,
        init,
      ] as const);
    expect(await status(path)).to.equal(401);
    await page.fill('input[name=login]', 'guanwang');
    await page.fill('input[name=password]', 'unit-password');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.includes('sign-in'));
    expect(await status(path)).to.equal(200);
    expect(await status(`/api/orders/HL202601010001/files/${id}`)).to.equal(404);
    expect(await status(`/api/orders/${orderNo}/files/..%2f..%2fsession-secret`)).to.equal(404);
    const post = (body: string) => status(`/api/orders/${orderNo}/files`, { method: 'POST', body });
    expect(await post('<script>alert(1)</script>')).to.equal(415);
    expect(await post('x'.repeat(10 * 1024 * 1024 + 1))).to.equal(413);
    await page.evaluate(() => fetch('/api/sign-out', { method: 'POST' }));
    await page.goto(`${service.url}/sign-in`);
    await page.fill('input[name=login]', 'kabiao');
    await page.fill('input[name=password]', 'unit-password');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.includes('sign-in'));
    expect(await status(path), 'another unit').to.equal(404);
  });
});
