import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Table } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { HandoverState } from '../../core/shifts/handover.ts';
import { shiftWords } from '../../core/shifts/shift.ts';
import { ask, refusalWords } from '../ask.ts';
import './shifts.css';

interface Row {
  id: number;
  zh: string;
  fromMs: number;
  untilMs: number;
  state: HandoverState;
  giver: string | null;
  taker: string | null;
  found: string | null;
}
const STATES: Record<HandoverState, string> = { open: '待交班', given: '待接班', signed: '已封存' };

/** The handovers of before, searched by what was written on them. */
export function HandoversPage() {
  const [words, setWords] = useState('');
  const found = useQuery({
    queryKey: ['handovers', 'list', words],
    queryFn: ({ signal }) =>
      ask<{ handovers: Row[]; more: boolean }>(
        'GET',
        `/api/handovers?words=${encodeURIComponent(words)}`,
        undefined,
        signal,
      ),
  });
  useEffect(() => {
    document.title = '交接班记录 · 供水热线 96666';
  }, []);
  return (
    <main className="page">
      <Input.Search
        allowClear
        style={{ maxWidth: 360, marginBottom: 12 }}
        placeholder="找：记录里的字、交班人、接班人"
        aria-label="查找交接班记录"
        onSearch={(text) => setWords(text.trim())}
      />
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      <Table<Row>
        size="small"
        rowKey="id"
        pagination={false}
        loading={found.isPending}
        locale={{ emptyText: '没有符合的交接班记录。' }}
        dataSource={found.data?.handovers ?? []}
        columns={[
          {
            title: '班次',
            width: 240,
            render: (_, one) => <Link to={`/handovers/${one.id}`}>{shiftWords(one)}</Link>,
          },
          { title: '状态', width: 100, render: (_, one) => STATES[one.state] },
          { title: '交班人', width: 120, render: (_, one) => one.giver ?? '—' },
          { title: '接班人', width: 120, render: (_, one) => one.taker ?? '—' },
          { title: '找到', ellipsis: true, render: (_, one) => one.found ?? '' },
        ]}
      />
      {found.data?.more && <p className="quiet">只列出最近的 40 份，请用上面的查找。</p>}
    </main>
  );
}
