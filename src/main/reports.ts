import { reportCsv } from '../documents/report-csv.ts';
import { reportDocx } from '../documents/report-docx.ts';
import { reportXlsx } from '../documents/report-xlsx.ts';
import { periodBefore, periodLastYear, type Period } from '../core/office/period.ts';
import { telephoneReport } from '../core/office/telephone.ts';
import { reportRoutes, type FileKind } from '../http/reports.ts';
import { countAgents, countCallGroups, countCalls, countList, listCalls } from '../postgres/call-lists.ts';
import { openPool } from '../postgres/pool.ts';
import type { OpenWing } from './wings.ts';

/** Reports read through connections of their own, two at most: a year's report never stands in the way of a pop. */
export const openReports: OpenWing = ({ databaseUrl, now, log }) => {
  const pool = openPool(databaseUrl, {
    most: 2,
    statementMs: 60_000,
    onBreak: (cause) => log.error({ err: cause }, 'reports'),
  });

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

  const files: Record<FileKind, (document: Parameters<typeof reportXlsx>[0]) => Promise<Buffer>> = {
    xlsx: reportXlsx,
    docx: (document) => reportDocx(document),
    csv: (document) => Promise.resolve(reportCsv(document)),
  };

  return {
    routers: [
      reportRoutes({
        now,
        reports: { telephone },
        file: (document, kind) => files[kind](document),
        listCalls: (period, query) => listCalls(pool, period, query),
        countList: (period, query) => countList(pool, period, query),
      }),
    ],
    close: () => pool.end(),
  };
};
