import { reportCsv } from '../documents/report-csv.ts';
import { reportDocx } from '../documents/report-docx.ts';
import { reportXlsx } from '../documents/report-xlsx.ts';
import { MATTER_REPORTS, matterReport, type MatterReport } from '../core/office/matters.ts';
import { periodBefore, periodLastYear, type Period } from '../core/office/period.ts';
import { dimWords } from '../core/office/receipts.ts';
import { telephoneReport } from '../core/office/telephone.ts';
import { archiveRoutes } from '../http/report-archive.ts';
import { reportRoutes, type FileKind, type ReportPorts } from '../http/reports.ts';
import { countAgents, countCallGroups, countCalls, countList, listCalls } from '../postgres/call-lists.ts';
import { openPool } from '../postgres/pool.ts';
import {
  countReceiptList,
  countReceipts,
  hotPlaces,
  listReceipts,
  openMatters,
} from '../postgres/receipts.ts';
import { reportPassages } from '../postgres/report-archive.ts';
import { listUnits } from '../postgres/units.ts';
import { openSending } from './report-sending.ts';
import type { OpenWing } from './wings.ts';

const PLACES = 20;
/** more open orders than this nobody reads; the list of each unit has them all */
const OPEN_MOST = 1000;

/** Reports read through connections of their own, two at most: a year's report never stands in the way of a pop. */
export const openReports: OpenWing = ({ databaseUrl, varDir, now, log }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'reports');
  const pool = openPool(databaseUrl, { most: 2, statementMs: 60_000, onBreak: onFault });

  async function telephone(period: Period) {
    const countedAtMs = now();
    const [groups, before, lastYear, agents] = await Promise.all([
      countCallGroups(pool, period),
      countCalls(pool, periodBefore(period)),
      countCalls(pool, periodLastYear(period)),
      countAgents(pool, period, countedAtMs),
    ]);
    return telephoneReport(period, { groups, before, lastYear, agents, countedAtMs }, 6);
  }

  async function matters(report: MatterReport, period: Period) {
    const countedAtMs = now();
    const [groups, before, lastYear, units, open, places, called, passages] = await Promise.all([
      countReceipts(pool, period),
      countReceipts(pool, periodBefore(period)),
      countReceipts(pool, periodLastYear(period)),
      listUnits(pool),
      report === 'daily' || report === 'weekly' ? openMatters(pool, period, OPEN_MOST) : [],
      hotPlaces(pool, period, PLACES),
      report === 'daily' ? countCalls(pool, period) : null,
      reportPassages(pool, report, period.key),
    ]);
    return matterReport(
      report,
      period,
      {
        ...{ groups, before, lastYear, open, places, countedAtMs },
        units: units.map(({ id, code, name }) => ({ id: String(id), code, name })),
        calls: called && {
          ...{ offered: called.offered, answered: called.answered },
          ...{ rang: called.rang, within: called.withinThreeRings },
        },
      },
      passages,
    );
  }

  const reports: ReportPorts['reports'] = {
    telephone,
    ...Object.fromEntries(
      (Object.keys(MATTER_REPORTS) as MatterReport[]).map((report) => [
        report,
        (period: Period) => matters(report, period),
      ]),
    ),
  };
  const files: Record<FileKind, (document: Parameters<typeof reportXlsx>[0]) => Promise<Buffer>> = {
    xlsx: reportXlsx,
    docx: (document) => reportDocx(document),
    csv: (document) => Promise.resolve(reportCsv(document)),
  };
  const sending = openSending({
    ...{ pool, varDir, now, onFault },
    make: (report, period) => reports[report]!(period),
    file: (document, kind) => files[kind](document),
  });

  return {
    routers: [
      archiveRoutes(sending.archive),
      reportRoutes({
        now,
        reports,
        file: (document, kind) => files[kind](document),
        listCalls: (period, query) => listCalls(pool, period, query),
        countList: (period, query) => countList(pool, period, query),
        listReceipts: (period, where, after, most) => listReceipts(pool, period, where, after, most),
        countReceipts: (period, where) => countReceiptList(pool, period, where),
        async whereWords(where) {
          const units = new Map((await listUnits(pool)).map(({ id, name }) => [String(id), name]));
          return Object.entries(where).map(([dim, value]) => dimWords(dim, value, units));
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
