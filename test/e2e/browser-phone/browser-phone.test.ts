import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { writeUp } from '../../support/desk.ts';
import { until } from '../../support/until.ts';
import type { RunningLeg } from '../../../src/setup/sipp.ts';
import { barSays, callIs, openShift, type Shift } from './shift.ts';

describe("an agent's browser is their phone, on a real Asterisk", function () {
  this.timeout(240_000);
  let shift: Shift;
  let desk: Page;

  before(async () => {
    shift = await openShift();
    await shift.hire('1001', '马晓燕');
    await shift.hireAtDesk('1002', '李建国');
    desk = await shift.sitDown('1001');
  });
  after(() => shift?.close());
  /** Each test begins at a desk that is free, whatever became of the one before. */
  beforeEach(async () => {
    await shift.endCalls();
    await desk.keyboard.press('Escape');
    await free();
  });
  afterEach(async () => {
    await shift.endCalls();
    await writeUp(desk);
  });

  /** the queue calls nobody who has gone */
  const signOut = (page: Page) =>
    page.evaluate(async () => {
      await fetch('/api/presence/sign-out', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    });
  /** Sound from the switch: packets, and whether it is more than silence. */
  const sound = (page: Page) =>
    page.evaluate(async () => {
      const seen = { received: 0, sent: 0, energy: 0, codec: '' };
      const own = (window as unknown as { hotlinePhone: { connection(): RTCPeerConnection | null } })
        .hotlinePhone;
      const stats = await own.connection()?.getStats();
      stats?.forEach((one) => {
        if (one.type === 'inbound-rtp') {
          seen.received = one.packetsReceived;
          seen.energy = one.totalAudioEnergy;
          seen.codec = stats.get(one.codecId)?.mimeType ?? '';
        }
        if (one.type === 'outbound-rtp') seen.sent = one.packetsSent;
      });
      return seen;
    });

  it('adding the agent is all that is needed: the browser registers', async () => {
    await shift.hire('1004', '赵立新');
    const page = await shift.sitDown('1004');
    expect(await page.textContent('.call-bar'))
      .to.include('话机就绪')
      .and.include('1004');
    await signOut(page);
    await page.context().close();
  });

  it('a caller rings in the browser, is answered by F2, and both hear each other', async () => {
    const caller = shift.caller({ from: '13912345678', echo: true, stayMs: 20_000 });
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    const heard = await until(
      'sound comes back from the caller',
      async () => {
        const now = await sound(desk);
        return now.received > 100 && now.sent > 100 && now.energy > 0.001 ? now : null;
      },
      40_000,
    );
    expect(heard.codec).to.match(/opus|PCMA/i);
    await caller.done;
    await callIs(desk, 'none');
  });

  /** a caller in talk with the browser */
  async function inTalk(from: string): Promise<RunningLeg> {
    const caller = shift.caller({ from, echo: true });
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    return caller;
  }
  const row = (from: string) =>
    until(
      `the call of ${from} is stored`,
      async () =>
        (
          await shift.pool.query<{
            outcome: string;
            hung_up_first: string;
            hold_ms: number;
            call_id: string;
          }>(
            'select outcome, hung_up_first, hold_ms, call_id from calls where ani = $1 and outcome is not null',
            [from],
          )
        ).rows[0],
      40_000,
    );
  const sends = () =>
    desk.evaluate(
      () =>
        (window as unknown as { hotlinePhone: { connection(): RTCPeerConnection | null } }).hotlinePhone
          .connection()
          ?.getSenders()[0]?.track?.enabled,
    );
  const free = async () => {
    await callIs(desk, 'none');
    await until(
      'the agent is ready for the next caller',
      async () => {
        // an outbound call has no record: ready is enough; a caller's is written up first
        if (await desk.$('.state-bar[data-state=wrap-up]')) await desk.keyboard.press('Alt+r');
        await writeUp(desk);
        return (await desk.textContent('.bar .state'))?.includes('就绪');
      },
      60_000,
    );
  };

  it('F9 mutes and F8 holds, as the switch then tells; both are taken back', async () => {
    await inTalk('13800000011');
    await desk.keyboard.press('F9');
    await desk.waitForSelector('[data-key=mute][aria-pressed=true]');
    expect(await sends()).to.equal(false);
    await desk.keyboard.press('F9');
    await desk.waitForSelector('[data-key=mute][aria-pressed=false]');
    expect(await sends()).to.equal(true);
    await desk.keyboard.press('F8');
    await desk.waitForSelector('.talk-now.held');
    await until('the switch tells the hold', async () =>
      (await desk.textContent('.bar .state'))?.includes('保持'),
    );
    await desk.keyboard.press('F8');
    await desk.waitForSelector('.talk-now.talking');
  });

  it("F4 in a caller's call first reminds that the caller hangs up first, and hangs up on the second press", async () => {
    const caller = await inTalk('13800000012');
    await desk.keyboard.press('F4');
    await barSays(desk, '请让来电人先挂机');
    await callIs(desk, 'talking');
    await desk.keyboard.press('F4');
    await callIs(desk, 'none');
    await caller.done;
    expect(await row('13800000012')).to.include({ outcome: 'answered', hung_up_first: 'agent' });
  });

  it('a caller is passed on at once: F10, the extension, Shift Enter', async () => {
    const colleague = shift.rings({ extension: '1002', ringMs: 800, talkMs: 2000 });
    const caller = await inTalk('13800000013');
    await desk.keyboard.press('F10');
    await desk.keyboard.type('1002');
    await desk.waitForSelector('#reach-a1002[aria-selected=true]');
    await desk.keyboard.press('Shift+Enter');
    await callIs(desk, 'none');
    await caller.done;
    colleague.stop();
    expect((await colleague.done).messages.some((one) => one.sent && one.what === '200')).to.equal(true);
    const { call_id } = await row('13800000013');
    const told = await shift.pool.query('select kind, target from transfers where call_id = $1', [call_id]);
    expect(told.rows).to.deep.equal([{ kind: 'blind', target: '1002' }]);
  });

  it('who is passed on to a colleague that does not answer is no dropped call: back to the queue, in front', async () => {
    const colleague = shift.rings({ extension: '1002', ringMs: null, refuse: 486, talkMs: null });
    await inTalk('13800000014');
    await desk.keyboard.press('F10');
    await desk.keyboard.type('1002');
    await desk.keyboard.press('Shift+Enter');
    await callIs(desk, 'none');
    // who passed the caller on writes up first, and is then the next that is free
    await writeUp(desk);
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    colleague.stop();
  });

  it('the colleague is asked first, and the caller is taken back, joined, or all three talk', async () => {
    const colleague = shift.rings({ extension: '1002', ringMs: 600, talkMs: null });
    const caller = await inTalk('13800000015');
    /** keys pressed faster than the switch changes over may be lost: the bar says so, and they are pressed again */
    const ask = () =>
      until(
        'the colleague is asked',
        async () => {
          await desk.keyboard.press('F10');
          await desk.keyboard.type('1002');
          await desk.waitForSelector('#reach-a1002[aria-selected=true]');
          await desk.keyboard.press('Enter');
          await desk.waitForFunction(() =>
            /正与 1002 通话|请再按一次/.test(document.querySelector('.call-bar')?.textContent ?? ''),
          );
          if ((await desk.textContent('.call-bar'))?.includes('正与 1002 通话')) return true;
          await desk.keyboard.press('Escape');
          return false;
        },
        30_000,
      );
    await ask();
    await desk.keyboard.press('F8');
    await barSays(desk, '已接回来电人，1002');
    await desk.waitForSelector('.talk-now.talking');
    await ask();
    await desk.keyboard.press('Alt+KeyM');
    await barSays(desk, '与来电人、1002 三方通话');
    // the agent leaves; the caller and the colleague go on
    await desk.keyboard.press('F4');
    await callIs(desk, 'none');
    await until('they are still two', async () => (await shift.channels()).length === 2);
    caller.stop();
    colleague.stop();
  });

  it('after asking, F10 joins the caller and the colleague', async () => {
    shift.rings({ extension: '1002', ringMs: 600, talkMs: null });
    const caller = await inTalk('13800000016');
    await desk.keyboard.press('F10');
    await desk.keyboard.type('1002');
    await desk.waitForSelector('#reach-a1002[aria-selected=true]');
    await desk.keyboard.press('Enter');
    await barSays(desk, '正与 1002 通话');
    await desk.keyboard.press('F10');
    await callIs(desk, 'none');
    await until('they are two', async () => (await shift.channels()).length === 2);
    caller.stop();
  });

  it('digits go to the switch: its own keys for a transfer are heard', async () => {
    await inTalk('13800000017');
    await desk.keyboard.press('Alt+KeyK');
    for (const digit of '*2') await desk.click(`.keypad button:text-is("${digit}")`);
    // the switch asks whom to: the caller waits
    await desk.waitForSelector('.talk-now.held');
    expect(await desk.textContent('.keypad output')).to.equal('*2');
  });

  it('an outside number is dialled, answered by the browser itself, and rings out there', async () => {
    const far = shift.outside({ ringMs: 800, talkMs: null });
    await desk.keyboard.press('Alt+KeyB');
    await desk.keyboard.type('13911112222');
    await desk.keyboard.press('Enter');
    await callIs(desk, 'calling');
    await callIs(desk, 'talking');
    expect(await desk.textContent('.talk-now')).to.include('139 1111 2222');
    await desk.keyboard.press('F4');
    await callIs(desk, 'none');
    far.stop();
    expect((await far.done).messages.some((one) => !one.sent && one.what === 'BYE')).to.equal(true);
  });

  it('says what became of a call that was not answered, and refuses what may not be dialled', async () => {
    const far = shift.outside({ ringMs: null, refuse: 486, talkMs: null });
    await desk.keyboard.press('Alt+KeyB');
    await desk.keyboard.type('13911113333');
    await desk.keyboard.press('Enter');
    await barSays(desk, '占线');
    far.stop();
    await desk.keyboard.press('Alt+KeyB');
    await desk.keyboard.type('0086123');
    await desk.keyboard.press('Enter');
    await barSays(desk, '这个号码不允许拨打');
    await desk.keyboard.press('Escape');
  });

  it('a number on the page is called by a click', async () => {
    await inTalk('13800000017');
    await shift.endCalls();
    await free();
    const far = shift.outside({ ringMs: 500, talkMs: null });
    await desk.click('a.dial[href="tel:13800000017"]');
    await callIs(desk, 'talking');
    await desk.keyboard.press('F4');
    await callIs(desk, 'none');
    far.stop();
  });

  it('before the shift the microphone is seen, played back, and heard through the switch', async () => {
    await desk.keyboard.press('Alt+KeyT');
    await desk.waitForFunction(() => document.querySelector('.level')?.textContent?.includes('听得见您说话'));
    await desk.click('[data-test=record]');
    await desk.waitForSelector('[data-step=played]', { timeout: 40_000 });
    await desk.click('[data-test=echo]');
    await until(
      'sound comes back from the switch',
      async () => (await sound(desk)).received > 50 && (await sound(desk)).energy > 0.0005,
      40_000,
    );
    await desk.click('[data-test=echo-end]');
    await desk.waitForSelector('[data-test=echo]');
    await desk.keyboard.press('Escape');
  });

  it('at a desk phone the same buttons work, asked of the switch', async () => {
    const page = await shift.signIn('1002');
    await barSays(page, '座机');
    shift.rings({ extension: '1002', ringMs: 700, talkMs: null });
    shift.outside({ ringMs: 500, talkMs: null });
    await page.keyboard.press('Alt+KeyB');
    await page.keyboard.type('13911114444');
    await page.keyboard.press('Enter');
    await callIs(page, 'talking');
    // the far end is told of the recording before the two are joined
    await until(
      'the two are joined',
      async () => (await shift.channels()).filter(({ joined }) => joined).length === 2,
    );
    await page.keyboard.press('F10');
    await page.keyboard.type('1001');
    await page.waitForSelector('#reach-a1001[aria-selected=true]');
    await page.keyboard.press('Enter');
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await barSays(page, '正与 1001 通话');
    await page.keyboard.press('F8');
    await page.waitForSelector('.talk-now.talking');
    await page.keyboard.press('F4');
    await callIs(page, 'none');
    await callIs(desk, 'none');
    await signOut(page);
    await page.close();
  });
});
