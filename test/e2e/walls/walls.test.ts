import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { createOrder } from '../../../src/postgres/orders.ts';
import { newTile } from '../../../src/core/walls/tiles.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { inTransaction } from '../../../src/postgres/pool.ts';
import { until } from '../../support/until.ts';
import { openShift, type Shift } from '../browser-phone/shift.ts';

describe('a wall that a supervisor composes, on a television without sign-in, beside a real Asterisk', function () {
  this.timeout(180_000);
  let shift: Shift;
  let leader: Page;

  before(async () => {
    shift = await openShift();
    for (const [extension, name] of [
      ['1001', '马晓燕'],
      ['1002', '丁芳'],
    ] as const)
      await shift.hireAtDesk(extension, name);
    await createPerson(shift.pool, {
      ...{ login: 'banzhang', name: '杨班长', role: 'supervisor', agent: null },
      passwordHash: await hash('shui-96666-lead'),
    });
    await inTransaction(shift.pool, async (client) => {
      for (const [district, hoursAgo, urgent] of [
        ['兴庆区', 60, true],
        ['兴庆区', 50, true],
        ['金凤区', 50, false],
        ['永宁', 0, false],
      ] as const) {
        await createOrder(
          client,
          {
            ...{ category: '漏水', categoryCode: 'leak', item: '表前', itemNo: 1, answers: {}, urgent },
            ...{ clockSet: urgent ? ('urgent-leak' as const) : ('standard' as const), content: '地面冒水' },
            ...{ caller: '王秀兰', phone: '13912345678', account: '', address: '解放东街丽景园3号楼' },
            ...{ community: '丽景园', district, source: 'call', callId: null, recordId: null },
            ...{ outsideNo: null, outsideDueAtMs: null, ruleVersion: null },
            atMs: Date.now() - hoursAgo * 3_600_000,
          },
          { personId: null, personName: '坐席', unitId: null, origin: 'desk', system: null },
          ORDER_SETTINGS,
        );
      }
      await client.query(
        `insert into outages (kind, districts, communities, streets, buildings, cause, begin_at, expected_at, notice, made_by, published_at)
         select 'sudden', '{兴庆区}', '{丽景园}', '{解放东街}', 3, '管网抢修', now(), now() + interval '3 hours', '停水', id, now()
           from people where login = 'banzhang'`,
      );
    });
    for (const extension of ['1001', '1002']) shift.rings({ extension, ringMs: 400, talkMs: null, calls: 1 });
    await shift.signIn('1001');
    await shift.signIn('1002');
    const context = await shift.newContext();
    leader = await context.newPage();
    await leader.setViewportSize({ width: 1600, height: 1300 });
    await leader.goto(`${shift.service.url}/sign-in?to=/walls`);
    await leader.fill('input[name=login]', 'banzhang');
    await leader.fill('input[name=password]', 'shui-96666-lead');
    await leader.keyboard.press('Enter');
    await leader.waitForSelector('.walls .preview .tile');
  });
  after(() => shift?.close());

  const shot = async (page: Page, name: string) => {
    const folder = process.env['HOTLINE_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  const kinds = (page: Page) =>
    page.$$eval('.tiles > li', (rows) => rows.map((row) => row.getAttribute('data-tile')));
  const figure = (page: Page, kind: string) =>
    page.textContent(`.board .tile[data-kind=${kind}] .value b`).then((text) => text?.trim());
  const level = (page: Page, kind: string) =>
    page.getAttribute(`.board .tile[data-kind=${kind}]`, 'data-level');

  /** the standard wall, and a composed one of pictures and lists, for who is signed in */
  async function seeOthers(): Promise<void> {
    const page = await leader.context().newPage();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(`${shift.service.url}/wall`);
    await page.waitForSelector('.wall .names li:has-text("马晓燕")');
    await page.waitForSelector('.wall .chart canvas');
    await shot(page, 'wall-standard');
    const kindsOfOther = ['day-chart', 'agent-names', 'incidents', 'next-due', 'longest-wait'] as const;
    const tiles = kindsOfOther.map((kind) => ({
      ...newTile(kind),
      size: kind === 'day-chart' || kind === 'agent-names' ? 'xl' : 'm',
    }));
    const made = await leader.evaluate(
      async (plan) =>
        (await (
          await fetch('/api/walls', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(plan),
          })
        ).json()) as { id: number },
      { name: '值班室', tiles, quiet: null },
    );
    await page.goto(`${shift.service.url}/wall/${made.id}`);
    await page.waitForSelector('.board .names li:has-text("马晓燕")');
    await page.waitForSelector('.board .chart canvas');
    await page.waitForSelector('.board .tile[data-kind=next-due] .lines li');
    await shot(page, 'wall-pictures');
    await page.close();
  }

  it('is composed by keys, shown on a television by its link, alive, heard, back after a restart, and cut off when withdrawn', async () => {
    // composed: the second tile goes up by a key, the first is made smaller, one goes away
    const before = await kinds(leader);
    await leader.focus('.tiles > li:nth-child(2)');
    await leader.keyboard.press('ArrowUp');
    await until('the tile moved up', async () => (await kinds(leader))[0] === before[1]);
    expect(await leader.evaluate(() => document.activeElement?.getAttribute('data-tile'))).to.equal(
      before[1],
    );
    await leader.keyboard.press('ArrowDown');
    await until('and down again', async () => (await kinds(leader)).join() === before.join());
    await leader.focus('.tiles > li[data-tile=abandoned]');
    await leader.keyboard.press('4');
    await leader.waitForSelector('.walls .ant-alert:has-text("一屏放不下")');
    expect(await leader.isDisabled('.walls .keep button:has-text("保存")')).to.equal(true);
    await leader.keyboard.press('1');
    await leader.waitForSelector('.walls .ant-alert', { state: 'detached' });
    await leader.keyboard.press('Delete');
    await until('the tile is gone', async () => !(await kinds(leader)).includes('abandoned'));
    await leader.fill('.wall-name', '客服大厅');
    // at night this test must be heard, too
    await leader.click('.quiet-hours .ant-switch');
    await leader.click('.walls .keep button:has-text("保存")');
    await leader.waitForSelector('.televisions');
    await shot(leader, 'walls');

    await leader.fill('.television-name', '大厅东墙');
    await leader.click('.televisions button:has-text("发放链接")');
    const link = (await leader.textContent('.ant-modal code'))!.trim();
    expect(link).to.match(/\/tv\/[\w-]{43}$/);
    await leader.click('.ant-modal button:has-text("我已保存")');

    // a television: no session, nothing but the link
    const hall = await shift.newContext();
    const screen = await hall.newPage();
    await screen.setViewportSize({ width: 1920, height: 1080 });
    const calls: string[] = [];
    screen.on('request', (request) => calls.push(new URL(request.url()).pathname));
    await screen.goto(link);
    await screen.waitForSelector('.board .tile[data-kind=waiting]');
    await until('orders and outages stand there', async () => (await figure(screen, 'orders-open')) === '4');
    expect(await level(screen, 'orders-overdue')).to.equal('amber');
    expect(await screen.textContent('.tile[data-kind=orders-overdue] .level')).to.equal('▲ 注意');
    expect(await screen.textContent('.tile[data-kind=outages]')).to.include('丽景园');
    expect(await screen.textContent('.tile[data-kind=district-map]')).to.include('▲兴庆');
    await until('two agents are there', async () => (await figure(screen, 'ready-agents')) === '2');
    expect(calls.filter((path) => path.startsWith('/api'))).to.deep.equal([]);
    expect(await hall.cookies(), 'it has no session').to.deep.equal([]);

    // a caller comes: the television tells within a second or two
    shift.caller({ from: '13900000021' });
    await until('the call is counted', async () => (await figure(screen, 'offered')) === '1', 40_000);
    await until('and answered', async () => (await figure(screen, 'answered')) === '1', 40_000);
    expect(await screen.textContent('body')).to.not.include('13900000021');
    await shot(screen, 'wall-1080');
    await screen.setViewportSize({ width: 3840, height: 2160 });
    await until('all is twice as large', () =>
      screen.$eval('.board header strong', (node) => getComputedStyle(node).fontSize === '72px'),
    );
    await shot(screen, 'wall-4k');
    await screen.setViewportSize({ width: 1920, height: 1080 });
    await seeOthers();

    // heard: nothing before somebody clicked, then at once, and once only
    await leader.fill('.tiles [aria-label="超时工单 红线"]', '2');
    await leader.keyboard.press('Tab');
    await leader.click('.walls .keep button:has-text("保存")');
    await until('it is red now', async () => (await level(screen, 'orders-overdue')) === 'red');
    expect(await screen.$('.said')).to.equal(null);
    await screen.click('button.sound');
    await screen.waitForSelector('.said:has-text("警报：超时工单 3 件")');

    // a restart: the link is what it was, and the numbers are whole
    await shift.service.killAndStart();
    await until(
      'the television is back by itself',
      async () => (await screen.getAttribute('.board', 'data-fresh')) === 'fresh',
      60_000,
    );
    expect(await figure(screen, 'answered')).to.equal('1');

    await leader.waitForSelector('.televisions :text("正在显示")', { timeout: 30_000 });
    await leader.click('.televisions button:has-text("收 回"), .televisions button:has-text("收回")');
    await leader.click('.ant-popover button.ant-btn-primary');
    await screen.waitForSelector('[data-withdrawn]', { timeout: 5000 });
    expect(await screen.$('.board')).to.equal(null);
    await screen.reload();
    await screen.waitForSelector('[data-withdrawn]');
    await leader.waitForSelector('.televisions :text("已收回")');
  });
});
