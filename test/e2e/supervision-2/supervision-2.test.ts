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
const AGENT_ROW = '.console tr[data-agent="PJSIP/1001"]';

describe('a shift leader takes calls over, picks, moves, and closes a queue, on a real Asterisk', function () {
  this.timeout(240_000);
  let shift: Shift;
  let agent: Page;
  let leader: Page;
  let commands: Commands;
  let host: string;
  const ears: Ear[] = [];
  /** the last line of the audit as a test begins */
  let auditedBefore = '0';

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
  /** Each test begins here, whatever became of the one before: no call, the queue open, 1001 ready, the console fresh. */
  beforeEach(async () => {
    await shift.endCalls();
    await asks(leader, 'console/close-queue', { queue: 'hotline', closed: false });
    await asks(agent, 'presence/sign-out', {});
    await asks(agent, 'presence/sign-in', {});
    await asks(leader, 'presences/end-wrap-up', { agent: 'PJSIP/1001' });
    await leader.goto(`${shift.service.url}/console`);
    await leader.waitForSelector(`${AGENT_ROW}.ready`, { timeout: 30_000 });
    await leader.waitForSelector('.console .queues [data-queue=hotline][data-closed=false]');
    const { rows } = await shift.pool.query<{ id: string }>('select coalesce(max(id), 0) as id from audit');
    auditedBefore = rows[0]!.id;
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
  const hears = (one: Ear, hz: number) => until(`${hz} Hz is heard`, () => one.tone(hz) > 1, 40_000);
  const deaf = (one: Ear, hz: number, who: string) =>
    until(`${who} does not hear it`, () => one.tone(hz) < 1, 40_000);
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
    leader.click(`${where} button:has-text("${words}")`, { timeout: 40_000 });
  const confirm = async () => {
    await leader.click('.ant-modal .ant-btn-primary');
    await leader.waitForSelector('.ant-modal', { state: 'hidden' });
  };
  /** what was done in this test */
  const audited = async (what: string) => {
    const { rows } = await shift.pool.query<{ about: string }>(
      'select about from audit where what = $1 and id > $2 order by id',
      [what, auditedBefore],
    );
    return rows;
  };
  const auditedIs = (what: string, lines: { about: string }[]) =>
    until(`${what} is audited`, async () => {
      expect(await audited(what)).to.deep.equal(lines);
      return true;
    });
  const endWrapUp = async () => {
    await leader.waitForSelector(`${AGENT_ROW}.wrap-up`);
    await press(AGENT_ROW, '结束整理');
    await confirm();
    await leader.waitForSelector(`${AGENT_ROW}.ready`);
  };
  /** nobody takes what comes now */
  const pausedByLeader = async () => {
    await asks(leader, 'console/pause', { agent: 'PJSIP/1001', reason: '班长安排' });
    await leader.waitForSelector(`${AGENT_ROW}.paused`);
  };
  /** the call of this caller, answered by 1001 and seen at the console */
  const answeredCall = async (from: string) => {
    const [atAgent, atCaller] = await Promise.all([ear('20', AGENT_HZ), ear('10', CALLER_HZ)]);
    phone('1001', atAgent.port);
    shift.caller({ from, mediaPort: atCaller.port });
    await leader.waitForSelector(row('talking'), { timeout: 30_000 });
    await hears(atCaller, AGENT_HZ);
    const callId = (await leader.getAttribute(row('talking'), 'data-call'))!;
    return { atAgent, atCaller, callId };
  };

  it('takes a call over: the leader and the caller hear each other, the agent is let go', async () => {
    const atLeader = await ear('20', LEADER_HZ);
    const { atCaller, callId } = await answeredCall('13900000031');
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
    await auditedIs('call-taken-over', [{ about: `${callId} PJSIP/1001` }]);
    await leader.waitForSelector(`${AGENT_ROW}.wrap-up`);
    await shift.endCalls();
    await until('it is kept as one call', async () => {
      const { rows } = await shift.pool.query<{ id: string; ended: boolean }>(
        'select call_id as id, ended_at is not null as ended from calls where ani = $1',
        ['13900000031'],
      );
      expect(rows.map(({ id }) => id)).to.deep.equal([callId]);
      return rows[0]!.ended;
    });
    expect(await audited('call-not-led'), 'nobody was lost').to.have.length(0);
    await until('the transfer is kept', async () => {
      const { rows } = await shift.pool.query<{ target: string }>(
        'select target from transfers where call_id = $1',
        [callId],
      );
      return rows.some(({ target }) => target === '1005');
    });
    await endWrapUp();
    await until('it is audited', async () => (await audited('agent-end-wrap-up')).length === 1);
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
      const { atCaller, callId } = await answeredCall(from);
      shift.rings({ extension: '1005', talkMs: null, calls: 1, ...plan });
      await press(row('talking'), '接管');
      await confirm();
      await leader.waitForSelector('.ant-message:has-text("您的话机没有接听，来电人已回到队列最前")', {
        timeout: 30_000,
      });
      await leader.waitForSelector(`${row('waiting')}[data-call="${callId}"]`);
      await auditedIs('call-not-led', [{ about: callId }]);
      await hears(atCaller, RINGING_HZ);
      const again = await ear('20', OTHER_HZ);
      phone('1001', again.port);
      await press(AGENT_ROW, '结束整理');
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
    });

  it('a caller who hangs up before the leader has answered is told of, too', async () => {
    const { atCaller, callId } = await answeredCall('13900000043');
    shift.rings({ extension: '1005', ringMs: null, talkMs: null, calls: 1 });
    await press(row('talking'), '接管');
    await confirm();
    await deaf(atCaller, AGENT_HZ, 'the caller');
    await atCaller.continuousSound(2);
    await shift.endCalls();
    await leader.waitForSelector('.ant-message:has-text("来电人在接到您的话机之前挂机了")');
    await auditedIs('call-not-led', [{ about: callId }]);
  });

  it('picks who waits to the leader’s own phone', async () => {
    await press(AGENT_ROW, '小休');
    await confirm();
    await leader.waitForSelector(`${AGENT_ROW}.paused`);
    const [atCaller, atLeader] = await Promise.all([ear('10', CALLER_HZ), ear('20', LEADER_HZ)]);
    shift.caller({ from: '13900000032', mediaPort: atCaller.port });
    await leader.waitForSelector(row('waiting'), { timeout: 40_000 });
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
    await auditedIs('call-picked', [{ about: callId }]);
  });

  it('moves who waits to another queue, where its agent answers', async () => {
    await pausedByLeader();
    const queues = [...findConf(shift.service.varDir)];
    expect(queues).to.have.length(1);
    appendFileSync(
      queues[0]!,
      '\n[complaints]\nstrategy=leastrecent\ntimeout=20\nsetinterfacevar=yes\nmembergosub=agent-answered\n',
    );
    await commands.act({ action: 'QueueReload', parameters: 'yes' });
    await commands.addMember('complaints', 'PJSIP/1002', '1002');
    await leader.waitForSelector('.console .queues [data-queue=complaints][data-closed=false]', {
      timeout: 40_000,
    });
    const [atCaller, atOther] = await Promise.all([ear('10', CALLER_HZ), ear('20', OTHER_HZ)]);
    phone('1002', atOther.port);
    shift.caller({ from: '13900000033', mediaPort: atCaller.port });
    await leader.waitForSelector(row('waiting'), { timeout: 40_000 });
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
    await auditedIs('call-moved', [{ about: `${callId} complaints` }]);
  });

  it('closes the queue: who waits stays, who calls then is called back or leaves a word; opens it again', async () => {
    const hotline = '.console .queues [data-queue=hotline]';
    await pausedByLeader();
    shift.caller({ from: '13900000034', mediaPort: (await ear('10', CALLER_HZ)).port });
    await leader.waitForSelector(row('waiting'), { timeout: 40_000 });
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
    await leader.waitForSelector(row('waiting'), { timeout: 40_000 });
    await auditedIs('queue-closed', [{ about: 'hotline' }]);
    await auditedIs('queue-opened', [{ about: 'hotline' }]);
    expect((await asks(agent, 'console/close-queue', { queue: 'hotline', closed: true })).status).to.equal(
      403,
    );
  });

  it('ends a pause', async () => {
    await pausedByLeader();
    await press(AGENT_ROW, '结束小休');
    await confirm();
    await leader.waitForSelector(`${AGENT_ROW}.ready`);
    await auditedIs('agent-ready', [{ about: 'PJSIP/1001 班长安排' }]);
  });

  it('leads from an agent’s figure to its calls', async () => {
    const figure = `${AGENT_ROW} [data-figure=answered] a`;
    await answeredCall('13900000044');
    await shift.endCalls();
    await leader.waitForSelector(`${AGENT_ROW}.wrap-up`);
    await until('the call is kept', async () => {
      const { rows } = await shift.pool.query('select 1 from calls where ani = $1 and ended_at is not null', [
        '13900000044',
      ]);
      return rows.length === 1;
    });
    const answered = Number(await leader.textContent(figure));
    expect(answered).to.be.above(0);
    await leader.click(figure);
    await leader.waitForSelector('.ant-table-row');
    expect(await leader.$$('.ant-table-row')).to.have.length(answered);
    await leader.goBack();
    await leader.waitForSelector(AGENT_ROW);
  });

  it('signs an agent out with a reason', async () => {
    await press(AGENT_ROW, '签出');
    await confirm();
    await leader.waitForSelector(`${AGENT_ROW}.offline`);
    await auditedIs('agent-sign-out', [{ about: 'PJSIP/1001 人已离开' }]);
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
