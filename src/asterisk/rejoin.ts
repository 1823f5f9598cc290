import { Headers, type Message } from './message.ts';
import { LISTED } from './snapshot.ts';

/**
 * The second line of defence against forged events (the first is the trunk: dialplan/pjsip.conf). A caller who puts
 * CRLF CRLF into their number tears every frame that tells the number, and what stands behind the tear begins with
 * whatever they wrote. Asterisk writes `Privilege` directly after `Event`, and a whole channel block (number, name, …,
 * Uniqueid, Linkedid) after a number. So a frame whose channel block breaks off is torn, and the frames that follow
 * are its own pieces, whatever they claim to be: they are put together again. Between a number and the block that ends
 * it stands nothing but names and numbers; whatever else is found there a caller wrote, and it is taken out. So nothing
 * that a caller wrote is ever an event, or a header of one.
 */
export interface Rejoiner {
  push(message: Message): void;
  /** the connection ended: what is torn stays torn */
  flush(): void;
  /** no torn frame is held */
  whole(): boolean;
}

type Pairs = readonly [string, string][];

/** What follows a number in every channel block, in this order. All of it does not fit into the 79 characters of a number. */
const BLOCK = ['Language', 'AccountCode', 'Context', 'Exten', 'Priority', 'Uniqueid', 'Linkedid'];
/** Their number is ours, or stands at another place. */
const OTHER_SHAPE = new Set(['OriginateResponse', 'QueueEntry', 'FullyBooted', 'Cdr', 'QueueMemberStatus']);
const NUMBER = 'CallerIDNum';
/** the number, its name, and both of the other side */
const SHOWN = 4;
const MOST_PIECES = 64;

export function createRejoiner(
  onMessage: (message: Message) => void,
  onMisfit: (name: string, message: Message) => void,
  { needsTimestamp = true } = {},
): Rejoiner {
  let torn: Pairs | null = null;
  let pieces = 0;

  function finish(): void {
    if (!torn) return;
    const whole = new Headers(cleaned(torn));
    torn = null;
    pieces = 0;
    onMisfit('forged-event', whole);
    onMessage(whole);
  }

  return {
    push(message) {
      const pairs = message.entries();
      if (torn) {
        torn = torn.concat(
          pairs[0]?.[0] === 'Event' || pairs[0]?.[0] === 'Response' ? pairs.slice(1) : pairs,
        );
        pieces += 1;
        if (!breaksOff(torn) || pieces === MOST_PIECES) finish();
        return;
      }
      const suspect = message.kind === 'event' && !OTHER_SHAPE.has(message.name) && !blocksInPlace(pairs);
      if (suspect && breaksOff(pairs)) {
        torn = pairs;
        return;
      }
      if (message.kind === 'event' && message.name !== 'FullyBooted') {
        const listed = LISTED.has(message.name) && message.header('ActionID') !== undefined;
        if (!listed && pairs[1]?.[0] !== 'Privilege') return onMisfit('event-without-privilege', message);
        if (!listed && message.header('Timestamp') === undefined) {
          onMisfit('event-without-timestamp', message);
          if (needsTimestamp) return;
        }
      }
      const clean = suspect ? cleaned(pairs) : pairs;
      if (clean === pairs) return onMessage(message);
      const real = new Headers(clean);
      onMisfit('forged-event', real);
      onMessage(real);
    },
    flush: finish,
    whole: () => torn === null,
  };
}

/** True if behind each number its block stands where it belongs: nothing is torn and nothing to be taken out. The common case, by one pass. */
function blocksInPlace(pairs: Pairs): boolean {
  for (let at = 0; at < pairs.length; at += 1) {
    const name = pairs[at]![0];
    if (!name.endsWith(NUMBER)) continue;
    if (!blockStands(pairs, name.slice(0, -NUMBER.length), at + SHOWN)) return false;
  }
  return true;
}

/** True if a number stands in the frame and the channel block behind it does not come to its end. */
function breaksOff(pairs: Pairs): boolean {
  const reached = new Map<string, number>();
  for (const [name] of pairs) {
    if (name.endsWith('CallerIDNum')) {
      const prefix = name.slice(0, -'CallerIDNum'.length);
      if (!reached.has(prefix)) reached.set(prefix, 0);
    }
    for (const [prefix, count] of reached) {
      if (count < BLOCK.length && name === prefix + BLOCK[count]) reached.set(prefix, count + 1);
    }
  }
  for (const count of reached.values()) if (count < BLOCK.length) return true;
  return false;
}

/** The headers without those that stand between a number and its block, where only names and numbers do. */
function cleaned(pairs: Pairs): Pairs {
  let clean: [string, string][] | null = null;
  for (let at = 0; at < pairs.length; at += 1) {
    const pair = pairs[at]!;
    clean?.push(pair);
    if (!pair[0].endsWith(NUMBER)) continue;
    const prefix = pair[0].slice(0, -NUMBER.length);
    const block = blockAt(pairs, prefix, at);
    if (block < 0 || block === at + SHOWN) continue;
    clean ??= pairs.slice(0, at + 1);
    at = block - 1;
  }
  return clean ?? pairs;
}

/** Where the whole channel block begins: all seven in a row, which no caller has room to write. */
function blockAt(pairs: Pairs, prefix: string, from: number): number {
  for (let at = from + 1; at + BLOCK.length <= pairs.length; at += 1) {
    if (blockStands(pairs, prefix, at)) return at;
  }
  return -1;
}

function blockStands(pairs: Pairs, prefix: string, at: number): boolean {
  for (let nth = 0; nth < BLOCK.length; nth += 1) {
    const name = pairs[at + nth]?.[0];
    if (prefix === '' ? name !== BLOCK[nth] : name !== prefix + BLOCK[nth]) return false;
  }
  return true;
}
