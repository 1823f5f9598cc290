/** Frames on the browsers' and the televisions' line: of the protocol, spoilt, of any shape and depth, and no frames at all. */
import { WebSocket } from 'ws';
import { openFuzzServer } from './lines.ts';
import { anyValue, randomBytes, spoilt } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 250,
  mustSee: ['an answer', 'cut off', 'still open'],
  async open() {
    const server = await openFuzzServer();
    return {
      async run(random, seen) {
        const path = random.chance(0.3) ? 'tv-line' : 'socket.io';
        const line = new WebSocket(`ws://127.0.0.1:${server.port}/${path}/?EIO=4&transport=websocket`);
        line.on('error', () => undefined);
        await new Promise((done) => line.once('open', done));
        const closed = new Promise<string>((done) => line.once('close', () => done('cut off')));
        const welcome = new Promise((done) =>
          line.on('message', (data: Buffer) => {
            const said = data.toString();
            if (/^43/.test(said)) seen('an answer');
            if (/^4[04]/.test(said)) done(said);
          }),
        );
        // half of them speak the protocol, whatever they say in it
        const speaks = random.chance(0.5);
        if (speaks || random.chance(0.8)) {
          line.send(`40${JSON.stringify({ token: 't'.repeat(43) })}`);
          await Promise.race([welcome, closed]);
        } else line.send(spoilt(random, '40{"token":"x"}'));
        for (let count = random.whole(1, 12); count > 0 && line.readyState === WebSocket.OPEN; count -= 1)
          line.send(speaks ? event(random) : packet(random));
        if (!speaks && random.chance(0.2)) sendNoFrame(line, randomBytes(random, 20));
        // the server has read all of it when it answers this one
        const through = new Promise<string>((done) => line.once('pong', () => done('still open')));
        if (line.readyState === WebSocket.OPEN) line.ping();
        seen(await Promise.race([closed, through]));
        line.terminate();
      },
      close: server.close,
    };
  },
};

/** Bits that are reserved, a length without end, no mask. */
function sendNoFrame(line: WebSocket, bytes: Buffer): void {
  (line as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
}

const EVENTS = [
  ...[
    'clock',
    'watchDesk',
    'hold',
    'painted',
    'watchWall',
    'taken',
    'beat',
    'error',
    'connection',
    'newListener',
  ],
  ...['disconnect', '__proto__', 'constructor', 'removeListener', '', 'a'.repeat(500)],
];

function packet(random: Random): string | Buffer {
  if (random.chance(0.1)) return randomBytes(random, random.whole(0, 300));
  if (random.chance(0.1))
    return random.pick(['2', '3', '1', '41', '42', '43[]', '44', '5', '6', '45', '451-["x"]']);
  if (random.chance(0.05)) return `42["clock",${'['.repeat(7000)}${']'.repeat(7000)}]`;
  if (random.chance(0.05)) return `42["clock","${'x'.repeat(20_000)}"]`;
  if (random.chance(0.05)) return `42/${random.pick(['admin', '__proto__', 'x?y'])},["clock"]`;
  if (random.chance(0.6)) return event(random);
  if (random.chance(0.3)) return spoilt(random, event(random));
  const words = JSON.stringify(anyValue(random));
  return random.chance(0.5) ? `45${random.whole(0, 20)}-${words}` : `42${words}`;
}

function event(random: Random): string {
  const said = [random.pick(EVENTS), ...Array.from({ length: random.whole(0, 4) }, () => anyValue(random))];
  const id = random.chance(0.6) ? String(random.pick([0, 1, 7, 99999999999999])) : '';
  return `42${id}${JSON.stringify(said)}`;
}
