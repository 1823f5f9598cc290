import { shortMinuteText } from '../zone.ts';
import type { OutwardEvent, OutwardEventName } from './event.ts';

/** One order as other systems see it: instants are ISO 8601 in UTC, words are the hotline's. */
export interface OutwardOrder {
  orderNo: string;
  state: string;
  /** the state in Chinese: 派单, 签收, 到场 … */
  status: string;
  version: number;
  urgent: boolean;
  category: string;
  item: string | null;
  content: string;
  caller: string;
  phone: string;
  address: string;
  district: string;
  unitId: number | null;
  unit: string | null;
  outsideNo: string | null;
  createdAt: string;
  dueAt: string | null;
}

/** One order as another system reads it by itself. */
export interface ReadOrder extends OutwardOrder {
  account: string;
  community: string;
  clockSet: string;
  assistUnits: string[];
  worker: string;
  result: string;
  deferral: string | null;
  firstDueAt: string | null;
  dispatchedAt: string | null;
  signedAt: string | null;
  setOutAt: string | null;
  arrivedAt: string | null;
  stoppedAt: string | null;
  doneAt: string | null;
  fedBackAt: string | null;
  closedAt: string | null;
}

/** A step as another system reads it: when it was done and when we heard of it. */
export interface ReadStep extends OutwardStep {
  receivedAt: string;
  unit: string;
  place: { latitude: number; longitude: number; accuracyM: number | null } | null;
}

/** The step that was taken. */
export interface OutwardStep {
  ordinal: number;
  kind: string;
  state: string;
  at: string;
  person: string;
  note: string;
  /** another system's name, where it was taken by one */
  system: string | null;
}

const CLOCKS: Record<string, string> = {
  dispatch: '派单',
  sign: '签收',
  arrive: '到场',
  stop: '止水',
  feedback: '回复',
  outside: '外部',
};
const LONGEST = 300;

/** A step of an order, as it is told. */
export function stepEvent(
  id: string,
  name: OutwardEventName,
  order: OutwardOrder,
  step: OutwardStep | null,
  workerId: number | null,
): OutwardEvent {
  const words =
    name === 'order-stepped'
      ? order.status
      : { 'order-created': '新工单', 'order-closed': '办结' }[name as string];
  const by = step === null ? '' : (step.system ?? step.person);
  return {
    ...about(id, name, order, workerId),
    atMs: step === null ? 0 : Date.parse(step.at),
    title: `${order.orderNo} ${words ?? `派给${order.unit ?? '责任单位'}`}${order.urgent ? '（紧急）' : ''}`,
    text: [
      lines(order),
      ...(by ? [`办理：${by}`] : []),
      ...(step?.note ? [`说明：${short(step.note)}`] : []),
    ].join('\n'),
    data: { order, step },
  };
}

/** What a clock of an order said, as it is told. */
export function clockEvent(
  id: string,
  name: OutwardEventName,
  order: OutwardOrder,
  clock: { clock: string; dueAtMs: number; late: boolean },
  atMs: number,
  workerId: number | null,
): OutwardEvent {
  const which = CLOCKS[clock.clock] ?? clock.clock;
  const words: Partial<Record<OutwardEventName, string>> = {
    'order-warning': `${which}将到时限`,
    'order-overdue': `${which}已超时`,
    'order-escalated': `${which}超时未办，升级督促`,
  };
  const due = shortMinuteText(clock.dueAtMs);
  return {
    ...about(id, name, order, workerId),
    atMs,
    title: `${order.orderNo} ${words[name] ?? which}${order.urgent ? '（紧急）' : ''}`,
    text: [`时限：${due}`, lines(order), ...(clock.late ? ['（到时服务未运行，现补发）'] : [])].join('\n'),
    data: {
      order,
      clock: { name: clock.clock, dueAt: new Date(clock.dueAtMs).toISOString(), late: clock.late },
    },
  };
}

function about(id: string, name: OutwardEventName, order: OutwardOrder, workerId: number | null) {
  return {
    id,
    name,
    about: order.orderNo,
    unitId: order.unitId,
    personIds: workerId === null ? [] : [workerId],
    link: `/orders/${order.orderNo}`,
  };
}

function lines(order: OutwardOrder): string {
  return [
    `${order.category}${order.item ? ` · ${order.item}` : ''}（${order.status}）`,
    short(order.content),
    ...(order.address ? [`地址：${whole(order)}`] : []),
    ...(order.caller || order.phone ? [`来电人：${order.caller} ${order.phone}`] : []),
    ...(order.unit ? [`单位：${order.unit}`] : []),
  ].join('\n');
}

/** The address with its district, which most addresses begin with already. */
function whole({ district, address }: OutwardOrder): string {
  return address.startsWith(district) ? address : district + address;
}

function short(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : text;
}
