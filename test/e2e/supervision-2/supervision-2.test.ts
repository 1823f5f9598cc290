import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { network } from '../../../src/setup/sipp.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { until } from '../../support/until.ts';
import { openShift, type Shift } from '../browser-phone/shift.ts';

const AGENT_HZ = 880;
const CALLER_HZ = 440;
const LEADER_HZ = 1320;
const OTHER_HZ = 1760;
const RINGING_HZ = 450;

describe('a shift leader takes calls over, picks, moves, and closes a queue, on a real Asterisk', function () {
  this.timeout(120_000);
  let shift: Shift;
  let agent: Page;
  let leader: Page;
  let commands: Commands;
  let host: string;
  const ears: Ear[] = [];

  before(async () => {
    shift = await openShift();
    await shift.hireAtDesk('1001', '马晓燕');
    await shift.hireAtDesk('1002', '王建国');
    await shift.hireAtDesk('1005', '丁班长', 'supervisor');
    agent = await shift.signIn('1001');
    leader = await (await shift.newContext()).newPage();
    await leader.goto(`${shift.service.url}/sign-in?to=/console`);
    await leader.fill('input[name=login]', '1005');
    await leader.fill('input[name=password]', 'shui-96666-phone');
    await leader.keyboard.press('Enter');
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"]');
    const { address, amiPort, actionsSecret } = shift.service.site();
    commands = openCommands({
      ...{ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret },
    });
    host = network(shift.service.site());
  });
  afterEach(async () => {
    await shift.endCalls();
    for (const ear of ears.splice(0)) ear.close();
  });
  after(async () => {
    commands?.close();
    await shift?.close();
  });

  const ear = async (at: string, hz: number) => {
    const one = await openEar(`${host}.${at}`);
    ears.push(one);
    one.speak(hz);
    return one;
  };
  const phone = (extension: string, mediaPort: number, ringMs = 300) =>
    shift.rings({ extension, ringMs, talkMs: null, calls: 1, mediaPort });
  const hears = (one: Ear, hz: number) => until(`${hz} Hz is heard`, () => one.tone(hz) > 1, 15_000);
  const deaf = (one: Ear, hz: number, who: string) =>
    until(`${who} does not hear it`, () => one.tone(hz) < 1, 10_000);
  const asks = (page: Page, path: string, body: unknown) =>
    page.evaluate(
      async ([where, sent]) => {
        const answer = await fetch(`/api/${where}`, {
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
  const row = (state: string) => `.console tr.${state}[data-call]`;
  const press = (where: string, words: string) =>
    leader.click(`${where} button:has-text("${words}")`, { timeout: 20_000 });
  const confirm = async () => {
    await leader.click('.ant-modal .ant-btn-primary');
    await leader.waitForSelector('.ant-modal', { state: 'hidden' });
  };
  const audited = async (what: string) =>
    (await shift.pool.query<{ about: string }>('select about from audit where what = $1', [what])).rows;

  it('takes a call over: the leader and the caller hear each other, the agent is let go', async () => {
    const [atAgent, atCaller, atLeader] = await Promise.all([
      ear('20', AGENT_HZ),
      ear('10', CALLER_HZ),
      ear('20', LEADER_HZ),
    ]);
    phone('1001', atAgent.port);
    shift.caller({ from: '13900000031', mediaPort: atCaller.port });
    await leader.waitForSelector(row('talking'), { timeout: 20_000 });
    await hears(atCaller, AGENT_HZ);
    const callId = (await leader.getAttribute(row('talking'), 'data-call'))!;
    expect((await asks(agent, 'console/take-over', { callId })).status).to.equal(403);
    expect(await asks(leader, 'console/pick', { callId })).to.deep.include({ status: 409 });
    expect((await asks(leader, 'console/take-over', { callId: '1.1' })).message).to.include('已经结束');
    // their phone is not there to ring: the caller stays where they are
    phone('1005', atLeader.port);
    await press(row('talking'), '接管');
    await confirm();
    await hears(atLeader, CALLER_HZ);
    await hears(atCaller, LEADER_HZ);
    await deaf(atCaller, AGENT_HZ, 'the caller');
    await deaf(atLeader, AGENT_HZ, 'the leader');
    await leader.waitForSelector(`${row('talking')}:has-text("丁班长")`);
    expect((await asks(leader, 'console/take-over', { callId })).message).to.include('您自己');
    expect(await audited('call-taken-over')).to.deep.equal([{ about: `${callId} PJSIP/1001` }]);
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].wrap-up');
    const { rows } = await shift.pool.query('select call_id from calls');
    expect(rows, 'it is one call').to.have.length(1);
    await shift.endCalls();
    expect(await audited('call-not-led'), 'nobody was lost').to.have.length(0);
    await until('the transfer is kept', async () => {
      const kept = await shift.pool.query<{ target: string }>('select target from transfers');
      return kept.rows.some((one) => one.target === '1005');
    });
    await press('.console tr[data-agent="PJSIP/1001"]', '结束整理');
    await confirm();
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].ready');
    expect(await audited('agent-end-wrap-up')).to.have.length(1);
    expect((await asks(leader, 'presences/end-wrap-up', { agent: 'PJSIP/1001' })).message).to.include(
      '不在话后整理',
    );
  });

  for (const [says, plan] of [
    ['refuses', { ringMs: 1, refuse: 486 }],
    ['is not taken up', { ringMs: null }],
  ] as const)
    it(`a leader’s phone that ${says} loses nobody: the caller goes to the head of the queue, and an agent answers`, async () => {
      const from = plan.ringMs === null ? '13900000038' : '13900000037';
      const [atAgent, atCaller] = await Promise.all([ear('20', AGENT_HZ), ear('10', CALLER_HZ)]);
      phone('1001', atAgent.port);
      shift.caller({ from, mediaPort: atCaller.port });
      await leader.waitForSelector(row('talking'), { timeout: 20_000 });
      await hears(atCaller, AGENT_HZ);
      const callId = (await leader.getAttribute(row('talking'), 'data-call'))!;
      shift.rings({ extension: '1005', talkMs: null, calls: 1, ...plan });
      await press(row('talking'), '接管');
      await confirm();
      await leader.waitForSelector('.ant-message:has-text("您的话机没有接听，来电人已回到队列最前")', {
        timeout: 30_000,
      });
      await leader.waitForSelector(`${row('waiting')}[data-call="${callId}"]`);
      expect((await audited('call-not-led')).at(-1)).to.deep.equal({ about: callId });
      await hears(atCaller, RINGING_HZ);
      const again = await ear('20', OTHER_HZ);
      phone('1001', again.port);
      await press('.console tr[data-agent="PJSIP/1001"]', '结束整理');
      await confirm();
      await hears(atCaller, OTHER_HZ);
      await hears(again, CALLER_HZ);
      await shift.endCalls();
      await until('it is kept as one answered call', async () => {
        const { rows } = await shift.pool.query<{ outcome: string; anomalies: string[] }>(
          'select outcome, anomalies from calls where ani = $1 and ended_at is not null',
          [from],
        );
        return rows.length === 1 && rows[0]!.outcome === 'answered' && rows[0]!.anomalies.length === 0;
      });
      await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].wrap-up');
      await press('.console tr[data-agent="PJSIP/1001"]', '结束整理');
      await confirm();
      await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].ready');
    });

  it('a caller who hangs up before the leader has answered is told of, too', async () => {
    const [atAgent, atCaller] = await Promise.all([ear('20', AGENT_HZ), ear('10', CALLER_HZ)]);
    phone('1001', atAgent.port);
    shift.caller({ from: '13900000043', mediaPort: atCaller.port });
    await leader.waitForSelector(row('talking'), { timeout: 20_000 });
    await hears(atCaller, AGENT_HZ);
    const callId = (await leader.getAttribute(row('talking'), 'data-call'))!;
    shift.rings({ extension: '1005', ringMs: null, talkMs: null, calls: 1 });
    await press(row('talking'), '接管');
    await confirm();
    await deaf(atCaller, AGENT_HZ, 'the caller');
    await atCaller.continuousSound(2);
    await shift.endCalls();
    await leader.waitForSelector('.ant-message:has-text("来电人在接到您的话机之前挂机了")');
    expect((await audited('call-not-led')).at(-1)).to.deep.equal({ about: callId });
    await press('.console tr[data-agent="PJSIP/1001"]', '结束整理');
    await confirm();
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].ready');
  });

  it('picks who waits to the leader’s own phone', async () => {
    await press('.console tr[data-agent="PJSIP/1001"]', '小休');
    await confirm();
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].paused');
    const [atCaller, atLeader] = await Promise.all([ear('10', CALLER_HZ), ear('20', LEADER_HZ)]);
    shift.caller({ from: '13900000032', mediaPort: atCaller.port });
    await leader.waitForSelector(row('waiting'), { timeout: 20_000 });
    phone('1005', atLeader.port);
    const callId = (await leader.getAttribute(row('waiting'), 'data-call'))!;
    expect((await asks(leader, 'console/take-over', { callId })).message).to.include('没有通话');
    await press(row('waiting'), '我来接');
    await hears(atLeader, CALLER_HZ);
    await hears(atCaller, LEADER_HZ);
    await leader.waitForSelector(`${row('talking')}:has-text("丁班长")`);
    await shift.endCalls();
    await until('it is kept as answered by the leader', async () => {
      const { rows } = await shift.pool.query<{ by: string; outcome: string }>(
        'select answered_by as by, outcome from calls where call_id = $1',
        [callId],
      );
      return rows[0]?.by === 'PJSIP/1005' && rows[0].outcome === 'answered';
    });
    expect(await audited('call-picked')).to.deep.equal([{ about: callId }]);
  });

  it('moves who waits to another queue, where its agent answers', async () => {
    const queues = [...findConf(shift.service.varDir)];
    expect(queues).to.have.length(1);
    appendFileSync(
      queues[0]!,
      '\n[complaints]\nstrategy=leastrecent\ntimeout=20\nsetinterfacevar=yes\nmembergosub=agent-answered\n',
    );
    await commands.act({ action: 'QueueReload', parameters: 'yes' });
    await commands.addMember('complaints', 'PJSIP/1002', '1002');
    await leader.waitForSelector('.console .queues [data-queue=complaints][data-closed=false]', {
      timeout: 20_000,
    });
    const [atCaller, atOther] = await Promise.all([ear('10', CALLER_HZ), ear('20', OTHER_HZ)]);
    phone('1002', atOther.port);
    shift.caller({ from: '13900000033', mediaPort: atCaller.port });
    await leader.waitForSelector(row('waiting'), { timeout: 20_000 });
    const callId = (await leader.getAttribute(row('waiting'), 'data-call'))!;
    expect((await asks(leader, 'console/move', { callId, queue: 'hotline' })).message).to.include('已经在');
    expect((await asks(leader, 'console/move', { callId, queue: 'nowhere' })).message).to.include(
      '没有这个队列',
    );
    expect((await asks(leader, 'console/move', { callId, queue: 'a)b' })).status).to.equal(400);
    await press(row('waiting'), '换队列');
    await leader.click('.ant-dropdown-menu-item:has-text("complaints")');
    await hears(atCaller, OTHER_HZ);
    await hears(atOther, CALLER_HZ);
    expect(await audited('call-moved')).to.deep.equal([{ about: `${callId} complaints` }]);
  });

  it('closes the queue: who waits stays, who calls then is called back or leaves a word; opens it again', async () => {
    const hotline = '.console .queues [data-queue=hotline]';
    await asks(leader, 'console/pause', { agent: 'PJSIP/1001', reason: '班长安排' });
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].paused');
    shift.caller({ from: '13900000034', mediaPort: (await ear('10', CALLER_HZ)).port });
    await leader.waitForSelector(row('waiting'), { timeout: 20_000 });
    await press(hotline, '关闭');
    await confirm();
    await leader.waitForSelector(`${hotline}[data-closed=true]`);
    expect(await commands.queueClosed('hotline')).to.deep.equal({ ok: true, value: '1' });
    shift.caller({ from: '13900000035', mediaPort: (await ear('10', CALLER_HZ)).port });
    await until(
      'the new caller is offered a call back',
      async () => {
        const { rows } = await shift.pool.query(
          `select 1 from ivr_steps s join calls c on c.call_id = s.call_id where c.party = '13900000035' and s.node = 'fallback'`,
        );
        return rows.length === 1;
      },
      30_000,
    );
    expect(await leader.textContent(row('waiting'))).to.include('139 0000 0034');
    expect(await leader.$$(row('waiting'))).to.have.length(1);
    await shift.endCalls();
    await press(hotline, '开放');
    await leader.waitForSelector(`${hotline}[data-closed=false]`);
    shift.caller({ from: '13900000036', mediaPort: (await ear('10', CALLER_HZ)).port });
    await leader.waitForSelector(row('waiting'), { timeout: 20_000 });
    expect(await audited('queue-closed')).to.deep.equal([{ about: 'hotline' }]);
    expect(await audited('queue-opened')).to.deep.equal([{ about: 'hotline' }]);
    expect((await asks(agent, 'console/close-queue', { queue: 'hotline', closed: true })).status).to.equal(
      403,
    );
  });

  it('ends a pause, and leads from an agent’s figure to its calls', async () => {
    const agentRow = '.console tr[data-agent="PJSIP/1001"]';
    await shift.endCalls();
    await asks(leader, 'console/pause', { agent: 'PJSIP/1001', reason: '班长安排' });
    await leader.waitForSelector(`${agentRow}.paused`);
    await press(agentRow, '结束小休');
    await confirm();
    await leader.waitForSelector(`${agentRow}.ready`);
    expect(await audited('agent-ready')).to.deep.equal([{ about: 'PJSIP/1001 班长安排' }]);
    const figure = `${agentRow} [data-figure=answered] a`;
    const said = Number(await leader.textContent(figure));
    expect(said).to.be.above(2);
    await leader.click(figure);
    await leader.waitForSelector('.ant-table-row');
    expect(await leader.$$('.ant-table-row')).to.have.length(said);
    await leader.goBack();
    await leader.waitForSelector(`${agentRow}.ready`);
  });

  it('signs an agent out with a reason', async () => {
    await press('.console tr[data-agent="PJSIP/1001"]', '签出');
    await confirm();
    await leader.waitForSelector('.console tr[data-agent="PJSIP/1001"].offline');
    expect(await audited('agent-sign-out')).to.deep.equal([{ about: 'PJSIP/1001 人已离开' }]);
    expect(
      (await asks(leader, 'presences/sign-out', { agent: 'PJSIP/1001', reason: '' })).message,
    ).to.include('没有签入');
  });
});

/** The switch's own queues.conf. */
function findConf(varDir: string): string[] {
  return ['pbx/etc', 'pbx/etc/asterisk', 'pbx/conf']
    .map((folder) => join(varDir, folder, 'queues.conf'))
    .filter((file) => existsSync(file));
}
