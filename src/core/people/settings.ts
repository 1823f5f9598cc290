/**
 * The settings that the utility's own people change while the service runs (Article 30: the customer service centre
 * interprets). Each has its Chinese name, unit, limits and default; what is kept is only what differs.
 */
import { PER_AGENT } from '../quality/draw.ts';
import { TELEPHONE_SETTINGS } from '../telephone/settings.ts';
import type { SettingGroup } from './setting.ts';

export { settingFault, settingValues, type Field, type SettingGroup } from './setting.ts';

export const SETTINGS: Record<string, SettingGroup> = {
  desk: {
    zh: '受理台',
    fields: {
      pauseReasons: {
        kind: 'words',
        zh: '小休原因',
        unit: '',
        usual: ['小休', '就餐', '培训', '会议', '其他'],
      },
      wrapUpSeconds: { kind: 'whole', zh: '话后整理时限', unit: '秒', least: 5, most: 900, usual: 60 },
      extendSeconds: { kind: 'whole', zh: '每次延长', unit: '秒', least: 5, most: 900, usual: 60 },
      mostExtensions: { kind: 'whole', zh: '最多延长', unit: '次', least: 0, most: 20, usual: 3 },
    },
  },
  attendance: {
    zh: '签入与排班',
    fields: {
      byRoster: { kind: 'yes', zh: '只有当班的受理员能签入接电话（班长不限）', unit: '', usual: true },
      beforeMinutes: { kind: 'whole', zh: '班前可提前签入', unit: '分钟', least: 10, most: 240, usual: 60 },
      afterMinutes: { kind: 'whole', zh: '班后仍可签入', unit: '分钟', least: 0, most: 480, usual: 120 },
    },
  },
  sessions: {
    zh: '登录时限',
    fields: {
      idleHours: { kind: 'whole', zh: '多久不操作要重新登录', unit: '小时', least: 1, most: 72, usual: 12 },
      longestHours: { kind: 'whole', zh: '登录最长有效', unit: '小时', least: 1, most: 168, usual: 24 },
    },
  },
  cases: {
    zh: '外部来件时限（只算工作时间；回复时限按来件写的）',
    fields: {
      signMinutes: { kind: 'whole', zh: '登记后签收', unit: '分钟', least: 1, most: 14_400, usual: 120 },
      signWarnMinutes: { kind: 'whole', zh: '签收提前提醒', unit: '分钟', least: 0, most: 1440, usual: 30 },
      returnMinutes: {
        kind: 'whole',
        zh: '登记后决定退单',
        unit: '分钟',
        least: 1,
        most: 14_400,
        usual: 720,
      },
      returnWarnMinutes: {
        kind: 'whole',
        zh: '退单提前提醒',
        unit: '分钟',
        least: 0,
        most: 1440,
        usual: 120,
      },
      callBackMinutes: { kind: 'whole', zh: '回复后回访', unit: '分钟', least: 1, most: 14_400, usual: 720 },
      callBackWarnMinutes: {
        kind: 'whole',
        zh: '回访提前提醒',
        unit: '分钟',
        least: 0,
        most: 1440,
        usual: 120,
      },
      escalateMinutes: { kind: 'whole', zh: '超时后上报', unit: '分钟', least: 1, most: 1440, usual: 60 },
    },
  },
  recordings: {
    zh: '录音保存（保全的不受此限）',
    fields: {
      complaintDays: {
        kind: 'whole',
        zh: '投诉报修（有工单）',
        unit: '天',
        least: 30,
        most: 3650,
        usual: 1095,
      },
      keepDays: { kind: 'whole', zh: '咨询（无工单）', unit: '天', least: 30, most: 3650, usual: 365 },
      surveyDays: { kind: 'whole', zh: '回访', unit: '天', least: 30, most: 3650, usual: 365 },
      outboundDays: { kind: 'whole', zh: '外呼', unit: '天', least: 30, most: 3650, usual: 365 },
      voidDays: { kind: 'whole', zh: '无效来电', unit: '天', least: 30, most: 3650, usual: 90 },
    },
  },
  retention: {
    zh: '数据保存（通话、工单、报表定稿不删）',
    fields: {
      factsDays: { kind: 'whole', zh: '通话过程明细', unit: '天', least: 400, most: 3650, usual: 1095 },
      statesDays: { kind: 'whole', zh: '坐席状态明细', unit: '天', least: 400, most: 3650, usual: 1095 },
      anomaliesDays: { kind: 'whole', zh: '交换机异常记录', unit: '天', least: 30, most: 3650, usual: 400 },
      deliveriesDays: { kind: 'whole', zh: '外发记录', unit: '天', least: 30, most: 3650, usual: 400 },
      noticesDays: { kind: 'whole', zh: '工单时限提醒', unit: '天', least: 90, most: 3650, usual: 1095 },
      importsDays: { kind: 'whole', zh: '客户导入的原表', unit: '天', least: 1, most: 3650, usual: 180 },
      wordsDays: { kind: 'whole', zh: '留言的声音', unit: '天', least: 30, most: 3650, usual: 365 },
      askersDays: { kind: 'whole', zh: '询问停水的号码', unit: '天', least: 30, most: 3650, usual: 180 },
      // 《网络安全法》第二十一条：不少于六个月
      auditDays: { kind: 'whole', zh: '审计日志', unit: '天', least: 190, most: 3650, usual: 1095 },
    },
  },
  telephone: TELEPHONE_SETTINGS,
  quality: {
    zh: '质检',
    fields: {
      perAgent: {
        kind: 'whole',
        zh: '每名受理员每周抽取',
        unit: '通',
        least: 1,
        most: 20,
        usual: PER_AGENT,
      },
      leastSeconds: { kind: 'whole', zh: '短于此的通话不抽', unit: '秒', least: 1, most: 600, usual: 15 },
      appealDays: { kind: 'whole', zh: '申诉期', unit: '天', least: 1, most: 60, usual: 7 },
    },
  },
};
