/**
 * The desk from nothing: an agent's browser with an empty cache, over a link of 10 Mbit/s and 20 ms, signed in already.
 * First paint is Chromium's own first-contentful-paint; usable is when the record and the queue's strip stand there.
 */
import { openPool } from '../../src/postgres/pool.ts';
import { add } from '../../src/setup/people.ts';
import { openBrowser } from '../support/browser.ts';
import { startService } from '../support/service.ts';
import { median, type BenchRow } from './row.ts';

const ROUNDS = 7;
const PASSWORD = 'shui-96666-bench';
const LINK = {
  offline: false,
  latency: 20,
  downloadThroughput: 10_000_000 / 8,
  uploadThroughput: 10_000_000 / 8,
};

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const browser = await openBrowser('allowed');
  try {
    await add(pool, { login: '1001', name: '马晓燕', role: 'agent', agent: 'PJSIP/1001' }, PASSWORD);
    const first = await browser.newContext();
    const page = await first.newPage();
    await page.goto(`${service.url}/sign-in?to=/desk`);
    await page.fill('input[name=login]', '1001');
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.call-bar');
    const cookies = await first.cookies();
    await first.close();
    const painted: number[] = [];
    const usable: number[] = [];
    let script = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
      await context.addCookies(cookies);
      const fresh = await context.newPage();
      const line = await context.newCDPSession(fresh);
      await line.send('Network.enable');
      await line.send('Network.emulateNetworkConditions', LINK);
      await fresh.goto(`${service.url}/desk`, { waitUntil: 'commit' });
      await fresh.waitForSelector('.call-bar');
      const seen = await fresh.evaluate(() => ({
        usable: performance.now(),
        painted: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
      }));
      painted.push(seen.painted);
      usable.push(seen.usable);
      await fresh.waitForLoadState('networkidle').catch(() => undefined);
      script = await fresh.evaluate(() =>
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ name }) => name.endsWith('.js'))
          .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      );
      await context.close();
    }
    const row = (name: string, ms: number): BenchRow => ({
      name,
      ours: `${ms.toFixed(0)} ms`,
      other: '1500 ms',
      ratio: ms / 1500,
      goal: '< 1',
      met: ms < 1500,
    });
    return [
      row('desk over 10 Mbit/s with an empty cache: first paint', median(painted)),
      row('the same: call bar usable', median(usable)),
      {
        name: 'script that the desk loads, gz',
        ours: `${(script / 1000).toFixed(0)} kB`,
        other: '450 kB',
        ratio: script / 450_000,
        goal: '< 1',
        met: script < 450_000,
      },
    ];
  } finally {
    await browser.close();
    await pool.end();
    await service.stop();
  }
}
