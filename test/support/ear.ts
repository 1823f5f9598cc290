/** A caller's own ear and fingers: the RTP of one call is received here, and keys are pressed as RFC 4733 says. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';

export interface Ear {
  port: number;
  /** what was heard so far: 8 kHz samples, −1 … 1 */
  heard(): Float32Array;
  /** the longest time between two packets, ms */
  longestGapMs(): number;
  press(key: string): Promise<void>;
  /** how like this prompt (a wav of 8 kHz) the best place of what was heard is: 1 is the same; by its first two seconds */
  likeness(wav: string, fromSecond?: number): number;
  close(): void;
}

const PCMA = 8;
const EVENT = 101;

export async function openEar(host: string): Promise<Ear> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, host, done));
  const chunks: Float32Array[] = [];
  let far: { address: string; port: number } | null = null;
  let sequence = 1;
  let stamp = 160;
  let lastAtMs = 0;
  let gapMs = 0;
  let pressing = false;

  socket.on('message', (packet, from) => {
    far = from;
    const atMs = performance.now();
    if (lastAtMs > 0) gapMs = Math.max(gapMs, atMs - lastAtMs);
    lastAtMs = atMs;
    if ((packet[1]! & 0x7f) !== PCMA) return;
    const heard = new Float32Array(packet.length - 12);
    for (let n = 12; n < packet.length; n += 1) heard[n - 12] = alaw(packet[n]!) / 32768;
    chunks.push(heard);
  });

  function send(type: number, payload: Buffer, marker = false, at = stamp): void {
    if (!far) return;
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = type | (marker ? 0x80 : 0);
    head.writeUInt16BE(sequence++ & 0xffff, 2);
    head.writeUInt32BE(at >>> 0, 4);
    head.writeUInt32BE(0x96666, 8);
    socket.send(Buffer.concat([head, payload]), far.port, far.address);
  }
  // silence, as a telephone sends it: a trunk that hears nothing for a minute hangs up
  const silence = Buffer.alloc(160, 0xd5);
  const talking = setInterval(() => {
    if (pressing) return;
    send(PCMA, silence);
    stamp += 160;
  }, 20);

  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  const heard = () => {
    const whole = new Float32Array(chunks.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  };

  return {
    port: socket.address().port,
    heard,
    longestGapMs: () => gapMs,
    async press(key) {
      pressing = true;
      const code = '0123456789*#'.indexOf(key);
      const at = stamp;
      for (let n = 1; n <= 8; n += 1) {
        const end = n > 5;
        const length = Math.min(n, 6) * 160;
        send(EVENT, Buffer.from([code, (end ? 0x80 : 0) | 10, length >> 8, length & 0xff]), n === 1, at);
        if (!end) await pause(20);
      }
      stamp += 1600;
      pressing = false;
      await pause(60);
    },
    likeness: (wav, fromSecond = 0) =>
      likeness(
        thin(heard().subarray(Math.round(fromSecond * 8000))),
        thin(wavSamples(wav).subarray(0, 16_000)),
      ),
    close() {
      clearInterval(talking);
      socket.close();
    },
  };
}

/** G.711 A-law ─▶ 16 bit. */
function alaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value & 0x70) >> 4;
  let sample = ((value & 0x0f) << 4) + 8;
  if (exponent > 0) sample = (sample + 0x100) << (exponent - 1);
  return value & 0x80 ? sample : -sample;
}

function wavSamples(file: string): Float32Array {
  const bytes = readFileSync(file);
  const from = bytes.indexOf('data') + 8;
  const samples = new Float32Array((bytes.length - from) >> 1);
  for (let n = 0; n < samples.length; n += 1) samples[n] = bytes.readInt16LE(from + n * 2) / 32768;
  return samples;
}

/** To 2 kHz: what makes a sentence itself is below 1 kHz. */
function thin(samples: Float32Array): Float32Array {
  const thinned = new Float32Array(samples.length >> 2);
  for (let n = 0; n < thinned.length; n += 1)
    thinned[n] = (samples[4 * n]! + samples[4 * n + 1]! + samples[4 * n + 2]! + samples[4 * n + 3]!) / 4;
  return thinned;
}

/** The best normalised correlation of `wanted` at any place of `heard`. */
function likeness(heard: Float32Array, wanted: Float32Array): number {
  let energy = 0;
  for (const one of wanted) energy += one * one;
  if (energy === 0 || heard.length < wanted.length) return 0;
  let best = 0;
  let around = 0;
  for (let n = 0; n < wanted.length; n += 1) around += heard[n]! * heard[n]!;
  for (let at = 0; at + wanted.length <= heard.length; at += 1) {
    if (around > energy / 100) {
      let product = 0;
      for (let n = 0; n < wanted.length; n += 1) product += heard[at + n]! * wanted[n]!;
      best = Math.max(best, product / Math.sqrt(energy * around));
    }
    around += (heard[at + wanted.length] ?? 0) ** 2 - heard[at]! ** 2;
  }
  return best;
}
