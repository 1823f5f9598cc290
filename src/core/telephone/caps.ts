/** How often something that a stranger can ask for may be had: of one number, in a time, and in all. */
export interface Cap {
  /** why it is refused, as a code */
  name: 'in-all' | 'per-hour' | 'per-number';
  most: number;
  count: number;
}

/** The first cap that is reached; null: it may be had. */
export function reachedCap(caps: readonly Cap[]): Cap['name'] | null {
  return caps.find(({ most, count }) => count >= most)?.name ?? null;
}
