/** A caller's own ear and fingers: the RTP of one call is received here, and keys are pressed as RFC 4733 says. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { loudnessOf } from './tone.ts';
import { until } from './until.ts';

export interface Ear {
  port: number;
  /** what was heard so far: 8 kHz samples, −1 … 1 */
  heard(): Float32Array;
  /** the longest time between two packets, ms */
  longestGapMs(): number;
  press(key: string): Promise<void>;
  /** presses a key as a sound (DTMF in band), for so many ms */
  sound(key: string, ms: number): Promise<void>;
  /** speaks a tone from now on; 0: silence */
  speak(hz: number): void;
  /** how like the beginning of this prompt (a wav of 8 kHz) the best place of what was heard since the mark is: 1 is the same */
  likeness(wav: string): number;
  /** how loud this tone was in the last half second: above 1 it is there */
  tone(hz: number): number;
  /** from now on nothing but sound was heard for so many seconds: no fifth of a second of it was quiet (a ring has pauses, a dead line nothing) */
  continuousSound(seconds: number): Promise<void>;
  /** from here on it is listened to: second of what was heard */
  mark: number;
  /** the first sound is there */
  heardSomething(): Promise<void>;
  close(): void;
}

const PCMA = 8;
const EVENT = 101;

export async function openEar(host: string): Promise<Ear> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, host, done));
  const chunks: Float32Array[] = [];
  const thinned: number[] = [];
  let tail = new Float32Array(0);
  const searches = new Map<string, Search>();
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
    // with the end of the packet before, and without the last that waits for the next
    const joined = new Float32Array(tail.length + heard.length);
    joined.set(tail);
    joined.set(heard, tail.length);
    const ready = thin(joined).subarray(tail.length === 0 ? 0 : 1, -1);
    thinned.push(...ready);
    tail = joined.slice(-2 * STEP);
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
  let toneHz = 0;
  let keyHz: readonly [number, number] | null = null;
  let spoken = 0;
  /** timers are late on a busy machine: what is due is sent, so that the tone has no holes */
  let begunMs = performance.now();
  let sent = 0;
  const talking = setInterval(() => {
    if (pressing) {
      begunMs = performance.now();
      sent = 0;
      return;
    }
    for (; sent * 20 < performance.now() - begunMs; sent += 1) {
      send(PCMA, keyHz ? tone(spoken, ...keyHz) : toneHz === 0 ? silence : tone(spoken, toneHz));
      spoken += 160;
      stamp += 160;
    }
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

  const ear: Ear = {
    port: socket.address().port,
    heard,
    longestGapMs: () => gapMs,
    async press(key) {
      pressing = true;
      const code = '0123456789*#ABCD'.indexOf(key);
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
    async sound(key, ms) {
      const at = '123A456B789C*0#D'.indexOf(key);
      keyHz = [[697, 770, 852, 941][at >> 2]!, [1209, 1336, 1477, 1633][at % 4]!];
      await pause(ms);
      keyHz = null;
      await pause(100);
    },
    likeness(wav) {
      let search = searches.get(wav);
      if (!search || search.mark !== ear.mark) {
        search = { mark: ear.mark, wanted: wantedOf(wav), at: Math.round(ear.mark * RATE), best: 0 };
        searches.set(wav, search);
      }
      lookOn(search, thinned);
      return search.best;
    },
    tone(hz) {
      const last: number[] = [];
      for (let at = chunks.length - 1; at >= 0 && last.length < 4000; at -= 1) last.unshift(...chunks[at]!);
      return last.length < 2000 ? 0 : loudnessOf(last, hz) * 100;
    },
    speak: (hz) => void (toneHz = hz),
    async continuousSound(seconds) {
      let from = heard().length;
      let loudSince = from;
      await until(
        `${seconds} s of continuous sound`,
        () => {
          const samples = heard();
          for (; from + FIFTH <= samples.length; from += FIFTH) {
            if (quadraticMean(samples.subarray(from, from + FIFTH)) < QUIET) loudSince = from + FIFTH;
          }
          return from - loudSince >= seconds * 8000;
        },
        20_000,
      );
    },
    mark: 0,
    heardSomething: async () => {
      while (chunks.length < 20) await pause(20);
    },
    close() {
      clearInterval(talking);
      socket.close();
    },
  };
  return ear;
}

const FIFTH = 1600;
/** of full scale: about −37 dBm0, far below music and far above a dead line */
const QUIET = 0.007;

function quadraticMean(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** 20 ms of a tone, or of several at once, A-law. */
function tone(from: number, ...all: number[]): Buffer {
  const wave = (at: number) =>
    all.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * at) / 8000), 0) / all.length;
  return Buffer.from(Array.from({ length: 160 }, (_, n) => toAlaw(Math.round(12_000 * wave(from + n)))));
}

/** 16 bit ─▶ G.711 A-law. */
function toAlaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const size = Math.min(32_635, Math.abs(sample));
  let exponent = 7;
  for (let mask = 0x4000; (size & mask) === 0 && exponent > 0; exponent -= 1) mask >>= 1;
  const mantissa = exponent === 0 ? size >> 4 : (size >> (exponent + 3)) & 0x0f;
  return (sign | (exponent << 4) | (mantissa & 0x0f)) ^ 0x55;
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

/** What is compared: 2 kHz is enough to tell one sentence from another, and cheap. */
const RATE = 2000;
const STEP = 8000 / RATE;
const COMPARED = 1.2 * RATE;

interface Search {
  mark: number;
  wanted: Float32Array;
  /** everything before this place has been looked at */
  at: number;
  best: number;
}

function wantedOf(wav: string): Float32Array {
  const samples = wavSamples(wav);
  // the first quiet tenths of a second say nothing
  const from = Math.max(
    0,
    samples.findIndex((one) => Math.abs(one) > 0.05),
  );
  return thin(samples.subarray(from, from + COMPARED * STEP));
}

/** A low voice only (below 330 Hz): what is left does not mind being cut a quarter of a millisecond earlier or later. */
function thin(samples: Float32Array): Float32Array {
  const few = new Float32Array(Math.floor(samples.length / STEP));
  for (let n = 0; n < few.length; n += 1) {
    let sum = 0;
    for (let k = 0; k < STEP * 3; k += 1) sum += samples[n * STEP + k - STEP] ?? 0;
    few[n] = sum / (STEP * 3);
  }
  return few;
}

/** The best normalised correlation, in what has come since the last look. */
function lookOn(search: Search, heard: readonly number[]): void {
  const { wanted } = search;
  let energy = 0;
  for (const one of wanted) energy += one * one;
  for (; search.at + wanted.length <= heard.length; search.at += 1) {
    let product = 0;
    let around = 0;
    for (let n = 0; n < wanted.length; n += 1) {
      const one = heard[search.at + n]!;
      product += one * wanted[n]!;
      around += one * one;
    }
    if (around > energy / 100) search.best = Math.max(search.best, product / Math.sqrt(energy * around));
  }
}
