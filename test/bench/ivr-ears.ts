/** A hundred callers' ears in a process of their own: what each heard late. */
import { createSocket, type Socket } from 'node:dgram';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const [host, count, pressAfterMs] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const LATE_MS = 60;
const PACKET_SAMPLES = 160;

interface Heard {
  socket: Socket;
  far: { address: string; port: number } | null;
  firstMs: number;
  lastMs: number;
  lastStamp: number;
  packets: number;
  /** sound that belonged right after the sound before, and came more than 60 ms after it */
  late: number;
  worstMs: number;
  sequence: number;
  stamp: number;
  pressed: boolean;
}

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const ears: Heard[] = [];
for (let at = 0; at < count; at += 1) {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, host, done));
  const ear: Heard = {
    ...{ socket, far: null, firstMs: 0, lastMs: 0, lastStamp: 0, packets: 0, late: 0, worstMs: 0 },
    ...{ sequence: 1, stamp: PACKET_SAMPLES, pressed: false },
  };
  socket.on('message', (packet, from) => {
    const nowMs = performance.now();
    const stamp = packet.readUInt32BE(4);
    ear.far = from;
    if (ear.packets === 0) ear.firstMs = nowMs;
    else if ((stamp - ear.lastStamp) >>> 0 === PACKET_SAMPLES) {
      const gapMs = nowMs - ear.lastMs;
      ear.worstMs = Math.max(ear.worstMs, gapMs);
      if (gapMs > LATE_MS) ear.late += 1;
    }
    ear.packets += 1;
    ear.lastMs = nowMs;
    ear.lastStamp = stamp;
  });
  ears.push(ear);
}
const silence = Buffer.alloc(PACKET_SAMPLES, 0xd5);
function send(ear: Heard, type: number, payload: Buffer, stamp: number): void {
  if (!ear.far) return;
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = type;
  head.writeUInt16BE(ear.sequence++ & 0xffff, 2);
  head.writeUInt32BE(stamp >>> 0, 4);
  head.writeUInt32BE(0x96666, 8);
  ear.socket.send(Buffer.concat([head, payload]), ear.far.port, ear.far.address);
}
setInterval(() => {
  for (const [at, ear] of ears.entries()) {
    send(ear, 8, silence, ear.stamp);
    ear.stamp += PACKET_SAMPLES;
    // every second caller presses 9, for the menu
    if (at % 2 === 0 || ear.pressed || !ear.far || performance.now() - ear.firstMs < pressAfterMs) continue;
    ear.pressed = true;
    for (let n = 1; n <= 8; n += 1) {
      const length = Math.min(n, 6) * PACKET_SAMPLES;
      const end = n > 5 ? 0x80 : 0;
      send(ear, 101, Buffer.from([9, end | 10, length >> 8, length & 0xff]), ear.stamp);
    }
  }
}, 20);

process.send!(ears.map((ear) => ear.socket.address().port));
process.on('message', () =>
  process.send!({
    heard: ears.filter((ear) => ear.packets > 0).length,
    packets: ears.reduce((sum, ear) => sum + ear.packets, 0),
    late: ears.reduce((sum, ear) => sum + ear.late, 0),
    worstMs: Math.max(...ears.map((ear) => ear.worstMs)),
    // how late this process itself was
    ownMs: delay.percentile(99.9) / 1e6,
  }),
);
