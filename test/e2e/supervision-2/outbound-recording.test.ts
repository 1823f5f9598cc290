import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { network } from '../../../src/setup/sipp.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { heard } from '../../support/heard.ts';
import { until } from '../../support/until.ts';
import { openShift, type Shift } from '../browser-phone/shift.ts';

describe('a call that an agent places is recorded, and the far end is told so', function () {
  this.timeout(240_000);
  let shift: Shift;
  let agent: Page;
  const ears: Ear[] = [];

  before(async () => {
    shift = await openShift();
    await shift.hireAtDesk('1001', '马晓燕');
    agent = await shift.signIn('1001');
  });
  after(async () => {
    await shift?.close();
    for (const ear of ears) ear.close();
  });

  it('from the answer on, both sides apart, and not while a secret is spoken', async () => {
    const host = network(shift.service.site());
    const [atAgent, atFar] = await Promise.all([openEar(`${host}.20`), openEar(`${host}.10`)]);
    ears.push(atAgent, atFar);
    atAgent.speak(880);
    atFar.speak(440);
    shift.rings({ extension: '1001', ringMs: 200, talkMs: null, calls: 1, mediaPort: atAgent.port });
    shift.outside({ ringMs: 300, talkMs: null, mediaPort: atFar.port });
    const ask = (path: string, body: unknown) =>
      agent.evaluate(
        async ([where, sent]) =>
          (
            await fetch(`/api/${where}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(sent),
            })
          ).status,
        [path, body] as const,
      );
    const token = randomUUID();
    expect(await ask('phone/place', { to: '13911112222', token })).to.equal(200);
    await until('they hear each other', () => atFar.tone(880) > 1 && atAgent.tone(440) > 1, 40_000);
    await atFar.continuousSound(2.5);
    expect(await ask('recordings/mute', { on: true })).to.equal(200);
    await atFar.continuousSound(3);
    expect(await ask('recordings/mute', { on: false })).to.equal(200);
    await shift.endCalls();
    const one = await until(
      'the recording is packed',
      async () => {
        const { rows } = await shift.pool.query<{ path: string; ms: number; mutes: { fromMs: number }[] }>(
          `select r.path, r.ms, r.mutes from recordings r join calls c using (call_id) where c.direction = 'outbound'`,
        );
        return rows[0] ?? null;
      },
      30_000,
    );
    expect(one.ms).to.be.above(5000);
    expect(one.mutes).to.have.length(1);
    const file = join(shift.service.varDir, 'recordings', one.path);
    const talks = one.ms / 1000 - 5;
    const [left, right] = [heard(file, 1, talks - 1), heard(file, 2, talks - 1)];
    expect(left(440) / left(880), 'the far end is on the left').to.be.above(20);
    expect(right(880) / right(440), 'the agent is on the right').to.be.above(20);
    // the middle of the three seconds that were not recorded
    const secret = one.mutes[0]!.fromMs / 1000 + 1;
    expect(heard(file, 1, secret)(440)).to.be.below(left(440) / 100);
  });
});
