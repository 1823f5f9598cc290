import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import type { ReportDocument } from '../../core/office/document.ts';
import { cellText } from '../../core/office/written.ts';
import { ReportChart } from './chart.tsx';
import { ReportTable } from './table.tsx';
import { useReportWords } from './words.ts';

export type Passage = NonNullable<ReportDocument['passages']>[number];
export const PAGE_NAMES: Record<string, string> = {
  ...{
    telephone: '话务报表',
    daily: '日报',
    weekly: '周报',
    monthly: '月报',
    'month-end': '月末分析',
    any: '专题统计',
    callbacks: '回访报表',
  },
};

/** What a report is called in menus and logs; `name`: what people called it. */
export function reportName({ report, name }: { report: string; name: string }): string {
  return name || (PAGE_NAMES[report] ?? '已删除的专题');
}

/** A report's tables, one shown and all on paper, and what people wrote under the table that it belongs to. */
export function ReportBody({
  made,
  shown,
  choose,
  passage,
}: {
  made: ReportDocument;
  shown: string;
  choose: (key: string) => void;
  passage: (one: Passage) => ReactNode;
}) {
  const say = useReportWords();
  return (
    <>
      {made.scope && <p className="scope no-print">统计范围：{made.scope}</p>}
      <Tabs
        className="no-print"
        activeKey={shown}
        onChange={choose}
        items={made.tables.map((table) => ({ key: table.key, label: table.zh }))}
      />
      {made.tables.map((table) => (
        <section key={table.key} className={table.key === shown ? 'shown' : 'on-paper'}>
          <h2 className="on-paper">
            {made.title}　{table.zh}　{made.period.words}
            {made.scope && <small>统计范围：{made.scope}</small>}
          </h2>
          {table.key === shown && table.chart && table.rows.length > 0 && <ReportChart table={table} />}
          <ReportTable table={table} />
          {table.note && <p className="note">{table.note}</p>}
          {made.passages?.filter(({ after }) => after === table.key).map(passage)}
        </section>
      ))}
      <footer>
        {say('counted', { at: cellText(made.countedAtMs, 'instant'), version: made.measuresVersion })}
      </footer>
    </>
  );
}
