import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { openCommands, type Commands } from '../../src/asterisk/commands.ts';

/** What a frame with a header twice would make of a service that trusts its library. */
const ODD = [
  'Event: UserEvent\r\nUserEvent: a\r\nUserEvent: b\r\n\r\n',
  'Event: UserEvent\r\nEvent: UserEvent\r\nUserEvent: a\r\nUserEvent: b\r\n\r\n',
  'Response: Success\r\nResponse: Error\r\nActionID: x\r\nActionID: y\r\n\r\n',
  'Event: DBGetResponse\r\nActionID: x\r\nActionID: y\r\nVal: 1\r\nVal: 2\r\n\r\n',
  '__proto__: 1\r\nconstructor: 2\r\nEvent: a\r\n\r\n',
  ': \r\n\r\n',
];

describe('the account by which the switch is told what to do', () => {
  let server: Server;
  let commands: Commands;
  const sockets = new Set<Socket>();
  const unforeseen: unknown[] = [];
  const note = (cause: unknown) => void unforeseen.push(cause);

  before(async () => {
    process.on('uncaughtException', note);
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.write('Asterisk Call Manager/11.0.0\r\n');
      socket.on('data', (bytes) => {
        for (const [, id] of bytes.toString('latin1').matchAll(/ActionID: (\S+)/gi)) {
          for (const frame of ODD) socket.write(frame);
          socket.write(`Response: Success\r\nActionID: ${id}\r\nMessage: ok\r\n\r\n`);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    commands.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    process.off('uncaughtException', note);
  });

  it('goes on though a frame has a header twice', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((connected) => {
      commands = openCommands({
        ...{ host: '127.0.0.1', port, user: 'u', secret: 's' },
        onState: (state) => state === 'connected' && connected(),
      });
    });
    expect(await commands.pause('PJSIP/1001', true, 'meal')).to.deep.equal({ ok: true });
    expect(await commands.pause('PJSIP/1001', false, 'meal')).to.deep.equal({ ok: true });
    expect(unforeseen).to.deep.equal([]);
  });
});
