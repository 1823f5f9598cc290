import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { periodAt, periodBefore } from '../../../src/core/office/period.ts';
import { measure } from '../../../src/core/recordings/measures.ts';
import { createPerson } from '../../../src/postgres/people.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { keepRecording } from '../../../src/postgres/recordings.ts';
import { openBrowser } from '../../support/browser.ts';
import { startService, type Service } from '../../support/service.ts';
import { tellStory } from '../../support/story.ts';

const SECONDS = 20;
const LAST_WEEK = periodBefore(periodAt('week', Date.now()));

describe('a call is judged in the browser: drawn, heard, scored, contested, decided', function () {
  this.timeout(400_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  const pages: Record<string, Page> = {};

  before(async () => {
    service = await startService();
    pool = openPool(service.databaseUrl);
    const passwordHash = await hash('some-password');
    for (const [login, name, role, agent] of [
      ['1001', '马晓燕', 'agent', 'PJSIP/1001'],
      ['banzhang', '班长', 'supervisor', null],
      ['lingdao', '领导', 'manager', null],
    ] as const)
      await createPerson(pool, { login, name, role, agent, passwordHash });
    const folder = join(service.varDir, 'recordings/test');
    mkdirSync(folder, { recursive: true });
    for (let n = 0; n < 4; n += 1) await recorded(`call-${n}`, folder, LAST_WEEK.fromMs + n * 86_400_000);
    browser = await openBrowser();
    for (const login of ['1001', 'banzhang', 'lingdao']) pages[login] = await signedIn(login);
  });
  after(async () => {
    await browser?.close();
    await pool?.end();
    await service?.stop();
  });
  afterEach(async function () {
    for (const [login, page] of Object.entries(pages)) await shot(page, `quality-failed-${login}`, this);
  });

  /** A caller who speaks for ten seconds, an agent who begins after one and speaks over them. */
  async function recorded(callId: string, folder: string, atMs: number) {
    const file = join(folder, `${callId}.flac`);
    const tone = (length: number, hz: number) => ['synth', String(length), 'sine', String(hz), 'vol', '0.4'];
    const side = (name: string, length: number, hz: number, from: number) => {
      const path = join(folder, `${callId}-${name}.wav`);
      const quiet = ['pad', String(from), String(SECONDS - from - length)];
      execFileSync('sox', ['-q', '-n', '-r', '8000', '-b', '16', path, ...tone(length, hz), ...quiet]);
      return path;
    };
    execFileSync('sox', ['-q', '-M', side('caller', 8, 440, 2), side('agent', 4, 880, 1), file]);
    const raw = execFileSync('sox', [file, '-t', 'raw', '-e', 'signed', '-b', '16', '-']);
    const { measures, peaks, ms } = measure(new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1));
    await pool.query(
      `insert into calls (call_id, direction, outcome, arrived_at, answered_at, answered_by, hung_up_first, offer_count,
                          transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ($1, 'inbound', 'answered', $2, $2, 'PJSIP/1001', 'agent', 1, 0, '{}', 1, 1, 'test')`,
      [callId, new Date(atMs)],
    );
    await keepRecording(pool, {
      ...{ callId, atMs, path: `test/${callId}.flac`, bytes: readFileSync(file).length, ms },
      ...{ sha256: callId, peaks, measures },
    });
  }

  async function signedIn(login: string): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 900 } })).newPage();
    page.on('pageerror', (fault) => console.error(login, fault));
    await page.goto(`${service.url}/sign-in`);
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', 'some-password');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.includes('sign-in'));
    return page;
  }
  async function shot(page: Page, name: string, of?: Mocha.Context) {
    const folder = process.env['HOTLINE_SHOTS'];
    if (folder && of?.currentTest?.state !== 'passed')
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
  const choose = (page: Page, point: string, answer: string) =>
    page.click(`[role=radiogroup][aria-label="${point}"] label:has-text("${answer}")`);

  tellStory('one week from the draw to the score, the appeal, the calibration and the trend', (step) => {
    step('the leader draws last week, and the draw is proved on the spot', async () => {
      const page = pages['banzhang']!;
      await page.goto(`${service.url}/quality`);
      await page.click('button:has-text("抽取这一周")');
      await page.waitForSelector('section[aria-label=马晓燕] >> text=已评 0 / 3');
      await page.click('button:has-text("核对抽样")');
      await page.waitForSelector('text=用种子重抽 4 通，与抽取结果一致');
      await shot(page, 'quality-week');
    });

    step(
      'hears it, finds what was measured filled in, pins a comment to a second, and gives the score',
      async () => {
        const page = pages['banzhang']!;
        await page.click('section[aria-label=马晓燕] a:has-text("评分") >> nth=0');
        await page.waitForSelector('text=测得：受理员先挂机');
        expect(await page.isDisabled('button:has-text("完成并发给本人")')).to.equal(true);
        await page.waitForFunction(
          () => (document.querySelector<HTMLAudioElement>('.player audio')?.readyState ?? 0) >= 2,
        );
        const canvas = (await (await page.waitForSelector('.player canvas')).boundingBox())!;
        await page.mouse.click(canvas.x + canvas.width * 0.5, canvas.y + 20);
        await page.fill('input[aria-label=批注]', '这里抢了用户的话');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.comments li:has-text("0:10")');
        const { body } = await page.evaluate(async () => {
          const answer = await fetch('/api/quality/forms');
          return ((await answer.json()) as { body: { sections: { points: { name: string }[] }[] } }[])[0]!;
        });
        for (const { name } of body.sections.flatMap((section) => section.points))
          if (name !== '让用户先挂电话') await choose(page, name, '做到');
        await page.waitForSelector('[role=status] >> text=合计 88.0 分');
        await page.fill('textarea[aria-label=评语与改进建议]', '先等用户挂机');
        await shot(page, 'quality-score');
        await page.click('button:has-text("完成并发给本人")');
        await page.waitForSelector('header .ant-tag:has-text("已发给本人")');
      },
    );

    step('the agent opens it, and contests; the scorer can’t decide, the manager does', async () => {
      const page = pages['1001']!;
      await page.goto(`${service.url}/quality/mine`);
      await page.click('a:has-text("查看")');
      await page.waitForSelector('header .ant-tag:has-text("本人已看")');
      await page.waitForSelector('.marks >> text=这里抢了用户的话');
      await page.fill('textarea[aria-label=答复]', '是用户让我先挂的');
      await shot(page, 'quality-mine');
      await page.click('.word button:has-text("申诉")');
      await page.waitForSelector('header .ant-tag:has-text("申诉中")');
      const leader = pages['banzhang']!;
      await leader.reload();
      await leader.waitForSelector('text=申诉：是用户让我先挂的');
      expect(await leader.$$('button:has-text("维持原分")')).to.have.length(0);
      const manager = pages['lingdao']!;
      await manager.goto(`${service.url}/quality`);
      await manager.click('.appeals a');
      await choose(manager, '让用户先挂电话', '部分做到');
      await manager.fill('textarea[aria-label=裁定]', '录音里用户说“你先挂吧”');
      await manager.click('button:has-text("按上面改后的评分裁定")');
      await manager.waitForSelector('text=领导裁定：录音里用户说“你先挂吧”（88.0 → 94.0 分）');
    });

    step('several leaders calibrate, the form gets a next version, and the trend is drawn', async () => {
      const page = pages['banzhang']!;
      await page.click('button:has-text("请多人校准")');
      await page.goto(`${service.url}/quality/calibration`);
      await page.waitForSelector('text=您给出自己的评分后，才能看到别人的');
      await page.goto(`${service.url}/quality/form`);
      const weights = page.locator('input[aria-label=分值]');
      await weights.nth(0).fill('9');
      await weights.nth(0).blur();
      await page.waitForSelector('text=各项分值合计是 101，要等于 100：请减去 1 分。');
      await weights.nth(1).fill('11');
      await weights.nth(1).blur();
      await shot(page, 'quality-form');
      await page.click('button:has-text("保存为第 2 版")');
      await page.waitForSelector('text=第 2 版，已评 1 通');
      await page.goto(`${service.url}/quality/trends`);
      await page.waitForSelector('.quality-chart canvas');
      await shot(page, 'quality-trends');
      await page.evaluate(() => localStorage.setItem('language', 'en'));
      await page.reload();
      await page.waitForSelector('h2:has-text("Mean score by week")');
    });
  });
});
