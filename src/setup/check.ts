/**
 * `npm test`: set-up, lint, types, and then every test by mocha, on a machine where nothing was installed before.
 * Arguments are given to mocha instead (`npm test -- --grep pop`, `npm test -- test/core/floor/step.test.ts`).
 * The last line is the one count of passed and failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { installTestTools } from './packages.ts';
import { obtainAsterisk } from './pbx-files.ts';

const ALL = 'test/**/*.test.ts';
const E2E = 'test/e2e/**/*.test.ts';
const MOCHA = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/reporter.cjs'];
const root = resolve(import.meta.dirname, '../..');
const node = process.execPath;

await installTestTools();
// once for the user: a test that starts a PBX does not wait for a download
await obtainAsterisk();
const before = new Set(processes());
await step('代码检查（eslint、prettier）', node, ['node_modules/eslint/bin/eslint.js', '.']);
await step('格式检查', node, [
  'node_modules/prettier/bin/prettier.cjs',
  '--check',
  '--log-level',
  'warn',
  '.',
]);
await step('类型检查（tsc）', node, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);
const asked = process.argv.slice(2);
const namesFile = asked.some((one) => one.endsWith('.ts'));
// end to end one after the other: beside another switch and browser a small machine is late for what is measured.
// further tries are for what a machine that stood still for seconds did to a call, and are told at the end; every test stands alone.
// --exit: a handle that a failed test left open does not keep the run from ending; processes are looked for below
const inTwo = [
  ['--parallel', '--jobs', '2', '--ignore', E2E, ALL],
  ['--exit', '--retries', '2', E2E],
];
const counts = join(mkdtempSync(join(tmpdir(), 'hotline-test-counts-')), 'counts');
process.env['HOTLINE_TEST_COUNTS'] = counts;
let failed = 0;
const phases = asked.length === 0 ? inTwo : [['--exit', ...asked, ...(namesFile ? [] : [ALL])]];
for (const phase of phases) failed += await run(node, [...MOCHA, ...phase]);
const told = existsSync(counts) ? readFileSync(counts, 'utf8').trim().split('\n') : [];
const sum = (at: number) => told.reduce((all, line) => all + Number(line.split(' ')[at]), 0);
rmSync(dirname(counts), { recursive: true, force: true });
const left = leftProcesses();
if (left.length > 0) {
  process.stderr.write(`测试结束后仍有进程在运行，请修正测试的收尾：\n  ${left.join('\n  ')}\n`);
}
process.stdout.write(`${sum(0)} passed, ${sum(1)} failed${sum(2) ? `, ${sum(2)} skipped` : ''}\n`);
process.exit(failed !== 0 || left.length > 0 ? 1 : 0);

async function step(says: string, command: string, args: string[]): Promise<void> {
  process.stdout.write(`· ${says} …\n`);
  if ((await run(command, args)) !== 0) {
    process.stderr.write(`${says}没有通过，见上。\n`);
    process.exit(1);
  }
}

function run(command: string, args: string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code, signal) => done(code ?? (signal ? 1 : 0)));
  });
}

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** New processes that still work in this checkout or carry its path: what a test forgot to stop. */
function leftProcesses(): string[] {
  const found: string[] = [];
  for (const pid of processes().filter((one) => !before.has(one))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      const ours =
        /asterisk|sipp|chromium|postgres|initdb/.test(line) && (line.includes(root) || cwd.startsWith(root));
      if (ours || line.includes('hotline-test-')) found.push(`${pid} ${line.slice(0, 120)}`);
    } catch {
      continue; // it ended while we looked
    }
  }
  return found;
}
