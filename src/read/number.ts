import { readNumbers } from '../core/people/number.ts';
import type { TelephoneNumber } from '../core/people/telephone.ts';

/** The telephone numbers of a text, as every page and list takes them: what `npm run read -- number TEXT` prints. */
export function readNumber(text: string): { numbers: TelephoneNumber[]; refused: string | null } {
  const { numbers, refused } = readNumbers(text);
  return { numbers, refused };
}
