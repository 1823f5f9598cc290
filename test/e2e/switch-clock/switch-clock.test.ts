import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openPool } from '../../../src/postgres/pool.ts';
import { add } from '../../../src/setup/people.ts';
import { startPbx, type Pbx } from '../../../src/setup/pbx.ts';
import { startCaller } from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { startServiceWith, type Service } from '../../support/service.ts';
import { openShiftedFeed, type ShiftedFeed } from '../../support/shifted-feed.ts';
import { atConsole } from '../../support/switch-console.ts';
import { until } from '../../support/until.ts';

const PASSWORD = 'shui-96666-clock';

describe('a switch of one’s own whose events have no time, or a wrong one: it is said on the screen, in words that help', function () {
  this.timeout(240_000);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-clock-'));
  let pbx: Pbx;
  let feed: ShiftedFeed;
  let service: Service;
  let browser: Browser;
  let page: Page;

  before(async () => {
    pbx = await startPbx({ varDir, address: `127.0.${180 + (process.pid % 15)}.1` });
    feed = await openShiftedFeed(pbx.site);
    service = await startServiceWith({
      AMI_HOST: '127.0.0.1',
      AMI_PORT: String(feed.port),
      AMI_EVENTS_SECRET: pbx.site.eventsSecret,
      AMI_ACTIONS_SECRET: pbx.site.actionsSecret,
      ARI_URL: `http://${pbx.site.address}:${pbx.site.httpPort}`,
      ARI_SECRET: pbx.site.ariSecret,
    });
    const pool = openPool(service.databaseUrl);
    await add(pool, { login: 'banzhang', name: '丁班长', role: 'supervisor', agent: null }, PASSWORD);
    await pool.end();
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(`${service.url}/sign-in?to=/console`);
    await page.fill('input[name=login]', 'banzhang');
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.console', { timeout: 40_000 });
  });
  afterEach(async () => {
    feed.shiftMs = 0;
    await setTimestamps('yes');
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
    feed?.close();
    await pbx?.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  async function setTimestamps(written: 'yes' | 'no'): Promise<void> {
    const file = join(pbx.dir, 'etc/manager.conf');
    const text = readFileSync(file, 'utf8').replace(
      /^timestampevents = \w+$/m,
      `timestampevents = ${written}`,
    );
    writeFileSync(file, text);
    await atConsole(pbx, 'manager reload');
    const shown = written === 'yes' ? /Timestamp events: +Yes/ : /Timestamp events: +No/;
    await until('the switch is set so', async () =>
      shown.test(await atConsole(pbx, 'manager show settings')),
    );
  }
  const alarms = () => page.$$eval('.alarm', (shown) => shown.map((alarm) => alarm.textContent ?? ''));
  /** Callers call until this is seen: a switch without calls says nothing. */
  const whileCallersCall = (what: string, seen: (shown: string[]) => boolean) =>
    until(
      what,
      async () => {
        await startCaller(pbx.site, { from: '13995003001', stayMs: 300 }).done;
        const shown = await alarms();
        if (!seen(shown)) throw new Error(shown.join('\n') || 'no alarm');
        return true;
      },
      60_000,
    );
  const says = (words: string) => (shown: string[]) => shown.some((alarm) => alarm.includes(words));
  const quiet = (shown: string[]) => shown.length === 0;

  it('timestampevents turned off while the hotline runs: the line to write is said, and goes when it is written', async () => {
    await whileCallersCall('all is well', quiet);
    await setTimestamps('no');
    await whileCallersCall('the alarm', says('timestampevents = yes'));
    await setTimestamps('yes');
    await whileCallersCall('the alarm goes', quiet);
  });

  for (const [how, shiftMs] of [
    ['ahead of', 30_000],
    ['behind', -30_000],
  ] as const)
    it(`a switch whose clock is half a minute ${how} ours: that, and what to set, is said; set right, it goes`, async () => {
      await whileCallersCall('all is well', quiet);
      feed.shiftMs = shiftMs;
      await whileCallersCall('the alarm', says('timedatectl set-ntp true'));
      feed.shiftMs = 0;
      await whileCallersCall('the alarm goes', quiet);
      expect((await fetch(`${service.url}/readyz`)).status).to.equal(200);
    });
});
