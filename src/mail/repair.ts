/**
 * A mail as programs in this country send it, made what the standards ask for before it is read: raw bytes in its headers become
 * encoded words, its texts become UTF-8 whatever they said of themselves. Files that it carries are left byte for byte.
 */
import { eightBitEncoding, textOfDeclared } from '../core/text-encoding.ts';

/** Parts within parts: beyond it, they are left as they are. */
const MOST_DEPTH = 20;

export function repairedMail(source: Buffer): Buffer {
  return Buffer.from(repairedPart(source.toString('latin1'), 0, 'text/plain'), 'latin1');
}

interface Header {
  name: string;
  /** unfolded, its bytes as they came */
  value: string;
}

function repairedPart(part: string, depth: number, otherwise: string): string {
  const end = /^(?:\r\n|\r|\n)|(?:\r\n\r\n|\n\n|\r\r)/.exec(part);
  const head = part.slice(0, end ? end.index : part.length);
  const body = end ? part.slice(end.index + end[0].length) : '';
  const headers = headersOf(head);
  const valueOf = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
  const type = valueOf('content-type') || otherwise;
  const kind = /^\s*([\w.+-]+\/[\w.+-]+)/.exec(type)?.[1]?.toLowerCase() ?? otherwise;
  // one program writes all headers of a mail in one way
  const encoding = eightBitEncoding(Buffer.from(head, 'latin1'));
  const repaired = headers.map(({ name, value }) => ({ name, value: repairedValue(value, encoding) }));
  const boundary = parameterOf(type, 'boundary');
  if (kind.startsWith('multipart/') && depth < MOST_DEPTH) {
    const parts = boundary === '' ? null : partsOf(body, boundary);
    if (parts) {
      const inner = kind === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      const rewritten = parts.map((text) => `--${boundary}\r\n${repairedPart(text, depth + 1, inner)}\r\n`);
      return `${headText(repaired)}\r\n${rewritten.join('')}--${boundary}--\r\n`;
    }
    // it says that it has parts, and has none: what is there is read as text
    return textPart(repaired, 'text/plain', type, body, valueOf('content-transfer-encoding'));
  }
  const disposition = valueOf('content-disposition');
  const carried = /^\s*attachment/i.test(disposition) || /filename/i.test(disposition);
  if (carried || !['text/plain', 'text/html'].includes(kind)) return `${headText(repaired)}\r\n${body}`;
  return textPart(repaired, kind, type, body, valueOf('content-transfer-encoding'));
}

function textPart(headers: Header[], kind: string, type: string, body: string, transfer: string): string {
  const text = textOfDeclared(bytesOf(body, transfer), parameterOf(type, 'charset'));
  const kept = headers.filter(({ name }) => !/^content-(type|transfer-encoding)$/i.test(name));
  const flowed = ['format', 'delsp'].flatMap((name) => {
    const value = parameterOf(type, name);
    return value === '' ? [] : [`; ${name}=${value}`];
  });
  const rewritten = [
    ...kept,
    { name: 'Content-Type', value: ` ${kind}; charset=utf-8${flowed.join('')}` },
    { name: 'Content-Transfer-Encoding', value: ' base64' },
  ];
  const base64 = Buffer.from(text, 'utf8')
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  return `${headText(rewritten)}\r\n${base64}\r\n`;
}

function headersOf(head: string): Header[] {
  const headers: Header[] = [];
  for (const line of head.split(/\r\n|\r|\n/)) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last.value += `\r\n${line}`;
      continue;
    }
    const at = line.indexOf(':');
    // a line that is no header, such as mbox's "From …", says nothing
    if (at > 0 && /^[!-9;-~]+\s*$/.test(line.slice(0, at)))
      headers.push({ name: line.slice(0, at).trim(), value: line.slice(at + 1) });
  }
  return headers;
}

const headText = (headers: readonly Header[]) =>
  headers.map(({ name, value }) => `${name}:${value}\r\n`).join('');

/** Raw bytes beyond ASCII become an encoded word; an encoded word that is wrong about its charset is written anew. */
function repairedValue(value: string, encoding: string): string {
  const words = value.replace(ENCODED_WORDS, (run) => repairedWords(run));
  if (!/[\u0080-\u00ff]/.test(words)) return words;
  const decoder = new TextDecoder(encoding);
  return words.replace(RAW_RUN, (run) => encodedWord(decoder.decode(Buffer.from(run, 'latin1'))));
}
const encodedWord = (text: string) => `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;
/** GBK's second byte may be an ASCII letter: it belongs to the byte before it. */
const RAW_RUN =
  /(?:[\u0080-\u00ff][\u0040-\u007e\u0080-\u00ff]?|(?<=[\u0040-\u00ff])[ ](?=[\u0080-\u00ff]))+/g;
const ENCODED_WORDS = /=\?[^?\s]{1,40}\?[BbQq]\?[^?]*\?=(?:\s+=\?[^?\s]{1,40}\?[BbQq]\?[^?]*\?=)*/g;

/** Words of one charset are one text: a character may be torn between two of them. */
function repairedWords(run: string): string {
  const words = [...run.matchAll(/=\?([^?\s*]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=/g)];
  const joined: { charset: string; bytes: Buffer }[] = [];
  for (const [, charset = '', way, written = ''] of words) {
    const bytes =
      way!.toUpperCase() === 'B'
        ? Buffer.from(written, 'base64')
        : bytesOf(written.replaceAll('_', ' '), 'quoted-printable');
    const last = joined.at(-1);
    if (last && last.charset.toLowerCase() === charset.toLowerCase())
      last.bytes = Buffer.concat([last.bytes, bytes]);
    else joined.push({ charset, bytes });
  }
  return joined.map(({ charset, bytes }) => encodedWord(textOfDeclared(bytes, charset))).join(' ');
}

function parameterOf(value: string, name: string): string {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(value);
  return (found?.[1] ?? found?.[2] ?? '').trim();
}

/** The parts between the lines of a boundary; null: there is no such line. */
function partsOf(body: string, boundary: string): string[] | null {
  const parts: string[] = [];
  let from = -1;
  let search = 0;
  for (;;) {
    const at = body.indexOf(`--${boundary}`, search);
    const ends = at < 0;
    const until = ends ? body.length : at;
    search = until + boundary.length + 2;
    if (!ends && at > 0 && body[at - 1] !== '\n' && body[at - 1] !== '\r') continue;
    const rest = /^(--)?[ \t]*(\r\n|\r|\n|$)/.exec(body.slice(search, search + 200));
    if (!ends && !rest) continue;
    if (from >= 0) parts.push(body.slice(from, until).replace(/(\r\n|\r|\n)$/, ''));
    if (ends || rest![1]) break;
    from = search + rest![0].length;
    search = from;
  }
  return parts.length > 0 ? parts : null;
}

function bytesOf(body: string, transfer: string): Buffer {
  const way = transfer.trim().toLowerCase();
  if (way === 'base64') {
    const dense = body.replace(/\s+/g, '');
    const odd = dense.replace(/[A-Za-z0-9+/=]/g, '').length;
    // what says that it is base64 and is plain text is read as that
    if (odd <= dense.length / 3) return Buffer.from(dense.replace(/[^A-Za-z0-9+/]/g, ''), 'base64');
  }
  if (way === 'quoted-printable')
    return Buffer.from(
      body
        .replace(/[ \t]+(?=\r?\n)/g, '')
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
      'latin1',
    );
  return Buffer.from(body, 'latin1');
}
