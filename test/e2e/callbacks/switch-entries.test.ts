import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { startPbx, type Pbx } from '../../../src/setup/pbx.ts';
import { network, startPhone } from '../../../src/setup/sipp.ts';
import { hearEvents } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

describe('what callbacks leave in the switch’s own database, on a real Asterisk', function () {
  this.timeout(240_000);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-entries-'));
  let pbx: Pbx;
  let commands: Commands;

  before(async () => {
    pbx = await startPbx({ varDir, address: `127.0.${150 + (process.pid % 30)}.1` });
    const { address, amiPort, actionsSecret } = pbx.site;
    commands = openCommands({
      host: address,
      port: amiPort,
      user: 'hotline-actions',
      secret: actionsSecret,
    });
    await until('the commands are connected', () => commands.connected());
  });
  after(async () => {
    commands?.close();
    await pbx?.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  /** The far end takes the callback up and hangs up at once. */
  async function calledBack(surveyId: string): Promise<void> {
    const events = await hearEvents(pbx.site);
    const far = startPhone(pbx.site, {
      extension: '9000',
      at: { address: `${network(pbx.site)}.10`, port: 5060 },
      ringMs: 100,
      talkMs: 600,
      calls: 1,
    });
    try {
      const placed = await commands.callBack({
        surveyId,
        number: '13912345678',
        callerId: pbx.site.hotlineNumber,
        day: ['hotline/survey-you-called'],
        matter: 'hotline/survey-go',
      });
      expect(placed).to.deep.include({ ok: true });
      await far.done;
      await until(
        'the script has ended',
        () => events.values('UserEvent', 'SurveyId').includes(surveyId),
        40_000,
      );
    } finally {
      far.stop();
      events.close();
    }
  }

  it('a callback’s answers are read by its own id', async () => {
    await calledBack('7xa1');
    expect(await commands.keptOf('7xa1')).to.deep.equal({ ok: true, value: 'up:1.result:hangup' });
    expect(await commands.keptOf('7xb2'), 'another of the same number').to.deep.equal({ ok: true });
    expect(await commands.keptOf('8xa1'), 'never placed').to.deep.equal({ ok: true });
  });

  it('a thousand callbacks later its entry is overwritten: the database does not grow', async () => {
    await calledBack('9xa1');
    await calledBack('1009xa2');
    expect(await commands.keptOf('1009xa2')).to.deep.equal({ ok: true, value: 'up:1.result:hangup' });
    expect(await commands.keptOf('9xa1')).to.deep.equal({ ok: true });
  });
});
