import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './packages.ts';

/**
 * What a caller hears who is held, or whose agent was lost. The music is composed here, note by note, and so is ours
 * (the licence of this house); it is the same on every machine, to the sample. Nothing of it is kept in a cache.
 */
const RATE = 8000;
/** 96 beats a minute */
const BEAT = 5000;
const BEATS = 64;
/** a sine as loud as G.711 can say is +3.14 dBm0 */
const FULL_SCALE_DBM0 = 3.14;
const MUSIC_DBM0 = -18;
const RING_DBM0 = -15;

/** Four beats each; MIDI numbers in D flat: no note of it is one of the pure tones that our tests speak. */
const CHORDS = [
  [61, 65, 68],
  [58, 65, 70],
  [63, 66, 70],
  [60, 63, 68],
  [61, 65, 68],
  [58, 61, 65],
  [54, 66, 70],
  [56, 63, 68],
  [54, 66, 70],
  [56, 63, 68],
  [53, 65, 68],
  [58, 65, 70],
  [63, 66, 70],
  [56, 63, 72],
  [61, 65, 68],
  [56, 63, 68],
] as const;

/** Beats and MIDI numbers, one after the other; null: a rest. */
const MELODY: readonly (readonly [number, number | null])[] = [
  [2, 77],
  [1, 75],
  [1, 73],
  [2, 70],
  [1, 73],
  [1, 75],
  [3, 78],
  [1, 77],
  [3, 75],
  [1, null],
  [2, 73],
  [1, 75],
  [1, 77],
  [2, 80],
  [1, 77],
  [1, 75],
  [2, 78],
  [1, 77],
  [1, 73],
  [3, 75],
  [1, null],
  [1, 78],
  [1, 80],
  [2, 82],
  [2, 80],
  [1, 78],
  [1, 75],
  [2, 77],
  [1, 80],
  [1, 77],
  [2, 73],
  [2, 70],
  [1, 75],
  [1, 78],
  [1, 77],
  [1, 75],
  [2, 72],
  [2, 75],
  [3, 73],
  [1, 77],
  [2, 75],
  [2, null],
];

const hertz = (midi: number) => 440 * 2 ** ((midi - 69) / 12);

/** Samples of 8 kHz, −1 … 1; the last one leads back into the first. */
export function holdMusic(): Float32Array {
  const samples = new Float32Array(BEATS * BEAT);
  /** What rings on past the end rings on at the beginning: so the seam is not heard. */
  function add(beginBeat: number, beats: number, midi: number, loudness: number, voice: Voice): void {
    const begin = Math.round(beginBeat * BEAT);
    const length = Math.round(beats * BEAT + voice.fadeSeconds * RATE);
    for (let at = 0; at < length; at += 1) {
      const seconds = at / RATE;
      const rise = Math.min(1, seconds / voice.riseSeconds);
      const fade = Math.min(1, (length - at) / (voice.fadeSeconds * RATE));
      const swell = rise * fade * Math.exp(-seconds / voice.decaySeconds);
      const turn = 2 * Math.PI * hertz(midi) * seconds;
      const wave = voice.partials.reduce((sum, part, n) => sum + part * Math.sin((n + 1) * turn), 0);
      samples[(begin + at) % samples.length]! += loudness * swell * wave;
    }
  }
  CHORDS.forEach((chord, bar) => {
    for (const midi of chord) add(bar * 4, 4, midi, 0.3, STRINGS);
    for (let eighth = 0; eighth < 8; eighth += 1)
      add(bar * 4 + eighth / 2, 0.5, chord[[0, 1, 2, 1][eighth % 4]!]! + 12, 0.35, HARP);
  });
  let beat = 0;
  for (const [beats, midi] of MELODY) {
    if (midi !== null) add(beat, beats, midi, 0.6, FLUTE);
    beat += beats;
  }
  return levelled(samples, MUSIC_DBM0);
}

interface Voice {
  riseSeconds: number;
  decaySeconds: number;
  fadeSeconds: number;
  partials: readonly number[];
}
const STRINGS: Voice = { riseSeconds: 0.25, decaySeconds: 30, fadeSeconds: 0.3, partials: [1, 0.4, 0.2] };
const HARP: Voice = { riseSeconds: 0.006, decaySeconds: 0.35, fadeSeconds: 0.3, partials: [1, 0.5] };
const FLUTE: Voice = { riseSeconds: 0.05, decaySeconds: 4, fadeSeconds: 0.12, partials: [1, 0.3, 0.1] };

/** The ring of the Chinese network: 450 Hz, one second of five. */
export function ringTone(): Float32Array {
  const samples = new Float32Array(5 * RATE);
  const loudest = 10 ** ((RING_DBM0 - FULL_SCALE_DBM0) / 20);
  for (let at = 0; at < RATE; at += 1) {
    const edge = Math.min(1, at / 80, (RATE - at) / 80);
    samples[at] = loudest * edge * Math.sin((2 * Math.PI * 450 * at) / RATE);
  }
  return samples;
}

/** Made as loud as the line wants it on the whole. */
function levelled(samples: Float32Array, dbm0: number): Float32Array {
  const meanSquare = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  // a full-scale sine's mean square is a half
  const wanted = Math.sqrt(0.5) * 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20);
  const gain = wanted / Math.sqrt(meanSquare);
  return samples.map((sample) => sample * gain);
}

function wavOf(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, at) => bytes.writeInt16LE(Math.round(sample * 32_767), 44 + at * 2));
  return bytes;
}

/**
 * Writes `hold.wav` into the switch's folder of music: `music`, `ring`, or a sound file of the site's own (HOLD_SOUND).
 * It is written anew where it differs, so that no machine plays what an earlier version made. A file that can't be
 * played costs nobody the line: the music is heard instead, and it is said.
 */
export async function writeHoldSound(folder: string, wish: string): Promise<void> {
  const file = join(folder, 'hold.wav');
  if (wish !== 'music' && wish !== 'ring') {
    const converted = `${file}.new.wav`;
    try {
      // a path from the root is never an option of sox, nor a pipe
      await run(['sox', '-q', '-G', resolve(wish), '-r', '8000', '-c', '1', '-b', '16', converted]);
      return renameSync(converted, file);
    } catch (cause) {
      process.stderr.write(
        `HOLD_SOUND 指定的声音文件用不了（${wish}），现在播放内置音乐。请写 music（内置音乐）、ring（回铃音）或一个音频文件的路径。\n  ${(cause as Error).message}\n`,
      );
      rmSync(converted, { force: true });
    }
  }
  const bytes = wavOf(wish === 'ring' ? ringTone() : holdMusic());
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}
