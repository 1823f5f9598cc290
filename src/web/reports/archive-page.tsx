import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Select, Space, Switch, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import type { ReportDocument } from '../../core/office/document.ts';
import type { Schedule } from '../../core/office/schedule.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { PAGE_NAMES, ReportBody } from './body.tsx';
import { Written } from './passage.tsx';
import { ROLE_CHOICES } from './send.tsx';
import './reports.css';

interface Version {
  id: number;
  report: string;
  period: string;
  version: number;
  title: string;
  words: string;
  why: string;
  who: string;
  atMs: number;
  sent: { recipient: string; state: string; proof: string | null; words: string | null }[];
}
const SENT: Record<string, [string, string]> = {
  ...{ delivered: ['已送达', 'green'], waiting: ['等待发送', 'blue'], sending: ['正在发送', 'blue'] },
  ...{ dead: ['没有送达', 'red'], cancelled: ['已取消', ''] },
};

/** Reports as they were sent, with the proof of each recipient; and when they go by themselves. */
export function ArchivePage() {
  const may = useMay();
  const found = useQuery({
    queryKey: ['report-versions'],
    refetchInterval: 10_000,
    queryFn: ({ signal }) => ask<{ versions: Version[] }>('GET', '/api/report-versions', undefined, signal),
  });
  useEffect(() => {
    document.title = '已发送的报表 · 供水热线 96666';
  }, []);
  return (
    <main className="page report">
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      <Table<Version>
        size="small"
        rowKey="id"
        pagination={false}
        loading={found.isPending}
        locale={{ emptyText: '还没有发送过报表。打开一张报表，核对后点“定稿并发送”。' }}
        dataSource={found.data?.versions ?? []}
        columns={[
          {
            title: '报表',
            render: (_, one) => <Link to={`/reports/archive/${one.id}`}>{one.title}</Link>,
          },
          { title: '时间段', dataIndex: 'words' },
          { title: '版', width: 60, render: (_, one) => `第${one.version}版` },
          { title: '发送时间', width: 150, render: (_, one) => cellText(one.atMs, 'instant') },
          { title: '发送人', width: 100, render: (_, one) => one.who || '定时' },
          {
            title: '收件人',
            render: (_, one) =>
              one.sent.map(({ recipient, state, proof, words }) => (
                <Tag key={recipient} color={SENT[state]?.[1] ?? ''} title={proof ?? words ?? ''}>
                  {recipient} {SENT[state]?.[0] ?? state}
                </Tag>
              )),
          },
          { title: '说明', render: (_, one) => one.why },
        ]}
      />
      <p className="quiet">没有送达的可以在 管理 › 发送记录 里重发。</p>
      {may('send-reports') && <Schedules />}
    </main>
  );
}

/** One report as it was sent. */
export function SentReportPage() {
  const { id } = useParams();
  const [query, setQuery] = useSearchParams();
  const found = useQuery({
    queryKey: ['report-versions', id],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      ask<{ document: ReportDocument }>('GET', `/api/report-versions/${id}`, undefined, signal),
  });
  const made = found.data?.document;
  return (
    <main className="page report">
      <header>
        <Link to="/reports/archive">返回已发送</Link>
        <Space className="no-print">
          {(['xlsx', 'docx', 'csv'] as const).map((kind) => (
            <Button key={kind} href={`/api/report-versions/${id}/file?as=${kind}`} disabled={!made}>
              {{ xlsx: 'Excel', docx: 'Word', csv: 'CSV' }[kind]}
            </Button>
          ))}
          <Button onClick={() => print()}>打印</Button>
        </Space>
      </header>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {made && (
        <>
          <h1>
            {made.title}　<small>{made.period.words}</small>
          </h1>
          <ReportBody
            made={made}
            shown={query.get('table') ?? made.tables[0]!.key}
            choose={(table) => setQuery({ table }, { replace: true })}
            passage={(one) => <Written key={one.key} passage={one} />}
          />
        </>
      )}
    </main>
  );
}

interface Run {
  report: string;
  period: string;
  dueAtMs: number;
  ranAtMs: number;
  outcome: string;
}
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'].map((zh, at) => ({
  value: at + 1,
  label: `星期${zh}`,
}));
const MONTH_DAYS = [
  ...Array.from({ length: 31 }, (_, at) => ({ value: at + 1, label: `每月 ${at + 1} 日` })),
  { value: 0, label: '每月最后一天' },
];

function Schedules() {
  const found = useQuery({
    queryKey: ['report-schedules'],
    queryFn: ({ signal }) =>
      ask<{ schedules: Schedule[]; runs: Run[] }>('GET', '/api/report-schedules', undefined, signal),
  });
  return (
    <section className="schedules">
      <h2>定时发送</h2>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {['daily', 'weekly', 'monthly', 'month-end'].map((report) => {
        const one = found.data?.schedules.find((schedule) => schedule.report === report);
        return one && <ScheduleRow key={report} begin={one} />;
      })}
      {found.data && found.data.runs.length > 0 && (
        <ul>
          {found.data.runs.map((run) => (
            <li key={`${run.report} ${run.period}`}>
              <span className="figures">{cellText(run.ranAtMs, 'instant')}</span> {PAGE_NAMES[run.report]}{' '}
              {run.period}：{run.outcome}
              {run.ranAtMs - run.dueAtMs > 600_000 &&
                `（应在 ${cellText(run.dueAtMs, 'instant')}，服务停过，已补发）`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ScheduleRow({ begin }: { begin: Schedule }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [one, setOne] = useState(begin);
  const save = useMutation({
    mutationFn: (next: Schedule) => {
      const { report, begunAtMs: _, ...schedule } = next;
      return ask('PUT', `/api/report-schedules/${report}`, schedule);
    },
    onSuccess: () => {
      void message.success('已保存');
      void queries.invalidateQueries({ queryKey: ['report-schedules'] });
    },
  });
  const time = `${String(Math.floor(one.minute / 60)).padStart(2, '0')}:${String(one.minute % 60).padStart(2, '0')}`;
  const set = (more: Partial<Schedule>) => setOne({ ...one, ...more });
  return (
    <div className="schedule">
      <Switch
        checked={one.enabled}
        aria-label={`定时发送${PAGE_NAMES[one.report]}`}
        onChange={(enabled) => set({ enabled })}
      />
      <b>{PAGE_NAMES[one.report]}</b>
      {one.report === 'daily' && <span>每天（前一天的）</span>}
      {one.report === 'weekly' && (
        <Select value={one.day} onChange={(day) => set({ day })} options={WEEKDAYS} aria-label="星期几" />
      )}
      {['monthly', 'month-end'].includes(one.report) && (
        <Select value={one.day} onChange={(day) => set({ day })} options={MONTH_DAYS} aria-label="几号" />
      )}
      <Input
        type="time"
        aria-label="时间"
        value={time}
        onChange={(event) => {
          const [hours, minutes] = event.target.value.split(':').map(Number);
          if (hours !== undefined && minutes !== undefined) set({ minute: hours * 60 + minutes });
        }}
      />
      <Select
        mode="multiple"
        className="grow"
        aria-label="收件角色"
        placeholder="收件角色"
        value={one.roles}
        onChange={(roles) => set({ roles })}
        options={ROLE_CHOICES}
      />
      <Select
        mode="tags"
        className="grow"
        open={false}
        aria-label="邮箱地址"
        placeholder="邮箱地址，回车添加"
        value={one.addresses}
        onChange={(addresses) => set({ addresses })}
        tokenSeparators={[',', '，', ' ', ';']}
      />
      <Button
        type="primary"
        disabled={one === begin}
        loading={save.isPending}
        onClick={() => save.mutate(one)}
      >
        保存
      </Button>
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
    </div>
  );
}
