import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { asRole, cloneDatabase } from '../support/database.ts';
import { freePort } from '../support/service.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../..');

/** `npm start` without a switch: what watches over the service, and the service. */
describe('the service is watched over', function () {
  this.timeout(240_000);
  let varDir: string;
  let port: number;
  let watcher: ChildProcess;
  let said: string;
  beforeEach(async () => {
    varDir = mkdtempSync(join(tmpdir(), 'hotline-test-supervised-'));
    port = await freePort();
    said = '';
  });
  afterEach(async () => {
    watcher.kill('SIGTERM');
    await ended();
    rmSync(varDir, { recursive: true, force: true });
  });

  function start(databaseUrl: string, missedSeconds = 30): void {
    watcher = spawn(process.execPath, ['test/support/supervised.mjs', String(missedSeconds)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...{ VAR_DIR: varDir, DATABASE_URL: databaseUrl, HTTP_PORT: String(port), AMI_HOST: 'none' },
        NODE_OPTIONS: '--import ./test/support/thrower.mjs',
      },
    });
    for (const stream of [watcher.stdout!, watcher.stderr!])
      stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  }
  const over = () => watcher.exitCode !== null || watcher.signalCode !== null;
  const ended = () => until('it has ended', over, 60_000);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const starts = () => said.split('已启动').length - 1;
  const stands = (times = 1) =>
    until(
      `it stands (${times}): ${said}`,
      async () => {
        if (over()) throw new Error(said);
        return starts() >= times && (await ask('/healthz')).ok;
      },
      90_000,
    );
  const servicePid = () =>
    Number(readFileSync(`/proc/${watcher.pid}/task/${watcher.pid}/children`, 'utf8').trim().split(' ')[0]);
  const lives = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('begins it anew after a kill -9, waits longer each time, and ends when it is asked to', async () => {
    start(await cloneDatabase());
    await stands();
    for (let times = 2; times <= 4; times += 1) {
      process.kill(servicePid(), 'SIGKILL');
      await stands(times);
    }
    expect(said).to.match(/服务意外停止（SIGKILL），正在重新启动/);
    expect(said).to.match(/连续第 3 次，2 秒后重新启动/);
    const pid = servicePid();
    watcher.kill('SIGTERM');
    await ended();
    expect(watcher.exitCode).to.equal(0);
    expect(lives(pid)).to.equal(false);
  });

  it('goes on after faults that nobody catches: counted, logged with the journal’s place, shown, still ready', async () => {
    start(await cloneDatabase());
    await stands();
    process.kill(servicePid(), 'SIGUSR2');
    await until('all are counted', async () => {
      const text = await (await ask('/metrics')).text();
      const counts = [...text.matchAll(/^hotline_unforeseen_faults_total\{.*\} (\d+)$/gm)].map(([, n]) =>
        Number(n),
      );
      return counts.reduce((sum, count) => sum + count, 0) === 3;
    });
    const log = () => readFileSync(join(varDir, 'hotline.log'), 'utf8');
    for (const words of [
      'thrown where nobody catches',
      'rejected where nobody catches',
      'thrown in an interval',
    ])
      await until(`${words} is logged`, () => log().includes(words));
    expect(log()).to.match(/"journal":\{"folder":"[^"]*journal","segment":\d+,"offset":\d+\}/);
    const { reasons } = (await (await ask('/readyz')).json()) as { reasons: string[] };
    expect(reasons).to.not.include('unforeseen-fault');
    expect(starts()).to.equal(1);
  });

  it('begins one anew that stands still, and leaves nothing behind when it is itself killed', async () => {
    start(await cloneDatabase(), 8);
    await stands();
    process.kill(servicePid(), 'SIGSTOP');
    await stands(2);
    expect(said).to.contain('没有反应');
    const pid = servicePid();
    watcher.kill('SIGKILL');
    await ended();
    await until('the service has ended too', () => !lives(pid), 20_000);
  });

  it('a first start that cannot be says why and ends', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    start(await cloneDatabase());
    await ended();
    other.close();
    expect(watcher.exitCode).to.equal(1);
    expect(said)
      .to.match(/已被占用/)
      .and.not.match(/ at .*\.ts:/);
  });

  it('a first start without its database makes an administrator once it is there', async () => {
    const url = new URL(await cloneDatabase());
    const there = url.pathname.slice(1);
    const away = new URL(url);
    away.pathname = `/away_${there}`;
    start(away.href);
    await stands();
    expect(said).to.contain('数据库连不上').and.not.contain('初始密码');
    const admin = new pg.Client({
      connectionString: Object.assign(new URL(await asRole(url.href, 'superuser')), { pathname: '/postgres' })
        .href,
    });
    await admin.connect();
    await admin.query(
      `alter database ${pg.escapeIdentifier(there)} rename to ${pg.escapeIdentifier(`away_${there}`)}`,
    );
    await admin.end();
    await until('the password is said', () => /管理员 {4}admin　初始密码 \w+/.test(said), 60_000);
    const password = /初始密码 (\w+)/.exec(said)![1]!;
    const answer = await fetch(`http://127.0.0.1:${port}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'admin', password }),
    });
    expect(answer.status).to.equal(200);
  });
});
