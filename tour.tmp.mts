import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openBrowser } from './test/support/browser.ts';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const BASE = 'http://127.0.0.1:9715';
const log = readFileSync('/tmp/eye-demo.log', 'utf8');
const pw = (who: string) => who === 'admin' ? /初始密码 (\w+)/.exec(log)![1]! : new RegExp(`${who} / (\\w+)`).exec(log)![1]!;
const ALL: Record<string, [string, string[]]> = {
  '1011': ['1366x768', ['/desk', '/quality/mine', '/heard-me', '/words', '/callbacks/people', '/handovers/current', '/password', '/people']],
  banzhang: ['1440x900', ['/orders','/orders/new','/overdue','/cases','/cases/new','/cases/looks','/cases/import','/customers','/customers/import','/callbacks','/callbacks/redo','/callbacks/annex2','/callbacks/settings','/outages','/incidents','/handovers','/roster','/conduct','/reports/daily','/reports/monthly','/reports/month-end','/reports/any','/reports/telephone','/reports/callbacks','/reports/archive','/receipts','/calls','/offers','/agent-times','/exports','/console','/walls','/agents','/queues','/ivr','/recordings','/quality','/quality/trends','/quality/calibration','/quality/form','/settings','/audit','/wall']],
  admin: ['1440x900', ['/people','/units','/settings','/audit','/phones','/outward/rules','/outward/receivers','/outward/deliveries','/outward/tokens','/orders/rules','/orders/clocks','/nowhere']],
  diaodu: ['1440x900', ['/unit', '/orders']],
  weixiu: ['390x844', ['/field']],
  jingli: ['1440x900', ['/reports/weekly','/customers','/audit']],
};
const who = process.argv[2]!.split(',');
const modes = (process.argv[3] ?? 'light').split(',');
const only = process.argv[4]?.split(',');
const size = process.argv[5];
const noAxe = process.argv[6] === 'noaxe';
const browser = await openBrowser('allowed');
const out: string[] = [];
for (const one of who) {
  const [w, h] = (size ?? ALL[one]![0]).split('x').map(Number) as [number, number];
  const context = await browser.newContext({ viewport: { width: w, height: h }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', permissions: ['microphone'] });
  const page = await context.newPage();
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') out.push(`  CONSOLE ${m.type()} ${m.text().slice(0, 300)}`); });
  page.on('pageerror', (e) => out.push(`  PAGEERROR ${e.message.slice(0, 300)}`));
  page.on('response', (r) => { if (r.status() >= 400) out.push(`  HTTP ${r.status()} ${r.url()}`); });
  await page.goto(BASE + '/sign-in');
  await page.fill('[name=login]', one); await page.fill('[name=password]', pw(one));
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'), { timeout: 15000 }).catch(() => out.push('SIGN-IN FAILED'));
  await page.waitForTimeout(1500);
  if (await page.$('.notice, .frame') === null) out.push('no frame after sign-in ' + page.url());
  for (const mode of modes) {
    await page.evaluate((m) => { localStorage.setItem('shade', m === 'dark' ? 'dark' : 'light'); localStorage.setItem('language', m === 'en' ? 'en' : 'zh'); }, mode);
    for (const path of only ?? ALL[one]![1]) {
      out.push(`${one} ${path} ${mode} ${w}x${h}`);
      const t = Date.now();
      await page.goto(BASE + path);
      await page.waitForLoadState('networkidle', { timeout: 8000 }).catch(() => {});
      const ms = Date.now() - t;
      await page.waitForTimeout(700);
      await page.screenshot({ path: `/tmp/eye-shots/${one}${path.replaceAll('/', '_')}-${mode}-${w}.png` });
      const facts = await page.evaluate((m) => {
        const wide = document.documentElement.scrollWidth - innerWidth;
        const cut: string[] = [];
        for (const el of document.querySelectorAll<HTMLElement>('body *')) {
          const s = getComputedStyle(el);
          if (el.scrollWidth > el.clientWidth + 2 && s.overflowX === 'hidden' && el.clientWidth > 10 && el.textContent && el.children.length === 0) cut.push(`${el.tagName}.${el.className}:${el.textContent.slice(0, 30)}`);
        }
        const text = document.body.innerText;
        const odd = m === 'en' ? [...new Set(text.match(/[\u4e00-\u9fff][\u4e00-\u9fff，。、：]{1,}/g) ?? [])].slice(0, 40) : [...new Set(text.match(/[A-Za-z][A-Za-z’' ]{4,}/g) ?? [])].slice(0, 20);
        return { wide, cut: cut.slice(0, 8), odd, height: document.documentElement.scrollHeight };
      }, mode);
      out.push(`  ${ms} ms wide=${facts.wide} h=${facts.height}` + (facts.cut.length ? `\n  CUT ${facts.cut.join(' | ')}` : '') + (facts.odd.length ? `\n  ODD ${facts.odd.join(' | ')}` : ''));
      if (mode !== 'en' && !noAxe) {
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const r = await (globalThis as any).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'], rules: { region: { enabled: false } } });
          return r.violations.map((v: any) => `  AXE ${v.impact} ${v.id} ×${v.nodes.length}: ${v.nodes.slice(0, 3).map((n: any) => n.target.join(' ') + (v.id === 'color-contrast' ? ' ' + JSON.stringify(n.any[0]?.data, ['fgColor', 'bgColor', 'contrastRatio']) : '')).join(' ; ')}`);
        });
        out.push(...found);
      }
    }
  }
  await context.close();
}
await browser.close();
writeFileSync(`/tmp/eye-shots/tour-${process.argv[2]}-${process.argv[3]}.txt`, out.join('\n'));
console.log(out.join('\n'));
