import { percentOf, shareText } from '../figures.ts';
import type { Table } from './document.ts';

/** The colours of a chart's lines and words, which differ on a dark screen and on paper. */
export interface ChartInk {
  words: string;
  lines: string;
}
const COLOURS = ['#2f9fc0', '#e8795a', '#7a9e3f', '#a06cc4'];
/** few lines are all named, long names on as many lines as they need */
const ALL_NAMED = 16;
/** of the narrowest chart that is drawn, and of one Chinese character, in px */
const WIDTH = 900;
const CHARACTER = 13;

function broken(name: string, perLine: number): string {
  const letters = [...name];
  return Array.from({ length: Math.ceil(letters.length / perLine) }, (_, at) =>
    letters.slice(at * perLine, (at + 1) * perLine).join(''),
  ).join('\n');
}
const RATIO = '#d0a02c';

/** A report's table as a picture: bars or lines of its counts, and its ratio on an axis of its own; as ECharts reads it. */
export function chartOption(table: Table, ink: ChartInk): Record<string, unknown> | null {
  const { chart } = table;
  if (!chart || table.rows.length === 0) return null;
  const name = (key: string) => table.columns.find((column) => column.key === key)?.zh ?? key;
  const column = (key: string) => table.rows.map((row) => row.cells[key]?.value ?? null);
  const all = table.rows.length <= ALL_NAMED;
  const names = column(chart.x).map((one) =>
    all ? broken(String(one ?? ''), Math.max(2, Math.floor(WIDTH / table.rows.length / CHARACTER))) : one,
  );
  const lines = Math.max(1, ...names.map((one) => String(one).split('\n').length));
  const axis = {
    axisLabel: { color: ink.words },
    axisLine: { lineStyle: { color: ink.lines } },
    splitLine: { lineStyle: { color: ink.lines } },
  };
  return {
    animation: false,
    color: COLOURS,
    grid: { left: 48, right: chart.ratio ? 56 : 16, top: 36, bottom: 14 + lines * 15 },
    legend: { top: 4, textStyle: { color: ink.words } },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: {
      ...{ type: 'category', data: names, ...axis },
      axisLabel: {
        color: ink.words,
        lineHeight: 15,
        ...(all ? { interval: 0, hideOverlap: false } : {}),
      },
    },
    yAxis: [
      { type: 'value', minInterval: 1, ...axis },
      ...(chart.ratio
        ? [
            {
              ...{ type: 'value', min: 0, max: 1, ...axis, splitLine: { show: false } },
              axisLabel: { color: ink.words, formatter: (value: number) => `${percentOf(value)}%` },
            },
          ]
        : []),
    ],
    series: [
      ...chart.series.map((key) => ({
        ...{ name: name(key), type: chart.kind, data: column(key), symbolSize: 5 },
        ...(chart.kind === 'bar' && !chart.beside ? { stack: 'all' } : {}),
      })),
      ...(chart.ratio
        ? [
            {
              ...{ name: name(chart.ratio), type: 'line', yAxisIndex: 1, data: column(chart.ratio) },
              ...{ symbolSize: 5, lineStyle: { color: RATIO }, itemStyle: { color: RATIO } },
              tooltip: {
                valueFormatter: (value: unknown) => shareText(typeof value === 'number' ? value : null),
              },
            },
          ]
        : []),
    ],
  };
}
