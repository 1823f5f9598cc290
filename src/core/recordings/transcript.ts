/**
 * What was said in a call, as the utility's own speech-to-text heard it, and the interjections that Article 10 forbids an
 * agent. It is only as good as that hearing: a filler that was not written down is not found, and where a sentence has one
 * time for all of it, the second is reckoned from the place in the sentence.
 */
export interface Said {
  side: 'caller' | 'agent';
  fromMs: number;
  untilMs: number;
  text: string;
}
export interface Filler {
  word: string;
  atMs: number;
  /** the sentence it is in */
  text: string;
}
/** `off`: no speech-to-text is set; `waiting`: not heard yet. */
export type Transcript =
  | { state: 'off' }
  | { state: 'waiting' }
  | { state: 'failed'; fault: string }
  | { state: 'done'; said: Said[]; fillers: Filler[] };

/** Article 10: 杜绝有“吭”“啦”“唉”“哟”等语调出现. Inside these words they are no interjection. */
export const FILLERS = ['吭', '啦', '唉', '哟'] as const;
const NO_FILLER = /吭声|吭气|不吭|唉声叹气|哗啦|啦啦队/g;

/** Both sides as one conversation. */
export function inOrder(said: readonly Said[]): Said[] {
  return said
    .filter((one) => one.text.trim() !== '')
    .map((one) => ({ ...one, text: one.text.trim() }))
    .sort((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs);
}

/** Forbidden interjections of the agent, each with its second; what the caller says is theirs. */
export function fillersIn(said: readonly Said[]): Filler[] {
  const found: Filler[] = [];
  for (const { side, fromMs, untilMs, text } of said) {
    if (side !== 'agent') continue;
    const bare = text.replace(NO_FILLER, (word) => '　'.repeat(word.length));
    for (let at = 0; at < bare.length; at += 1) {
      const word = FILLERS.find((one) => one === bare[at]);
      if (!word) continue;
      found.push({ word, atMs: Math.round(fromMs + ((untilMs - fromMs) * at) / bare.length), text });
    }
  }
  return found.sort((a, b) => a.atMs - b.atMs);
}
