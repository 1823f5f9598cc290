import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { readPortalText } from '../core/office/portal-text.ts';
import { takenCase } from './cases.ts';

/** What was copied from a portal, as the page understands it: what `npm run read -- text TEXT` prints. */
export function readText(text: string, nowMs: number) {
  return { taken: takenCase(readPortalText(text, nowMs, ORDER_SETTINGS.calendar)) };
}
