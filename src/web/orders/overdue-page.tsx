import { useQuery } from '@tanstack/react-query';
import { Alert, Table } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { ask, refusalWords } from '../ask.ts';
import { DistrictMap } from '../map/district-map.tsx';
import { useConnected, useTold } from '../shell/line.tsx';
import { OrderTable, useOrderList } from './list-page.tsx';
import { useOrderWords } from './words.ts';
import './orders.css';

interface Cell {
  unitId: number | null;
  unit: string;
  district: string;
  open: number;
  near: number;
  overdue: number;
  urgent: number;
}
const AGAIN_MS = 5000;

/** The supervisor's eye: everything overdue or near it, by unit and district, live, as a map and as a list. */
export function OverduePage() {
  const say = useOrderWords();
  const navigate = useNavigate();
  const [district, setDistrict] = useState('');
  const [unitId, setUnitId] = useState<number | null>(null);
  const cells = useQuery({
    queryKey: ['orders', 'overdue-cells'],
    queryFn: ({ signal }) =>
      ask<{ atMs: number; cells: Cell[] }>('GET', '/api/orders/overdue', undefined, signal),
    refetchInterval: AGAIN_MS,
  });
  const pages = useOrderList(
    `list=due&byDue=1${district && `&district=${encodeURIComponent(district)}`}${unitId === null ? '' : `&unitId=${unitId}`}`,
  );
  const refetch = pages.refetch;
  useConnected(() => void refetch());
  useTold('clockNotice', () => void refetch());
  useEffect(() => {
    document.title = `${say('overdueTitle')} · 供水热线 96666`;
  });
  const all = cells.data?.cells ?? [];
  const byUnit = [...groupBy(all, (cell) => cell.unit || say('noUnitYet')).entries()].map(([unit, some]) => ({
    ...{ unit, unitId: some[0]!.unitId },
    ...sum(some),
  }));
  const marks = Object.fromEntries(
    [...groupBy(all, (cell) => cell.district).entries()].map(([name, some]) => {
      const { open, near, overdue } = sum(some);
      const level = overdue > 0 ? ('red' as const) : near > 0 ? ('amber' as const) : ('quiet' as const);
      return [
        name,
        { level, words: overdue > 0 ? say('overdueOf', { overdue, open }) : say('openHere', { open }) },
      ];
    }),
  );
  const total = sum(all);
  return (
    <main className="page orders overdue-page">
      <header>
        <h1>{say('overdueTitle')}</h1>
        <span className="figures big">
          {say('overdue')} <b className={total.overdue > 0 ? 'late' : ''}>{total.overdue}</b>　{say('near')}{' '}
          <b>{total.near}</b>　{say('open')} <b>{total.open}</b>
        </span>
        {(district || unitId !== null) && (
          <button
            type="button"
            className="link"
            onClick={() => {
              setDistrict('');
              setUnitId(null);
            }}
          >
            {say('seeAll')}
          </button>
        )}
      </header>
      {cells.error && <Alert type="error" showIcon title={refusalWords(cells.error)} />}
      <div className="overdue-top">
        <DistrictMap
          label={say('overdueMap')}
          marks={marks}
          chosen={district ? [district] : []}
          choose={(one) => setDistrict(one === district ? '' : one)}
        />
        <Table
          size="small"
          rowKey="unit"
          pagination={false}
          scroll={{ y: 300 }}
          locale={{ emptyText: say('allWell') }}
          dataSource={byUnit}
          onRow={(row) => ({ onClick: () => setUnitId(row.unitId), style: { cursor: 'pointer' } })}
          columns={[
            { title: say('unit'), dataIndex: 'unit' },
            {
              title: say('overdue'),
              dataIndex: 'overdue',
              align: 'right',
              width: 80,
              render: (count: number) => <b className={count > 0 ? 'late figures' : 'figures'}>{count}</b>,
            },
            { title: say('near'), dataIndex: 'near', align: 'right', width: 80 },
            { title: say('open'), dataIndex: 'open', align: 'right', width: 80 },
          ]}
        />
      </div>
      <OrderTable
        lines={pages.data?.pages.flatMap((page) => page.lines) ?? []}
        loading={pages.isPending}
        empty={say('allWell')}
      />
      {pages.hasNextPage && (
        <button type="button" className="link" onClick={() => void navigate('/orders?list=due&byDue=1')}>
          {say('more')}
        </button>
      )}
    </main>
  );
}

function groupBy(cells: Cell[], keyOf: (cell: Cell) => string): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell]);
  return groups;
}

function sum(cells: Cell[]) {
  const of = (name: 'open' | 'near' | 'overdue' | 'urgent') =>
    cells.reduce((all, cell) => all + cell[name], 0);
  return { open: of('open'), near: of('near'), overdue: of('overdue'), urgent: of('urgent') };
}
