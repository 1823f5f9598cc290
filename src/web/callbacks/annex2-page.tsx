import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Select, Space, Table } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { ANNEX_2, ANNEX_2_TITLE, annex2Cells } from '../../core/callbacks/annex2.ts';
import { CALLBACK_COUNTS, type CallbackCount } from '../../core/office/callback-report.ts';
import { parsePeriod, periodAt, periodBefore } from '../../core/office/period.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { PeriodPicker } from '../reports/period-picker.tsx';
import { spaced } from '../view.ts';
import { useMoved, type Callback, type Figures } from './callback.ts';
import { useCallbackWords } from './words.ts';
import './callbacks.css';

/** Annex 2: the regulation's title and ten columns, on the screen, as a workbook and on paper. */
export function Annex2Page() {
  const say = useCallbackWords();
  const [query, setQuery] = useSearchParams();
  useMoved();
  const campaign = query.get('campaign');
  const period =
    parsePeriod(query.get('period') ?? '') ?? (campaign ? null : periodBefore(periodAt('week', serverNow())));
  const asked = new URLSearchParams(query);
  if (period) asked.set('period', period.key);
  const rows = useQuery({
    queryKey: ['callbacks', 'list', asked.toString()],
    queryFn: () => ask<{ rows: Callback[]; count: number }>('GET', `/api/callbacks/list?${asked}`),
  });
  const departments = useQuery({
    queryKey: ['callbacks', 'figures', 'department', ''],
    queryFn: () => ask<{ rows: Figures[] }>('GET', '/api/callbacks/figures?by=department'),
  });
  const listed = CALLBACK_COUNTS[(query.get('list') ?? 'reached') as CallbackCount];
  const set = (key: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    if (value) next.set(key, value);
    else next.delete(key);
    setQuery(next, { replace: true });
  };
  useEffect(() => {
    document.title = '回访记录表 · 供水热线 96666';
  }, []);
  return (
    <main className="page callbacks">
      <header className="no-print">
        {period && <PeriodPicker period={period} onChange={(next) => set('period', next.key)} />}
        <Space>
          <Select
            allowClear
            placeholder="部门"
            aria-label="部门"
            style={{ width: 220 }}
            value={query.get('department')}
            onChange={(value: string | undefined) => set('department', value)}
            options={departments.data?.rows.map((one) => ({ value: one.by, label: one.by })) ?? []}
          />
          <Select
            allowClear
            placeholder="方式"
            aria-label="方式"
            style={{ width: 110 }}
            value={query.get('channel')}
            onChange={(value: string | undefined) => set('channel', value)}
            options={[
              { value: 'machine', label: '自动' },
              { value: 'person', label: '人工' },
            ]}
          />
          <Button href={`/api/callbacks/annex2.xlsx?${asked}`}>{say('export')}</Button>
          <Button onClick={() => print()}>{say('print')}</Button>
        </Space>
      </header>
      {rows.error && <Alert type="error" showIcon title={refusalWords(rows.error)} />}
      <h1 className="annex2-title">{ANNEX_2_TITLE}</h1>
      {rows.data && (
        <p className="quiet no-print">
          {listed && `${listed} · `}共 {rows.data.count} 件
          {rows.data.count > rows.data.rows.length &&
            `，这里列出最早的 ${rows.data.rows.length} 件；缩小时间段可看其余的`}
        </p>
      )}
      <Table<Callback>
        className="annex2"
        size="small"
        bordered
        rowKey="id"
        pagination={false}
        loading={rows.isPending}
        dataSource={rows.data?.rows ?? []}
        locale={{ emptyText: say('emptyList') }}
        columns={ANNEX_2.map(({ key, zh, unit }) => ({
          title: zh,
          className: unit !== 'text' || key === 'number' ? 'figures' : '',
          render: (_: unknown, row: Callback, at: number) => {
            const value = annex2Cells(row, at)[key];
            if (value === null) return '';
            return key === 'number' ? spaced(String(value)) : cellText(value, unit);
          },
        }))}
      />
    </main>
  );
}
