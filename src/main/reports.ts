import { reportCsv } from '../documents/report-csv.ts';
import { reportDocx } from '../documents/report-docx.ts';
import { reportXlsx } from '../documents/report-xlsx.ts';
import { dimWords, valuesOf } from '../core/office/receipts.ts';
import { agentListRoutes } from '../http/agent-lists.ts';
import { archiveRoutes } from '../http/report-archive.ts';
import { namedReportRoutes } from '../http/named-reports.ts';
import type { FileKind } from '../http/report-file.ts';
import { reportRoutes } from '../http/reports.ts';
import { countOffers, listOffers, listSpells, sumSpells } from '../postgres/agent-lists.ts';
import { listCalls, sumList } from '../postgres/call-lists.ts';
import { writeAudit } from '../postgres/audit.ts';
import { listNamed, removeNamed, saveNamed } from '../postgres/named-reports.ts';
import { inTransaction, LONG_WORK, openPool } from '../postgres/pool.ts';
import { countReceiptList, listReceipts } from '../postgres/receipts.ts';
import { listTalks, sumTalks } from '../postgres/talks.ts';
import { listDistricts, listUnits } from '../postgres/units.ts';
import { openReportMaker } from './report-maker.ts';
import { openSending } from './report-sending.ts';
import type { OpenWing } from './wings.ts';

/** Reports read through connections of their own, two at most: a year's report never stands in the way of a pop. */
export const openReports: OpenWing = ({ pool: writing, reportsUrl, varDir, now, log }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'reports');
  const pool = openPool(reportsUrl, { ...LONG_WORK, most: 2, onBreak: onFault });

  const make = openReportMaker(pool, now);
  const files: Record<FileKind, (document: Parameters<typeof reportXlsx>[0]) => Promise<Buffer>> = {
    xlsx: reportXlsx,
    docx: (document) => reportDocx(document),
    csv: (document) => Promise.resolve(reportCsv(document)),
  };
  const sending = openSending({
    ...{ pool: writing, varDir, now, onFault },
    make,
    file: (document, kind) => files[kind](document),
  });

  return {
    routers: [
      archiveRoutes(sending.archive),
      agentListRoutes({
        now,
        listOffers: (...asked) => listOffers(pool, ...asked),
        countOffers: (...asked) => countOffers(pool, ...asked),
        listTalks: (...asked) => listTalks(pool, ...asked),
        sumTalks: (...asked) => sumTalks(pool, ...asked),
        listSpells: (...asked) => listSpells(pool, ...asked),
        sumSpells: (...asked) => sumSpells(pool, ...asked),
      }),
      namedReportRoutes({
        list: () => listNamed(pool),
        choices: async () => ({
          districts: await listDistricts(pool),
          units: (await listUnits(pool)).map(({ id, name }) => ({ value: String(id), label: name })),
        }),
        save: (id, named, person) =>
          inTransaction(writing, async (client) => {
            const saved = await saveNamed(client, id, named, person.id);
            if (typeof saved === 'object')
              await writeAudit(client, {
                ...{ personId: person.id, what: 'named-report-saved', about: named.name, detail: named },
              });
            return saved;
          }),
        remove: (id, person) =>
          inTransaction(writing, async (client) => {
            const name = await removeNamed(client, id);
            if (name !== null)
              await writeAudit(client, { personId: person.id, what: 'named-report-removed', about: name });
            return name !== null;
          }),
      }),
      reportRoutes({
        make,
        file: (document, kind) => files[kind](document),
        listCalls: (period, query) => listCalls(pool, period, query),
        sumList: (period, query) => sumList(pool, period, query),
        listReceipts: (period, where, after, most) => listReceipts(pool, period, where, after, most),
        countReceipts: (period, where) => countReceiptList(pool, period, where),
        async whereWords(where) {
          const units = new Map((await listUnits(pool)).map(({ id, name }) => [String(id), name]));
          return Object.entries(where).map(([dim, value]) =>
            valuesOf(value)
              .map((one) => dimWords(dim, one, units))
              .join('、'),
          );
        },
      }),
    ],
    start: () => Promise.resolve(sending.start()),
    close: async () => {
      sending.close();
      await pool.end();
    },
  };
};
