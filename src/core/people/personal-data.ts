/**
 * Every kind of personal data that the hotline keeps: where, why, how long, who sees it, and what becomes of it when the person
 * asks for erasure (个人信息保护法 17, 19, 47). A test holds it against the database: a table that stands nowhere here fails it.
 */
import type { Deed } from './may.ts';
import { SETTINGS, settingValues } from './settings.ts';

/** of whom */
export type Subject = 'caller' | 'employee';

/** When it goes by itself. */
export type KeptFor =
  /** a number of days, set on the settings page */
  | { setting: `${'retention' | 'recordings'}.${string}` }
  /** a number of days that is not for setting */
  | { days: number }
  /** as long as what it belongs to, in words */
  | { asLongAs: string };

/** What an erasure does with it. A legal hold (recordings) always wins. */
export type Erasure =
  /** rows and files go */
  | { does: 'deleted' }
  /** the row stays for the counts; what says whose it was goes */
  | { does: 'emptied' }
  /** it must be kept, because */
  | { does: 'kept'; because: string };

export interface PersonalKind {
  zh: string;
  of: Subject;
  /** tables of the database */
  tables: readonly string[];
  /** below VAR_DIR, or the switch's own folder */
  files?: string;
  why: string;
  keptFor: KeptFor;
  /** whoever may one of these; empty: nobody by a page */
  seenBy: readonly Deed[];
  erasure: Erasure;
}

const WORK_CONTRACT = '劳动关系和考核需要（个人信息保护法第十三条第一款第二项）';
const ORDER_DUTY = '供水服务的受理、抢修和投诉处理记录，行业管理和监督检查要求留存';

export const PERSONAL_DATA: Record<string, PersonalKind> = {
  customers: {
    zh: '用户档案（户号、户名、地址、电话）',
    of: 'caller',
    tables: ['customers', 'customer_phones', 'customer_words', 'customer_changes', 'unclear_numbers'],
    why: '来电弹屏，知道是哪一户',
    keptFor: { asLongAs: '供用水合同存续；以营业系统为准' },
    seenBy: ['see-customers'],
    erasure: { does: 'kept', because: '履行供用水合同所必需；销户后请先在营业系统里删除' },
  },
  customerImports: {
    zh: '营业系统导入的用户表',
    of: 'caller',
    tables: ['customer_imports', 'customer_import_rows'],
    files: 'imports/',
    why: '核对导入结果',
    keptFor: { setting: 'retention.importsDays' },
    seenBy: ['merge-customers'],
    erasure: { does: 'deleted' },
  },
  calls: {
    zh: '通话（号码、时间、结果）',
    of: 'caller',
    tables: ['calls', 'offers', 'transfers', 'talks'],
    why: '话务统计、再次来电时的历史',
    keptFor: { asLongAs: '统计报表可以重算；到期请用“按号码删除”' },
    seenBy: ['list-calls', 'take-calls'],
    erasure: { does: 'emptied' },
  },
  callFacts: {
    zh: '通话过程明细（按键、转接、振铃）',
    of: 'caller',
    tables: ['facts', 'anomalies', 'ivr_steps'],
    files: 'journal/（存库后按 JOURNAL_KEEP_MB 循环清理）',
    why: '逐通核对统计、查找故障',
    keptFor: { setting: 'retention.factsDays' },
    seenBy: [],
    erasure: { does: 'emptied' },
  },
  recordings: {
    zh: '通话录音',
    of: 'caller',
    tables: ['recordings', 'supervisions'],
    files: 'recordings/',
    why: '服务质量监督、纠纷举证',
    keptFor: { setting: 'recordings.complaintDays' },
    seenBy: ['hear-recordings'],
    erasure: { does: 'deleted' },
  },
  transcripts: {
    zh: '录音转写的文字',
    of: 'caller',
    tables: ['transcripts'],
    why: '在录音里查找',
    keptFor: { asLongAs: '与录音同时删除' },
    seenBy: ['hear-recordings'],
    erasure: { does: 'deleted' },
  },
  spokenWords: {
    zh: '留言',
    of: 'caller',
    tables: ['spoken_words'],
    files: '交换机 spool/words/',
    why: '无人接听时记下诉求',
    keptFor: { setting: 'retention.wordsDays' },
    seenBy: ['see-words'],
    erasure: { does: 'deleted' },
  },
  records: {
    zh: '受理记录（姓名、电话、地址、内容）',
    of: 'caller',
    tables: ['records', 'record_versions'],
    why: '记下诉求并答复',
    keptFor: { asLongAs: '与工单相同' },
    seenBy: ['keep-records', 'read-reports'],
    erasure: { does: 'emptied' },
  },
  orders: {
    zh: '工单及处理过程、附件',
    of: 'caller',
    tables: ['orders', 'order_steps', 'order_files', 'order_clocks', 'notices', 'receipts'],
    files: 'files/',
    why: '派人上门处理',
    keptFor: { asLongAs: '工单存档期' },
    seenBy: ['see-orders', 'work-in-field'],
    erasure: { does: 'kept', because: ORDER_DUTY },
  },
  cases: {
    zh: '外部来件（12345、网站等）及往来邮件、附件',
    of: 'caller',
    tables: ['outside_cases', 'case_steps', 'case_clocks', 'case_files', 'case_mails'],
    files: 'case-files/',
    why: '按期办理并回复转办单位',
    keptFor: { asLongAs: '来件存档期' },
    seenBy: ['see-cases'],
    erasure: { does: 'kept', because: ORDER_DUTY },
  },
  callbacks: {
    zh: '回访（号码、姓名、评价、意见）',
    of: 'caller',
    tables: ['survey_items', 'survey_attempts', 'survey_campaigns', 'redo_drafts'],
    why: '工单回访和满意度',
    keptFor: { asLongAs: '与工单相同' },
    seenBy: ['read-callbacks'],
    erasure: { does: 'emptied' },
  },
  doNotCall: {
    zh: '免打扰号码',
    of: 'caller',
    tables: ['do_not_call'],
    why: '不再打扰要求不回访的人',
    keptFor: { asLongAs: '本人没有撤回' },
    seenBy: ['run-callbacks'],
    erasure: { does: 'kept', because: '删掉就会再次打扰本人；本人要求时在回访页移出' },
  },
  keptPlaces: {
    zh: '保留位次、漏接来电的认领',
    of: 'caller',
    tables: ['kept_places', 'missed_claims', 'missed_dismissals', 'helps'],
    why: '轮到时回拨',
    keptFor: { asLongAs: '通话统计' },
    seenBy: ['take-calls', 'watch-console'],
    erasure: { does: 'deleted' },
  },
  floodCalls: {
    zh: '疑似伪造号码的来电、封禁',
    of: 'caller',
    tables: ['floods', 'flood_calls', 'bans'],
    why: '防止恶意占线',
    keptFor: { asLongAs: '通话统计' },
    seenBy: ['watch-console'],
    erasure: { does: 'emptied' },
  },
  outageAskers: {
    zh: '询问停水的号码',
    of: 'caller',
    tables: ['outage_askers'],
    why: '来水后通知',
    keptFor: { setting: 'retention.askersDays' },
    seenBy: ['keep-outages'],
    erasure: { does: 'deleted' },
  },
  incidents: {
    zh: '疑似爆管的来电（号码、地址）',
    of: 'caller',
    tables: ['incidents'],
    why: '尽快发现爆管',
    keptFor: { asLongAs: '停水记录' },
    seenBy: ['decide-incidents', 'see-outages'],
    erasure: { does: 'emptied' },
  },
  messages: {
    zh: '外发消息、界面通知、接口应答',
    of: 'caller',
    tables: ['deliveries', 'outbox', 'api_answers'],
    why: '通知经办人，查证是否送达',
    keptFor: { setting: 'retention.deliveriesDays' },
    seenBy: ['see-deliveries'],
    erasure: { does: 'emptied' },
  },
  handovers: {
    zh: '交接班记录（可能写到用户）',
    of: 'caller',
    tables: ['handovers', 'handover_items', 'handover_item_versions'],
    why: '交接未了的事',
    keptFor: { asLongAs: '交接班记录存档期' },
    seenBy: ['see-handovers'],
    erasure: { does: 'kept', because: '双方签字后不可更改；显示时号码按权限遮蔽' },
  },
  reports: {
    zh: '报表定稿和文字（可能写到用户）',
    of: 'caller',
    tables: ['report_versions', 'report_passages'],
    files: 'reports/',
    why: '已报送的报表要与原件一致',
    keptFor: { asLongAs: '报表存档期' },
    seenBy: ['read-reports'],
    erasure: { does: 'kept', because: '已对外报送的文件要与原件一致；其中号码已遮蔽' },
  },
  exports: {
    zh: '导出的清单',
    of: 'caller',
    tables: ['exports'],
    files: 'exports/',
    why: '导出人下载',
    keptFor: { days: 7 },
    seenBy: ['export-lists', 'export-customers'],
    erasure: { does: 'deleted' },
  },
  audit: {
    zh: '审计日志',
    of: 'employee',
    tables: ['audit', 'audit_head'],
    files: 'audit-anchors/',
    why: '网络安全法第二十一条',
    keptFor: { setting: 'retention.auditDays' },
    seenBy: ['read-audit'],
    erasure: { does: 'kept', because: '网络安全法第二十一条：日志留存不少于六个月；其中没有完整号码' },
  },
  people: {
    zh: '职工账号、话机、登录',
    of: 'employee',
    tables: [
      ...['people', 'phones', 'mail_addresses', 'sessions', 'sign_in_failures', 'field_links'],
      ...['factor_totp', 'factor_passkeys', 'factor_recovery_codes', 'factor_challenges'],
    ],
    why: WORK_CONTRACT,
    keptFor: { asLongAs: '在职；离职后停用' },
    seenBy: ['edit-people'],
    erasure: { does: 'kept', because: WORK_CONTRACT },
  },
  work: {
    zh: '职工排班、签入、考核、质检',
    of: 'employee',
    tables: [
      'agent_states',
      'presences',
      'queue_people',
      'roster',
      'roster_members',
      'roster_swaps',
      'conduct',
      'quality_drawn',
      'quality_scores',
      'quality_calibrations',
      'channel_looks',
      'outage_steps',
    ],
    why: WORK_CONTRACT,
    keptFor: { setting: 'retention.statesDays' },
    seenBy: ['see-all-conduct', 'keep-roster', 'see-all-quality'],
    erasure: { does: 'kept', because: WORK_CONTRACT },
  },
};

/** Tables in which nobody is: settings, rules, counters, what machines keep. */
export const NOT_PERSONAL: readonly string[] = [
  'api_tokens',
  'decision_tables',
  'districts',
  'gaps',
  'ivr_flow_terms',
  'ivr_flows',
  'knex_migrations',
  'knex_migrations_lock',
  'named_reports',
  'order_counters',
  'order_settings',
  'outages',
  'quality_draws',
  'quality_form_versions',
  'quality_forms',
  'receivers',
  'report_runs',
  'report_schedules',
  'settings',
  'subscriptions',
  'survey_settings',
  'televisions',
  'unit_districts',
  'units',
  'walls',
];

/** How long it is kept, as people read it, by the settings as they are stored. */
export function keptForWords(keptFor: KeptFor, stored: (group: string) => Record<string, unknown>): string {
  if ('days' in keptFor) return `${keptFor.days} 天`;
  if ('asLongAs' in keptFor) return keptFor.asLongAs;
  const [group, field] = keptFor.setting.split('.') as [string, string];
  const days = settingValues(SETTINGS[group]!, stored(group))[field];
  return `${String(days)} 天（设置：${SETTINGS[group]!.zh.split('（')[0]!}·${SETTINGS[group]!.fields[field]!.zh}）`;
}

export const ERASURE_WORDS: Record<Erasure['does'], string> = {
  deleted: '删除',
  emptied: '去掉号码、姓名和地址，留下计数',
  kept: '依法保留',
};
