import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { until } from '../../support/until.ts';
import { callIs, openShift, type Shift } from './shift.ts';

describe("an agent's browser is their phone, on a real Asterisk", function () {
  this.timeout(120_000);
  let shift: Shift;
  let desk: Page;

  before(async () => {
    shift = await openShift();
  });
  after(() => shift?.close());
  afterEach(() => shift.endCalls());

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
    await shift.hire('1001', '马晓燕');
    await shift.hireAtDesk('1002', '李建国');
    desk = await shift.sitDown('1001');
    expect(await desk.textContent('.call-bar'))
      .to.include('话机就绪')
      .and.include('1001');
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
      15_000,
    );
    expect(heard.codec).to.match(/opus|PCMA/i);
    await caller.done;
    await callIs(desk, 'none');
  });
});
