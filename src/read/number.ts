import { normaliseNumber } from '../core/people/number.ts';

/** The telephone numbers of a text, as every page and list takes them: what `npm run read -- number TEXT` prints. */
export function readNumber(text: string) {
  const national = normaliseNumber(text);
  if (national === null) return { numbers: [], refused: '里面没有电话号码' };
  const e164 = national.startsWith('00') ? `+${national.slice(2)}` : `+86${national.replace(/^0/, '')}`;
  return { numbers: [{ e164, national, extension: null }], refused: null };
}
