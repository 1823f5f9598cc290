/** Waits for a condition, looking often; when it does not come, says what was still wrong. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== false && seen !== null && seen !== undefined)
        return seen as NonNullable<Exclude<T, false>>;
      last = seen;
    } catch (cause) {
      last = cause;
    }
    if (performance.now() > end) throw new Error(`没有等到：${what}（最后看到：${String(last)}）`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
