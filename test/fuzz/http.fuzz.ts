/** Raw bytes to a real server: requests and upgrades, whole, spoilt, cut and torn off. It answers the next one whatever came. */
import { openFuzzServer, sayRaw } from './lines.ts';
import { anyValue, randomBytes, spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 500,
  mustSee: ['101', '200', '400', '404', 'reset'],
  async open() {
    const server = await openFuzzServer();
    let count = 0;
    return {
      async run(random, seen) {
        const whole = request(random, server.port);
        const bytes = random.chance(0.4) ? spoiltBytes(random, whole) : whole;
        const cut = random.whole(0, bytes.length);
        const pieces = random.chance(0.5) ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
        const end = random.chance(0.3) ? 'reset' : 'answer';
        const answer = await sayRaw(server.port, pieces, end);
        seen(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? (end === 'reset' ? 'reset' : 'nothing'));
        if (end === 'reset') seen('reset');
        // bytes alone never make it say that something of ours is away
        if (server.faults.length > 0) throw server.faults[0];
        count += 1;
        if (count % 20 !== 0) return;
        const lives = await fetch(`http://127.0.0.1:${server.port}/healthz`);
        if (lives.status !== 200) throw new Error(`the next request was answered ${lives.status}`);
        await lives.text();
      },
      close: server.close,
    };
  },
};

const TARGETS = [
  ...['/', '//', '///', '/sip', '/sip?ticket=mine', '/sip?ticket=%', '/socket.io/?EIO=4&transport=websocket'],
  ...[
    '/socket.io/?EIO=3&transport=websocket',
    '/socket.ioX',
    '/tv-line/?EIO=4&transport=websocket',
    '*',
    '/%',
  ],
  ...[
    '/api/echo',
    '/api/nothing',
    '/assets/../../etc/passwd',
    '/healthz',
    '/metrics',
    'http://[',
    'http://x/sip',
  ],
  ...[
    'http://x:y/',
    '/socket.io/?EIO=4&transport=websocket&sid=x',
    '/api/echo?a[b]=c',
    '/.env',
    '/%00',
    'sip:x',
  ],
];

function request(random: Random, port: number): Buffer {
  if (random.chance(0.2)) return Buffer.from(handshake(random.pick(TARGETS.slice(3, 7)), port));
  const method = random.pick([
    'GET',
    'GET',
    'GET',
    'POST',
    'PUT',
    'OPTIONS',
    'CONNECT',
    'HEAD',
    'TRACE',
    'get',
  ]);
  const origin = random.pick([
    `http://127.0.0.1:${port}`,
    'http://[',
    'null',
    '',
    'http://evil.example',
    'x:y:z',
  ]);
  const lines = [
    `${method} ${random.pick(TARGETS)} HTTP/${random.pick(['1.1', '1.1', '1.1', '1.0', '2.0'])}`,
  ];
  if (random.chance(0.95)) lines.push(`Host: ${random.pick([`127.0.0.1:${port}`, '[', 'x:y:z', ''])}`);
  if (random.chance(0.7)) lines.push(`Origin: ${origin}`);
  if (random.chance(0.7)) {
    lines.push(
      `Connection: ${random.pick(['Upgrade', 'Upgrade, HTTP2-Settings', 'keep-alive, Upgrade', 'close'])}`,
    );
    lines.push(
      `Upgrade: ${random.pick(['websocket', 'websocket', 'websocket', 'h2c', 'WebSocket, h2c', 'TLS/1.0', ''])}`,
    );
  }
  if (random.chance(0.8)) {
    lines.push('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
    lines.push(`Sec-WebSocket-Version: ${random.pick(['13', '13', '8', '99'])}`);
  }
  if (random.chance(0.3))
    lines.push(`Sec-WebSocket-Protocol: ${random.pick(['sip', 'sip, sip', ',', '"', 'x'])}`);
  if (random.chance(0.2))
    lines.push('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99');
  if (random.chance(0.2))
    lines.push(`Cookie: ${random.pick(['hotline=s%3A', 'hotline=%', '=;;=', 'a'.repeat(9000)])}`);
  if (random.chance(0.2))
    lines.push(`X-Forwarded-For: ${random.pick(['1.2.3.4', 'x', '::', ',,,', '1.2.3.4:5'])}`);
  if (random.chance(0.1))
    lines.push(`X-Forwarded-Proto: ${random.pick(['https', 'x'])}`, 'Sec-Fetch-Site: same-origin');
  if (random.chance(0.1)) lines.push('Expect: 100-continue');
  const body = random.chance(0.5) ? Buffer.from(JSON.stringify(anyValue(random))) : randomBytes(random, 40);
  if (random.chance(0.3)) {
    lines.push(
      `Content-Type: ${random.pick(['application/json', 'application/json; charset=x', 'multipart/form-data'])}`,
    );
    lines.push(random.chance(0.7) ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked');
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** As a browser says it. */
function handshake(target: string, port: number): string {
  return (
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n'
  );
}
