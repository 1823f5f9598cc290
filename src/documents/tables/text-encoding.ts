/** How the bytes of a list in text are written: its byte order mark, else what its bytes can be. */
import { BROKEN, eightBitEncoding, type Encoding } from '../../core/text-encoding.ts';
import { Refused } from '../../threads/parse-apart.ts';

export interface TextOf {
  text: string;
  /** as people know it: UTF-8, GB18030, UTF-16LE */
  encoding: string;
  notes: string[];
}
const BIG5 = '这像是繁体 Big5 编码的文件。请用记事本或 WPS 打开，另存为 UTF-8 编码的 .csv 再上传。';
const NO_TABLE = '这不是表格文件。请上传 .xlsx 或 .csv（逗号、分号或制表符分隔）。';

/** The whole text; throws `Refused` for what is none. */
export function textOf(bytes: Buffer): TextOf {
  const notes: string[] = [];
  if (isBig5(bytes)) throw new Refused(BIG5);
  const { encoding, from } = encodingOf(bytes);
  let text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(from));
  const broken = text.split(BROKEN).length - 1;
  if (broken > 0)
    notes.push(`有 ${broken} 处字节坏了（不是完整的 ${NAMES[encoding]} 字），显示为 ${BROKEN}：请核对`);
  const nothing = text.split('\0').length - 1;
  const odd = text.slice(0, 100_000).replace(/[^\u0001-\u0008\u000e-\u001f]/g, '').length;
  if (nothing > text.length / 100 || odd > text.length / 50 || broken > Math.max(20, text.length / 10))
    throw new Refused(NO_TABLE);
  if (nothing > 0) {
    text = text.replaceAll('\0', '');
    notes.push(`有 ${nothing} 个空字节（NUL），已去掉`);
  }
  return { text, encoding: NAMES[encoding], notes };
}

const NAMES = {
  'utf-8': 'UTF-8',
  gb18030: 'GB18030',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
} as const satisfies Record<Encoding, string>;

function encodingOf(bytes: Buffer): { encoding: Encoding; from: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', from: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', from: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', from: 2 };
  return { encoding: sixteenBits(bytes) ?? eightBitEncoding(bytes), from: 0 };
}

/** Traditional names of columns where the usual encodings have none. */
function isBig5(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4096);
  const has = (encoding: string, words: RegExp) => words.test(new TextDecoder(encoding).decode(head));
  return (
    has('big5', /戶號|戶名|電話|地址|內容|編號|時間|姓名/) &&
    !has('utf-8', /[\u4e00-\u9fff]/) &&
    !has('gb18030', /户|名|号|話|话|地址|内容|時|时间|的/)
  );
}

/** Without a mark: line ends and delimiters have a zero on one side of them, and no other text has any. */
function sixteenBits(bytes: Buffer): Encoding | null {
  const marks = new Set([0x09, 0x0a, 0x0d, 0x2c, 0x3b, 0x22]);
  const head = bytes.subarray(0, 65_536);
  let [little, big, zeros] = [0, 0, 0];
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (marks.has(head[at]!) && head[at + 1] === 0) little += 1;
    if (marks.has(head[at + 1]!) && head[at] === 0) big += 1;
    if (head[at] === 0 || head[at + 1] === 0) zeros += 1;
  }
  if (zeros < 2 || Math.max(little, big) < 2 || bytes.length % 2 === 1) return null;
  // texts of one encoding have nearly all their zeros on one side
  if (little > big * 8) return 'utf-16le';
  return big > little * 8 ? 'utf-16be' : null;
}
