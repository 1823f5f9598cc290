import { availableParallelism, loadavg } from 'node:os';

/** so long a step may be silent; shorter for tests */
const SLOW_MS = Number(process.env['HOTLINE_SAY_SLOW_MS'] ?? 20_000);

/** What takes long on this machine is said again and again: nobody is left before a screen that stands still. */
export async function sayIfSlow<T>(says: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const load = `负载 ${loadavg()[0]!.toFixed(1)}，${availableParallelism()} 核`;
    process.stdout.write(`  ${says}：已经 ${seconds} 秒，还在进行（${load}），请稍等 …\n`);
  }, SLOW_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** A long step of the set-up, said on the terminal: what, and how long it took. */
export async function long<T>(says: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  process.stdout.write(`· ${says} …\n`);
  const result = await sayIfSlow(says, work);
  process.stdout.write(`  完成，${((Date.now() - began) / 1000).toFixed(1)} 秒\n`);
  return result;
}

/** The set-up can't go on; the message is one sentence that says what to do. */
export class SetupFailure extends Error {}

/** What the terminal says of a start that failed; all of it stands in hotline.log. */
export function failureWords(fault: unknown): string {
  const said = fault instanceof Error ? fault.message : String(fault);
  if (fault instanceof SetupFailure || /[\u4e00-\u9fff]/.test(said)) return said;
  return `启动没有完成（${said}）。请稍候再执行一次 npm start；一直不行，请把数据目录里的 hotline.log 交给维护人员。`;
}
