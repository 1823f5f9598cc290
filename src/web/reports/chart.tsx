import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { chartOption } from '../../core/office/chart.ts';
import type { Table } from '../../core/office/document.ts';
import { useShade } from '../shell/theme.tsx';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** A report's table as a picture on the screen. */
export function ReportChart({ table }: { table: Table }) {
  const node = useRef<HTMLDivElement>(null);
  const [shade] = useShade();

  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const option = chartOption(table, { words: colour('--soft'), lines: colour('--line') });
    if (!option) return undefined;
    const made: ECharts = init(node.current!);
    made.setOption(option);
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, [table, shade]);

  return table.chart ? <div className="report-chart" ref={node} /> : null;
}
