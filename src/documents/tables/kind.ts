/** What a file is by its bytes, whatever its name says. */
import { open } from 'node:fs/promises';
import { Refused } from '../../threads/parse-apart.ts';
import type { TableKind } from './limits.ts';

const HEAD_BYTES = 65_536;
const OLD_XLS = '这是旧的 .xls 格式，请在 Excel 或 WPS 里另存为 .xlsx 或 .csv 再上传。';
const PASSWORD =
  '这个表格有打开密码（或设了只读保护），读不出来。请在 Excel 或 WPS 里打开，去掉密码后另存为 .xlsx 再上传。';
const HTML =
  '这是网页（HTML），不是真正的 Excel 表格：有些系统导出的“.xls”就是这样。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。';
const XML_2003 = '这是“XML 表格 2003”，不是 .xlsx。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。';
const NO_TABLE = '这不是表格文件。请上传 .xlsx 或 .csv（逗号、分号或制表符分隔）。';

/** Throws `Refused`, with its kind, for what is told and not read. */
export async function kindOf(path: string): Promise<'zip' | 'csv'> {
  const file = await open(path);
  let head: Buffer;
  let tail: Buffer;
  try {
    const { size } = await file.stat();
    const read = async (from: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, from);
      return buffer.subarray(0, bytesRead);
    };
    head = await read(0);
    tail = size > HEAD_BYTES ? await read(Math.max(0, size - HEAD_BYTES)) : head;
  } finally {
    await file.close();
  }
  if (head.subarray(0, 2).toString('latin1') === 'PK' && head[2]! < 9 && head[3]! < 9) return 'zip';
  if (head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) {
    // names in such a file are written in sixteen bits
    const names = Buffer.concat([head, tail]).toString('latin1').replaceAll('\0', '');
    if (/EncryptedPackage|EncryptionInfo|StrongEncryption/.test(names)) throw refusal('encrypted', PASSWORD);
    if (isLockedXls(head)) throw refusal('encrypted', PASSWORD);
    if (/WordDocument|PowerPoint Document|__substg1\.0/.test(names)) throw refusal('unknown', NO_TABLE);
    throw refusal('xls', OLD_XLS);
  }
  // BIFF without its container, as some programs still write it
  if (head[0] === 0x09 && [0x00, 0x02, 0x04, 0x08].includes(head[1]!) && head[3] === 0x00 && head.includes(0))
    throw refusal('xls', OLD_XLS);
  const words = wordsOf(head).trimStart();
  if (
    /^(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*|<\?mso-application[^>]*>\s*)*<(\w+:)?Workbook\b/i.test(
      words,
    )
  )
    throw refusal('xml', XML_2003);
  if (
    /^(<!doctype html|<html|<head|<meta|<table|<style|<body|<div|<script)/i.test(
      words.replace(/^(<\?xml[^>]*>|<!--[\s\S]{0,4000}?-->|\s)+/i, ''),
    ) ||
    /^[\w-]+:[\s\S]{0,2000}multipart\/related[\s\S]{0,4000}text\/html/i.test(words)
  )
    throw refusal('html', HTML);
  if (/^<\?xml|^ID;P|^TABLE\r?\n0,1\r?\n|^socialcalc:|^[[{]\s*["{[]/.test(words))
    throw refusal('unknown', NO_TABLE);
  if (
    /^(%PDF|\{\\rtf|\x89PNG|GIF8|\xff\xd8\xff|Rar!|7z\xbc\xaf|\x1f\x8b)/.test(head.toString('latin1', 0, 8))
  )
    throw refusal('unknown', NO_TABLE);
  return 'csv';
}

/** The kind goes with the words, so that both are told. */
export class RefusedKind extends Refused {
  readonly kind: TableKind;
  constructor(kind: TableKind, words: string) {
    super(words);
    this.kind = kind;
  }
}
const refusal = (kind: TableKind, words: string) => new RefusedKind(kind, words);

function wordsOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head);
  return head.toString('utf8').replace(/^\ufeff/, '');
}

/** An old workbook's record FILEPASS (0x2f) stands right behind its first one. */
function isLockedXls(head: Buffer): boolean {
  const at = head.indexOf(Buffer.from([0x09, 0x08, 0x10, 0x00]), 512);
  if (at < 0) return false;
  for (let from = at; from + 4 <= Math.min(head.length, at + 200);) {
    if (head.readUInt16LE(from) === 0x2f) return true;
    from += 4 + head.readUInt16LE(from + 2);
  }
  return false;
}
