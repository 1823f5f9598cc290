import { execFileSync } from 'node:child_process';

/** How loud a tone is in one second of one side. */
export function heard(file: string, side: 1 | 2, fromSecond: number): (hz: number) => number {
  const raw = execFileSync('sox', [
    ...[
      file,
      '-t',
      'raw',
      '-e',
      'signed',
      '-b',
      '16',
      '-',
      'remix',
      String(side),
      'trim',
      String(fromSecond),
      '1',
    ],
  ]);
  const samples = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1);
  return (hz) => {
    let [real, imaginary] = [0, 0];
    samples.forEach((sample, n) => {
      real += sample * Math.cos((2 * Math.PI * hz * n) / 8000);
      imaginary += sample * Math.sin((2 * Math.PI * hz * n) / 8000);
    });
    return Math.hypot(real, imaginary) / Math.max(1, samples.length);
  };
}
