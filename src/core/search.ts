/**
 * Words that an order or a customer is found by. Chinese has no spaces, so every character and every pair of neighbours is a word; of
 * a run of letters or digits every end is one, so that its beginnings are all its parts (a number by its last four).
 */
const MOST = 4000;
const RUN = 24;
/** 马·依布拉欣 is asked for without its dot, too */
const DOT = /\p{L}[·•・‧∙⋅]\p{L}/u;
const DOTS = /(?<=\p{L})[·•・‧∙⋅](?=\p{L})/gu;

/** What is kept of a text. */
export function searchWords(...texts: string[]): string[] {
  const words = new Set<string>();
  for (const run of runs(
    texts.map((text) => (DOT.test(text) ? `${text} ${text.replace(DOTS, '')}` : text)).join(' '),
  )) {
    if (run.latin)
      for (let at = 0; at < run.text.length && at < RUN; at += 1) words.add(run.text.slice(at, at + RUN));
    else {
      const letters = [...run.text];
      for (const [at, letter] of letters.entries()) {
        words.add(letter);
        if (at + 1 < letters.length) words.add(letter + letters[at + 1]!);
      }
    }
    if (words.size >= MOST) break;
  }
  return [...words].slice(0, MOST);
}

/** What was asked for, as PostgreSQL's tsquery; null: nothing in it can be looked for. */
export function searchQuery(asked: string): string | null {
  const terms: string[] = [];
  for (const run of runs(asked)) {
    if (run.latin) terms.push(`'${run.text.slice(0, RUN)}'${whole(run.text) ? '' : ':*'}`);
    else {
      const letters = [...run.text];
      if (letters.length === 1) terms.push(`'${letters[0]!}'`);
      for (let at = 0; at + 1 < letters.length; at += 1) terms.push(`'${letters[at]!}${letters[at + 1]!}'`);
    }
  }
  return terms.length === 0 ? null : [...new Set(terms)].slice(0, 30).join(' & ');
}

/** A digit or two begin half of all numbers: they are a building or a flat, and meant as they stand. */
function whole(run: string): boolean {
  return run.length < (/^\d/.test(run) ? 3 : 2);
}

function runs(text: string): { latin: boolean; text: string }[] {
  const small = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[üǖǘǚǜ]/g, 'v')
    .replace(/[\u00e0-\u024f]/g, (letter) => letter.normalize('NFD').replace(/[\u0300-\u036f]/g, ''));
  return [...small.matchAll(/([a-z0-9]+)|([\p{L}\p{N}]+?(?=[a-z0-9]|[^\p{L}\p{N}]|$))/gu)].map((found) => ({
    latin: found[1] !== undefined,
    text: found[0],
  }));
}
