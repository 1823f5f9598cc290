/**
 * `npm run proof -- security [SECONDS] [SEED]`: a service of its own is attacked. SECONDS are the fuzzers'; sqlmap (Debian's)
 * walks every list afterwards and takes its own time, about a minute a list.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz, fuzzTargets } from '../fuzz/target.ts';
import { injectIntoLists, lookAtHeaders, walkOut } from '../security/attack.ts';
import { LISTS } from '../security/injections.ts';
import { serve, type Served } from '../security/served.ts';
import { stopDatabase } from '../support/database.ts';
import type { Proof } from './proof.ts';

const LINES = ['http', 'multipart', 'sip', 'socket-io', 'spreadsheets'];
const MOST_MS_A_LIST = 240_000;

export const proof: Proof = async ({ seconds, seed, rest, say }) => {
  if (!existsSync('/usr/bin/sqlmap')) throw new Error('sqlmap is missing: apt-get install sqlmap');
  for (const { name, target } of (await fuzzTargets()).filter(({ name }) => LINES.includes(name))) {
    const done = await fuzz(name, target, { seed, forMs: (seconds * 1000) / LINES.length });
    say(`${name}: ${done.cases} cases`);
  }
  const served = await serve();
  try {
    const wrong = await lookAtHeaders(served);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    say('headers: hold');
    say(`ways out of a folder: ${await walkOut(served)} refused`);
    say(`words of other languages in lists: ${await injectIntoLists(served)} answered`);
    for (const list of LISTS) say(`sqlmap ${list}: ${await sqlmap(served, list, rest.includes('whole'))}`);
  } finally {
    await served.stop();
    await stopDatabase();
  }
};

async function sqlmap({ service, cookies }: Served, list: string, whole: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-sqlmap-'));
  try {
    const args = [
      '-u',
      `${service.url}${list}`,
      `--cookie=${cookies.supervisor}`,
      '--batch',
      '--dbms=PostgreSQL',
    ];
    args.push(
      '--level=2',
      '--risk=2',
      '--technique=BEUS',
      '--flush-session',
      '--disable-coloring',
      // what answers nothing to a quote is not tried further, unless all is asked for: `security SECONDS SEED whole`
      ...(whole ? [] : ['--smart']),
    );
    args.push(`--output-dir=${folder}`, '--ignore-code=400,403,404,409', '--skip=cookie,user-agent,referer');
    const said = await new Promise<string>((done, fail) => {
      const child = spawn('/usr/bin/sqlmap', args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: '/usr/bin:/bin', HOME: folder, TERM: 'dumb' },
      });
      let text = '';
      const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS_A_LIST);
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
      child.on('error', fail);
      child.on('close', () => {
        clearTimeout(timer);
        done(text);
      });
    });
    if (/^Parameter: .*\n\s+Type: /m.test(said))
      throw new Error(`sqlmap found something in ${list}:\n${said.slice(-3000)}`);
    const log = join(folder, '127.0.0.1/log');
    if (existsSync(log) && readFileSync(log, 'utf8').trim() !== '')
      throw new Error(readFileSync(log, 'utf8'));
    const tested = /all tested parameters do not appear|does not seem to be|no parameter\(s\) found/.test(
      said,
    );
    return tested
      ? 'nothing'
      : `ended otherwise: ${said.trim().split('\n').slice(-2).join(' ').slice(0, 200)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
