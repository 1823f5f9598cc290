import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { network } from '../../../src/setup/sipp.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { until } from '../../support/until.ts';
import { openShift, type Shift } from '../browser-phone/shift.ts';

const AGENT_HZ = 880;
const CALLER_HZ = 440;
const LEADER_HZ = 1320;

describe('a shift leader’s ear in a call, on a real Asterisk: who hears whom, by tones', function () {
  this.timeout(240_000);
  let shift: Shift;
  let agent: Page;
  let leader: Page;
  const ears: Ear[] = [];

  before(async () => {
    shift = await openShift();
    await shift.hireAtDesk('1001', '马晓燕');
    await shift.hireAtDesk('1005', '丁班长', 'supervisor');
    agent = await shift.signIn('1001');
    const context = await shift.newContext();
    leader = await context.newPage();
    await leader.goto(`${shift.service.url}/sign-in?to=/console`);
    await leader.fill('input[name=login]', '1005');
    await leader.fill('input[name=password]', 'shui-96666-phone');
    await leader.keyboard.press('Enter');
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"]');
  });
  after(async () => {
    for (const ear of ears) ear.close();
    await shift?.close();
  });

  const hears = (ear: Ear, hz: number) => until(`${hz} Hz is heard`, () => ear.tone(hz) > 1, 40_000);
  const quiet = (ear: Ear, hz: number, who: string) =>
    expect(ear.tone(hz), `${who} must not hear it`).to.be.below(1);
  const press = (words: string) => leader.click(`.console .mine button:has-text("${words}")`);

  it('listens unheard, whispers to the agent alone, speaks with both, and leaves the call as it was', async () => {
    const host = network(shift.service.site());
    const [atAgent, atCaller, atLeader] = await Promise.all([
      openEar(`${host}.20`),
      openEar(`${host}.10`),
      openEar(`${host}.20`),
    ]);
    ears.push(atAgent, atCaller, atLeader);
    atAgent.speak(AGENT_HZ);
    atCaller.speak(CALLER_HZ);
    atLeader.speak(LEADER_HZ);
    shift.rings({ extension: '1001', ringMs: 500, talkMs: null, calls: 1, mediaPort: atAgent.port });
    shift.rings({ extension: '1005', ringMs: 200, talkMs: null, calls: 1, mediaPort: atLeader.port });
    const refused = (path: string, body: unknown) =>
      leader.evaluate(
        async ([where, sent]) => {
          const answer = await fetch(`/api/console/${where}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(sent),
          });
          return {
            status: answer.status,
            message: ((await answer.json()) as { message?: string }).message ?? '',
          };
        },
        [path, body] as const,
      );
    const token = '0b7cbb0e-3f5e-4a53-8b3a-0f5f6f5b2a11';
    expect(await refused('listen', { agent: 'PJSIP/1001', mode: 'listen', token })).to.include({
      status: 409,
    });
    expect((await refused('listen', { agent: 'PJSIP/1005', mode: 'listen', token })).message).to.include(
      '您自己',
    );

    shift.caller({ from: '13900000021', mediaPort: atCaller.port });
    const row = '.console tr.talking[data-call]';
    await leader.waitForSelector(row, { timeout: 40_000 });
    expect(await leader.textContent(row))
      .to.include('139 0000 0021')
      .and.to.include('马晓燕');
    await leader.click(`${row} button:has-text("监听")`);
    await leader.waitForSelector('.console .mine:has-text("正在监听 马晓燕")');
    await hears(atLeader, CALLER_HZ);
    await hears(atLeader, AGENT_HZ);
    quiet(atAgent, LEADER_HZ, 'the agent');
    quiet(atCaller, LEADER_HZ, 'the caller');
    const shots = process.env['HOTLINE_SHOTS'];
    if (shots) await leader.screenshot({ path: join(shots, 'console.png') });
    await press('耳语');
    await hears(atAgent, LEADER_HZ);
    quiet(atCaller, LEADER_HZ, 'the caller');
    await press('插话');
    await hears(atCaller, LEADER_HZ);
    await press('停止');
    await until('the caller is alone with the agent again', () => atCaller.tone(LEADER_HZ) < 1);
    await hears(atCaller, AGENT_HZ);
    expect(await agent.textContent('.call-bar')).to.include('通话中');

    const { rows } = await shift.pool.query<{ mode: string; ended: boolean }>(
      'select mode, until_at is not null as ended from supervisions order by id',
    );
    expect(rows).to.deep.equal(['listen', 'whisper', 'barge'].map((mode) => ({ mode, ended: true })));
    const calls = await shift.pool.query('select call_id from calls');
    expect(calls.rows, 'an ear is no call').to.have.length(1);
  });

  it('the agent calls for help by a key, is answered, sees who listened, and hears a broadcast; an agent may not listen', async () => {
    await agent.keyboard.press('Alt+h');
    await leader.waitForSelector('.console .help:has-text("马晓燕")');
    await leader.click('.console .help button:has-text("我去处理")');
    await until('somebody comes', async () => (await leader.$('.console .help')) === null);
    await leader.click('.console > header button:has-text("广播")');
    await leader.fill('.ant-modal textarea', '南门爆管，正在抢修');
    await leader.click('.ant-modal .ant-btn-primary');
    await agent.waitForSelector('.broadcast:has-text("南门爆管")');
    await agent.click('.broadcast button');
    const status = await agent.evaluate(
      async () =>
        (
          await fetch('/api/console/stop', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
          })
        ).status,
    );
    expect(status).to.equal(403);
    const other = await agent.context().newPage();
    await other.goto(`${shift.service.url}/heard-me`);
    await other.waitForSelector('td:has-text("丁班长")');
    await other.close();
    const { rows } = await shift.pool.query<{ what: string }>(
      `select distinct what from audit where what in ('call-listen', 'call-whisper', 'call-barge', 'broadcast') order by 1`,
    );
    expect(rows).to.have.length(4);
  });
});
