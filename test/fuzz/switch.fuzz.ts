/**
 * A switch that is killed at any moment, says anything, or is another program: the feed and the commands' account connect
 * to it, lose it and come again. Nothing throws, every command is answered, and closing ends all of it.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { openCommands } from '../../src/asterisk/commands.ts';
import { openFeed } from '../../src/asterisk/feed.ts';
import { bytesOf } from '../support/recordings.ts';
import { spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 25,
  mustSee: ['live', 'lost', 'refused', 'answered', 'pbx-disconnected'],
  async open() {
    const capture = bytesOf('a-ring1-2s');
    let behave: (socket: Socket) => void = () => undefined;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      behave(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      async run(random, seen) {
        behave = (socket) => fakeSwitch(random, socket, capture);
        const at = { host: '127.0.0.1', port, user: 'u', secret: 's' };
        const over = new Promise<void>((done) => setTimeout(done, 60));
        const feed = openFeed({
          ...at,
          now: () => performance.now(),
          onOpen: () => undefined,
          onBytes: () => undefined,
          onLost: () => undefined,
          onState: (state) => seen(state),
        });
        let asked: Promise<unknown>[] = [];
        const commands = openCommands({
          ...at,
          onState(state) {
            if (state !== 'connected') return;
            asked = [
              commands.pause('PJSIP/1001', true, 'meal'),
              commands.keptOf('123x9af0'),
              commands.callOut({ agent: 'PJSIP/1001', number: '13912345678', callsThisHour: 0 }),
            ].map((answer) => answer.then((told) => seen(told.ok ? 'answered' : told.refusal)));
          },
        });
        await over;
        for (const socket of sockets) socket.resetAndDestroy();
        feed.close();
        commands.close();
        await Promise.all(asked);
        for (const socket of sockets) socket.destroy();
      },
      close() {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  },
};

function fakeSwitch(random: Random, socket: Socket, capture: Buffer): void {
  const kind = random.weighted({ switch: 70, refuses: 10, other: 10, silent: 5, resets: 5 });
  if (kind === 'silent') return;
  if (kind === 'resets') return void socket.resetAndDestroy();
  if (kind === 'other')
    return void socket.write(random.pick(['SSH-2.0-x\r\n', 'HTTP/1.1 400\r\n\r\n', '\0'.repeat(9000)]));
  socket.write('Asterisk Call Manager/11.0.0\r\n');
  const lives = random.whole(1, 8);
  let said = 0;
  socket.on('data', (bytes) => {
    for (const [, id] of bytes.toString('latin1').matchAll(/ActionID: (\S+)/gi)) {
      said += 1;
      if (said > lives) return void (random.chance(0.5) ? socket.resetAndDestroy() : socket.destroy());
      const answer =
        kind === 'refuses'
          ? `Response: Error\r\nActionID: ${id}\r\nMessage: Authentication failed\r\n\r\n`
          : `Response: Success\r\nActionID: ${id}\r\nMessage: ok\r\n\r\n`;
      const whole = Buffer.from(answer);
      socket.write(random.chance(0.2) && said > 1 ? spoiltBytes(random, whole) : whole);
      if (random.chance(0.5)) {
        const from = random.whole(0, capture.length);
        socket.write(spoiltBytes(random, capture.subarray(from, from + 4000)));
      }
    }
  });
}
