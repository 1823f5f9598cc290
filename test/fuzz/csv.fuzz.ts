/** Lists in text, spoilt: each row is read or refused, in every encoding, and nothing else is thrown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { guessColumns, readRow, recogniseCustomers } from '../../src/core/customers/import.ts';
import { guessCaseColumns, readCaseRow } from '../../src/core/office/case-import.ts';
import { findHeader } from '../../src/core/lists/header.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import { parse } from '../../src/documents/tables/parser.ts';
import { Refused } from '../../src/threads/parse-apart.ts';
import type { TableRow } from '../../src/documents/tables/limits.ts';
import { spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

const RULES = { districts: ['兴庆区', '金凤区'], units: new Map<string, number>() };
const NOW = Date.parse('2026-11-25T10:00:00+08:00');

export const target: FuzzTarget = {
  cases: 800,
  mustSee: ['taken', 'refused row', 'refused file'],
  open() {
    const folder = mkdtempSync(join(tmpdir(), 'hotline-fuzz-'));
    const path = join(folder, 'list');
    return {
      async run(random, seen) {
        const bytes = iconv.encode(sample(random), random.pick(['utf8', 'gbk', 'utf-16le', 'utf-16be']), {
          addBOM: random.chance(0.3),
        });
        writeFileSync(path, random.chance(0.8) ? spoiltBytes(random, bytes) : bytes);
        const rows: TableRow[] = [];
        try {
          for await (const message of parse({ path })) if (!('file' in message)) rows.push(message);
        } catch (cause) {
          if (!(cause instanceof Refused)) throw cause;
          seen('refused file');
        }
        const header = findHeader(rows, recogniseCustomers({}));
        if (!header) return;
        for (const { cells, faults } of rows) {
          const customer = readRow(cells, guessColumns(header.headers), RULES, faults);
          seen(customer.ok ? 'taken' : 'refused row');
          if (customer.ok && !/^[A-Za-z0-9_-]{1,40}$/.test(customer.card.account!))
            throw new Error(`taken as an account: ${customer.card.account}`);
          readCaseRow(cells, guessCaseColumns(header.headers), NOW, ORDER_SETTINGS.calendar, faults);
        }
      },
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

function sample(random: Random): string {
  const delimiter = random.pick([',', ';', '\t', '|']);
  const end = random.pick(['\r\n', '\n', '\r']);
  const number = () => random.pick(['="302155"', "'302156", '302157\t', '2.02E+15', '302158', '"30""2"', '']);
  const rows = Array.from({ length: random.whole(1, 6) }, () =>
    [number(), '马秀兰', '13995003344', '"兴庆区\n8号"', '2026-11-24 16:30'].join(delimiter),
  );
  const head = ['户号', '户名', '联系电话', '用水地点', '受理时间'].join(delimiter);
  return [...(random.chance(0.2) ? [`sep=${delimiter}`] : []), head, ...rows].join(end);
}
