import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { openPool } from '../../../src/postgres/pool.ts';
import {
  network,
  registerPhones,
  startCaller,
  startPhone,
  type RunningLeg,
} from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { signInAtDesk } from '../../support/desk.ts';
import { openEar, type Ear } from '../../support/ear.ts';
import { heard } from '../../support/heard.ts';
import { startService, type Service } from '../../support/service.ts';
import { endCalls } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

interface KeptRecording {
  callId: string;
  path: string;
  ms: number;
  talk: number;
  mutes: { fromMs: number }[];
  measures: { agentMs: number };
}

describe('a call is recorded by a real Asterisk, both sides apart', function () {
  this.timeout(180_000);
  let service: Service;
  let pool: pg.Pool;
  let browser: Browser;
  let desk: Page;
  const legs: RunningLeg[] = [];
  const ears: Ear[] = [];
  const speechToText = hearsTones();

  before(async () => {
    process.env['STT_URL'] = await speechToText.listen();
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    const password = /初始密码 (\w+)（只显示这一次）/.exec(service.said())![1]!;
    browser = await openBrowser();
    desk = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    await registerPhones(service.site(), ['1001']);
    await desk.goto(`${service.url}/desk`);
    await desk.fill('input[name=login]', '1001');
    await desk.fill('input[name=password]', password);
    await desk.keyboard.press('Enter');
    await signInAtDesk(desk);
    await desk.waitForSelector('.state-bar[data-state=ready]');
  });
  after(async () => {
    for (const leg of legs) leg.stop();
    for (const ear of ears) ear.close();
    await browser?.close();
    await pool?.end();
    await service?.stop();
    delete process.env['STT_URL'];
    speechToText.close();
  });

  /** One call from ring to packed recording, in which the recording was paused once; made when it is first wanted. */
  let recording: Promise<KeptRecording> | null = null;
  const recorded = () => (recording ??= makeRecording());

  async function makeRecording(): Promise<KeptRecording> {
    const host = network(service.site());
    const [agent, caller] = await Promise.all([openEar(`${host}.20`), openEar(`${host}.10`)]);
    ears.push(agent, caller);
    agent.speak(880);
    caller.speak(440);
    legs.push(
      startPhone(service.site(), {
        ...{ extension: '1001', ringMs: 4000, talkMs: null, calls: 1, mediaPort: agent.port },
      }),
      startCaller(service.site(), { from: '13900000011', stayMs: null, mediaPort: caller.port }),
    );
    await desk.waitForSelector('.card.talking', { timeout: 30_000 });
    await until('they hear each other', () => caller.tone(880) > 1 && agent.tone(440) > 1, 30_000);
    await caller.continuousSound(2);
    await desk.keyboard.press('Alt+l');
    await desk.waitForSelector('.call-bar button[aria-pressed=true]:has-text("录音已暂停")');
    await caller.continuousSound(2.5);
    await desk.keyboard.press('Alt+l');
    await desk.waitForSelector('.call-bar button[aria-pressed=false]:has-text("暂停录音")');
    await caller.continuousSound(2);
    await endCalls(service.site());
    return until(
      'the recording is packed',
      async () => {
        const { rows } = await pool.query<KeptRecording>(
          `select call_id as "callId", r.path, r.ms, c.talk_ms as talk, r.mutes, r.measures
             from recordings r join calls c using (call_id)`,
        );
        return rows[0];
      },
      30_000,
    );
  }

  it('from the answer to the end: the caller left, the agent right, no greeting, no waiting; a secret is left out', async () => {
    const one = await recorded();
    expect(one.ms, 'as long as the talk').to.be.closeTo(one.talk, 1200);
    expect(one.mutes).to.have.length(1);
    const file = join(service.varDir, 'recordings', one.path);
    const left = heard(file, 1, 0.5);
    const right = heard(file, 2, 0.5);
    expect(left(440) / left(880), 'the caller is on the left').to.be.above(20);
    expect(right(880) / right(440), 'the agent is on the right').to.be.above(20);
    // the middle of what was not recorded
    const secret = heard(file, 1, one.mutes[0]!.fromMs / 1000 + 1.2);
    expect(secret(440)).to.be.below(left(440) / 100);
    expect(readdirSync(join(service.varDir, 'pbx/spool/recordings'))).to.deep.equal([]);
  });

  it('is found and played by the agent whose call it was, and by nobody without a session', async () => {
    const { callId } = await recorded();
    await desk.goto(`${service.url}/recordings`);
    await desk.click('text=播放');
    await desk.waitForSelector('.player canvas');
    await desk.waitForFunction(() => {
      const audio = document.querySelector<HTMLAudioElement>('.player audio');
      return audio !== null && audio.readyState >= 3 && audio.duration > 5;
    });
    // what the utility's speech-to-text heard, whose it is, and the agent's forbidden filler at its second
    await desk.waitForSelector('.spoken', { timeout: 30_000 });
    expect(
      await desk.$$eval('.spoken ol li', (lines) =>
        lines.map((line) => `${line.className} ${line.textContent}`),
      ),
    ).to.deep.equal(['agent 0:01 受理员 您好唉请讲', 'caller 0:04 来电人 我家没有水了唉']);
    expect(await desk.textContent('.spoken .fillers'))
      .to.include('1 处')
      .and.include('“唉”');
    await desk.click('.spoken .fillers button');
    await desk.waitForFunction(() => {
      const atSeconds = document.querySelector<HTMLAudioElement>('.player audio')!.currentTime;
      return atSeconds >= 1 && atSeconds < 4;
    });
    const shots = process.env['HOTLINE_SHOTS'];
    if (shots && existsSync(shots)) await desk.screenshot({ path: join(shots, 'recordings.png') });
    const sound = `${service.url}/api/recordings/${callId}/sound`;
    expect((await fetch(sound)).status).to.equal(401);
    const status = (path: string) => desk.evaluate(async (url) => (await fetch(url)).status, path);
    const part = await desk.evaluate(
      async (url) => (await fetch(url, { headers: { range: 'bytes=0-99' } })).status,
      sound,
    );
    expect(part).to.equal(206);
    expect(await status('/api/recordings/..%2F..%2Fsession-secret/sound')).to.equal(404);
    expect(await status(`/api/recordings/${callId}/file`), 'an agent takes nothing along').to.equal(403);
    await pool.query(`update calls set answered_by = 'PJSIP/1002'`);
    expect(await status(sound), 'another agent’s call').to.equal(404);
    await pool.query(`update calls set answered_by = 'PJSIP/1001'`);
  });
});

/** A real server of the kind that STT_URL names: it knows two people by the pitch of their tone. */
function hearsTones() {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const from = body.indexOf('RIFF') + 44;
      let turns = 0;
      for (let at = from + 8000; at < from + 16_000; at += 2)
        if (body.readInt16LE(at) < 0 !== body.readInt16LE(at + 2) < 0) turns += 1;
      // half a second: 440 Hz turns 440 times, 880 Hz twice as often
      const said =
        turns > 660
          ? { start: 1, end: 2.5, text: '您好唉请讲' }
          : { start: 4, end: 6, text: '我家没有水了唉' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ segments: [said] }));
    });
  });
  return {
    async listen(): Promise<string> {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/audio/transcriptions`;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
