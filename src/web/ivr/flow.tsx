import { SankeyChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { NODE_WORDS } from '../../core/ivr/tree.ts';
import type { IvrFigures } from '../../protocol/ivr.ts';
import { useShade } from '../shell/theme.tsx';

register([SankeyChart, TooltipComponent, CanvasRenderer]);

/** The day's callers as a river: from node to node, to how it ended. A way back to an earlier node is not drawn. */
export function Flow({ moves }: { moves: IvrFigures['moves'] }) {
  const node = useRef<HTMLDivElement>(null);
  const [shade] = useShade();
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const links = withoutCycles(moves);
    const names = [...new Set(links.flatMap((one) => [one.from, one.to]))];
    const words = (name: string) => NODE_WORDS[name] ?? name;
    const chart = init(node.current!);
    chart.setOption({
      tooltip: {},
      color: ['--water', '--green', '--amber', '--soft', '--deep'].map(colour),
      series: [
        {
          type: 'sankey',
          emphasis: { focus: 'adjacency' },
          label: { color: colour('--ink'), fontSize: 13 },
          lineStyle: { color: 'gradient', opacity: 0.4 },
          data: names.map((name) => ({ name: words(name) })),
          links: links.map((one) => ({ source: words(one.from), target: words(one.to), value: one.count })),
        },
      ],
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(node.current!);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  }, [moves, shade]);
  return <div className="flow" ref={node} role="img" aria-label="来电人在语音导航里的去向" />;
}

/** A Sankey has no cycles: the greater moves first, those that would close a circle are left out. */
function withoutCycles(moves: IvrFigures['moves']): IvrFigures['moves'] {
  const ways = new Map<string, Set<string>>();
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(ways.get(from) ?? [])].some((next) => reaches(next, to, seen));
  };
  return moves.filter((one) => {
    if (reaches(one.to, one.from)) return false;
    ways.set(one.from, (ways.get(one.from) ?? new Set()).add(one.to));
    return true;
  });
}
