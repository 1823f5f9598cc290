/** How foreign bytes of text are written, judged by the bytes themselves. */

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';
/** Stands where bytes were no character. */
export const BROKEN = '\ufffd';

/** The one of the two in which fewer bytes are no character: one cut byte makes no GBK of a text in UTF-8. */
export function eightBitEncoding(bytes: Uint8Array): 'utf-8' | 'gb18030' {
  const utf8 = countCharacters(bytes, 'utf-8');
  if (utf8.broken === 0 && (utf8.wide > 0 || isOneScript(new TextDecoder().decode(bytes)))) return 'utf-8';
  // 水压 in GBK are two letters in UTF-8, of two scripts
  if (utf8.broken === 0) return countCharacters(bytes, 'gb18030').broken === 0 ? 'gb18030' : 'utf-8';
  // a character of three bytes is one by its form alone: chance makes none of GBK's pairs
  if (utf8.wide > 0 && utf8.wide >= utf8.broken) return 'utf-8';
  return countCharacters(bytes, 'gb18030').broken <= utf8.broken ? 'gb18030' : 'utf-8';
}

/** Nothing beyond ASCII, letters with accents, or a word in one other script: what chance does not make of GBK's pairs. */
function isOneScript(text: string): boolean {
  const beyond = text.replace(/[\u0000-\u007f]/g, '');
  return (
    /^[\u00a0-\u00ff]*$/.test(beyond) ||
    /^(\p{Script=Cyrillic}{3,}|\p{Script=Greek}{3,}|\p{Script=Arabic}{3,})$/u.test(beyond)
  );
}

/** How many of the bytes' characters are none in this encoding, and how many are of the wide ones, such as Chinese. */
function countCharacters(bytes: Uint8Array, encoding: string): { broken: number; wide: number } {
  const text = new TextDecoder(encoding).decode(bytes);
  let [broken, wide] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) broken += 1;
    else if (code >= 0x800) wide += 1;
  }
  return { broken, wide };
}

const DOUBTFUL =
  /^(us-ascii|ascii|iso-?8859-1|latin-?1|windows-1252|cp1252|x-unknown|unknown-8bit|unknown|default|8bit)?$/i;
const CHINESE = /^(gb2312|gbk|gb18030|gb_2312.*|x-gbk|cp936|hz-gb-2312|utf-?8)$/i;

/** The text of bytes that say of themselves how they are written, and may be wrong about it. */
export function textOfDeclared(bytes: Uint8Array, declared: string): string {
  const name = declared.trim();
  if (!DOUBTFUL.test(name) && !CHINESE.test(name)) {
    try {
      return new TextDecoder(name).decode(bytes);
    } catch {
      // a name that nobody knows
    }
  }
  const isUtf8 = /^utf-?8$/i.test(name) && !new TextDecoder().decode(bytes).includes(BROKEN);
  const found = isUtf8 ? 'utf-8' : eightBitEncoding(bytes);
  const text = new TextDecoder(found).decode(bytes);
  if (/^gb|936$/i.test(name) && found === 'utf-8' && !/[\u3000-\u9fff\uff00-\uffef]/.test(text))
    return new TextDecoder('gb18030').decode(bytes);
  // a letter of a western language has single letters beyond ASCII: no Chinese text is written so
  if (/8859-1|latin|1252/i.test(name) && found === 'gb18030' && text.includes(BROKEN))
    return new TextDecoder('windows-1252').decode(bytes);
  return text;
}
