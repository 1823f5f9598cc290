/** What a workbook says of itself: its tabs in their order, how numbers are written, the texts that cells share. */
import { Refused } from '../../threads/parse-apart.ts';
import { RefusedKind } from './kind.ts';
import type { TableLimits } from './limits.ts';
import { tooMuch } from './limits.ts';
import { builtInFormat } from './shown.ts';
import { readWholeXml, type Attributes } from './xml.ts';
import type { Packed } from './zip.ts';

export interface Workbook {
  sheetName: string;
  sheetPath: string;
  from1904: boolean;
  /** pattern of numbers by a cell's style */
  patterns: string[];
  shared: string[];
  notes: string[];
}
interface Tab {
  name: string;
  hidden: boolean;
  relation: string;
}
interface Relation {
  type: string;
  target: string;
}
const PART_BYTES = 64 * 1024 * 1024;

export async function readWorkbook(packed: Packed, limits: TableLimits): Promise<Workbook> {
  const main = await mainPart(packed);
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const relations = await relationsOf(packed, main);
  const tabs: Tab[] = [];
  let from1904 = false;
  await readWholeXml(packed.stream(main, PART_BYTES), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = isTrue(attributes['date1904']);
      if (name === 'sheet')
        tabs.push({
          name: attributes['name'] ?? '',
          hidden: /hidden/i.test(attributes['state'] ?? ''),
          relation: attributes[':id'] ?? attributes['id'] ?? '',
        });
    },
  });
  const pathOf = (relation: Relation) => resolvePath(folder, relation.target);
  // a tab that is a chart, or a dialog of old, has no rows
  const sheets = tabs.filter(({ relation }) => /\/worksheet$/i.test(relations.get(relation)?.type ?? ''));
  const visible = sheets.filter(({ hidden }) => !hidden);
  const sheet = visible[0];
  if (!sheet)
    throw new Refused(
      sheets.length > 0
        ? '文件里的工作表都是隐藏的。请在 Excel 或 WPS 里取消隐藏，保存后再上传。'
        : '文件里没有工作表。请用 Excel 或 WPS 另存为 .xlsx 再上传。',
    );
  const sheetPath = pathOf(relations.get(sheet.relation)!);
  if (!packed.has(sheetPath))
    throw new Refused(`工作表“${sheet.name}”的内容不在文件里：文件没有传完整或已损坏。`);
  const notes: string[] = [];
  const others = visible.slice(1).map(({ name }) => `“${name}”`);
  if (others.length > 0)
    notes.push(`读的是第一个工作表“${sheet.name}”，没有读：${others.slice(0, 10).join('、')}`);
  const hidden = sheets.filter((tab) => tab.hidden).map(({ name }) => `“${name}”`);
  if (hidden.length > 0) notes.push(`隐藏的工作表没有读：${hidden.slice(0, 10).join('、')}`);
  const byType = (type: string) =>
    [...relations.values()].find((relation) => relation.type.endsWith(`/${type}`));
  const partOf = (type: string, usual: string) => {
    const relation = byType(type);
    return relation ? pathOf(relation) : usual;
  };
  return {
    sheetName: sheet.name,
    ...{ sheetPath, from1904, notes },
    patterns: await readPatterns(packed, partOf('styles', 'xl/styles.xml')),
    shared: await readShared(packed, partOf('sharedStrings', 'xl/sharedStrings.xml'), limits),
  };
}

async function mainPart(packed: Packed): Promise<string> {
  const relations = await relationsOf(packed, '');
  const main = [...relations.values()].find(({ type }) => type.endsWith('/officeDocument'));
  const path = main ? resolvePath('', main.target) : 'xl/workbook.xml';
  if (packed.has(path)) return path;
  if (packed.has('xl/workbook.xml')) return 'xl/workbook.xml';
  const inside = packed.names().find((name) => /\.(xlsx?|csv|et|ods)$/.test(name));
  throw new RefusedKind(
    'unknown',
    inside === undefined
      ? '这个压缩文件不是 Excel 表格。请用 Excel 或 WPS 另存为 .xlsx 再上传。'
      : `这是压缩包，表格在里面（${inside.slice(-60)}）。请先解压，再上传里面的表格。`,
  );
}

/** What a part of the file refers to, by its relationships' ids. */
async function relationsOf(packed: Packed, part: string): Promise<Map<string, Relation>> {
  const at = part.lastIndexOf('/') + 1;
  const relations = new Map<string, Relation>();
  await readWholeXml(packed.stream(`${part.slice(0, at)}_rels/${part.slice(at)}.rels`, PART_BYTES), {
    open(name, { Id, Type, Target }) {
      if (name === 'Relationship') relations.set(Id ?? '', { type: Type ?? '', target: Target ?? '' });
    },
  });
  return relations;
}

function resolvePath(folder: string, target: string): string {
  const plain = target.replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of (plain.startsWith('/') ? plain : folder + plain).split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return parts.join('/');
}

async function readPatterns(packed: Packed, path: string): Promise<string[]> {
  const own = new Map<number, string>();
  const patterns: string[] = [];
  let inCells = false;
  await readWholeXml(packed.stream(path, PART_BYTES), {
    open(name, attributes) {
      if (name === 'numFmt') own.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? 'General');
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) patterns.push(attributes['numFmtId'] ?? '0');
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return patterns.map((id) => own.get(Number(id)) ?? builtInFormat(Number(id)));
}

async function readShared(packed: Packed, path: string, limits: TableLimits): Promise<string[]> {
  const shared: string[] = [];
  let characters = 0;
  const rich = richText();
  await readWholeXml(packed.stream(path, limits.partBytes), {
    open(name) {
      if (name === 'si') rich.begin();
      else rich.open(name);
    },
    text(text) {
      characters += text.length;
      if (characters > limits.sharedCharacters)
        throw tooMuch(`文字超过 ${Math.round(limits.sharedCharacters / 10_000)} 万字`);
      rich.text(text);
    },
    close(name) {
      if (name === 'si') shared.push(rich.end());
      else rich.close(name);
    },
  });
  return shared;
}

/** The text of a cell out of its pieces; a guide to its sound (拼音指南) is not part of it. */
export function richText() {
  let pieces = '';
  let inText = false;
  let inGuide = false;
  return {
    begin() {
      [pieces, inText, inGuide] = ['', false, false];
    },
    open(name: string) {
      if (name === 't') inText = true;
      if (name === 'rPh') inGuide = true;
    },
    text(text: string) {
      if (inText && !inGuide) pieces += text;
    },
    close(name: string) {
      if (name === 't') inText = false;
      if (name === 'rPh') inGuide = false;
    },
    end: () => unescaped(pieces),
  };
}

/** `_x000D_` is how Office writes a character that XML has no room for; `_x005F_` is a `_` that begins none. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

export function isTrue(written: string | undefined): boolean {
  return written === '1' || written === 'true' || written === 'on';
}
export type { Attributes };
