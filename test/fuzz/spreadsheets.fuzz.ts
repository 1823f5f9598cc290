/** Workbooks, spoilt in their packing and in their XML: rows, or a refusal in Chinese, and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../../src/documents/tables/parser.ts';
import { Refused } from '../../src/threads/parse-apart.ts';
import { packed, rowXml, workbookParts } from '../support/packed.ts';
import { spoilt, spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 400,
  mustSee: ['rows', 'refused', 'faults', 'ods'],
  open() {
    const folder = mkdtempSync(join(tmpdir(), 'hotline-fuzz-'));
    const path = join(folder, 'list');
    return {
      async run(random, seen) {
        const parts = random.chance(0.15) ? openDocument() : workbook(random);
        if (random.chance(0.7)) {
          const name = random.pick(Object.keys(parts));
          parts[name] = spoilt(random, parts[name]!);
        }
        const bytes = packed(parts);
        writeFileSync(path, random.chance(0.3) ? spoiltBytes(random, bytes) : bytes);
        try {
          for await (const message of parse({ path })) {
            if ('file' in message) {
              if (message.file.kind === 'ods') seen('ods');
              continue;
            }
            seen('rows');
            if (message.faults) seen('faults');
            if (!(message.row >= 1) || message.cells.some((cell) => typeof cell !== 'string'))
              throw new Error(`no row: ${JSON.stringify(message).slice(0, 300)}`);
          }
        } catch (cause) {
          if (!(cause instanceof Refused)) throw cause;
          if (!/\p{Script=Han}/u.test(cause.forPeople)) throw new Error('refused without words', { cause });
          seen('refused');
        }
      },
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

function workbook(random: Random): Record<string, string> {
  const numbers = ['46350.6875', '640104000123457000', '1e999', '-5', '0.5', '13995001122', ''];
  const cell = () =>
    `<c r="B2" s="${random.whole(0, 5)}" t="${random.pick(['n', 's', 'b', 'e', 'd', 'str'])}"><v>${random.pick(numbers)}</v></c>`;
  const rows = [
    rowXml(1, ['户号', '户名', '电话']),
    rowXml(2, ['1', cell(), '马_x000D_']),
    rowXml(random.whole(3, 20), ['2', cell(), cell()], random.pick(['', 'hidden="1"'])),
  ];
  const xml = `<cols><col min="1" max="${random.pick([1, 16384, 1e9])}" hidden="${random.whole(0, 1)}"/></cols><sheetData>${rows.join('')}</sheetData><mergeCells><mergeCell ref="A1:${random.pick(['A2', 'XFD1048576', 'ZZZ9999999'])}"/></mergeCells>`;
  return workbookParts(
    [
      { name: '甲', xml, ...(random.chance(0.2) ? { state: 'hidden' } : {}) },
      { name: '乙', xml },
    ],
    {
      shared: '<si><t>户</t></si><si><r><t>a</t></r></si>',
      formats: ['yyyy-mm-dd', '00000', '[h]:mm', '0.0%'],
    },
  );
}

function openDocument(): Record<string, string> {
  const cell =
    '<table:table-cell table:number-columns-repeated="3" office:value-type="date" office:date-value="2026-11-24"><text:p>a<text:s text:c="9"/></text:p></table:table-cell>';
  return {
    'content.xml': `<office:document-content><office:body><office:spreadsheet><table:table table:name="甲"><table:table-row table:number-rows-repeated="2">${cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`,
  };
}
