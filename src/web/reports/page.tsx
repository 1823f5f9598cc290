import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Misfooting, ReportDocument } from '../../core/office/document.ts';
import type { PeriodKind } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { PAGE_NAMES, ReportBody } from './body.tsx';
import { PassageEditor } from './passage.tsx';
import { SendReport } from './send.tsx';
import { periodOfAddress, PeriodPicker } from './period-picker.tsx';
import { useReportWords } from './words.ts';
import './reports.css';

/** A report over a period: its tables with their pictures, what people wrote, as files, and sent. */
export function ReportPage({ report: name, kind }: { report: string; kind: Exclude<PeriodKind, 'span'> }) {
  const say = useReportWords();
  const [query, setQuery] = useSearchParams();
  const may = useMay();
  const [sending, setSending] = useState(false);
  // yesterday's day, last week: what is over is what is read
  const period = periodOfAddress(query.get('period'), kind, name !== 'telephone');
  const at = `/api/reports/${name}`;
  const report = useQuery({
    queryKey: ['report', name, period.key],
    queryFn: ({ signal }) =>
      ask<{ document: ReportDocument; misfootings: Misfooting[] }>(
        'GET',
        `${at}?period=${encodeURIComponent(period.key)}`,
        undefined,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    document.title = `${PAGE_NAMES[name]} · 供水热线 96666`;
  }, [name]);
  const made = report.data?.document;
  const keys = made?.tables.map(({ key }) => key) ?? [];
  const asked = query.get('table') ?? '';
  const shown = keys.includes(asked) ? asked : (keys[0] ?? '');
  const wrong = report.data?.misfootings[0];
  const file = (kind: string) => `${at}/file?as=${kind}&period=${encodeURIComponent(period.key)}`;

  return (
    <main className="page report">
      <header>
        <PeriodPicker
          period={period}
          onChange={(next) => setQuery({ period: next.key, table: shown }, { replace: true })}
        />
        <Space className="no-print">
          {(['xlsx', 'docx', 'csv'] as const).map((kind) => (
            <Button key={kind} href={file(kind)} disabled={!made || wrong !== undefined}>
              {{ xlsx: 'Excel', docx: 'Word', csv: 'CSV' }[kind]}
            </Button>
          ))}
          <Button onClick={() => print()}>{say('print')}</Button>
          {may('send-reports') && (
            <Button type="primary" disabled={!made || wrong !== undefined} onClick={() => setSending(true)}>
              {say('send')}
            </Button>
          )}
          <Button onClick={() => void report.refetch()} loading={report.isFetching}>
            {say('again')}
          </Button>
        </Space>
      </header>
      {report.error && <Alert type="error" showIcon title={refusalWords(report.error)} />}
      {wrong && <Alert type="error" showIcon title={say('misfoots', { words: wrong.words })} />}
      {!made && report.isPending && <Spin description={say('counting')} className="counting" />}
      {made && (
        <ReportBody
          made={made}
          shown={shown}
          choose={(key) => setQuery({ period: period.key, table: key }, { replace: true })}
          passage={(one) => (
            <PassageEditor key={`${period.key} ${one.key}`} report={name} period={period.key} passage={one} />
          )}
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
/** Article 23, and whatever else is asked for */
export function AnyReportPage() {
  return <ReportPage report="any" kind="summer" />;
}
