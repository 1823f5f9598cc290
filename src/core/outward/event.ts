/** What happens here that people, groups and other systems can ask to be told of. */

/** Names as other systems hear them; Chinese as people read them. */
export const OUTWARD_EVENTS = {
  'order-created': '工单建立',
  'order-dispatched': '派单',
  'order-stepped': '工单有新进展',
  'order-warning': '时限预警',
  'order-overdue': '超时',
  'order-escalated': '超时升级',
  'order-closed': '办结',
  'call-ended': '通话结束',
  'call-abandoned': '来电未接通',
  'handover-unsigned': '交接班超时未签',
  'outage-published': '停水通知',
  'audit-anchor': '审计锚点',
} as const;
export type OutwardEventName = keyof typeof OUTWARD_EVENTS;
export const OUTWARD_EVENT_NAMES = Object.keys(OUTWARD_EVENTS) as OutwardEventName[];

/** What is told beside them, to the people in the house only; Chinese as the delivery log says it. */
export const NOTICES = {
  test: '测试消息',
  report: '报表',
  'report-not-sent': '报表没有发出',
  'case-arrived': '新来件',
  'case-warning': '来件时限预警',
  'case-overdue': '来件超时',
  'case-escalated': '来件超时升级',
  'case-mail-unread': '邮件没能收成来件',
  'case-mailbox-away': '来件邮箱收不了信',
  'channel-unlooked': '每日登录提醒',
  'outage-alarm': '停水提醒',
  'incident-suspected': '疑似爆管',
  'help-asked': '坐席求助',
  'phone-unusable': '话机不可用',
  'disk-alarm': '录音磁盘将满',
  'quality-given': '新的质检评分',
  'quality-appealed': '质检申诉待裁定',
  'quality-decided': '质检申诉已裁定',
} as const;
export type NoticeName = keyof typeof NOTICES;

/** One thing that happened, as it can be told to anybody. */
export interface OutwardEvent {
  /** from its content: telling it twice is telling it once */
  id: string;
  name: OutwardEventName;
  atMs: number;
  /** one line, for a mail's subject or a notice's head */
  title: string;
  /** plain text of a few lines; may hold what a caller said, in any letters */
  text: string;
  /** an order's number or a call's id: what is told of one goes in order */
  about: string | null;
  /** the unit that it concerns */
  unitId: number | null;
  /** people that it concerns by name, beside roles and units */
  personIds: number[];
  /** page of ours */
  link: string | null;
  /** whole, for other systems */
  data: Record<string, unknown>;
}
