/**
 * `npm run --silent read -- customers|cases|mail|text|number FILE_OR_TEXT`: what the pages would take of a file or a text, with
 * neither database nor server. One JSON object a row, `{ row, taken }` or `{ row, refused }`, last `{ file }`; mail, text and number
 * are one object. `--received 2026-11-25T10:00:00+08:00`: when the text was received; else it is now.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { readConfig } from './config.ts';
import { textOf } from './documents/tables/text-encoding.ts';
import { setProcessSettings } from './main/process-settings.ts';
import { readCases } from './read/cases.ts';
import { readCustomers } from './read/customers.ts';
import { readMail } from './read/mail.ts';
import { readNumber } from './read/number.ts';
import { readText } from './read/text.ts';

// zone and area code as the pages have them
if (existsSync('.env')) process.loadEnvFile('.env');
setProcessSettings(readConfig(process.env));

const USAGE =
  '用法：npm run --silent read -- customers|cases|mail|text|number [--received 2026-11-25T10:00:00+08:00] 文件或文字';
const options = process.argv.slice(2);
const receivedAt = options.indexOf('--received');
const received = receivedAt < 0 ? undefined : options.splice(receivedAt, 2)[1];
const nowMs = receivedAt < 0 ? Date.now() : Date.parse(received ?? '');
const wordsOf = (given: string) => (existsSync(given) ? textOf(readFileSync(given)).text : given);
const READERS: Record<string, (given: string) => Promise<object[]> | object[]> = {
  customers: readCustomers,
  cases: (path) => readCases(path, nowMs),
  mail: async (path) => [await readMail(path, nowMs)],
  text: (given) => [readText(wordsOf(given), nowMs)],
  number: (given) => [readNumber(wordsOf(given))],
};

const [what = '', ...rest] = options;
const given = rest.join(' ');
const reader = READERS[what];
if (!reader || given === '' || Number.isNaN(nowMs)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else if (['customers', 'cases', 'mail'].includes(what) && !existsSync(given)) {
  process.stderr.write(`没有这个文件：${given}\n`);
  process.exitCode = 2;
} else for (const line of await reader(given)) writeSync(1, `${JSON.stringify(line)}\n`);
