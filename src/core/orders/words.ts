/** The hotline's and 12345's words for an order: used by screens, refusals and what is told to the outside. */
import { shortMinuteText } from '../zone.ts';
import type { ClockSet } from './decision.ts';
import type { ClockName } from './clocks.ts';
import type { Corrected, OrderState, StepKind, StepRefusal } from './order.ts';

export const STATE_WORDS: Record<OrderState, string> = {
  drafted: '待派单',
  dispatched: '派单',
  signed: '签收',
  returned: '退单',
  'set-out': '出发',
  arrived: '到场',
  stopped: '止水',
  done: '处理完毕',
  'fed-back': '回复',
  closed: '办结',
  cancelled: '作废',
};
export const STEP_WORDS: Record<StepKind, string> = {
  draft: '建单',
  dispatch: '派单',
  sign: '签收',
  return: '退单',
  assign: '指派',
  'set-out': '出发',
  arrive: '到场',
  'stop-water': '止水',
  finish: '处理完毕',
  'feed-back': '回复',
  close: '办结',
  'defer-ask': '申请延期',
  'defer-grant': '同意延期',
  'defer-refuse': '不同意延期',
  urge: '催办',
  supervise: '督办',
  redo: '重办',
  join: '并入来电',
  correct: '更正',
  note: '备注',
  cancel: '作废',
};
export const CLOCK_WORDS: Record<ClockName, string> = {
  dispatch: '派单',
  sign: '签收',
  arrive: '到场',
  stop: '止水',
  feedback: '回复',
  outside: '外部时限',
};
export const CLOCK_SET_WORDS: Record<ClockSet, string> = {
  standard: '普通',
  'card-meter': '卡表 3 小时上门',
  'urgent-leak': '紧急漏水 30 分钟',
};

/** Why a step was not taken, and what to do. */
export function stepRefusalWords(refusal: StepRefusal): string {
  switch (refusal.code) {
    case 'wrong-state':
      return `工单现在是“${STATE_WORDS[refusal.state]}”，不能${STEP_WORDS[refusal.kind]}。请刷新后看最新进展。`;
    case 'not-yours':
      return `${STEP_WORDS[refusal.kind]}不由您的岗位办理，或工单已不在您的单位。`;
    case 'note-missing':
      return `${STEP_WORDS[refusal.kind]}要写明原因或结果，请填写后再提交。`;
    case 'time-goes-back':
      return `时间早于上一步（${shortMinuteText(refusal.lastMs)}），请改正时间。`;
    case 'in-the-future':
      return '时间在将来，请检查手机或电脑的时钟。';
    case 'water-still-runs':
      return '紧急漏水要先报“到场”和“止水”，再报处理完毕。';
    case 'deferral-late':
      return `延期要在到期前申请，这张工单已在 ${shortMinuteText(refusal.dueAtMs)} 到期；请写备注说明情况。`;
    case 'deferral-too-short':
      return `延期后的时间要晚于现在的时限 ${shortMinuteText(refusal.dueAtMs)}。`;
    case 'deferral-open':
      return '已有一个延期申请在等批复，请等班长答复。';
    case 'no-deferral':
      return '没有等待批复的延期申请，可能已由他人批复，请刷新。';
  }
}

/** The fields of an order that may be corrected, as people read them. */
export const ORDER_FIELD_WORDS: Readonly<Record<keyof Corrected, string>> = {
  caller: '来电人',
  phone: '电话',
  address: '地址',
  community: '小区',
  district: '辖区',
  content: '反映内容',
};
