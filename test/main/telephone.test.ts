import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { openHealth } from '../../src/app/health.ts';
import { mayDial, setDialRules } from '../../src/core/floor/dialling.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import { setTelephoneLimits, telephoneLimits } from '../../src/core/telephone/settings.ts';
import { openTelephone } from '../../src/main/telephone.ts';
import type { Ground } from '../../src/main/wings.ts';
import { isBanned } from '../../src/postgres/bans.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { FLOOR_SETTINGS } from '../support/floor-events.ts';
import { until } from '../support/until.ts';

describe('what keeps the telephone from being misused, put together', () => {
  let pool: pg.Pool;
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-telephone-'));
  const securityLog = join(folder, 'security.log');
  before(async () => {
    pool = openPool(await cloneDatabase());
    writeFileSync(securityLog, '');
  });
  after(async () => {
    setDialRules({});
    setTelephoneLimits(null);
    await pool.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As at a start of the service: all that it knows it reads. */
  async function start() {
    setDialRules({});
    setTelephoneLimits(null);
    const given: unknown[] = [];
    const health = openHealth(Date.now);
    const wing = openTelephone({
      ...{ pool, health, securityLog, switchHttp: null, now: Date.now, floor: openFloor(FLOOR_SETTINGS) },
      registry: new Registry(),
      log: { warn: () => undefined, error: (fault: unknown) => console.error(fault) },
      audit: () => Promise.resolve(),
      commands: () => ({
        connected: () => true,
        dialRules: (rules: unknown) => Promise.resolve({ ok: given.push(rules) > 0 }),
      }),
    } as unknown as Ground);
    await wing.start!();
    return { given, codes: () => health.alarms().map(({ code }) => code), close: () => wing.close!() };
  }
  const set = (value: object) =>
    pool.query(
      `insert into settings (name, value, changed_by) values ('telephone', $1, 'test')
       on conflict (name) do update set value = excluded.value`,
      [JSON.stringify(value)],
    );
  let calls = 0;
  const call = (party: string, count: number) =>
    pool.query(
      `insert into calls (call_id, direction, party, outcome, arrived_at, answered_at, ended_at, offer_count, transfer_count,
                          anomalies, told_progress, told_at_ms, told_by)
       select 'b-' || n, 'outbound', $1, 'answered', now(), now(), now(), 0, 0, '{}', 1, 1, 't' from generate_series($2::int, $3::int) n`,
      [party, calls, (calls += count) - 1],
    );

  it('the budget is told of when it is near, and stops when it is used up, also after a restart', async () => {
    await set({ prefixCalls: 10, budgetCalls: 30, extraNumbers: ['95588'], callsPerAgentHour: 33 });
    await call('13912345678', 8);
    const first = await start();
    expect(first.codes()).to.deep.equal(['budget-near']);
    expect(first.given).to.deep.equal([{ extras: '95588', stopped: '', perHour: 33 }]);
    expect(mayDial('95588', 0).ok).to.equal(true);
    expect(telephoneLimits().callsPerAgentHour).to.equal(33);
    await first.close();

    await call('13912345679', 2);
    const second = await start();
    expect(second.codes()).to.deep.equal(['budget-reached']);
    expect(second.given).to.deep.equal([{ extras: '95588', stopped: '1391234x', perHour: 33 }]);
    expect(mayDial('13912349999', 0)).to.deep.equal({ ok: false, refusal: 'budget-reached' });
    expect(mayDial('13912359999', 0).ok).to.equal(true);
    await second.close();

    await call('13812345678', 20);
    const third = await start();
    expect(third.given).to.deep.equal([{ extras: '95588', stopped: 'all', perHour: 33 }]);
    expect([mayDial('13712345678', 0).ok, mayDial('120', 0).ok]).to.deep.equal([false, true]);
    await third.close();

    await set({ prefixCalls: 10, budgetCalls: 30, budgetStops: false });
    const fourth = await start();
    expect(fourth.codes()).to.deep.equal(['budget-reached']);
    expect(mayDial('13712345678', 0).ok).to.equal(true);
    await fourth.close();
  });

  it('who guesses passwords at the switch is told of and listed; whom a forged line names is not', async () => {
    await set({ banRefusals: 3 });
    const opened = await start();
    const line = (account: string, address: string) =>
      `[2026-12-01 16:42:41.001] SECURITY[1] res_security_log.c: SecurityEvent="ChallengeResponseFailed",EventTV="t",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="s",LocalAddress="IPV4/UDP/10.0.0.1/5060",RemoteAddress="IPV4/UDP/${address}/5099",Challenge="c",Response="r",ExpectedResponse=""\n`;
    const forged =
      'x",SessionID="y",LocalAddress="IPV4/UDP/10.0.0.1/5060",RemoteAddress="IPV4/UDP/192.0.2.10/5060';
    try {
      appendFileSync(
        securityLog,
        line('1001', '203.0.113.7').repeat(3) + line(forged, '203.0.113.8').repeat(3),
      );
      await until('it is told', () => opened.codes().includes('switch-attacked'));
      await until('it is listed', () => isBanned(pool, 'address:203.0.113.7', Date.now()));
      for (const address of ['192.0.2.10', '203.0.113.8'])
        expect(await isBanned(pool, `address:${address}`, Date.now())).to.equal(false);
    } finally {
      await opened.close();
    }
  });
});
