/** The telephone report's table of agents: their offers, how their time went, and who hung up first. */
import {
  callList,
  offerList,
  talkList,
  timeList,
  type AgentCounts,
  type CallCounts,
  type OfferList,
  type TelephoneCounts,
} from './call-lists.ts';
import { ratio } from '../figures.ts';
import type { Cell, Row, Table } from './document.ts';
import type { Period } from './period.ts';

/** States in which an agent works for callers (MEASURES, occupancy); pauses are out of it, and in the utilisation. */
const HANDLING = ['ringing', 'talking', 'on-hold', 'wrap-up'];
const ON_DUTY = [...HANDLING, 'ready'];
const SIGNED_IN = [...ON_DUTY, 'paused'];

type Calls = Pick<CallCounts, 'answered' | 'agentHungUp'>;

/** Agents one by one; whoever answered without being known stands in a line too, so that the column adds up. */
export function agents(period: Period, counts: TelephoneCounts, all: CallCounts): Table {
  const calls = new Map(counts.groups.filter((one) => one.by === 'agent').map((one) => [one.key, one]));
  const known = new Set(counts.agents.map(({ agent }) => agent));
  const others = [...calls.values()].filter(({ key, answered }) => answered > 0 && !known.has(key));
  const nobody: Omit<AgentCounts, 'agent' | 'name'> = {
    ...{ offers: 0, offersAnswered: 0, offersWithin: 0, offersMissed: 0, offersBusy: 0, states: {} },
    ...{ talked: 0, talkMs: 0, holdMs: 0 },
  };
  return {
    key: 'agents',
    zh: '按坐席',
    columns: [
      { key: 'name', zh: '坐席', unit: 'text' },
      { key: 'offers', zh: '振铃次数', unit: 'count', adds: true },
      { key: 'answered', zh: '接听', unit: 'count', adds: true },
      { key: 'missed', zh: '未接', unit: 'count', adds: true },
      { key: 'busy', zh: '拒接/占线', unit: 'count', adds: true },
      { key: 'threeRing', zh: '三声接听率', unit: 'ratio' },
      { key: 'talk', zh: '通话时长', unit: 'ms', adds: true },
      { key: 'wrapUp', zh: '整理时长', unit: 'ms', adds: true },
      { key: 'aht', zh: '平均处理', unit: 'ms' },
      { key: 'paused', zh: '小休时长', unit: 'ms', adds: true },
      { key: 'occupancy', zh: '占用率', unit: 'ratio' },
      { key: 'utilisation', zh: '利用率', unit: 'ratio' },
      { key: 'hungUp', zh: '先挂机', unit: 'count', adds: true },
    ],
    rows: [
      ...counts.agents.map((one) =>
        line(period, one.name ?? one.agent, one, calls.get(one.agent) ?? NO_CALLS, one.agent),
      ),
      ...others.map((one) => {
        const agent = { ...nobody, agent: one.key, name: null };
        return line(period, one.key || '没有看到是谁', agent, one, one.key);
      }),
    ],
    total: line(period, '合计', counts.everybody, all),
    note: '三声接听率按每次振铃计（响到哪位坐席的话机，算哪位的）；通话时长是每位坐席自己与来电人通话的时间：转接以后算接过去的那一位，不含保持，正在进行的这一段结束后计入；平均处理＝（自己的通话＋自己的保持＋整理）÷ 通过话的来电；占用率不含小休，利用率含小休。',
  };
}

const NO_CALLS: Calls = { answered: 0, agentHungUp: 0 };

function line(period: Period, name: string, one: AgentCounts, calls: Calls, agent?: string): Row {
  const spent = (states: readonly string[]) =>
    states.reduce((sum, state) => sum + (one.states[state] ?? 0), 0);
  const offers = (list: OfferList): Cell => ({ value: one[list], list: offerList(period, list, agent) });
  const time = (state: string): Cell => ({ value: spent([state]), list: timeList(period, [state], agent) });
  const share = (above: readonly string[], below: readonly string[]): Cell => ({
    value: ratio(spent(above), spent(below)),
    list: timeList(period, above, agent),
    below: timeList(period, below, agent),
  });
  const where = agent === undefined ? {} : { agent };
  const talks = talkList(period, agent);
  return {
    key: agent ?? 'total',
    cells: {
      name: { value: name },
      offers: offers('offers'),
      answered: offers('offersAnswered'),
      missed: offers('offersMissed'),
      busy: offers('offersBusy'),
      threeRing: {
        value: ratio(one.offersWithin, one.offers),
        list: offerList(period, 'offersWithin', agent),
        below: offerList(period, 'offers', agent),
      },
      talk: { value: one.talkMs, list: talks },
      wrapUp: time('wrap-up'),
      aht: {
        value: ratio(one.talkMs + one.holdMs + spent(['wrap-up']), one.talked),
        list: talks,
      },
      paused: time('paused'),
      occupancy: share(HANDLING, ON_DUTY),
      utilisation: share(HANDLING, SIGNED_IN),
      hungUp: { value: calls.agentHungUp, list: callList(period, 'agentHungUp', where) },
    },
  };
}
