import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Spin, Tabs } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import type { Misfooting, ReportDocument } from '../../core/office/document.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { ReportChart } from './chart.tsx';
import { periodOfAddress, PeriodPicker } from './period-picker.tsx';
import { ReportTable } from './table.tsx';
import { useReportWords } from './words.ts';
import './reports.css';

/** Every measure of the calls, over any period; each number opens its calls. */
export function TelephoneReportPage() {
  const say = useReportWords();
  const [query, setQuery] = useSearchParams();
  const period = periodOfAddress(query.get('period'), 'cycle');
  const shown = query.get('table') ?? 'overall';
  const at = `/api/reports/telephone`;
  const report = useQuery({
    queryKey: ['report', 'telephone', period.key],
    queryFn: ({ signal }) =>
      ask<{ document: ReportDocument; misfootings: Misfooting[] }>(
        'GET',
        `${at}?period=${encodeURIComponent(period.key)}`,
        undefined,
        signal,
      ),
    placeholderData: (before) => before,
  });
  useEffect(() => {
    document.title = '话务报表 · 供水热线 96666';
  }, []);
  const made = report.data?.document;
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
          <Button onClick={() => void report.refetch()} loading={report.isFetching}>
            {say('again')}
          </Button>
        </Space>
      </header>
      {report.error && <Alert type="error" showIcon title={refusalWords(report.error)} />}
      {wrong && <Alert type="error" showIcon title={say('misfoots', { words: wrong.words })} />}
      {!made && report.isPending && <Spin description={say('counting')} className="counting" />}
      {made && (
        <>
          <Tabs
            className="no-print"
            activeKey={shown}
            onChange={(key) => setQuery({ period: period.key, table: key }, { replace: true })}
            items={made.tables.map((table) => ({ key: table.key, label: table.zh }))}
          />
          {made.tables.map((table) => (
            <section key={table.key} className={table.key === shown ? 'shown' : 'on-paper'}>
              <h2 className="on-paper">
                {made.title}　{table.zh}　{made.period.words}
              </h2>
              {table.key === shown && <ReportChart table={table} />}
              <ReportTable table={table} />
              {table.note && <p className="note">{table.note}</p>}
            </section>
          ))}
          <footer>
            {say('counted', { at: cellText(made.countedAtMs, 'instant'), version: made.measuresVersion })}
          </footer>
        </>
      )}
    </main>
  );
}
