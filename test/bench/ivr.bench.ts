/**
 * A hundred callers in the IVR at once, nobody to answer: greeting, menu, waiting with their place told. Sound that
 * belongs together may not come apart by 60 ms, and our share of the processor is at most Asterisk's.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calling, network } from '../../src/setup/sipp.ts';
import { startService } from '../support/service.ts';
import { cpuSeconds, type BenchRow } from './row.ts';

const CALLERS = 100;
const RATE = 10;
const STAY_MS = 75_000;

interface Said {
  heard: number;
  packets: number;
  late: number;
  worstMs: number;
  ownMs: number;
}

export async function bench(): Promise<BenchRow[]> {
  const service = await startService();
  const site = service.site();
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-bench-'));
  const host = `${network(site)}.10`;
  const ears = fork(new URL('./ivr-ears.ts', import.meta.url), [host, String(CALLERS), '2000'], {
    execArgv: ['--import', 'tsx'],
  });
  let callers: ChildProcess | undefined;
  try {
    const [ports] = (await once(ears, 'message')) as [number[]];
    const lines = ports.map((port, at) => `139${String(at).padStart(8, '0')};${port}`);
    writeFileSync(join(dir, 'callers.csv'), `SEQUENTIAL\n${lines.join('\n')}\n`);
    const scenario = calling('[field0]', site.hotlineNumber, STAY_MS).replaceAll('[media_port]', '[field1]');
    writeFileSync(join(dir, 'caller.xml'), scenario);
    const pids = { service: service.child().pid!, pbx: service.pbxPid()! };
    callers = spawn(
      'sipp',
      [
        ...[`${site.address}:${site.sipPort}`, '-nostdin', '-sf', 'caller.xml', '-inf', 'callers.csv'],
        ...['-i', host, '-mi', host, '-r', String(RATE), '-m', String(CALLERS), '-l', '1000'],
      ],
      { cwd: dir, stdio: 'ignore' },
    );
    const before = { service: cpuSeconds(pids.service), pbx: cpuSeconds(pids.pbx) };
    const began = performance.now();
    // each caller stays for their time and hangs up: then all have been heard
    if (callers.exitCode === null) await once(callers, 'exit');
    const measuredMs = performance.now() - began;
    const used = {
      service: cpuSeconds(pids.service) - before.service,
      pbx: cpuSeconds(pids.pbx) - before.pbx,
    };
    ears.send('tell');
    const [said] = (await once(ears, 'message')) as [Said];
    const share = (seconds: number) => `${((seconds / measuredMs) * 100_000).toFixed(0)} % of a core`;
    return [
      {
        name: `${CALLERS} callers in the IVR (${said.heard} hear, ${said.packets} packets): longest gap inside a sound; this listener was up to ${said.ownMs.toFixed(0)} ms late itself`,
        ours: `${said.worstMs.toFixed(0)} ms (${said.late} over 60)`,
        other: '60 ms',
        ratio: said.worstMs / 60,
        goal: '≤ 1',
        met: said.late === 0 && said.heard === CALLERS,
      },
      {
        name: `the same: our CPU ÷ Asterisk's`,
        ours: share(used.service),
        other: share(used.pbx),
        ratio: used.service / used.pbx,
        goal: '≤ 1',
        met: used.service <= used.pbx,
      },
    ];
  } finally {
    callers?.kill('SIGKILL');
    ears.kill('SIGKILL');
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
