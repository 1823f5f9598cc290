/** Small packed files and workbooks, written by hand: as any program may write them, and as none should. */
import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';

const crc32 = (bytes: Buffer): number => {
  if (typeof zlibCrc32 === 'function') return zlibCrc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

/** A zip of these parts, in their order. */
export function packed(parts: Record<string, string | Buffer>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content as string);
    const deflated = deflateRawSync(bytes);
    const path = Buffer.from(name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(0x0800, 6);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crc32(bytes), 14);
    head.writeUInt32LE(deflated.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(path.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(at, 42);
    bodies.push(head, path, deflated);
    directory.push(entry, path);
    at += head.length + path.length + deflated.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, list, end]);
}

const NS =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface Tab {
  name: string;
  /** inside `<worksheet>` */
  xml: string;
  state?: string;
  chart?: boolean;
}
/** A workbook's parts; `more` replaces or adds parts. */
export function workbookParts(
  tabs: Tab[],
  {
    shared,
    formats = [],
    from1904 = false,
  }: { shared?: string; formats?: string[]; from1904?: boolean } = {},
): Record<string, string> {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${TYPE}/${type}" Target="${target}"/>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook ${NS}>${from1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${tabs
      .map(
        ({ name, state }, at) =>
          `<sheet name="${name}" sheetId="${at + 7}" ${state ? `state="${state}"` : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${tabs
      .map(({ chart }, at) =>
        relation(`rId${at + 1}`, chart ? 'chartsheet' : 'worksheet', `worksheets/sheet${at + 1}.xml`),
      )
      .join(
        '',
      )}${relation('rId90', 'styles', 'styles.xml')}${shared === undefined ? '' : relation('rId91', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    'xl/styles.xml': `<styleSheet ${NS}><numFmts>${formats
      .map(
        (code, at) =>
          `<numFmt numFmtId="${200 + at}" formatCode="${code.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"/>`,
      )
      .join(
        '',
      )}</numFmts><cellXfs><xf numFmtId="0"/>${formats.map((_, at) => `<xf numFmtId="${200 + at}"/>`).join('')}<xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
  };
  if (shared !== undefined) parts['xl/sharedStrings.xml'] = `<sst ${NS}>${shared}</sst>`;
  tabs.forEach(
    ({ xml }, at) => (parts[`xl/worksheets/sheet${at + 1}.xml`] = `<worksheet ${NS}>${xml}</worksheet>`),
  );
  return parts;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
/** A cell in words. */
export const inline = (ref: string, text: string) =>
  `<c r="${ref}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
/** A row of cells in words, from column A on; '' is no cell; what begins with `<c` is a cell already. */
export function rowXml(row: number, cells: readonly string[], attributes = ''): string {
  return `<row r="${row}" ${attributes}>${cells
    .map((text, at) =>
      text === '' ? '' : text.startsWith('<c') ? text : inline(`${String.fromCharCode(65 + at)}${row}`, text),
    )
    .join('')}</row>`;
}
