import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Spin } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { Misfooting, ReportDocument } from '../../core/office/document.ts';
import type { Period, PeriodKind } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { PAGE_NAMES, ReportBody } from './body.tsx';
import { PassageEditor, Written } from './passage.tsx';
import { SendReport } from './send.tsx';
import { periodOfAddress, PeriodPicker } from './period-picker.tsx';
import { useReportWords } from './words.ts';
import './reports.css';

/** A report over a period: its tables with their pictures, what people wrote, as files, and sent. */
export function ReportPage({
  report: name,
  kind,
  narrowed = '',
  unsaved = false,
  before,
}: {
  report: string;
  kind: PeriodKind;
  /** what it is narrowed to, as in its address; a named report knows that itself */
  narrowed?: string;
  /** narrowed without a name: it can be looked at and taken along, but not written into and not sent */
  unsaved?: boolean;
  /** what stands above it, for the period that is shown */
  before?: (period: Period) => ReactNode;
}) {
  const say = useReportWords();
  const [query, setQuery] = useSearchParams();
  const may = useMay();
  const [sending, setSending] = useState(false);
  // yesterday's day, last week: what is over is what is read
  const period = periodOfAddress(query.get('period'), kind, name !== 'telephone');
  const at = `/api/reports/${name}`;
  const asked = `period=${encodeURIComponent(period.key)}${narrowed && `&${narrowed}`}`;
  const set = (key: string, table: string) => {
    const next = new URLSearchParams(query);
    next.set('period', key);
    next.set('table', table);
    setQuery(next, { replace: true });
  };
  const report = useQuery({
    queryKey: ['report', name, period.key, narrowed],
    queryFn: ({ signal }) =>
      ask<{ document: ReportDocument; misfootings: Misfooting[] }>(
        'GET',
        `${at}?${asked}`,
        undefined,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    document.title = `${PAGE_NAMES[name] ?? PAGE_NAMES['any']} · 供水热线 96666`;
  }, [name]);
  const made = report.data?.document;
  const keys = made?.tables.map(({ key }) => key) ?? [];
  const table = query.get('table') ?? '';
  const shown = keys.includes(table) ? table : (keys[0] ?? '');
  const wrong = report.data?.misfootings[0];
  const file = (format: string) => `${at}/file?as=${format}&${asked}`;

  return (
    <main className="page report">
      <header>
        <PeriodPicker period={period} onChange={(next) => set(next.key, shown)} />
        <Space className="no-print">
          {(['xlsx', 'docx', 'csv'] as const).map((format) => (
            <Button key={format} href={file(format)} disabled={!made || wrong !== undefined}>
              {{ xlsx: 'Excel', docx: 'Word', csv: 'CSV' }[format]}
            </Button>
          ))}
          <Button onClick={() => print()}>{say('print')}</Button>
          {may('send-reports') && (
            <Button
              type="primary"
              disabled={!made || wrong !== undefined || unsaved}
              title={unsaved ? say('nameFirst') : ''}
              onClick={() => setSending(true)}
            >
              {say('send')}
            </Button>
          )}
          <Button onClick={() => void report.refetch()} loading={report.isFetching}>
            {say('again')}
          </Button>
        </Space>
      </header>
      {before?.(period)}
      {report.error && <Alert type="error" showIcon title={refusalWords(report.error)} />}
      {wrong && <Alert type="error" showIcon title={say('misfoots', { words: wrong.words })} />}
      {!made && report.isPending && <Spin description={say('counting')} className="counting" />}
      {made && (
        <ReportBody
          made={made}
          shown={shown}
          choose={(key) => set(period.key, key)}
          passage={(one) =>
            unsaved ? (
              <Written key={one.key} passage={one} />
            ) : (
              <PassageEditor
                key={`${name} ${period.key} ${one.key}`}
                report={name}
                period={period.key}
                passage={one}
              />
            )
          }
        />
      )}
      {sending && made && (
        <SendReport report={name} period={period.key} made={made} close={() => setSending(false)} />
      )}
    </main>
  );
}

/** Every measure of the calls, over any period; each number opens its calls. */
export function TelephoneReportPage() {
  return <ReportPage report="telephone" kind="cycle" />;
}
export function DailyReportPage() {
  return <ReportPage report="daily" kind="day" />;
}
/** Article 19 */
export function WeeklyReportPage() {
  return <ReportPage report="weekly" kind="week" />;
}
/** Articles 18 and 22 */
export function MonthlyReportPage() {
  return <ReportPage report="monthly" kind="cycle" />;
}
/** Article 20 */
export function MonthEndReportPage() {
  return <ReportPage report="month-end" kind="month" />;
}
/** Article 14: what was drawn, who was reached, and what they said */
export function CallbackReportPage() {
  return <ReportPage report="callbacks" kind="week" />;
}
