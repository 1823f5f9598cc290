import type { AgentState } from '../core/floor/fact.ts';
import type { Alarm, Customer, PopGone } from '../protocol.ts';
import { codesOf } from './shell/words.ts';

/** The words of every code that the service says. The Chinese ones come from the rule book. */
export const AGENT_STATE_WORDS: Record<AgentState, string> = {
  offline: '未签入',
  unreachable: '话机未连接',
  ready: '就绪',
  ringing: '振铃',
  talking: '通话',
  'on-hold': '保持',
  'wrap-up': '整理',
  paused: '小休',
};

export const useStateWords = codesOf(AGENT_STATE_WORDS, {
  offline: 'Signed out',
  unreachable: 'No phone',
  ready: 'Ready',
  ringing: 'Ringing',
  talking: 'Talking',
  'on-hold': 'On hold',
  'wrap-up': 'Wrap-up',
  paused: 'Paused',
});

const ALARMS: Record<Alarm['code'], string> = {
  'pbx-not-configured':
    '交换机未接入：不能接听电话。请管理员设置 AMI_HOST，或在本机安装内嵌交换机后重新启动。',
  'pbx-disconnected': '交换机未连接：电话照常由交换机接听，这里暂时看不到来电，正在自动重连。',
  'pbx-refused': '交换机拒绝了登录：请管理员检查 AMI 账号和密码。',
  'database-away': '数据库连不上：电话照常接听，客户和以往记录暂时看不到，恢复后自动补存。',
  'journal-disk-full': '磁盘写不进去：电话照常接听，通话流水可能缺失，请立即清理磁盘。',
  'unforeseen-fault': '程序出了意外差错，已记在 hotline.log：电话照常接听；请管理员把日志交给维护人员。',
  'subject-not-begun': '有一部分功能还没有启动，正在自动重试：电话照常接听；一直如此请管理员查看 hotline.log。',
};

export const useAlarmWords = codesOf(ALARMS, {
  'pbx-not-configured':
    'No switch: calls cannot be answered. An administrator sets AMI_HOST, or installs the embedded switch, and starts again.',
  'pbx-disconnected':
    'Switch not connected: it still answers calls, they are not seen here for now; connecting again.',
  'pbx-refused': 'The switch refused the login: an administrator checks the AMI account and password.',
  'database-away':
    'Database away: calls are answered; customers and past records are not seen for now, and are stored when it is back.',
  'journal-disk-full':
    'Disk cannot be written: calls are answered, but the journal may have gaps; clear the disk at once.',
  'unforeseen-fault':
    'The program met a fault that nobody foresaw, written to hotline.log: calls are answered; an administrator passes the log on.',
  'subject-not-begun':
    'A part has not begun yet and is tried again: calls are answered; if this stays, an administrator looks into hotline.log.',
});

const POP_GONE: Record<PopGone, string> = {
  'answered-here': '已接听',
  'answered-elsewhere': '已由其他坐席接听',
  'caller-gave-up': '来电人已挂机',
  'not-answered': '未接听，已转给其他坐席',
  'phone-lost': '话机断开，来电已转回队列最前',
  unknown: '通话结束',
};
export const usePopWords = codesOf(POP_GONE, {
  'answered-here': 'answered',
  'answered-elsewhere': 'answered by another agent',
  'caller-gave-up': 'caller hung up',
  'not-answered': 'not answered, given to another agent',
  'phone-lost': 'phone cut off, the caller is first in the queue',
  unknown: 'ended',
});

export const OUTCOMES: Record<string, string> = {
  answered: '已接听',
  abandoned: '来电人放弃',
  callback: '要求回电',
  overflowed: '排队超时',
  blocked: '未能进线',
  unknown: '结果不明',
};

export const METER_KINDS: Record<Customer['meterKind'], string> = {
  '': '—',
  'ic-card': 'IC 卡表',
  mechanical: '机械表',
  bulk: '趸售总表',
};

export const CLOSED_STATUS = '办结';
