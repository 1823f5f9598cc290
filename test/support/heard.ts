import { execFileSync } from 'node:child_process';
import { loudnessOf } from './tone.ts';

/** How loud a tone is in one second of one side of a recording: 1 the caller, 2 the agent. */
export function heard(file: string, side: 1 | 2, fromSecond: number): (hz: number) => number {
  const raw = execFileSync('sox', [
    ...[file, '-t', 'raw', '-e', 'signed', '-b', '16', '-', 'remix', String(side)],
    ...['trim', String(fromSecond), '1'],
  ]);
  const samples = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1);
  return (hz) => loudnessOf(samples, hz);
}
