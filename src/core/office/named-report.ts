/**
 * Article 23: any period × category × district × unit × channel. What was asked for once is saved under a name, opened
 * again, and sent by a schedule of its own; under its key it is a report like the others.
 */
import type { PeriodKind } from './period.ts';
import { dimWords, valuesOf, type Where } from './receipts.ts';

/** What an “any” report can be narrowed to, in the order in which it is printed. */
export const FILTER_DIMS = ['category', 'district', 'unit', 'channel'] as const;
export type FilterDim = (typeof FILTER_DIMS)[number];
export type ReportFilter = Partial<Record<FilterDim, string[]>>;
export const FILTER_WORDS: Record<FilterDim, string> = {
  category: '类别',
  district: '辖区',
  unit: '单位',
  channel: '渠道',
};

/** A report that people saved under a name. */
export interface NamedReport {
  id: number;
  /** `named:12`: what it is called where reports are */
  report: string;
  name: string;
  /** the kind of period that it is read for */
  kind: PeriodKind;
  filter: ReportFilter;
  /** who saved it last */
  who: string;
}

/** `named:12` ─▶ 12; null: no report of this kind */
export function namedId(report: string): number | null {
  const [, id] = /^named:([1-9]\d{0,8})$/.exec(report) ?? [];
  return id ? Number(id) : null;
}

/** `类别：漏水、水压；辖区：兴庆区`, as it is printed under a report's title; '' : everything. */
export function filterWords(filter: Where, units: ReadonlyMap<string, string>): string {
  return FILTER_DIMS.flatMap((dim) => {
    const wanted = filter[dim];
    if (wanted === undefined) return [];
    const words = valuesOf(wanted).map((one) => dimWords(dim, one, units));
    return [`${FILTER_WORDS[dim]}：${words.join('、')}`];
  }).join('；');
}
