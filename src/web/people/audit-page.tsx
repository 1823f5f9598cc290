import { secondText } from '../../core/zone.ts';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Input, Select, Space, Table } from 'antd';
import type { Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { AUDIT_WORDS } from './words.ts';
import './people.css';

interface AuditRow {
  id: number;
  atMs: number;
  who: string;
  what: string;
  about: string;
  detail: unknown;
  address: string | null;
}
interface Page {
  rows: AuditRow[];
  more: boolean;
}

/** Who did what, when, from where; nobody can change it, and a key proves that nobody has. */
export function AuditPage() {
  const [words, setWords] = useState('');
  const [what, setWhat] = useState<string | undefined>();
  const [days, setDays] = useState<[Dayjs, Dayjs] | null>(null);
  const query = new URLSearchParams({
    ...(words.trim() ? { words: words.trim() } : {}),
    ...(what ? { what } : {}),
    ...(days
      ? { from: String(days[0].startOf('day').valueOf()), until: String(days[1].endOf('day').valueOf() + 1) }
      : {}),
  }).toString();
  const pages = useInfiniteQuery({
    queryKey: ['audit', query],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page>('GET', `/api/audit?${query}${pageParam}`, undefined, signal),
    getNextPageParam: (page) => (page.more ? `&before=${page.rows.at(-1)!.id}` : undefined),
  });
  const [anchor, setAnchor] = useState('');
  const check = useMutation({
    mutationFn: (pasted: string) =>
      ask<{ whole: boolean; sentences: string[] }>('POST', '/api/audit/verify', { anchor: pasted }),
  });
  useEffect(() => {
    document.title = '审计日志 · 供水热线 96666';
  }, []);
  return (
    <main className="page people">
      <header>
        <Space wrap>
          <Input.Search allowClear placeholder="人或对象" onSearch={setWords} style={{ width: 220 }} />
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="做了什么"
            aria-label="做了什么"
            style={{ width: 180 }}
            value={what ?? null}
            onChange={(value) => setWhat(value ?? undefined)}
            options={Object.entries(AUDIT_WORDS).map(([value, label]) => ({ value, label }))}
          />
          <DatePicker.RangePicker
            onChange={(range) => setDays(range?.[0] && range[1] ? [range[0], range[1]] : null)}
          />
        </Space>
        <Space.Compact>
          <Input
            allowClear
            value={anchor}
            onChange={(event) => setAnchor(event.target.value)}
            placeholder="贴上保存的锚点（邮件、交接班记录、备份），可不填"
            aria-label="用锚点校验"
            style={{ width: 360 }}
          />
          <Button loading={check.isPending} onClick={() => check.mutate(anchor)}>
            校验是否被改动
          </Button>
        </Space.Compact>
      </header>
      {check.data && (
        <Alert
          type={check.data.whole ? 'success' : 'error'}
          showIcon
          closable
          title={check.data.whole ? '审计日志没有被改动' : '审计日志对不上'}
          description={check.data.sentences.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
        />
      )}
      {(pages.error ?? check.error) && (
        <Alert type="error" showIcon title={refusalWords(pages.error ?? check.error)} />
      )}
      <Table<AuditRow>
        size="small"
        rowKey="id"
        loading={pages.isPending}
        pagination={false}
        dataSource={pages.data?.pages.flatMap((page) => page.rows) ?? []}
        locale={{ emptyText: '没有符合条件的记录。' }}
        expandable={{
          rowExpandable: (row) => row.detail !== null,
          expandedRowRender: (row) => <pre className="detail">{JSON.stringify(row.detail, null, 1)}</pre>,
        }}
        columns={[
          { title: '时间', className: 'figures', render: (_, row) => atText(row.atMs) },
          { title: '谁', dataIndex: 'who' },
          { title: '做了什么', render: (_, row) => AUDIT_WORDS[row.what] ?? row.what },
          { title: '对象', dataIndex: 'about' },
          { title: '来自', className: 'figures', render: (_, row) => row.address ?? '—' },
        ]}
      />
      {pages.hasNextPage && (
        <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          再看 100 条
        </Button>
      )}
    </main>
  );
}

function atText(ms: number): string {
  return secondText(ms);
}
