import { useQuery } from '@tanstack/react-query';
import { Alert, Table } from 'antd';
import { MapChart } from 'echarts/charts';
import { TooltipComponent, VisualMapComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ask, refusalWords } from '../ask.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { useShade } from '../shell/theme.tsx';
import { OrderTable, useOrderList } from './list-page.tsx';
import { useOrderWords } from './words.ts';
import yinchuan from './yinchuan.json' with { type: 'json' };
import './orders.css';

echarts.use([MapChart, TooltipComponent, VisualMapComponent, CanvasRenderer]);
echarts.registerMap('yinchuan', yinchuan as unknown as Parameters<typeof echarts.registerMap>[1]);

interface Cell {
  unitId: number | null;
  unit: string;
  district: string;
  open: number;
  near: number;
  overdue: number;
  urgent: number;
}
/** the map says 永宁县, the rule book 永宁 */
const short = (name: string) => name.replace(/[县市]$/, '');
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
    `list=near&byDue=1${district && `&district=${encodeURIComponent(district)}`}${unitId === null ? '' : `&unitId=${unitId}`}`,
  );
  const refetch = pages.refetch;
  useConnected(() => void refetch());
  useTold('clockNotice', () => void refetch());
  useEffect(() => {
    document.title = '超时监督 · 供水热线 96666';
  }, []);
  const all = cells.data?.cells ?? [];
  const byUnit = [...groupBy(all, (cell) => cell.unit || '未派单').entries()].map(([unit, some]) => ({
    ...{ unit, unitId: some[0]!.unitId },
    ...sum(some),
  }));
  const byDistrict = Object.fromEntries(
    [...groupBy(all, (cell) => cell.district).entries()].map(([name, some]) => [name, sum(some)]),
  );
  const total = sum(all);
  return (
    <main className="page orders overdue-page">
      <header>
        <h1>超时监督</h1>
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
            看全部
          </button>
        )}
      </header>
      {cells.error && <Alert type="error" showIcon title={refusalWords(cells.error)} />}
      <div className="overdue-top">
        <DistrictMap figures={byDistrict} choose={setDistrict} />
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
        <button type="button" className="link" onClick={() => void navigate('/orders?list=near&byDue=1')}>
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

function DistrictMap({
  figures,
  choose,
}: {
  figures: Record<string, { open: number; near: number; overdue: number }>;
  choose: (district: string) => void;
}) {
  const [shade] = useShade();
  const node = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const newest = useRef(choose);
  useEffect(() => {
    newest.current = choose;
  });
  useEffect(() => {
    const made = echarts.init(node.current!);
    chart.current = made;
    made.on('click', (event) => newest.current(short(event.name)));
    const fit = () => made.resize();
    addEventListener('resize', fit);
    return () => {
      removeEventListener('resize', fit);
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const data = ['兴庆区', '西夏区', '金凤区', '永宁县', '贺兰县', '灵武市'].map((name) => {
      const found = figures[short(name)] ?? { open: 0, near: 0, overdue: 0 };
      return { name, value: found.overdue, ...found };
    });
    chart.current?.setOption({
      tooltip: {
        formatter: (at: { name: string; data?: { overdue: number; near: number; open: number } }) =>
          `${at.name}<br>超时 ${at.data?.overdue ?? 0}　将到 ${at.data?.near ?? 0}　在办 ${at.data?.open ?? 0}`,
      },
      visualMap: {
        show: false,
        min: 0,
        max: Math.max(1, ...data.map((one) => one.value)),
        inRange: { color: [colour('--ready'), colour('--warm'), colour('--red')] },
      },
      series: [
        {
          type: 'map',
          map: 'yinchuan',
          nameProperty: 'name',
          label: {
            show: true,
            color: colour('--ink'),
            formatter: (at: { name: string; data?: { overdue: number; open: number } }) =>
              `${at.name}\n${at.data?.overdue ?? 0} / ${at.data?.open ?? 0}`,
          },
          itemStyle: { borderColor: colour('--soft') },
          emphasis: { label: { color: colour('--ink') }, itemStyle: { areaColor: colour('--busy') } },
          selectedMode: false,
          layoutCenter: ['50%', '50%'],
          layoutSize: '100%',
          data,
        },
      ],
    });
  }, [figures, shade]);
  return <div ref={node} className="district-map" role="img" aria-label="各辖区超时工单" />;
}
