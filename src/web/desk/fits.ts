/** A category or an item of Annex 1 with what it is found by. */
export interface Spelled {
  no: number;
  zh: string;
  en: string;
  pinyin: string;
  initials: string;
}
/** A category of Annex 1: its items, what to ask, whose it is. */
export interface Category extends Spelled {
  code: string;
  items: Spelled[];
  questions: { items: string; zh: string; en: string }[];
  guidance: string;
  routes: { items: string; unit: string | null; when?: string; district?: string[] }[];
}
/** One row of the list that the agent chooses from. */
export interface Choice {
  category: Category;
  item: Spelled;
}

/** Does this row fit what was typed: `2`, `2 4`, `2-4`, `ts`, `tingshui`, 停水, each word of it */
export function fits({ category, item }: Choice, words: string[]): boolean {
  return words.every((word, at) => {
    if (/^\d+$/.test(word)) return String(at === 0 ? category.no : item.no) === word;
    return [category, item].some(
      (one) =>
        one.zh.includes(word) ||
        one.pinyin.startsWith(word) ||
        one.initials.startsWith(word) ||
        ` ${one.en.toLowerCase()}`.includes(` ${word}`),
    );
  });
}
