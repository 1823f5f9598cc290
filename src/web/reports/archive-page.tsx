import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Table } from 'antd';
import { useEffect } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import type { ReportDocument } from '../../core/office/document.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { ReportBody } from './body.tsx';
import { Delivered, Mails, type SentMail } from './mails.tsx';
import { Written } from './passage.tsx';
import { Schedules } from './schedules.tsx';
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
  sent: SentMail[];
}

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
        expandable={{
          expandedRowRender: (one) => <Mails version={one.id} sent={one.sent} />,
          rowExpandable: (one) => one.sent.length > 0,
        }}
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
            title: '送达',
            width: 150,
            render: (_, one) => <Delivered sent={one.sent} />,
          },
          { title: '说明', render: (_, one) => one.why },
        ]}
      />
      <p className="quiet">展开一行，看每个收件人的送达证明，并可单独重发。</p>
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
