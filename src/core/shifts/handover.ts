/**
 * The handover of a shift (交接班记录, Articles 21, 25, 26): lines in sections, most of them filled from what happened.
 * Who hands over signs; who takes over ticks what was read and signs; then nothing of it changes any more.
 */
import { dateAt } from '../office/period.ts';
import type { Shift } from './shift.ts';

/** The sections in their order on the page and on paper. */
export const SECTIONS = {
  key: { zh: '重点投诉及回复', en: 'Key complaints and replies' },
  unanswered: { zh: '未回复及超时的投诉', en: 'Unanswered and overdue' },
  outside: { zh: '外部来件（临近时限）', en: 'Outside cases near their deadline' },
  callbacks: { zh: '待回访、待回电', en: 'Callbacks due' },
  outages: { zh: '停水及公告', en: 'Outages and announcements' },
  equipment: { zh: '设备情况', en: 'Equipment' },
  pinned: { zh: '本班留言', en: 'Pinned in the shift' },
  flood: { zh: '防汛记录', en: 'Flood record' },
  other: { zh: '其他交待事项', en: 'Other' },
} as const;
export type Section = keyof typeof SECTIONS;
export const SECTION_KEYS = Object.keys(SECTIONS) as [Section, ...Section[]];

/** What the flood record asks (Article 21); each is answered, if only with 无. */
export const FLOOD_QUESTIONS = {
  rain: '降雨情况',
  places: '积水地点',
  crews: '值守队伍',
  pumps: '抽水设备',
  leaders: '带班领导',
} as const;
export type FloodQuestion = keyof typeof FLOOD_QUESTIONS;
const FLOOD_MONTHS = { first: 5, last: 9 };

/** From 1 May to 30 September: a shift of which any minute lies in them. */
export function floodRecorded({ fromMs, untilMs }: Pick<Shift, 'fromMs' | 'untilMs'>): boolean {
  return [fromMs, untilMs - 1].some((ms) => {
    const { month } = dateAt(ms);
    return month >= FLOOD_MONTHS.first && month <= FLOOD_MONTHS.last;
  });
}

/** One line that the page fills in by itself. */
export interface Filled {
  section: Section;
  /** tells the line apart from the others of this handover, `order:HL20261125001:overdue` */
  source: string;
  text: string;
  /** a page of ours about it */
  link: string | null;
  /** must be ticked before the taker can sign */
  key: boolean;
}
export interface HandoverItem {
  id: number;
  section: Section;
  source: string | null;
  text: string;
  link: string | null;
  key: boolean;
  version: number;
  /** a person changed it: it is not filled again */
  edited: boolean;
  /** what it told of is over */
  settled: boolean;
  removed: boolean;
  /** the version that the taker ticked */
  readVersion: number | null;
}
export type HandoverState = 'open' | 'given' | 'signed';

export type FillChange =
  | { kind: 'add'; line: Filled }
  | { kind: 'renew'; id: number; line: Filled }
  | { kind: 'settle'; id: number };

/**
 * What is to be changed so that the lines say what is so now. What a person wrote or changed, or took away, stays as
 * they left it; a line whose matter is over stays and is marked so.
 */
export function fillChanges(items: readonly HandoverItem[], lines: readonly Filled[]): FillChange[] {
  const byMatter = new Map(
    items.flatMap((one) => (one.source === null ? [] : [[matterOf(one.source), one]])),
  );
  const told = new Set(lines.map((line) => matterOf(line.source)));
  const changes: FillChange[] = [];
  for (const line of lines) {
    const item = byMatter.get(matterOf(line.source));
    // what a person took away or wrote themselves stays as it is: a matter that has become key since gets a line of its own
    const theirs = item && (item.removed || item.edited) && item.source !== line.source;
    if (!item || theirs) changes.push({ kind: 'add', line });
    else if (!item.edited && !item.removed && differs(item, line))
      changes.push({ kind: 'renew', id: item.id, line });
  }
  for (const item of items) {
    const over = item.source !== null && !told.has(matterOf(item.source)) && !item.edited && !item.removed;
    if (over && !item.settled) changes.push({ kind: 'settle', id: item.id });
  }
  return changes;
}

/** An order that becomes urged moves from one section to another and is the same matter: its line moves with it. */
function matterOf(source: string): string {
  return source.replace(/^(order:.*):(open|key)$/, '$1');
}

function differs(item: HandoverItem, line: Filled): boolean {
  return (
    item.section !== line.section ||
    item.text !== line.text ||
    item.key !== line.key ||
    item.settled ||
    item.link !== line.link
  );
}

/** The line as it stands was ticked. */
export function isRead(item: Pick<HandoverItem, 'version' | 'readVersion'>): boolean {
  return item.readVersion === item.version;
}

/** Must be ticked before the taker can sign: key lines that still hold, and the whole flood record. */
export function mustBeRead(item: HandoverItem): boolean {
  return !item.removed && !item.settled && (item.key || item.section === 'flood');
}

/** Null: who hands over may sign. Else what is missing, in Chinese. */
export function giveFault(
  state: HandoverState,
  items: readonly HandoverItem[],
  shift: Pick<Shift, 'fromMs' | 'untilMs'>,
): string | null {
  if (state !== 'open') return '这份交接班记录已经有交班人签字，请接班人核对后签字。';
  if (!floodRecorded(shift)) return null;
  const missing = (Object.keys(FLOOD_QUESTIONS) as FloodQuestion[]).filter(
    (question) =>
      !items.some((one) => one.source === `flood:${question}` && !one.removed && one.text.trim() !== ''),
  );
  if (missing.length === 0) return null;
  const names = missing.map((question) => FLOOD_QUESTIONS[question]).join('、');
  return `5月至9月要做防汛记录，还没有填：${names}。没有情况请填“无”，填好后再签字。`;
}

/** Null: who takes over may sign. Else why not, in Chinese. */
export function takeFault(
  state: HandoverState,
  items: readonly HandoverItem[],
  giverId: number | null,
  takerId: number,
): string | null {
  if (state === 'open') return '交班人还没有签字，请交班人先签。';
  if (state === 'signed') return '这份交接班记录双方已经签字，不能再改。';
  if (giverId === takerId) return '交班和接班不能是同一个人，请接班人用自己的工号签字。';
  const unread = items.filter((one) => mustBeRead(one) && !isRead(one));
  if (unread.length === 0) return null;
  const first = unread[0]!.text.slice(0, 24) || SECTIONS[unread[0]!.section].zh;
  return `还有 ${unread.length} 条重点事项没有勾选“已阅”（如“${first}”），请逐条看过并勾选后再签字。`;
}

/** A handover that nobody signed is told of so long into the next shift. */
export const UNSIGNED_AFTER_MS = 15 * 60_000;
/** Outside cases whose deadline comes so soon are handed over. */
export const OUTSIDE_NEAR_MS = 24 * 3_600_000;
