import { expect } from 'chai';
import { generateSync } from 'otplib';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../support/browser.ts';
import { openPeopleHouse, PASSWORD, type PeopleHouse } from '../../support/people-house.ts';
import { until } from '../../support/until.ts';

describe('signing in with a second factor, in Chromium', function () {
  this.timeout(120_000);
  let house: PeopleHouse;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let authenticator: CDPSession;

  before(async () => {
    house = await openPeopleHouse();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });
  beforeEach(async () => {
    await house.set({ graceDays: 0 });
    context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    page = await context.newPage();
    authenticator = await context.newCDPSession(page);
    await authenticator.send('WebAuthn.enable');
    await authenticator.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
  });
  afterEach(() => context?.close());

  const shot = async (name: string) => {
    const folder = process.env['HOTLINE_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });

  async function typePassword(login: string, at = house.url) {
    await page.goto(`${at}/sign-in?to=/account`);
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
  }
  const inside = () => page.waitForURL('**/account');

  async function enrolPasskey(name = '办公室电脑') {
    await page.locator('.enrol .ant-card', { hasText: '用通行密钥' }).getByRole('button').click();
    await page.fill('.enrol input', name);
    await button('完成').click();
  }
  async function enrolApp(): Promise<string> {
    await page.locator('.enrol .ant-card', { hasText: '用验证器' }).getByRole('button').click();
    const secret = ((await page.textContent('.enrol .secret')) ?? '').replace(/[^A-Z2-7]/g, '');
    expect(secret).to.have.length(32);
    await shot('enrol-totp');
    await page.fill('.enrol input', codeOf(secret));
    await button('完成').click();
    return secret;
  }
  const codeOf = (secret: string) => generateSync({ secret, epoch: Math.floor(house.now() / 1000) });

  it('a leader sets up a passkey at the first sign-in, keeps the codes, and comes in by it from then on', async () => {
    await house.add('banzhang', 'supervisor');
    await typePassword('banzhang');
    await page.waitForSelector('.step[data-step=enrol]');
    await shot('enrol');
    await enrolPasskey();
    await page.waitForSelector('.recovery-codes');
    await shot('recovery-codes');
    const codes = await page.$$eval('.recovery-codes li', (lines) => lines.map((line) => line.textContent));
    expect(codes).to.have.length(10);
    await page.emulateMedia({ media: 'print' });
    await shot('recovery-codes-printed');
    expect(await page.locator('.recovery-codes .buttons').isVisible()).to.equal(false);
    await page.emulateMedia({ media: 'screen' });
    await button('我已保存好').click();
    await inside();
    await page.waitForSelector('text=通行密钥 · 办公室电脑');
    await shot('account');

    await context.clearCookies();
    await typePassword('banzhang');
    await page.waitForSelector('.proof[data-way=passkey]');
    await shot('factor-passkey');
    await button('用通行密钥验证').click();
    await inside();

    // without the device: a code from paper, once
    await context.clearCookies();
    await typePassword('banzhang');
    await button('恢复码').click();
    await page.fill('.proof input', codes[0]!.toUpperCase());
    await button('验证').click();
    await inside();
    await context.clearCookies();
    await typePassword('banzhang');
    await button('恢复码').click();
    await page.fill('.proof input', codes[0]!);
    await button('验证').click();
    await page.waitForSelector('text=恢复码不对，或已经用过');
    await shot('factor-refused');
  });

  it('by an IP address the page says that passkeys are out, and an app serves', async () => {
    await house.add('guanli', 'administrator');
    const byAddress = house.url.replace('localhost', '127.0.0.1');
    await typePassword('guanli', byAddress);
    await page.waitForSelector('text=用 IP 地址打开的页面不能用通行密钥');
    await page.waitForSelector(`text=请从 ${house.url} 打开`);
    await shot('enrol-by-address');
    const secret = await enrolApp();
    await button('我已保存好').click();
    await inside();

    await context.clearCookies();
    house.later(30_000);
    await typePassword('guanli', byAddress);
    await page.waitForSelector('.proof[data-way=totp]');
    await shot('factor-totp');
    await page.fill('.proof input', '000000');
    await button('验证').click();
    await page.waitForSelector('text=验证码不对');
    await page.fill('.proof input', codeOf(secret));
    await page.keyboard.press('Enter');
    await inside();
  });

  it('before people and the audit log a stale session is asked again, where it stands, and goes on', async () => {
    await house.add('guanli2', 'administrator');
    await house.add('1001', 'agent');
    await typePassword('guanli2');
    await enrolPasskey();
    await button('我已保存好').click();
    await inside();
    await house.pool.query(`update sessions set sess = (sess::jsonb || '{"provenAtMs": 1}')::json`);
    await page.goto(`${house.url}/audit`);
    await page.waitForSelector('.ant-modal .proof[data-way=passkey]');
    await shot('prove-again');
    await button('用通行密钥验证').click();
    await page.waitForSelector('.ant-modal .proof', { state: 'detached' });
    await page.waitForSelector('text=添加第二验证');
    await shot('audit');

    // who would rather not is told why nothing happens
    await house.pool.query(`update sessions set sess = (sess::jsonb || '{"provenAtMs": 1}')::json`);
    await page.goto(`${house.url}/audit`);
    await page.waitForSelector('.ant-modal .proof');
    await page.keyboard.press('Escape');
    await page.waitForSelector('text=这一步要先再验证一次您的身份');

    // a file's address, typed or clicked
    await page.goto(`${house.url}/api/audit`);
    await page.waitForURL('**/prove?to=*');
    await page.waitForSelector('.proof[data-way=passkey]');
    await shot('prove-page');
    await button('用通行密钥验证').click();
    await until('the file is there', async () => page.url() === `${house.url}/api/audit`);
  });

  it('in the days of grace one is in, reminded, and may set it up in peace; an agent is asked nothing', async () => {
    await house.set({ graceDays: 14 });
    await house.add('jingli', 'manager');
    await typePassword('jingli');
    await inside();
    await page.waitForSelector('text=还没有设置');
    await shot('account-empty');
    await page.goto(`${house.url}/wall`);
    await page.goto(`${house.url}/reports`);
    await page.waitForSelector('.enrol-by');
    await shot('grace');
    await page.click('.enrol-by a');
    await enrolApp();
    await button('我已保存好').click();
    await page.waitForSelector('text=验证器');
    expect(await page.locator('.enrol-by').count()).to.equal(0);

    await context.clearCookies();
    await house.add('1002', 'agent');
    await typePassword('1002');
    await inside();
    expect(await page.locator('.enrol-by').count()).to.equal(0);
  });

  it('speaks English to who reads English', async () => {
    await house.add('lead', 'supervisor');
    await page.addInitScript(() => localStorage.setItem('language', 'en'));
    await typePassword('lead');
    await page.waitForSelector('text=Set up a second factor');
    await shot('enrol-english');
    await page
      .locator('.enrol .ant-card', { hasText: 'By an authenticator app' })
      .getByRole('button')
      .click();
    await page.fill('.enrol input', '000000');
    await button('Finish').click();
    await page.waitForSelector('text=That code is wrong');
  });
});
