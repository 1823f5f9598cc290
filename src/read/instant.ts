const HERE_MS = 8 * 3_600_000;

/** `2026-11-24T16:30:00+08:00`; null stays null. */
export function instantText(atMs: number | null): string | null {
  return atMs === null ? null : `${new Date(atMs + HERE_MS).toISOString().slice(0, 19)}+08:00`;
}
