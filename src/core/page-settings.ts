/** What a page must know of the settings before it draws anything: it stands in the page itself. */
import { measureLimits, setMeasureLimits, type MeasureLimits } from './limits.ts';
import { homeAreaCode, setHomeArea, YINCHUAN } from './people/home-area.ts';
import { hotlineZone, setHotlineZone, type Zone } from './zone.ts';

export interface PageSettings {
  zone: Zone;
  limits: MeasureLimits;
  /** not there in a page of before it was a setting */
  homeArea?: string;
}
/** the name of the page's `meta` */
export const PAGE_SETTINGS = 'hotline-settings';

export function pageSettings(): PageSettings {
  return { zone: hotlineZone(), limits: measureLimits(), homeArea: homeAreaCode() };
}

/** Puts them into the page, before everything else of its head. */
export function withSettings(page: string): string {
  const content = JSON.stringify(pageSettings()).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return page.replace('<head>', `<head>\n    <meta name="${PAGE_SETTINGS}" content="${content}" />`);
}

/** Takes them out of the page; an old page of a browser's cache has none, and the usual ones hold. */
export function takeSettings(content: string | null): void {
  if (content === null) return;
  const { zone, limits, homeArea } = JSON.parse(content) as PageSettings;
  setHotlineZone(zone);
  setMeasureLimits(limits);
  setHomeArea(homeArea ?? YINCHUAN);
}
