import { writeFileSync } from 'node:fs';
import { openBrowser } from './test/support/browser.ts';
const b = await openBrowser();
const p = await b.newPage({ viewport: { width: 1900, height: 1200 } });
for (const set of process.argv.slice(2)) {
  const [name, ...files] = set.split(',');
  writeFileSync('/tmp/eye-shots/sheet.html', `<body style="margin:0;display:grid;grid-template-columns:1fr 1fr;gap:6px;background:#f0f">${files.map((f) => `<img style="width:100%" src="/tmp/eye-shots/${f}.png">`).join('')}`);
  await p.goto('file:///tmp/eye-shots/sheet.html'); await p.waitForLoadState('load');
  await p.screenshot({ path: `/tmp/eye-shots/m-${name}.png` });
}
await b.close();
