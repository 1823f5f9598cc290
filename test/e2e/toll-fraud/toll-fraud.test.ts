import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openCommands, type Commands } from '../../../src/asterisk/commands.ts';
import { startPbx, type Pbx } from '../../../src/setup/pbx.ts';
import { until } from '../../support/until.ts';

describe('nobody makes a real Asterisk call where it should not', function () {
  this.timeout(240_000);
  const network = `127.0.${60 + (process.pid % 30)}`;
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-toll-'));
  let pbx: Pbx;
  let commands: Commands;
  let carrier: Socket;
  /** whom the carrier was asked to call */
  const called: string[] = [];

  before(async () => {
    pbx = await startPbx({ varDir, address: `${network}.1` });
    carrier = createSocket('udp4');
    carrier.on('message', (bytes, from) => {
      const text = bytes.toString('latin1');
      const number = /^INVITE sip:([^@]*)@/.exec(text)?.[1];
      if (number === undefined) return;
      called.push(number);
      const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
      carrier.send(
        `SIP/2.0 486 Busy\r\n${kept.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
        from.port,
        from.address,
      );
    });
    carrier.bind(5060, `${network}.10`);
    await once(carrier, 'listening');
    const { address, amiPort, actionsSecret } = pbx.site;
    commands = openCommands({ host: address, port: amiPort, user: 'hotline-actions', secret: actionsSecret });
    await until('the commands are connected', () => commands.connected());
  });
  after(async () => {
    commands?.close();
    carrier?.close();
    await pbx?.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  /** An action told by whoever got hold of an account, past all of our own checks. */
  async function say(user: string, secret: string, action: Record<string, string>): Promise<string> {
    const { address, amiPort } = pbx.site;
    const socket = connect(amiPort, address);
    let told = '';
    socket.on('data', (bytes: Buffer) => (told += bytes.toString()));
    const lines = (one: Record<string, string>) =>
      Object.entries(one)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('') + '\r\n';
    socket.write(lines({ Action: 'Login', Username: user, Secret: secret, Events: 'off' }));
    socket.write(lines({ ...action, ActionID: 'mine' }));
    const answer = await until('the switch answers', () =>
      /Response: (\w+)\r\nActionID: mine\r\nMessage: ([^\r\n]*)/.exec(told),
    );
    socket.destroy();
    return `${answer[1]}: ${answer[2]}`;
  }
  const dial = (number: string) =>
    say('hotline-actions', pbx.site.actionsSecret, {
      Action: 'Originate',
      Channel: `Local/${number}@phones/n`,
      Context: 'phone-test',
      Exten: 'echo',
      Priority: '1',
      Timeout: '5000',
    });

  it('an allowed number reaches the carrier as it was dialled', async () => {
    await dial('13912345678');
    expect(called.splice(0)).to.deep.equal(['13912345678']);
  });

  it('sixty calls an hour, and not one more; the next phone has its own', async () => {
    const hour = () => new Date().toISOString().slice(0, 13);
    // an hour that ends in the middle begins a new sixty: then with another number
    for (const number of ['13912345601', '13912345602']) {
      const began = hour();
      for (let at = 0; at < 61; at += 1) await dial(number);
      const reached = called.splice(0).length;
      if (hour() !== began) continue;
      expect(reached).to.equal(60);
      break;
    }
    await dial('13912345603');
    expect(called.splice(0)).to.deep.equal(['13912345603']);
  });

  for (const number of [
    '13912345678&PJSIP/1001',
    '13912345678&Local',
    '13912345678@trunk',
    '139 1234 5678',
    '008613912345678',
    '0013912345678',
    '00951234567',
    '+8613912345678',
    '1391234567890123456789',
    // what costs more than a common call, and what exists nowhere
    '16812345',
    '09511681234',
    '4008001234',
    '04008001234',
    '13491234567',
    '017401234567',
    '95588',
    '118114',
    '10086',
    '${EXTEN}',
    '*1',
    's',
    'h',
  ]) {
    it(`“${number}” reaches nobody`, async () => {
      expect(await dial(number)).to.match(/^Error/);
      expect(called).to.deep.equal([]);
    });
  }

  it('what the utility allows beside is called, and what the budget of the day has stopped is not', async () => {
    const rules = (extras: string, stopped: string, perHour = 60) =>
      commands.dialRules({ extras, stopped, perHour });
    expect(await rules('95588:4008x', '')).to.deep.include({ ok: true });
    for (const number of ['95588', '4008001234', '955881']) await dial(number);
    expect(called.splice(0)).to.deep.equal(['95588', '4008001234']);
    expect(await rules('', '1391235x:0951601x')).to.deep.include({ ok: true });
    for (const number of ['13912355678', '013912355678', '6012345', '09516012345', '95588', '6022345', '110'])
      await dial(number);
    expect(called.splice(0)).to.deep.equal(['6022345', '110']);
    expect(await rules('', 'all')).to.deep.include({ ok: true });
    for (const number of ['6022345', '12345', '119']) await dial(number);
    expect(called.splice(0)).to.deep.equal(['119']);
    expect(await rules('', '', 2)).to.deep.include({ ok: true });
    for (let at = 0; at < 4; at += 1) await dial('13912345609');
    expect(called.splice(0)).to.have.length(2);
    expect(await rules('', '')).to.deep.include({ ok: true });
  });

  it('a kept place rings nobody abroad, though the switch is asked by whoever got hold of an account', async () => {
    for (const number of ['0085366123456', '16812345', '110'])
      await say('hotline-actions', pbx.site.actionsSecret, {
        Action: 'Originate',
        Channel: 'Local/1@phone-test',
        Context: 'keep-dial',
        Exten: number,
        Priority: '1',
        Variable: '__KEEP=1',
        Timeout: '2000',
      });
    expect(called).to.deep.equal([]);
  });

  it('a program that asks for an application is refused before the switch hears of it', async () => {
    for (const action of [
      { action: 'Originate', channel: 'PJSIP/1001', application: 'Dial', data: 'PJSIP/0013912345678@trunk' },
      { action: 'Originate', channel: 'PJSIP/1001', Application: 'System', Data: 'id' },
      { action: 'Originate', channel: 'PJSIP/1001', context: 'from-trunk', exten: '96666', priority: 1 },
      {
        action: 'Originate',
        channel: 'PJSIP/0013912345678@trunk',
        context: 'phones',
        exten: 'echo',
        priority: 1,
      },
      {
        action: 'Redirect',
        channel: 'PJSIP/1001-00000001',
        context: 'callout-dial',
        exten: 's',
        priority: 1,
      },
    ]) {
      expect(await commands.act(action)).to.deep.include({ ok: false, refusal: 'context-not-allowed' });
    }
    expect(called).to.deep.equal([]);
  });

  it('neither account may run a program, a command, or read a configuration', async () => {
    const { actionsSecret, eventsSecret } = pbx.site;
    for (const action of [
      { Action: 'Originate', Channel: 'Local/echo@phones', Application: 'System', Data: 'id' },
      { Action: 'Command', Command: 'core show channels' },
      { Action: 'GetConfig', Filename: 'pjsip.conf' },
      { Action: 'UpdateConfig', SrcFilename: 'extensions.conf', DstFilename: 'extensions.conf' },
    ]) {
      for (const [user, secret] of [
        ['hotline-actions', actionsSecret],
        ['hotline-events', eventsSecret],
      ] as const) {
        expect(await say(user, secret, action), `${user} ${action.Action}`).to.match(/^Error: /);
      }
    }
  });

  it('the account that hears may not place, redirect or end a call', async () => {
    for (const action of [
      {
        Action: 'Originate',
        Channel: 'Local/13912345678@phones',
        Context: 'phone-test',
        Exten: 'echo',
        Priority: '1',
      },
      { Action: 'Hangup', Channel: 'PJSIP/1001-00000001' },
      { Action: 'Redirect', Channel: 'PJSIP/1001-00000001', Context: 'phones', Exten: '1002', Priority: '1' },
      { Action: 'QueuePause', Interface: 'PJSIP/1001', Paused: 'true' },
    ])
      expect(await say('hotline-events', pbx.site.eventsSecret, action)).to.match(
        /^Error: Permission denied/,
      );
    expect(called).to.deep.equal([]);
  });
});
