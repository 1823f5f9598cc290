/** Cases from outside (Articles 15 to 17): the channels, what may be done with a case, and its deadline. */
import { minuteText } from '../zone.ts';
import { beginOf, dateAt, DAY_MS } from './period.ts';

/** Where a case comes from. `above`: Article 22 (3) counts it among what superior units passed on. */
export const CHANNELS = {
  '12345': { zh: '12345市长专线', above: true },
  interaction: { zh: '政民互动平台', above: true },
  petition: { zh: '信访局转办函', above: true },
  construction: { zh: '建设局转办函', above: true },
  consumer: { zh: '区市消协转办件', above: true },
  'digital-city': { zh: '数字化城市管理督办件', above: true },
  media: { zh: '媒体采访', above: true },
  superior: { zh: '上级单位', above: true },
  wechat: { zh: '微信', above: false },
  mail: { zh: '邮件', above: false },
  'walk-in': { zh: '来访', above: false },
} as const;
export type Channel = keyof typeof CHANNELS;
export const CHANNEL_KEYS = Object.keys(CHANNELS) as [Channel, ...Channel[]];

/** What is taken down of a case; instants are Unix ms. */
export interface CaseFields {
  channel: Channel;
  outsideNo: string;
  kind: string;
  receivedAtMs: number;
  dueAtMs: number | null;
  person: string;
  phone: string;
  address: string;
  community: string;
  district: string;
  category: string;
  item: number | null;
  content: string;
}

/** What the fields are called where a correction is told. */
export const CASE_FIELDS: Record<keyof CaseFields, string> = {
  ...{
    channel: '渠道',
    outsideNo: '对方编号',
    kind: '来件类型',
    receivedAtMs: '受理时间',
    dueAtMs: '办理时限',
  },
  ...{ person: '姓名', phone: '电话', address: '地址', community: '小区', district: '辖区' },
  ...{ category: '投诉事由', item: '内容分类', content: '来件内容' },
};
const MINUTE_MS = 60_000;

/** Whether this whole minute, as a page sends it, is the time that was there with its seconds: nobody touched it. */
export function sameMinute(asked: number | null, was: number | null): boolean {
  return asked !== null && was !== null && asked % MINUTE_MS === 0 && asked === was - (was % MINUTE_MS);
}

/** A field's value as a correction keeps it. */
export function caseFieldText(name: keyof CaseFields, value: string | number | null): string {
  if (value === null) return '';
  return name === 'receivedAtMs' || name === 'dueAtMs' ? minuteText(Number(value)) : String(value);
}

/** `dueAtMs: 2026-11-28 18:00 → 2026-11-30 18:00`, as a correction keeps it, in people's words. */
export function correctionText(kept: string): string {
  const [, name, rest] = /^(\w+): (.*)$/s.exec(kept) ?? [];
  return name !== undefined && name in CASE_FIELDS
    ? `${CASE_FIELDS[name as keyof CaseFields]}：${rest}`
    : kept;
}

/** The portals and groups that somebody looks at every day, and the article that asks for it. */
export const DAILY_PLACES = {
  '12345-portal': { zh: '12345市长专线统一办公门户', article: '第十五条', channel: '12345' },
  '12345-group': { zh: '12345 QQ群', article: '第十五条', channel: '12345' },
  interaction: { zh: '国资委政民互动业务办理平台', article: '第十六条', channel: 'interaction' },
  'digital-city': { zh: '数字化城市管理QQ群', article: '第十七条', channel: 'digital-city' },
} as const satisfies Record<string, { zh: string; article: string; channel: Channel }>;
export type DailyPlace = keyof typeof DAILY_PLACES;
export const DAILY_PLACE_KEYS = Object.keys(DAILY_PLACES) as [DailyPlace, ...DailyPlace[]];

/** minutes of the day at which an unlooked-at place is reminded of */
export const REMIND_AT_MINUTES = [10 * 60, 16 * 60];

export const CASE_STATES = {
  new: '待签收',
  signed: '办理中',
  returned: '已退单',
  replied: '已回复',
  closed: '已办结',
} as const;
export type CaseState = keyof typeof CASE_STATES;

export const CASE_STEPS = {
  enter: '登记',
  sign: '签收',
  return: '退单',
  defer: '延期',
  order: '转工单',
  join: '并入工单',
  correct: '更正',
  'call-back': '回访',
  reply: '回复',
  close: '办结',
  'take-back': '重办',
  attach: '加附件',
  note: '备注',
} as const;
export type CaseStepKind = keyof typeof CASE_STEPS;

interface CaseRule {
  from: readonly CaseState[];
  /** null: the state stays */
  to: CaseState | null;
  noteNeeded?: string;
}

const STATE_KEYS = Object.keys(CASE_STATES) as CaseState[];
/** What may be done in which state, and where it leads. */
export const CASE_TABLE: Record<Exclude<CaseStepKind, 'enter'>, CaseRule> = {
  sign: { from: ['new'], to: 'signed' },
  return: { from: ['new', 'signed'], to: 'returned', noteNeeded: '退单要写明原因' },
  defer: { from: ['new', 'signed'], to: null, noteNeeded: '延期要写明原因' },
  // to make an order of it is to sign for it
  order: { from: ['new', 'signed'], to: 'signed' },
  join: { from: ['new', 'signed'], to: 'signed' },
  correct: { from: ['new', 'signed'], to: null },
  'call-back': { from: ['signed', 'replied'], to: null, noteNeeded: '请写回访时用户怎么说' },
  reply: { from: ['signed'], to: 'replied', noteNeeded: '请写在对方平台上回复的原文' },
  close: { from: ['replied'], to: 'closed' },
  'take-back': { from: ['returned', 'replied', 'closed'], to: 'signed', noteNeeded: '重办要写明原因' },
  attach: { from: STATE_KEYS, to: null },
  note: { from: STATE_KEYS, to: null, noteNeeded: '请写备注内容' },
};

export interface CaseFacts {
  state: CaseState;
  dueAtMs: number | null;
  hasOrder: boolean;
}
export interface CaseStep {
  kind: Exclude<CaseStepKind, 'enter'>;
  note: string;
  /** of a deferral: the new deadline */
  untilMs: number | null;
  /** files that were brought to the case and go with this step; a reply's are its proof */
  fileIds?: readonly string[];
}

/** The state after a step, or in Chinese why it can not be taken. */
export function takeCaseStep(
  facts: CaseFacts,
  step: CaseStep,
): { ok: true; state: CaseState } | { ok: false; words: string } {
  const no = (words: string) => ({ ok: false as const, words });
  const rule = CASE_TABLE[step.kind];
  if (!rule.from.includes(facts.state))
    return no(`来件现在是“${CASE_STATES[facts.state]}”，不能${CASE_STEPS[step.kind]}。请刷新后看最新进展。`);
  if (rule.noteNeeded && step.note.trim() === '') return no(`${rule.noteNeeded}，请填写后再提交。`);
  if (step.kind === 'attach' && !step.fileIds?.length) return no('请先选附件，再提交。');
  if (step.kind === 'defer') {
    if (step.untilMs === null) return no('请写延期到什么时间。');
    if (facts.dueAtMs !== null && step.untilMs <= facts.dueAtMs)
      return no('延期后的时间要晚于现在的时限，请改正。');
  }
  if ((step.kind === 'order' || step.kind === 'join') && facts.hasOrder)
    return no('这件来件已经有工单了，请打开工单处理。');
  return { ok: true, state: rule.to ?? facts.state };
}

/** The steps that can be taken now: the buttons of the page. */
export function caseStepsFor(facts: CaseFacts): CaseStep['kind'][] {
  return (Object.keys(CASE_TABLE) as CaseStep['kind'][]).filter(
    (kind) =>
      CASE_TABLE[kind].from.includes(facts.state) &&
      !((kind === 'order' || kind === 'join') && facts.hasOrder),
  );
}

/** Why a case can not have been received then, or be due then; null: it can. */
export function wrongCaseTimes(
  { receivedAtMs, dueAtMs }: { receivedAtMs: number; dueAtMs: number | null },
  nowMs: number,
): string | null {
  if (receivedAtMs > nowMs + 60_000) return '受理时间在将来，请改正。';
  if (dueAtMs !== null && dueAtMs <= receivedAtMs) return '办理时限要晚于受理时间，请改正。';
  return null;
}

/** before this long of the deadline it warns, as an order's outside clock does */
export const CASE_WARN_MS = 4 * 3_600_000;
export type CaseMood = 'none' | 'calm' | 'warning' | 'late' | 'in-time' | 'answered-late';

/** How a case stands against its deadline; answered is replied to, returned or closed. */
export function caseMood(
  one: { state: CaseState; dueAtMs: number | null; answeredAtMs: number | null },
  nowMs: number,
): CaseMood {
  if (one.dueAtMs === null) return 'none';
  if (one.state !== 'new' && one.state !== 'signed')
    return one.answeredAtMs !== null && one.answeredAtMs > one.dueAtMs ? 'answered-late' : 'in-time';
  if (nowMs >= one.dueAtMs) return 'late';
  return nowMs >= one.dueAtMs - CASE_WARN_MS ? 'warning' : 'calm';
}

/** Which places nobody looked at since midnight though their reminder's time has come. */
export function unlookedPlaces(
  looks: readonly { place: string; atMs: number }[],
  nowMs: number,
): { place: DailyPlace; remindAtMs: number }[] {
  const midnightMs = beginOf(dateAt(nowMs));
  const passed = REMIND_AT_MINUTES.map((minute) => midnightMs + minute * 60_000).filter((at) => at <= nowMs);
  const remindAtMs = passed.at(-1);
  if (remindAtMs === undefined) return [];
  return DAILY_PLACE_KEYS.filter(
    (place) =>
      !looks.some(
        (look) => look.place === place && look.atMs >= midnightMs && look.atMs < midnightMs + DAY_MS,
      ),
  ).map((place) => ({ place, remindAtMs }));
}
