import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useLayoutEffect, useRef } from 'react';
import { chartOption } from '../../core/office/chart.ts';
import type { Table } from '../../core/office/document.ts';
import { usePrinting } from '../shell/printing.ts';
import { useShade } from '../shell/theme.tsx';

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** a landscape A4 page within its margins, in CSS pixels; a canvas keeps the size and the colours that it was drawn with */
const PAPER = { width: 1020, height: 250 };
const INK = { words: '#444444', lines: '#cccccc' };

/** A report's table as a picture, on the screen and on paper. */
export function ReportChart({ table }: { table: Table }) {
  const node = useRef<HTMLDivElement>(null);
  const [shade] = useShade();
  const printing = usePrinting();

  useLayoutEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const ink = printing ? INK : { words: colour('--soft'), lines: colour('--line') };
    const option = chartOption(table, ink);
    if (!option) return undefined;
    const made: ECharts = init(node.current!, null, printing ? PAPER : {});
    made.setOption(option);
    if (printing) return () => made.dispose();
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      made.dispose();
    };
  }, [table, shade, printing]);

  return table.chart ? <div className="report-chart" ref={node} /> : null;
}
