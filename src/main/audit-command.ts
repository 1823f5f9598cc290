/**
 * `npm run --silent audit -- verify [--anchor FILE]`: the audit log held against itself and against anchors, without the
 * service; `anchor` prints its last row. DATABASE_URL: any database with the log in it, also a restored dump; else the embedded one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { storedAnchors } from '../app/anchor-file.ts';
import { readConfig, type Config } from '../config.ts';
import { anchorText, isWhole, readAnchors, verdictWords } from '../core/people/audit-chain.ts';
import { auditHead, verifyAudit } from '../postgres/audit-chain.ts';
import { LONG_WORK, openPool } from '../postgres/pool.ts';
import { preparedUrls } from '../setup/database-roles.ts';
import { databaseAccount, databaseFolder } from '../setup/postgres-files.ts';
import { startPostgres } from '../setup/postgres.ts';

const USAGE = `用法：npm run --silent audit -- verify [--anchor 文件]   校验审计日志；文件里是保存下来的锚点
      npm run --silent audit -- anchor                 打印现在的锚点
DATABASE_URL 指要校验的数据库（恢复出来的备份也行）；不设就是内嵌的数据库。`;

const [command, option, file] = process.argv.slice(2);
try {
  process.exitCode = await run();
} catch (cause) {
  process.stderr.write(`${(cause as Error).message}\n`);
  process.exitCode = 2;
}

async function run(): Promise<number> {
  const wellAsked =
    (command === 'anchor' && option === undefined) ||
    (command === 'verify' && (option === undefined || (option === '--anchor' && file !== undefined)));
  if (!wellAsked) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const config = readConfig(process.env);
  const given = file === undefined ? '' : readFileSync(file, 'utf8');
  if (file !== undefined && readAnchors(given).length === 0)
    throw new Error(`${file} 里没有锚点：要有“审计锚点 #编号 时间 十六进制数”这样的行。`);
  const { url, close } = await database(config);
  const pool = openPool(url, { ...LONG_WORK, most: 2 });
  try {
    if (command === 'anchor') {
      const head = await auditHead(pool);
      process.stdout.write(head.id === 0 ? '审计日志里还没有记录。\n' : `${anchorText(head)}\n`);
      return 0;
    }
    // a given file stands alone: the stored ones are of the database beside them
    const stored =
      file === undefined && config.DATABASE_URL === undefined ? storedAnchors(config.VAR_DIR) : '';
    const verdict = await verifyAudit(pool, readAnchors(given + stored), Date.now());
    process.stdout.write(`${verdictWords(verdict).join('\n')}\n`);
    return isWhole(verdict) ? 0 : 1;
  } finally {
    await pool.end();
    await close();
  }
}

/** The given database; or the embedded one, that runs or is started for this. */
async function database(config: Config): Promise<{ url: string; close: () => Promise<void> }> {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, close: () => Promise.resolve() };
  const varDir = resolve(config.VAR_DIR);
  if (!existsSync(join(varDir, 'postgres')))
    throw new Error(`${varDir} 里没有内嵌的数据库。请设置 VAR_DIR 或 DATABASE_URL。`);
  const folder = databaseFolder(varDir, databaseAccount());
  const running = await runningUrl(folder);
  if (running !== null) return { url: running, close: () => Promise.resolve() };
  const server = await startPostgres({ varDir, log: () => undefined });
  const { reports } = await server.prepare('hotline');
  return { url: reports, close: () => server.stop() };
}

async function runningUrl(folder: string): Promise<string | null> {
  const port = join(folder, 'port');
  if (!existsSync(port)) return null;
  const urls = preparedUrls(`postgres://127.0.0.1:${readFileSync(port, 'utf8').trim()}/hotline`, folder);
  if (urls === null) return null;
  const probe = openPool(urls.reports, { most: 1 });
  try {
    await probe.query('select 1');
    return urls.reports;
  } catch {
    return null; // it does not run
  } finally {
    await probe.end();
  }
}
