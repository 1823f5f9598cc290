import { readFileSync } from 'node:fs';

/** One line of the table that `npm run bench` prints: a ratio of two things measured in the same run. */
export interface BenchRow {
  name: string;
  ours: string;
  other: string;
  ratio: number;
  /** what the ratio is held to */
  goal: string;
  met: boolean;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Seconds of processor time, of this process and all its threads, that the work took; and seconds on the wall. */
export async function timed(work: () => void | Promise<void>): Promise<{ cpu: number; wall: number }> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / 1e6, wall: (performance.now() - began) / 1000 };
}

/** The value below which this share (in percent) of the values lies. */
export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}

/** Processor time of a process and all its threads since it began. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
