/**
 * The first thing that runs, on a machine where nothing may be installed yet: plain JavaScript, no packages.
 * `npm start` and `npm test` both come through here. It checks Node, installs the packages if they are missing or
 * the lock file changed, builds the web pages if a source is newer than the build, and hands over to TypeScript:
 * the service itself in a process of its own that is watched over (supervise.mjs).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { downloadEnvironment } from './program-environment.mjs';

const root = resolve(import.meta.dirname, '../..');
process.chdir(root);
const [what = 'start', ...args] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(
    `需要 Node.js 20.19 或更新的版本，这台机器上是 ${process.versions.node}。请先升级 Node.js，再重新执行。`,
  );
}

if (existsSync('.env')) process.loadEnvFile('.env');
if (what === 'start' || what === 'test') {
  installPackages();
  buildPages();
}
if (what === 'start') {
  const { supervise } = await import('./supervise.mjs');
  supervise(args);
} else await run();

async function run() {
  // what follows sees its own arguments only, as if it had been started by itself
  process.argv = [process.argv[0], join(root, 'src/main.ts'), ...args];
  const { register } = await import('tsx/esm/api');
  register();
  const files = { test: './check.ts', serve: '../main.ts', halt: './halt.ts' };
  await import(new URL(files[what], import.meta.url).href);
}

function installPackages() {
  const stamp = 'node_modules/.hotline-installed';
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  step('安装程序包（npm ci，只在第一次或依赖有变化时）', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, wanted);
}

function buildPages() {
  const built = 'dist/web/.built';
  const newest = Math.max(
    ...[
      'src/web',
      'src/core',
      'public',
      'src/protocol.ts',
      'src/protocol',
      'vite.config.ts',
      'package-lock.json',
    ].map(newestIn),
  );
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  step('生成网页（vite build）', process.execPath, [
    'node_modules/vite/bin/vite.js',
    'build',
    '--logLevel',
    'warn',
  ]);
  mkdirSync('dist/web', { recursive: true });
  writeFileSync(built, '');
  // what the service is made of; a machine where npm can't say it serves all the same
  step('软件物料清单（dist/sbom.cdx.json）', process.execPath, ['--import', 'tsx', 'src/setup/sbom.ts'], {
    goesOn: true,
  });
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function step(says, command, commandArgs, { goesOn = false } = {}) {
  const began = Date.now();
  process.stdout.write(`· ${says} …\n`);
  // packages run scripts of their own as they are installed: they are told no setting
  const ran = spawnSync(command, commandArgs, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: downloadEnvironment(),
  });
  if (ran.status !== 0) {
    process.stderr.write(`${ran.stdout ?? ''}${ran.stderr ?? ''}`);
    if (goesOn) return;
    const full = /ENOSPC/.test(`${ran.stdout}${ran.stderr}`);
    stop(
      full
        ? '磁盘已满。请腾出至少 2 GB 空间后重新执行。'
        : `${says}没有成功（上面是它的输出）。请检查网络和权限后重新执行。`,
    );
  }
  process.stdout.write(`  完成，${((Date.now() - began) / 1000).toFixed(1)} 秒\n`);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
