import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { HourBar } from '../../protocol.ts';
import { hour } from '../view.ts';

register([BarChart, LineChart, GridComponent, CanvasRenderer]);

/** Offered calls by the hour, the answered and the lost apart; the line is what was answered within three rings. */
export function DayChart({ hours }: { hours: HourBar[] }) {
  const node = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const draw = useRef<() => void>(() => undefined);
  const key = JSON.stringify(hours);

  useEffect(() => {
    const made = init(node.current!);
    chart.current = made;
    const resize = new ResizeObserver(() => {
      made.resize();
      draw.current();
    });
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    draw.current = () => {
      if (chart.current && node.current) paint(chart.current, unitOf(node.current), key);
    };
    draw.current();
  }, [key]);

  return <div className="chart" ref={node} />;
}

/** what everything on a wall is measured in: 16 px at 1920×1080 */
function unitOf(node: HTMLElement): number {
  const own = Number.parseFloat(getComputedStyle(node).getPropertyValue('--u'));
  return own || Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function paint(chart: ECharts, rem: number, key: string): void {
  const text = { color: '#b9d3df', fontSize: rem * 1.35 };
  const bars = JSON.parse(key) as HourBar[];
  chart.setOption({
    animation: false,
    grid: { left: rem * 4, right: rem, top: rem, bottom: rem * 2.6 },
    xAxis: {
      type: 'category',
      data: bars.map((bar) => hour(bar.fromMs)),
      axisLabel: { ...text, interval: 2 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#355a6d' } },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: text,
      splitLine: { lineStyle: { color: '#1d4458' } },
    },
    series: [
      {
        type: 'bar',
        stack: 'calls',
        data: bars.map((bar) => bar.answered),
        itemStyle: { color: '#2f9fc0' },
        barCategoryGap: '30%',
      },
      {
        type: 'bar',
        stack: 'calls',
        data: bars.map((bar) => Math.max(0, bar.offered - bar.answered)),
        itemStyle: { color: '#ff8d6b' },
      },
      {
        type: 'line',
        data: bars.map((bar) => bar.withinThreeRings),
        lineStyle: { color: '#ffe08a', width: rem * 0.25 },
        itemStyle: { color: '#ffe08a' },
        symbolSize: rem * 0.5,
      },
    ],
  });
}
