import { reportCsv } from '../documents/report-csv.ts';
import { reportDocx } from '../documents/report-docx.ts';
import { reportXlsx } from '../documents/report-xlsx.ts';
import { callbackReport } from '../core/office/callback-report.ts';
import { MATTER_REPORTS, matterReport, type MatterReport } from '../core/office/matters.ts';
import { namedId, type NamedReport, type ReportFilter } from '../core/office/named-report.ts';
import { periodBefore, periodLastYear, type Period } from '../core/office/period.ts';
import { dimWords, valuesOf } from '../core/office/receipts.ts';
import { telephoneReport } from '../core/office/telephone.ts';
import { agentListRoutes } from '../http/agent-lists.ts';
import { archiveRoutes } from '../http/report-archive.ts';
import { namedReportRoutes } from '../http/named-reports.ts';
import type { FileKind } from '../http/report-file.ts';
import { reportRoutes } from '../http/reports.ts';
import { countAgents, countOffers, listOffers, listSpells, sumSpells } from '../postgres/agent-lists.ts';
import {
  countCallGroups,
  countCalls,
  ivrRatings,
  ivrSums,
  listCalls,
  sumList,
} from '../postgres/call-lists.ts';
import { writeAudit } from '../postgres/audit.ts';
import { countCallbackGroups, listCallbacks } from '../postgres/callback-lists.ts';
import { findNamed, listNamed, removeNamed, saveNamed } from '../postgres/named-reports.ts';
import { inTransaction, openPool } from '../postgres/pool.ts';
import {
  countReceiptList,
  countReceipts,
  hotPlaces,
  listReceipts,
  openMatters,
} from '../postgres/receipts.ts';
import { reportPassages } from '../postgres/report-archive.ts';
import { listDistricts, listUnits } from '../postgres/units.ts';
import { openSending } from './report-sending.ts';
import type { OpenWing } from './wings.ts';

const PLACES = 20;
/** more open orders than this nobody reads: the table says how many there are, the list of each unit has them all */
const OPEN_MOST = 1000;
/** a week has some fifty: more than this stands only in a report of years, and it says so */
const ANNEX_2_MOST = 5000;
const NONE_OPEN = { rows: [], total: 0 };

/** Reports read through connections of their own, two at most: a year's report never stands in the way of a pop. */
export const openReports: OpenWing = ({ databaseUrl, varDir, now, log }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'reports');
  const pool = openPool(databaseUrl, { most: 2, statementMs: 60_000, onBreak: onFault });

  async function telephone(period: Period) {
    const countedAtMs = now();
    const [groups, before, lastYear, { agents, everybody }, ivr, ratings] = await Promise.all([
      countCallGroups(pool, period),
      countCalls(pool, periodBefore(period)),
      countCalls(pool, periodLastYear(period)),
      countAgents(pool, period, countedAtMs),
      ivrSums(pool, period),
      ivrRatings(pool, period),
    ]);
    const counts = { groups, before, lastYear, agents, everybody, ivr, ratings, countedAtMs };
    return telephoneReport(period, counts, 6);
  }

  async function callbacks(period: Period) {
    const { fromMs, untilMs } = period;
    const countedAtMs = now();
    const [groups, lines, passages] = await Promise.all([
      countCallbackGroups(pool, period),
      listCallbacks(pool, { fromMs, untilMs, list: 'reached' }, ANNEX_2_MOST),
      reportPassages(pool, 'callbacks', period.key),
    ]);
    return callbackReport(period, { groups, lines, passages, countedAtMs });
  }

  async function matters(report: MatterReport, period: Period, filter: ReportFilter, named?: NamedReport) {
    const countedAtMs = now();
    const [groups, before, lastYear, units, open, places, called, passages] = await Promise.all([
      countReceipts(pool, period, filter),
      countReceipts(pool, periodBefore(period), filter),
      countReceipts(pool, periodLastYear(period), filter),
      listUnits(pool),
      report === 'daily' || report === 'weekly' ? openMatters(pool, period, OPEN_MOST) : NONE_OPEN,
      hotPlaces(pool, period, PLACES, filter),
      report === 'daily' ? countCalls(pool, period) : null,
      reportPassages(pool, named?.report ?? report, period.key),
    ]);
    return matterReport(
      report,
      period,
      {
        ...{ groups, before, lastYear, open, places, countedAtMs, within: filter },
        units: units.map(({ id, code, name }) => ({ id: String(id), code, name })),
        calls: called && {
          ...{ offered: called.offered, answered: called.answered },
          ...{ rang: called.rang, within: called.withinThreeRings },
        },
      },
      passages,
      named,
    );
  }

  /** Any report by its name, also one that people saved; null: there is none. */
  async function make(report: string, period: Period, filter: ReportFilter = {}) {
    const id = namedId(report);
    if (id !== null) {
      const named = await findNamed(pool, id);
      return named && matters('any', period, named.filter, named);
    }
    if (report === 'telephone') return telephone(period);
    if (report === 'callbacks') return callbacks(period);
    if (!Object.hasOwn(MATTER_REPORTS, report)) return null;
    return matters(report as MatterReport, period, report === 'any' ? filter : {});
  }

  const files: Record<FileKind, (document: Parameters<typeof reportXlsx>[0]) => Promise<Buffer>> = {
    xlsx: reportXlsx,
    docx: (document) => reportDocx(document),
    csv: (document) => Promise.resolve(reportCsv(document)),
  };
  const sending = openSending({
    ...{ pool, varDir, now, onFault },
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
          inTransaction(pool, async (client) => {
            const saved = await saveNamed(client, id, named, person.id);
            if (typeof saved === 'object')
              await writeAudit(client, {
                ...{ personId: person.id, what: 'named-report-saved', about: named.name, detail: named },
              });
            return saved;
          }),
        remove: (id, person) =>
          inTransaction(pool, async (client) => {
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
