import type { AgentState } from '../core/floor/fact.ts';
import type { Role } from '../core/people/may.ts';
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
  'pbx-no-timestamps':
    '交换机发来的事件没有时间，通话都无法记录：请管理员在交换机的 manager.conf 的 [general] 里写上 timestampevents = yes，再执行 manager reload。',
  'pbx-clock-off':
    '交换机的时钟和本机相差超过 2 秒，振铃和等候的秒数会不准：请管理员在两台机器上都开启网络对时（timedatectl set-ntp true）。',
  'database-away': '数据库连不上：电话照常接听，客户和以往记录暂时看不到，恢复后自动补存。',
  'journal-disk-full': '磁盘写不进去：电话照常接听，通话流水可能缺失，请立即清理磁盘。',
  'unforeseen-fault': '程序出了意外差错，已记在 hotline.log：电话照常接听；请管理员把日志交给维护人员。',
  'subject-not-begun':
    '有一部分功能还没有启动，正在自动重试：电话照常接听；一直如此请管理员查看 hotline.log。',
  'facts-lost': '部分通话记录没有存下：流水缺了一段，期间的通话可能不完整。请管理员查看日志，核对当天通话。',
  'messages-stuck': '有对外消息没有发出：请班长或管理员到“管理 › 发送记录”查看原因并重试。',
  'number-flood':
    '疑似伪造号码的来电大量涌入：陌生来电先按键再排队，老客户优先接入，谁都不会被拒绝。请班长看“电话防护”，并联系运营商查来源。',
  'budget-near': '今天的外呼预算已用到八成：请班长到“电话防护”查看拨给了谁，必要时在“设置”里调整。',
  'budget-reached':
    '今天的外呼预算已用完，相应号段已停止外呼（110、119、120、122 除外）：请班长到“电话防护”核对是否被盗打。',
  'switch-attacked':
    '有人在猜测话机密码或试探交换机：来源已列在“电话防护”，请管理员确认 fail2ban 已封禁该地址。',
  'recordings-stuck': '录音处理卡住：有录音存不下或原件删不掉。请班长到“录音”页查看原因，交管理员处理。',
  'audit-changeable':
    '审计可被改动：服务的数据库角色能改动或删除审计日志。请数据库管理员运行 ops/database-roles.sql，再把 DATABASE_URL 改成 hotline_service。',
  'audit-broken':
    '审计日志对不上：有记录被改动、删除或截掉。请管理员到“审计日志”页校验，保留现场并立即报告。',
  'security-updates-out': '有安全更新没有安装：请管理员到“管理 · 系统版本”查看，安排时间更新。',
  'security-updates-unknown':
    '已有一个月查不到安全更新：请管理员到“管理 · 系统版本”查看，检查这台服务器能否访问 Debian 软件源。',
};

export const useAlarmWords = codesOf(ALARMS, {
  'pbx-not-configured':
    'No switch: calls cannot be answered. An administrator sets AMI_HOST, or installs the embedded switch, and starts again.',
  'pbx-disconnected':
    'Switch not connected: it still answers calls, they are not seen here for now; connecting again.',
  'pbx-refused': 'The switch refused the login: an administrator checks the AMI account and password.',
  'pbx-no-timestamps':
    'The switch’s events carry no time, no call can be recorded: an administrator writes timestampevents = yes under [general] in the switch’s manager.conf, then runs manager reload.',
  'pbx-clock-off':
    'The clocks of the switch and of this machine differ by more than 2 s, rings and waits are shown wrong: an administrator turns network time on, on both (timedatectl set-ntp true).',
  'database-away':
    'Database away: calls are answered; customers and past records are not seen for now, and are stored when it is back.',
  'journal-disk-full':
    'Disk cannot be written: calls are answered, but the journal may have gaps; clear the disk at once.',
  'unforeseen-fault':
    'The program met a fault that nobody foresaw, written to hotline.log: calls are answered; an administrator passes the log on.',
  'subject-not-begun':
    'A part has not begun yet and is tried again: calls are answered; if this stays, an administrator looks into hotline.log.',
  'facts-lost':
    'Some call records could not be kept: a piece of the journal is missing. An administrator reads the log and checks the calls of that day.',
  'messages-stuck':
    'Messages could not be sent out: an administrator looks at the delivery log for the reason and tries again.',
  'number-flood':
    'A flood of forged numbers: strangers press a key before they queue, known callers go first, nobody is refused. Look at “Telephone protection”, and ask the carrier for the source.',
  'budget-near':
    'Four fifths of the outgoing budget of today are used: look at “Telephone protection” whom it went to.',
  'budget-reached':
    'The outgoing budget of today is used up, calls there are stopped (but 110, 119, 120, 122): look whether somebody misuses a phone.',
  'switch-attacked':
    'Somebody guesses the phones’ passwords or probes the switch: see “Telephone protection” for the address, and check that fail2ban bans it.',
  'recordings-stuck':
    'Recordings are stuck: some cannot be kept, or their originals cannot be removed. A supervisor sees why on the recordings page.',
  'audit-changeable':
    'The audit log can be changed: the service’s database role may change or delete its rows. A DBA runs ops/database-roles.sql, then DATABASE_URL becomes hotline_service.',
  'audit-broken':
    'The audit log is not what was written: rows were changed, deleted or cut off. An administrator verifies it on the audit page, leaves all as it is and reports at once.',
  'security-updates-out':
    'Security updates wait to be installed: an administrator looks at Admin › Versions and plans the update.',
  'security-updates-unknown':
    'Nothing was heard of security updates for a month: an administrator looks at Admin › Versions, and whether this server reaches its Debian mirror.',
});

/** What only an administrator can mend, and hurts no call, stands on no wall and at no desk. */
export function concerns(code: Alarm['code'], role: Role | null): boolean {
  return !code.startsWith('security-updates') || role === 'administrator';
}

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
