import { ORDER_SETTINGS } from '../core/orders/clocks.ts';
import { readPortalText, type TimeRemark } from '../core/office/portal-text.ts';
import { NAMES, takenCase } from './cases.ts';

/** Times that were not taken, and times that were with something to know of them. */
export function remarksOf(remarks: readonly TimeRemark[]) {
  const asked = remarks.filter((remark) => !remark.taken);
  const notes = remarks.filter((remark) => remark.taken);
  const shown = ({ part, text, words }: TimeRemark) => ({ field: NAMES[part], text, words });
  return {
    ...(asked.length > 0 && { asked: asked.map(shown) }),
    ...(notes.length > 0 && { notes: notes.map(shown) }),
  };
}

/** What was copied from a portal, as the page understands it: what `npm run read -- text TEXT` prints. */
export function readText(text: string, receivedAtMs: number) {
  const { remarks, ...fields } = readPortalText(text, receivedAtMs, ORDER_SETTINGS.calendar);
  return { taken: takenCase(fields), ...remarksOf(remarks) };
}
