/** What a WeChat Work group robot takes: at most so many bytes of UTF-8. */
export const WECHAT_MARKDOWN_BYTES = 4096;
export const WECHAT_TEXT_BYTES = 2048;
/** A robot takes this many messages in a minute. */
export const WECHAT_PER_MINUTE = 20;

const REST = '\n…（内容较长，余下请在系统内查看）';

/** A notice as the robot's markdown. What people said can make no link, no mention and no colour of its own. */
export function wechatMarkdown(title: string, text: string, link: string | null): string {
  const end = link === null ? '' : `\n[打开](${link})`;
  const body = text
    .split(/\r?\n/)
    .map((line) => `> ${plain(line)}`)
    .join('\n');
  const room = WECHAT_MARKDOWN_BYTES - byteLength(end);
  return cutToBytes(`**${plain(title).replace(/\s+/g, ' ')}**\n${body}`, room) + end;
}

/** The signs that mean something in the robot's markdown, as their full-width twins. */
function plain(text: string): string {
  const twins: Record<string, string> = {
    '<': '＜',
    '>': '＞',
    '[': '［',
    ']': '］',
    '*': '＊',
    '`': '｀',
    '#': '＃',
  };
  return text.replace(/[<>[\]*`#]/g, (sign) => twins[sign]!);
}

/** The text itself, or its beginning with a word that there is more; never more bytes, never half a character. */
export function cutToBytes(text: string, most: number): string {
  if (byteLength(text) <= most) return text;
  const room = most - byteLength(REST);
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += byteLength(character);
    if (used > room) break;
    kept += character;
  }
  return kept + REST;
}

export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
