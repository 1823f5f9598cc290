import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Table } from '../../core/office/document.ts';
import { useShade } from '../shell/theme.tsx';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const COLOURS = ['#2f9fc0', '#e8795a', '#7a9e3f', '#a06cc4'];

/** A report's table as a picture: bars or lines of its counts, and its ratio on an axis of its own. */
export function ReportChart({ table }: { table: Table }) {
  const node = useRef<HTMLDivElement>(null);
  const [shade] = useShade();

  useEffect(() => {
    const { chart } = table;
    if (!chart) return undefined;
    const made: ECharts = init(node.current!);
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--soft').trim();
    const line = style.getPropertyValue('--line').trim();
    const name = (key: string) => table.columns.find((column) => column.key === key)?.zh ?? key;
    const column = (key: string) => table.rows.map((row) => row.cells[key]?.value ?? null);
    const axis = {
      axisLabel: { color: ink },
      axisLine: { lineStyle: { color: line } },
      splitLine: { lineStyle: { color: line } },
    };
    made.setOption({
      animation: false,
      color: COLOURS,
      grid: { left: 48, right: chart.ratio ? 56 : 16, top: 36, bottom: 28 },
      legend: { top: 4, textStyle: { color: ink } },
      tooltip: { trigger: 'axis', confine: true },
      xAxis: { type: 'category', data: column(chart.x), ...axis },
      yAxis: [
        { type: 'value', minInterval: 1, ...axis },
        ...(chart.ratio
          ? [
              {
                type: 'value',
                min: 0,
                max: 1,
                ...axis,
                splitLine: { show: false },
                axisLabel: { color: ink, formatter: (value: number) => `${value * 100}%` },
              },
            ]
          : []),
      ],
      series: [
        ...chart.series.map((key) => ({
          name: name(key),
          type: chart.kind,
          ...(chart.kind === 'bar' && !chart.beside ? { stack: 'all' } : {}),
          data: column(key),
          symbolSize: 5,
        })),
        ...(chart.ratio
          ? [
              {
                name: name(chart.ratio),
                type: 'line',
                yAxisIndex: 1,
                data: column(chart.ratio),
                symbolSize: 5,
                lineStyle: { color: '#d0a02c' },
                itemStyle: { color: '#d0a02c' },
                tooltip: {
                  valueFormatter: (value: unknown) =>
                    typeof value === 'number' ? `${(value * 100).toFixed(1)}%` : '—',
                },
              },
            ]
          : []),
      ],
    });
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, [table, shade]);

  return table.chart ? <div className="report-chart" ref={node} /> : null;
}
