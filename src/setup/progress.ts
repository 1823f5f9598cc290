/** A long step of the set-up, said on the terminal: what, and how long it took. */
export async function long<T>(says: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  process.stdout.write(`· ${says} …\n`);
  const result = await work();
  process.stdout.write(`  完成，${((Date.now() - began) / 1000).toFixed(1)} 秒\n`);
  return result;
}

/** The set-up can't go on; the message is one sentence that says what to do. */
export class SetupFailure extends Error {}
