/** What the IVR says of outages and orders, as texts to be spoken. Nothing that names a person is in them. */
import { placeOf, outageState, type Outage } from '../outages/outage.ts';
import { clockSpoken, daySpoken, digitsSpoken } from './speech.ts';

/** the districts by the keys of hotline/menu-district */
export const DISTRICT_KEYS = ['兴庆区', '金凤区', '西夏区', '永宁县', '贺兰县', '灵武市'] as const;

/** An outage in a sentence: where or "where you live", since or from when, why, until when; past its time no time is said. */
export function outageSpoken(outage: Outage, nowMs: number, where = placeOf(outage)): string {
  const state = outageState(outage, nowMs);
  const why = outage.cause === '' ? '' : `，原因是${outage.cause}`;
  const when = (atMs: number) => `${daySpoken(atMs, nowMs)}${clockSpoken(atMs)}`;
  if (state === 'overrun') return `${where}正在停水${why}。原定恢复时间已过，我们正在核实新的时间。`;
  if (state === 'coming')
    return `${where}${when(outage.beginAtMs)}开始停水${why}。预计${when(outage.expectedAtMs)}恢复。`;
  return `${where}正在停水${why}。预计${when(outage.expectedAtMs)}恢复。`;
}

/** How far an order is, for who asks by telephone: its last four digits, its kind, its state, its unit. */
export function orderSpoken(
  order: { no: string; item: string; state: string; unit: string | null; atMs: number },
  nowMs: number,
): string {
  const unit = order.unit === null ? '' : `，由${order.unit}办理`;
  return `您${daySpoken(order.atMs, nowMs)}反映的${order.item}，工单尾号${digitsSpoken(order.no.slice(-4))}，现在是${order.state}${unit}。`;
}
