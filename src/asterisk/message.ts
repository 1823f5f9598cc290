/** One frame of the manager interface, read: an event, or an answer to an action of ours. */
export interface Message {
  readonly kind: 'event' | 'response';
  /** the event's name, or the word of the response */
  readonly name: string;
  /** the last value of a header */
  header(name: string): string | undefined;
  all(name: string): string[];
  /** names of headers that stand more than once */
  readonly repeated: readonly string[];
  entries(): [string, string][];
}

export class Headers implements Message {
  readonly kind: 'event' | 'response';
  readonly name: string;
  readonly #pairs: [string, string][];
  constructor(pairs: [string, string][]) {
    this.#pairs = pairs;
    const first = pairs[0];
    this.kind = first?.[0] === 'Response' ? 'response' : 'event';
    this.name = first?.[0] === 'Event' || first?.[0] === 'Response' ? first[1] : '';
  }
  header(name: string): string | undefined {
    for (let i = this.#pairs.length - 1; i >= 0; i--)
      if (this.#pairs[i]![0] === name) return this.#pairs[i]![1];
    return undefined;
  }
  all(name: string): string[] {
    return this.#pairs.filter(([n]) => n === name).map(([, v]) => v);
  }
  get repeated(): readonly string[] {
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const [n] of this.#pairs) {
      if (seen.has(n)) twice.add(n);
      seen.add(n);
    }
    return [...twice];
  }
  entries(): [string, string][] {
    return this.#pairs.slice();
  }
}

export function parseMessage(frame: Buffer): Message {
  const text = frame.toString('utf8');
  const pairs: [string, string][] = [];
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) {
      if (line) pairs.push([line, '']);
      continue;
    }
    pairs.push([line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)]);
  }
  return new Headers(pairs);
}

const EVENT = Buffer.from('Event: ');
const NUMBER = Buffer.from('CallerIDNum: ');
const LINKED = Buffer.from('Linkedid: ');

/**
 * True for an event that nobody here reads: it is passed over without reading its headers. Not for one whose channel
 * block breaks off behind a number, for its pieces follow (rejoin.ts).
 */
export function isUnread(frame: Buffer, wanted: ReadonlySet<string>): boolean {
  if (frame.length < 10 || frame.compare(EVENT, 0, EVENT.length, 0, EVENT.length) !== 0) return false;
  let end = EVENT.length;
  while (end < frame.length && frame[end] !== 0x0d) end += 1;
  if (wanted.has(frame.toString('latin1', EVENT.length, end))) return false;
  return frame.indexOf(NUMBER) < 0 || frame.indexOf(LINKED) > 0;
}
