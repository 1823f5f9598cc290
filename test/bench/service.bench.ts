/**
 * The whole service under 20 calls a second through a real Asterisk: its processor time against Asterisk's own. Callers
 * and phones are SIPp; a hundred phones answer at once, so that every call is offered, popped, answered and kept.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, openPhones } from '../../src/asterisk/phones.ts';
import { openCommands } from '../../src/asterisk/commands.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { network, registerPhones } from '../../src/setup/sipp.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { cpuSeconds, median, type BenchRow } from './row.ts';

const ROUNDS = 5;
const ROUND_S = 10;
const RATE = 20;
const FIRST = 2001;
const PHONES = 100;
/** greeting, a short ring, a short talk */
const CALL_MS = 6000;

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const site = service.site();
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-bench-'));
  const children: ChildProcess[] = [];
  const sipp = (args: string[]) => {
    const child = spawn('sipp', [`${site.address}:${site.sipPort}`, '-nostdin', ...args], {
      cwd: dir,
      stdio: 'ignore',
    });
    children.push(child);
    return child;
  };
  try {
    const extensions = Array.from({ length: PHONES }, (_, at) => String(FIRST + at));
    const phones = openPhones({
      url: `http://${site.address}:${site.httpPort}`,
      user: 'hotline-phones',
      secret: site.ariSecret,
      qualifySeconds: 0,
    });
    for (const extension of extensions)
      await phones.give({
        extension,
        kind: 'desk',
        digest: digestOf(extension, site.phoneSecret + extension),
      });
    const host = `${network(site)}.20`;
    await registerPhones(site, extensions, 7200, 29_000);
    sipp(['-sn', 'uas', '-i', host, '-p', '29000', '-mi', host]);
    const commands = openCommands({
      host: site.address,
      port: site.amiPort,
      user: 'hotline-actions',
      secret: site.actionsSecret,
    });
    await until('the commands are connected', () => commands.connected());
    for (const extension of extensions) await commands.addMember('hotline', `PJSIP/${extension}`, extension);
    const pids = { service: service.child().pid!, pbx: service.pbxPid()! };
    sipp([
      '-sn',
      'uac',
      '-s',
      site.hotlineNumber,
      '-i',
      `${network(site)}.10`,
      '-mi',
      `${network(site)}.10`,
      '-r',
      String(RATE),
      '-d',
      String(CALL_MS),
      '-l',
      '1000',
      '-m',
      String(RATE * ROUND_S * (ROUNDS + 2)),
    ]);
    const answered = async () => {
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from calls where outcome = 'answered'`,
      );
      return rows[0]!.count;
    };
    await until('calls are answered and kept', async () => (await answered()) > RATE * 3, 60_000);
    const ratios: number[] = [];
    let last = { service: 0, pbx: 0 };
    const from = await answered();
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = { service: cpuSeconds(pids.service), pbx: cpuSeconds(pids.pbx) };
      await new Promise((done) => setTimeout(done, ROUND_S * 1000));
      last = { service: cpuSeconds(pids.service) - before.service, pbx: cpuSeconds(pids.pbx) - before.pbx };
      ratios.push(last.service / last.pbx);
    }
    const rate = ((await answered()) - from) / ((performance.now() - began) / 1000);
    commands.close();
    const ratio = median(ratios);
    const share = (seconds: number) => `${((seconds / ROUND_S) * 100).toFixed(0)} % of a core`;
    return [
      {
        name: `whole service at ${RATE} calls/s (${rate.toFixed(1)}/s answered and kept), CPU ÷ Asterisk's`,
        ours: share(last.service),
        other: share(last.pbx),
        ratio,
        goal: '≤ 0.5',
        met: ratio <= 0.5 && rate > RATE * 0.8,
      },
    ];
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await pool.end();
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
