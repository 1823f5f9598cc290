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
  entries(): readonly [string, string][];
}

export class Headers implements Message {
  readonly kind: 'event' | 'response';
  readonly name: string;
  readonly #pairs: readonly [string, string][];
  constructor(pairs: readonly [string, string][]) {
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
  entries(): readonly [string, string][] {
    return this.#pairs;
  }
}

export function parseMessage(frame: Buffer): Message {
  const text = frame.toString('utf8');
  const pairs: [string, string][] = [];
  // one pass, each header cut out of the frame once: half the feed's time goes by here
  let colon = -1;
  for (let from = 0; from < text.length;) {
    let end = text.indexOf('\r\n', from);
    if (end < 0) end = text.length;
    // looked for again only behind the last one: a frame of lines without any is still one pass
    if (colon < from) colon = text.indexOf(':', from);
    if (colon < 0) colon = text.length;
    if (colon < end) {
      const value = text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
      pairs.push([text.slice(from, colon), text.slice(value, end)]);
    } else if (end > from) pairs.push([text.slice(from, end), '']);
    from = end + 2;
  }
  return new Headers(pairs);
}

const SPACE = 0x20;
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
