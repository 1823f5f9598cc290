import { OUTAGE_STATES, timeWords, type OutageState } from '../../core/outages/outage.ts';
import { useLanguage, wordsOf } from '../shell/words.ts';
import { when } from '../view.ts';

const STATES_EN: Record<OutageState, string> = {
  coming: 'Water off soon',
  running: 'No water',
  overrun: 'Past its time, being updated',
  over: 'Water is back',
};
/** How an outage stands and when, as this house reads it; what callers read is Chinese. */
export function useOutageStateWords() {
  const [language] = useLanguage();
  return {
    stateWords: (state: OutageState) => (language === 'en' ? STATES_EN : OUTAGE_STATES)[state],
    atWords: (ms: number, nowMs: number) => (language === 'en' ? when(ms, nowMs) : timeWords(ms)),
  };
}

/** The words of suspected bursts and of the banners above the desk and the wall. */
export const useIncidentWords = wordsOf(
  'incidents',
  {
    title: '疑似爆管',
    short: '疑似爆管',
    suspected: '待核实',
    confirmed: '已立案',
    dismissed: '误报',
    lapsed: '两小时无人处理，自动失效',
    few: '不到 1 人',
    about: '约 {{count}} 人',
    inMinutes: '{{minutes}} 分钟',
    callers: '人来电（平常{{usual}}）',
    many: '{{minutes}} 分钟内 {{count}} 人来电，平常 {{usual}}',
    inAll: '共 {{count}} 处',
    people: '{{count}} 人',
    mapOfAll: '疑似爆管的来电人',
    mapOfOne: '来电人在哪里',
    done: '已立案：停水已发布，工单 {{orderNo}} 待派单',
    help: '几分钟内同一小区或辖区的来电远多于平常时，这里会提示。立案后：停水通知马上发布（横幅、公开页、语音播报），紧急工单等待派单，这些来电人都登记为“来水时通知”。',
    none: '还没有过疑似爆管。',
    outage: '停水',
    ask: '{{where}} 立案？',
    askHelp: '会马上发布停水通知，并生成紧急漏水工单。',
    confirm: '立案',
    wait: '再核实',
    make: '一键立案',
    dismiss: '误报',
    callersOfIt: '{{count}} 位来电人',
    unclear: '恢复时间待核实',
    joined: '已登记，来水时通知',
    join: '并入，来水时通知',
  },
  {
    title: 'Suspected burst',
    short: 'Burst?',
    suspected: 'To check',
    confirmed: 'Confirmed',
    dismissed: 'False alarm',
    lapsed: 'Nobody decided in two hours: lapsed',
    few: 'under 1',
    about: 'about {{count}}',
    inMinutes: 'in {{minutes}} min:',
    callers: 'calls (usually {{usual}})',
    many: '{{count}} callers in {{minutes}} min, usually {{usual}}',
    inAll: '{{count}} in all',
    people: '{{count}}',
    mapOfAll: 'Callers of suspected bursts',
    mapOfOne: 'Where the callers are',
    done: 'Confirmed: the outage is published, order {{orderNo}} is to be dispatched',
    help: 'When far more people than usual call from one place within minutes, it stands here. Confirmed, the outage is published at once (banner, public page, announcement), an urgent order waits to be dispatched, and its callers are told when the water is back.',
    none: 'No burst has been suspected yet.',
    outage: 'Outage',
    ask: 'Confirm {{where}}?',
    askHelp: 'The outage is published at once, and an urgent order is made.',
    confirm: 'Confirm',
    wait: 'Check again',
    make: 'Confirm',
    dismiss: 'False alarm',
    callersOfIt: '{{count}} callers',
    unclear: 'end not known',
    joined: 'Noted: told when the water is back',
    join: 'Tell them when the water is back',
  },
);
