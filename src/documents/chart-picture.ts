/** A report's charts as pictures, for documents. */
import { renderAsync } from '@resvg/resvg-js';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { chartOption } from '../core/office/chart.ts';
import type { Table } from '../core/office/document.ts';

register([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** on A4 between the margins, twice as fine as the screen */
export const PICTURE = { width: 620, height: 250 };
const FINER = 2;
/** what setup/packages.ts installs; another Chinese font of the system serves as well */
const FONT = 'WenQuanYi Micro Hei';

/** PNG; null: the table has no chart. Drawn beside the calls, not in their way. */
export async function chartPicture(table: Table): Promise<Buffer | null> {
  const option = chartOption(table, { words: '#333', lines: '#ccc' });
  if (!option) return null;
  // on paper nobody points at a bar
  delete option['tooltip'];
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...PICTURE });
  chart.setOption({
    ...option,

    textStyle: { fontFamily: FONT },
    backgroundColor: '#fff',
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const picture = await renderAsync(svg, {
    fitTo: { mode: 'width', value: PICTURE.width * FINER },
    font: { loadSystemFonts: true, defaultFontFamily: FONT },
  });
  return picture.asPng();
}
