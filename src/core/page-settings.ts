/** What a page must know of the settings before it draws anything: it stands in the page itself. */
import { measureLimits, setMeasureLimits, type MeasureLimits } from './limits.ts';
import { homeAreaCode, setHomeArea, YINCHUAN } from './people/home-area.ts';
import { hotlineZone, setHotlineZone, type Zone } from './zone.ts';

export interface PageSettings {
  zone: Zone;
  limits: MeasureLimits;
  /** invented data, and accounts for trying */
  demo: boolean;
  /** not there in a page of before it was a setting */
  homeArea?: string;
}

let demo = false;
export const isDemo = (): boolean => demo;
export function setDemo(shown: boolean): void {
  demo = shown;
}

/** the name of the page's `meta` */
export const PAGE_SETTINGS = 'hotline-settings';
/** the name of the `meta` whose nonce the page's own styles carry */
export const STYLE_NONCE = 'style-nonce';

export function pageSettings(): PageSettings {
  return { zone: hotlineZone(), limits: measureLimits(), homeArea: homeAreaCode(), demo };
}

/** Puts them into the page, before everything else of its head. */
export function withSettings(page: string): string {
  const content = JSON.stringify(pageSettings()).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return page.replace('<head>', `<head>\n    <meta name="${PAGE_SETTINGS}" content="${content}" />`);
}

/** By this number the styles that the page's own scripts write are told from others (web/style-nonce.ts). */
export function withNonce(page: string, nonce: string): string {
  return page.replace('<head>', `<head>\n    <meta name="${STYLE_NONCE}" nonce="${nonce}" />`);
}

/** Takes them out of the page; an old page of a browser's cache has none, and the usual ones hold. */
export function takeSettings(content: string | null): void {
  if (content === null) return;
  const { zone, limits, homeArea, ...rest } = JSON.parse(content) as PageSettings;
  setDemo(rest.demo === true);
  setHotlineZone(zone);
  setMeasureLimits(limits);
  setHomeArea(homeArea ?? YINCHUAN);
}
