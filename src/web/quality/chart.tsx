import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { QualityTrends } from '../../protocol/quality.ts';
import { useShade } from '../shell/theme.tsx';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

interface Ink {
  words: string;
  lines: string;
}

/** Each agent's mean from week to week, a line each. */
export function WeeksChart({ trends }: { trends: QualityTrends }) {
  return <Chart of={trends} height={280} option={weeksOption} />;
}

/** How well each point is done, the worst first. */
export function PointsChart({ points }: { points: { name: string; share: number; count: number }[] }) {
  return <Chart of={points} height={60 + points.length * 28} option={pointsOption} />;
}

function Chart<T>({
  of,
  height,
  option,
}: {
  of: T;
  height: number;
  option: (of: T, ink: Ink) => Record<string, unknown>;
}) {
  const node = useRef<HTMLDivElement>(null);
  const [shade] = useShade();
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const made: ECharts = init(node.current!);
    made.setOption(option(of, { words: colour('--soft'), lines: colour('--line') }));
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, [of, option, height, shade]);
  return <div className="quality-chart" style={{ height }} ref={node} />;
}

function weeksOption({ people, weeks }: QualityTrends, ink: Ink): Record<string, unknown> {
  const names = [...new Set(weeks.map((one) => one.week))].sort();
  return {
    ...{ animation: false, grid: { left: 48, right: 16, top: 40, bottom: 28 } },
    legend: { top: 4, type: 'scroll', textStyle: { color: ink.words } },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: {
      ...{ type: 'category', data: names.map((one) => one.replace('week:', '')) },
      ...{ axisLabel: { color: ink.words }, axisLine: { lineStyle: { color: ink.lines } } },
    },
    yAxis: {
      // the lines lie close together high up: from below the lowest on
      ...{ type: 'value', max: 100, scale: true, axisLabel: { color: ink.words } },
      splitLine: { lineStyle: { color: ink.lines } },
    },
    series: people.map((person) => ({
      ...{ name: person.name, type: 'line', symbolSize: 6, connectNulls: true },
      data: names.map((name) => {
        const found = weeks.find((one) => one.agentId === person.id && one.week === name);
        return found ? found.meanTenths / 10 : null;
      }),
    })),
  };
}

function pointsOption(
  points: { name: string; share: number; count: number }[],
  ink: Ink,
): Record<string, unknown> {
  // the axis grows upwards: the worst stands on top
  const order = [...points].sort((a, b) => b.share - a.share);
  return {
    ...{ animation: false, color: ['#2f9fc0'], grid: { left: 210, right: 60, top: 8, bottom: 28 } },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: {
      ...{ type: 'value', max: 100, axisLabel: { color: ink.words, formatter: '{value}%' } },
      splitLine: { lineStyle: { color: ink.lines } },
    },
    yAxis: {
      ...{ type: 'category', data: order.map((one) => one.name) },
      axisLabel: { color: ink.words, width: 195, overflow: 'truncate' },
    },
    series: [
      {
        ...{ type: 'bar', data: order.map((one) => one.share / 10), barMaxWidth: 18 },
        label: { show: true, position: 'right', color: ink.words, formatter: '{c}%' },
      },
    ],
  };
}
