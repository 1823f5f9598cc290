/** What keeps the telephone from being misused, as the customer service centre sets it: caps, floods, what may be dialled. */
import { settingValues, type SettingGroup } from '../people/setting.ts';

const whole = (zh: string, unit: string, least: number, most: number, usual: number) => ({
  kind: 'whole' as const,
  zh,
  unit,
  least,
  most,
  usual,
});

export const TELEPHONE_SETTINGS: SettingGroup = {
  zh: '电话防护（限额、可疑来电、外呼）',
  fields: {
    keptMost: whole('保留位置：同时最多', '个', 1, 60, 20),
    keptPerNumberDay: whole('保留位置：同一号码每天最多', '次', 1, 50, 3),
    keptPerHour: whole('保留位置：每小时最多', '次', 1, 600, 40),
    keptTries: whole('保留位置：无人接听时最多呼叫', '次', 1, 3, 2),
    keptMinutes: whole('保留位置：最长', '分钟', 10, 720, 180),
    wordsPerNumberHour: whole('留言：同一号码每小时最多', '条', 1, 50, 3),
    wordsPerHour: whole('留言：每小时最多', '条', 1, 1000, 60),
    wordsMost: whole('留言：未处理的最多', '条', 10, 5000, 300),
    callsPerAgentHour: whole('外呼：每名受理员每小时最多', '通', 1, 500, 60),
    callsPerHour: whole('外呼：全部受理员每小时最多', '通', 1, 5000, 600),
    callsSameNumberHour: whole('外呼：同一号码每小时最多', '通', 1, 200, 20),
    surveysPerHour: whole('回访：每小时最多', '通', 1, 2000, 200),
    surveysPerDay: whole('回访：每天最多', '通', 1, 10_000, 1000),
    extraNumbers: {
      kind: 'words',
      zh: '另外允许拨打的号码（如 4008001234；以 * 结尾表示号段，如 400*）',
      unit: '',
      usual: [],
      least: 0,
      shape: /^\d{5,15}$|^\d{3,14}\*$/,
      shapeZh: '5 到 15 位数字，或以 * 结尾的号段',
    },
    budgetMinutes: whole('外呼预算：每天通话合计', '分钟', 10, 100_000, 3000),
    budgetCalls: whole('外呼预算：每天合计', '通', 10, 100_000, 2000),
    prefixMinutes: whole('外呼预算：同一万号段每天', '分钟', 5, 10_000, 240),
    prefixCalls: whole('外呼预算：同一万号段每天', '通', 5, 10_000, 80),
    budgetStops: {
      kind: 'yes',
      zh: '外呼预算用完后停止拨打（110、119、120、122 除外）',
      unit: '',
      usual: true,
    },
    floodNumbers: whole('可疑来电：十分钟内没有接通的陌生号码至少', '个', 5, 1000, 45),
    floodTimes: whole('可疑来电：且至少是平时的', '倍', 2, 50, 3),
    floodShare: whole('可疑来电：且有可疑特征的至少占', '%', 20, 100, 60),
    floodPress: { kind: 'yes', zh: '可疑来电高峰时，陌生号码先按键再排队', unit: '', usual: true },
    banRefusals: whole('话机线路：被拒绝多少次后封禁', '次', 3, 1000, 20),
    banMinutes: whole('话机线路：封禁', '分钟', 1, 1440, 30),
  },
};

export interface TelephoneSettings {
  keptMost: number;
  keptPerNumberDay: number;
  keptPerHour: number;
  keptTries: number;
  keptMinutes: number;
  wordsPerNumberHour: number;
  wordsPerHour: number;
  wordsMost: number;
  callsPerAgentHour: number;
  callsPerHour: number;
  callsSameNumberHour: number;
  surveysPerHour: number;
  surveysPerDay: number;
  extraNumbers: string[];
  budgetMinutes: number;
  budgetCalls: number;
  prefixMinutes: number;
  prefixCalls: number;
  budgetStops: boolean;
  floodNumbers: number;
  floodTimes: number;
  floodShare: number;
  floodPress: boolean;
  banRefusals: number;
  banMinutes: number;
}

/** The settings with the usual ones where nothing, or nothing that fits, is stored. */
export function telephoneSettings(stored: Record<string, unknown>): TelephoneSettings {
  return settingValues(TELEPHONE_SETTINGS, stored) as unknown as TelephoneSettings;
}

let settings: TelephoneSettings | null = null;

/** One for the whole process, as the limits of the measures are (core/limits.ts). */
export function telephoneLimits(): TelephoneSettings {
  return settings ?? telephoneSettings({});
}
export function setTelephoneLimits(read: TelephoneSettings | null): void {
  settings = read;
}
