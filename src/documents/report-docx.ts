/** A report as a Chinese office document: title, period, headed tables, the words that people wrote. */
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  ImageRun,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  Table as WordTable,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlign,
  WidthType,
} from 'docx';
import type { Column, ReportDocument, Row, Table } from '../core/office/document.ts';
import { chartPicture, PICTURE } from './chart-picture.ts';
import { cellText } from '../core/office/written.ts';

// GB/T 9704: title in 小标宋 22 pt, body in 仿宋 16 pt, headings in 黑体; tables smaller
const TITLE = { ascii: 'Times New Roman', eastAsia: '方正小标宋简体' };
const BODY = { ascii: 'Times New Roman', eastAsia: '仿宋' };
const HEADING = { ascii: 'Times New Roman', eastAsia: '黑体' };
const ORDINALS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
const LINE = { style: BorderStyle.SINGLE, size: 4, color: '444444' };
const BORDERS = { top: LINE, bottom: LINE, left: LINE, right: LINE };

export async function reportDocx(document: ReportDocument): Promise<Buffer> {
  const wide = document.tables.some((table) => table.columns.length > 8);
  const { passages = [], numbered = false } = document;
  let count = 0;
  const titled = (words: string) => (numbered ? words : `${ordinal(count++)}、${words}`);
  // each passage after the table that it belongs to; what belongs to none comes last
  const known = new Set(document.tables.map(({ key }) => key));
  const told = (after: (key: string) => boolean) =>
    passages.filter((one) => after(one.after)).flatMap((one) => passage(titled(one.heading), one.text));
  const pictures = new Map<string, Buffer>();
  for (const table of document.tables) {
    const picture = await chartPicture(table);
    if (picture) pictures.set(table.key, picture);
  }
  const parts = [
    ...document.tables.flatMap((table) => [
      ...section(table, titled(table.zh), pictures.get(table.key)),
      ...told((after) => after === table.key),
    ]),
    ...told((after) => !known.has(after)),
  ];
  const word = new Document({
    creator: '供水热线96666',
    title: document.title,
    sections: [
      {
        properties: {
          page: {
            size: {
              orientation: wide ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
              width: 11906,
              height: 16838,
            },
            margin: { top: 1440, bottom: 1300, left: 1200, right: 1200 },
          },
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], font: BODY, size: 24 })],
              }),
            ],
          }),
        },
        children: [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            spacing: { after: 120 },
            children: [new TextRun({ text: document.title, font: TITLE, size: 44 })],
          }),
          new Paragraph({
            alignment: AlignmentType.CENTER,
            spacing: { after: document.scope ? 120 : 320 },
            children: [new TextRun({ text: `（${document.period.words}）`, font: BODY, size: 28 })],
          }),
          ...(document.scope
            ? [
                new Paragraph({
                  alignment: AlignmentType.CENTER,
                  spacing: { after: 320 },
                  children: [new TextRun({ text: `统计范围：${document.scope}`, font: BODY, size: 24 })],
                }),
              ]
            : []),
          ...parts,
          new Paragraph({
            alignment: AlignmentType.RIGHT,
            spacing: { before: 480 },
            children: [
              new TextRun({
                text: `客户服务中心　${cellText(document.countedAtMs, 'instant')}　口径第${document.measuresVersion}版`,
                font: BODY,
                size: 24,
              }),
            ],
          }),
        ],
      },
    ],
  });
  return Packer.toBuffer(word);
}

function passage(title: string, text: string): Paragraph[] {
  return [
    heading(title),
    ...(text.trim() || '无。').split(/\r?\n/).map(
      (line) =>
        new Paragraph({
          children: [new TextRun({ text: line, font: BODY, size: 28 })],
          indent: { firstLine: 560 },
          spacing: { line: 480 },
        }),
    ),
  ];
}

function section(table: Table, title: string, picture?: Buffer): (Paragraph | WordTable)[] {
  const rows = [...table.rows, ...(table.total ? [table.total] : [])];
  return [
    heading(title),
    new WordTable({
      width: { size: 100, type: WidthType.PERCENTAGE },
      rows: [
        new TableRow({
          tableHeader: true,
          cantSplit: true,
          children: table.columns.map((column) => cell(column.zh, 'center', true, 'DCEAF0')),
        }),
        ...rows.map((row) => line(row, table.columns, row === table.total)),
      ],
    }),
    ...(picture
      ? [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            spacing: { before: 120 },
            children: [new ImageRun({ type: 'png', data: picture, transformation: PICTURE })],
          }),
        ]
      : []),
    ...(table.note
      ? [new Paragraph({ children: [new TextRun({ text: `注：${table.note}`, font: BODY, size: 18 })] })]
      : []),
  ];
}

function line(row: Row, columns: Column[], bold: boolean): TableRow {
  return new TableRow({
    cantSplit: true,
    children: columns.map((column) => {
      const one = row.cells[column.key];
      const text = cellText(one?.value ?? null, one?.unit ?? column.unit);
      return cell(text, column.unit === 'text' ? 'left' : 'right', bold);
    }),
  });
}

function cell(text: string, side: 'left' | 'right' | 'center', bold: boolean, fill?: string): TableCell {
  return new TableCell({
    borders: BORDERS,
    verticalAlign: VerticalAlign.CENTER,
    margins: { top: 40, bottom: 40, left: 80, right: 80 },
    ...(fill ? { shading: { fill } } : {}),
    children: [
      new Paragraph({
        alignment: { left: AlignmentType.LEFT, right: AlignmentType.RIGHT, center: AlignmentType.CENTER }[
          side
        ],
        children: [new TextRun({ text, bold, font: BODY, size: 21 })],
      }),
    ],
  });
}

function heading(text: string): Paragraph {
  return new Paragraph({
    keepNext: true,
    spacing: { before: 320, after: 120 },
    children: [new TextRun({ text, font: HEADING, size: 28 })],
  });
}

function ordinal(at: number): string {
  return ORDINALS[at] ?? String(at + 1);
}
