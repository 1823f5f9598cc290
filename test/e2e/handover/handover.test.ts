import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type pg from 'pg';
import { openPool } from '../../../src/postgres/pool.ts';
import { add } from '../../../src/setup/people.ts';
import { openBrowser } from '../../support/browser.ts';
import { startService, type Service } from '../../support/service.ts';
import { tellStory } from '../../support/story.ts';

const PASSWORD = 'shui-96666-shift';
const SHOTS = process.env['HOTLINE_SHOTS'];

describe('a shift, from the sign-in to the signed handover, in the browser', function () {
  this.timeout(400_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  let gives: Page;
  let takes: Page;

  const signedIn = async (login: string, to: string) => {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    await page.goto(`${service.url}/sign-in?to=${to}`);
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    return page;
  };
  const line = (page: Page, words: string) => page.locator('.handover li', { hasText: words });

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    await add(pool, { login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' }, PASSWORD);
    await add(pool, { login: '1002', name: '王建国', role: 'agent', agent: 'PJSIP/1002' }, PASSWORD);
    browser = await openBrowser('allowed');
  });
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });

  tellStory('one handover from the desk to the signatures to the archive', (step) => {
    step('begins at the desk: who signs in is on the post, and says so to the next shift', async () => {
      gives = await signedIn('1001', '/desk');
      await gives.waitForSelector('.state-bar[data-state=offline]');
      await gives.keyboard.press('Alt+i');
      await gives.waitForSelector('.state-bar:not([data-state=offline])');
      await gives.goto(`${service.url}/handovers/current`);
      await gives.getByLabel('补充重点投诉及回复').fill('丽景街 12 号反映水压低，已催办两次');
      await gives.keyboard.press('Enter');
      await line(gives, '丽景街 12 号').waitFor();
      await gives.getByLabel('补充设备情况').fill('2 号坐席耳机有杂音');
      await gives.keyboard.press('Enter');
      await line(gives, '2 号坐席耳机').waitFor();
    });

    step(
      'is seen by the next one at once, and two who write the same line both keep what they wrote',
      async () => {
        takes = await signedIn('1002', '/handovers/current');
        await line(takes, '2 号坐席耳机').waitFor();
        // both begin
        for (const page of [gives, takes])
          await line(page, '2 号坐席耳机').getByRole('button', { name: '修改' }).click();
        await gives.getByLabel('修改这一条').fill('2 号坐席耳机有杂音，已报修');
        await takes.getByLabel('修改这一条').fill('2 号坐席耳机有杂音，先用 3 号');
        await gives.getByRole('button', { name: '保存' }).click();
        await line(gives, '已报修').waitFor();
        const clash = takes.locator('.handover .clash');
        await clash.waitFor();
        expect(await clash.innerText()).to.include('马晓燕刚改成了：“2 号坐席耳机有杂音，已报修”');
        expect(await takes.getByLabel('修改这一条').inputValue(), 'nothing typed is lost').to.include(
          '先用 3 号',
        );
        if (SHOTS) await takes.screenshot({ path: `${SHOTS}/handover-clash.png` });
        await takes.getByLabel('修改这一条').fill('2 号坐席耳机有杂音，已报修，先用 3 号');
        await takes.getByRole('button', { name: '保存' }).click();
        await line(gives, '已报修，先用 3 号').waitFor();
        expect(await clash.count()).to.equal(0);
      },
    );

    step(
      'is signed by who hands over, read and signed by who takes over, and then nothing of it changes',
      async () => {
        await gives.getByLabel('密码').fill('not the password');
        await gives.getByRole('button', { name: '交班人签字' }).click();
        await gives.getByText('工号或密码不对').waitFor();
        await gives.getByLabel('密码').fill(PASSWORD);
        await gives.getByRole('button', { name: '交班人签字' }).click();
        await gives.waitForSelector('.handover-state.given');
        await takes.waitForSelector('.handover-state.given');
        await takes.getByText('还有 1 条重点事项未阅').waitFor();
        const sign = async (page: Page) => {
          await page.getByLabel('密码').fill(PASSWORD);
          await page.getByRole('button', { name: '接班人签字' }).click();
        };
        // the key line is not read
        await sign(takes);
        await takes.locator('.handover .ant-alert-error').waitFor();
        await takes.getByLabel(/^已阅：丽景街/).click();
        await takes.getByText('还有 1 条重点事项未阅').waitFor({ state: 'detached' });
        await sign(takes);
        await takes.waitForSelector('.handover-state.signed');
        if (SHOTS) await takes.screenshot({ path: `${SHOTS}/handover-signed.png`, fullPage: true });
        await gives.waitForSelector('.handover-state.signed');
        expect(await gives.getByRole('button', { name: '修改' }).count()).to.equal(0);
        const { rows } = await pool.query<{ id: number }>(
          `select id::int from handovers order by id desc limit 1`,
        );
        const added = await takes.evaluate(
          async (id) =>
            (
              await fetch(`/api/handovers/${id}/items`, {
                method: 'POST',
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ section: 'other', text: '再补一条', key: false }),
              })
            ).status,
          rows[0]!.id,
        );
        expect(added).to.equal(409);
      },
    );

    step('is found again by its words, and printed', async () => {
      await takes.goto(`${service.url}/handovers`);
      await takes.getByPlaceholder(/搜|找/).fill('耳机');
      await takes.keyboard.press('Enter');
      await takes.getByText('马晓燕').first().waitFor();
      if (SHOTS) await takes.screenshot({ path: `${SHOTS}/handover-list.png` });
    });
  });
});
