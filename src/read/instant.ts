import { zonedIso } from '../core/zone.ts';

/** `2026-11-24T16:30:00+08:00`; null stays null. */
export function instantText(atMs: number | null): string | null {
  return atMs === null ? null : zonedIso(atMs);
}
