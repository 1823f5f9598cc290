import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Select, Space, Table } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { ANNEX_2, ANNEX_2_TITLE, SATISFACTION } from '../../core/callbacks/campaign.ts';
import { CALLBACK_COUNTS, type CallbackCount } from '../../core/office/callback-report.ts';
import { parsePeriod, periodAt, periodBefore } from '../../core/office/period.ts';
import { numberText } from '../../core/people/telephone.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { PeriodPicker } from '../reports/period-picker.tsx';
import { spaced } from '../view.ts';
import { minuteText, useMoved, type Callback, type Figures } from './callback.ts';
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
  const cells: ((row: Callback, at: number) => string | number)[] = [
    (_, at) => at + 1,
    (row) => minuteText(row.acceptedAtMs),
    (row) => minuteText(row.calledBackAtMs).slice(0, 10),
    (row) => row.caller,
    (row) => (row.number ? spaced(numberText({ national: row.number, extension: row.extension })) : ''),
    (row) => row.address,
    (row) => row.content,
    (row) => [row.department, row.handledBy].filter((one) => one !== '').join(' '),
    (row) => row.handling || (row.solved === null ? '' : row.solved ? '已解决' : '未解决'),
    (row) => (row.satisfied ? SATISFACTION[row.satisfied] : ''),
  ];
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
        columns={ANNEX_2.map((title, column) => ({
          title,
          className: [0, 1, 2, 4].includes(column) ? 'figures' : '',
          render: (_: unknown, row: Callback, at: number) => cells[column]!(row, at),
        }))}
      />
    </main>
  );
}
