/**
 * The hotline's zone (setting TIME_ZONE): one for the whole process, set once before anything is read or shown. Its days all
 * have 24 hours: China has had no summer time since 1991, and a zone that has one is refused by `zoneNamed`.
 */
export interface Zone {
  /** as the time zone database has it: `Asia/Shanghai` */
  name: string;
  offsetMs: number;
}
export const SHANGHAI: Zone = { name: 'Asia/Shanghai', offsetMs: 8 * 3_600_000 };

let zone = SHANGHAI;

export function hotlineZone(): Zone {
  return zone;
}
export function setHotlineZone(next: Zone): void {
  zone = next;
}
/** Milliseconds by which the hotline's clocks are ahead of UTC. */
export function zoneOffsetMs(): number {
  return zone.offsetMs;
}

/** null: there is no such zone, or its days are not all of the same length. */
export function zoneNamed(name: string): Zone | null {
  const offsets = [0, 3, 6, 9].map((month) => offsetAt(name, Date.UTC(2026, month, 1)));
  const [offsetMs] = offsets;
  if (offsetMs === undefined || offsetMs === null) return null;
  return offsets.every((one) => one === offsetMs) ? { name, offsetMs } : null;
}

function offsetAt(timeZone: string, atMs: number): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric' },
    }).formatToParts(atMs);
    const of = (type: string) => Number(parts.find((part) => part.type === type)!.value);
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - atMs;
  } catch {
    return null;
  }
}

/** `+08:00` */
export function zoneSuffix(): string {
  const minutes = Math.abs(zone.offsetMs) / 60_000;
  const two = (part: number) => String(part).padStart(2, '0');
  return `${zone.offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `2026-11-27T12:00:00+08:00`, with milliseconds where there are some */
export function zonedIso(atMs: number): string {
  const wall = new Date(atMs + zone.offsetMs).toISOString();
  return `${wall.endsWith('.000Z') ? wall.slice(0, 19) : wall.slice(0, 23)}${zoneSuffix()}`;
}

/** `2026-11-27 12:00` */
export function minuteText(atMs: number): string {
  return new Date(atMs + zone.offsetMs).toISOString().slice(0, 16).replace('T', ' ');
}
/** `2026-11-27 12:00:00` */
export function secondText(atMs: number): string {
  return new Date(atMs + zone.offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}
/** `11-27 12:00` */
export function shortMinuteText(atMs: number): string {
  return minuteText(atMs).slice(5);
}
