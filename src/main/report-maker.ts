/** Any report, made from what is kept at this moment. */
import type pg from 'pg';
import { callbackReport } from '../core/office/callback-report.ts';
import type { ReportDocument } from '../core/office/document.ts';
import { MATTER_REPORTS, matterReport, type MatterReport } from '../core/office/matters.ts';
import { namedId, type NamedReport, type ReportFilter } from '../core/office/named-report.ts';
import { periodBefore, periodLastYear, type Period } from '../core/office/period.ts';
import { telephoneReport } from '../core/office/telephone.ts';
import { countAgents } from '../postgres/agent-lists.ts';
import { countCallGroups, countCalls, ivrRatings, ivrSums } from '../postgres/call-lists.ts';
import { countCallbackGroups, listCallbacks } from '../postgres/callback-lists.ts';
import { countFloodCalls } from '../postgres/floods.ts';
import { findNamed } from '../postgres/named-reports.ts';
import { countReceipts, hotPlaces, openMatters } from '../postgres/receipts.ts';
import { reportPassages } from '../postgres/report-archive.ts';
import { listUnits } from '../postgres/units.ts';

const PLACES = 20;
/** more open orders than this nobody reads: the table says how many there are, the list of each unit has them all */
const OPEN_MOST = 1000;
/** a week has some fifty: more than this stands only in a report of years, and it says so */
const ANNEX_2_MOST = 5000;
const NONE_OPEN = { rows: [], total: 0 };

/** Makes a report by its name, also one that people saved (`named-7`); null: there is none. */
export type ReportMaker = (
  report: string,
  period: Period,
  filter?: ReportFilter,
) => Promise<ReportDocument | null>;

export function openReportMaker(pool: pg.Pool, now: () => number): ReportMaker {
  async function telephone(period: Period) {
    const countedAtMs = now();
    const [groups, before, lastYear, { agents, everybody }, ivr, ratings, flood] = await Promise.all([
      countCallGroups(pool, period),
      countCalls(pool, periodBefore(period)),
      countCalls(pool, periodLastYear(period)),
      countAgents(pool, period, countedAtMs),
      ivrSums(pool, period),
      ivrRatings(pool, period),
      countFloodCalls(pool, period),
    ]);
    const counts = { flood, groups, before, lastYear, agents, everybody, ivr, ratings, countedAtMs };
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

  return async (report, period, filter = {}) => {
    const id = namedId(report);
    if (id !== null) {
      const named = await findNamed(pool, id);
      return named && matters('any', period, named.filter, named);
    }
    if (report === 'telephone') return telephone(period);
    if (report === 'callbacks') return callbacks(period);
    if (!Object.hasOwn(MATTER_REPORTS, report)) return null;
    return matters(report as MatterReport, period, report === 'any' ? filter : {});
  };
}
