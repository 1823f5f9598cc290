/** What comes in floods (refused deeds, searches as one types) is written at once a few times a minute, and counted beyond. */
export class MinuteLimit {
  readonly #mostOfKey: number;
  readonly #mostInAll: number;
  #minute = 0;
  #written = 0;
  #of = new Map<string, { seen: number; written: number }>();
  #beyond = 0;

  constructor(mostOfKey: number, mostInAll: number) {
    this.#mostOfKey = mostOfKey;
    this.#mostInAll = mostInAll;
  }

  /** Whether this one is written now; else it is counted. Before the first of a new minute `over` is asked. */
  take(key: string): boolean {
    const known = this.#of.get(key);
    // so many different ones that even to count them apart would fill the memory
    if (!known && this.#of.size >= this.#mostInAll) {
      this.#beyond += 1;
      return false;
    }
    const count = known ?? { seen: 0, written: 0 };
    this.#of.set(key, count);
    count.seen += 1;
    if (count.written >= this.#mostOfKey || this.#written >= this.#mostInAll) return false;
    count.written += 1;
    this.#written += 1;
    return true;
  }

  /** The minute is over: what was counted and not written, the most frequent first; `beyond`: of how many no key was kept. */
  over(nowMs: number): { counted: { key: string; count: number }[]; beyond: number } | null {
    const minute = Math.floor(nowMs / 60_000);
    if (minute === this.#minute) return null;
    const counted = [...this.#of]
      .map(([key, { seen, written }]) => ({ key, count: seen - written }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count);
    const told = { counted: counted.slice(0, this.#mostInAll), beyond: this.#beyond };
    this.#minute = minute;
    this.#written = 0;
    this.#of = new Map();
    this.#beyond = 0;
    return told;
  }
}
