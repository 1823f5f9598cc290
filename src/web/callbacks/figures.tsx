import { useQuery } from '@tanstack/react-query';
import { Segmented, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../ask.ts';
import { ratioText, type Figures } from './callback.ts';
import { useCallbackWords } from './words.ts';

const BY = { department: '部门', category: '类别', district: '片区', week: '周' } as const;
type By = keyof typeof BY;
const LISTS = {
  population: '上门工单',
  drawn: '应回访',
  called: '已拨',
  reached: '已回访',
  valid: '有效回答',
  satisfied: '满意',
  fair: '一般',
  dissatisfied: '不满意',
  notSolved: '未解决',
  people: '待人工',
} as const;

/** Rates against 5 %, reach, satisfaction; each number opens its list. */
export function FiguresTable({ query, title }: { query: string; title: string }) {
  const say = useCallbackWords();
  const [by, setBy] = useState<By>('department');
  const figures = useQuery({
    queryKey: ['callbacks', 'figures', by, query],
    queryFn: () => ask<{ rows: Figures[] }>('GET', `/api/callbacks/figures?by=${by}&${query}`),
  });
  const list = (row: Figures, key: keyof typeof LISTS) =>
    `/callbacks/annex2?${query}&list=${key === 'notSolved' ? 'not-solved' : key}${
      by === 'week' ? '' : `&${by}=${encodeURIComponent(row.by)}`
    }`;
  return (
    <section className="figures-table">
      <h2>
        {title}
        <Segmented
          value={by}
          onChange={(next: By) => setBy(next)}
          options={Object.entries(BY).map(([value, label]) => ({ value: value as By, label }))}
        />
      </h2>
      <Table<Figures>
        size="small"
        bordered
        rowKey="by"
        pagination={false}
        loading={figures.isPending}
        dataSource={figures.data?.rows ?? []}
        locale={{ emptyText: say('emptyList') }}
        columns={[
          { title: BY[by], render: (_, row) => row.by || '（未填）' },
          ...Object.entries(LISTS).map(([key, zh]) => ({
            title: zh,
            align: 'right' as const,
            className: 'figures',
            render: (_: unknown, row: Figures) => (
              <Link to={list(row, key as keyof typeof LISTS)}>{row[key as keyof typeof LISTS]}</Link>
            ),
          })),
          {
            title: `${say('rate')}（≥5%）`,
            align: 'right',
            className: 'figures',
            render: (_, row) => (
              <span className={row.reached / row.population < 0.05 ? 'short' : ''}>
                {ratioText(row.reached, row.population)}
              </span>
            ),
          },
          {
            title: say('reach'),
            align: 'right',
            className: 'figures',
            render: (_, row) => ratioText(row.reached, row.called),
          },
          {
            title: say('validity'),
            align: 'right',
            className: 'figures',
            render: (_, row) => ratioText(row.valid, row.reached),
          },
          {
            title: say('satisfaction'),
            align: 'right',
            className: 'figures',
            render: (_, row) => ratioText(row.satisfied, row.valid),
          },
        ]}
      />
    </section>
  );
}
