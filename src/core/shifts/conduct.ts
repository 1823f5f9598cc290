/** Articles 11, 24, 27 and 29: what the clocks saw becomes a list; a person decides what it means. */
export const CONDUCT_KINDS = {
  late: '迟到',
  'not-early': '未提前十分钟到岗',
  'left-early': '早退',
  absent: '缺岗',
  away: '离岗超过十分钟',
  'record-late': '受理记录超时完成',
  'record-open': '受理记录未完成',
  'hung-up-first': '受理员先挂机',
  'callback-missed': '认领了未接来电没有回拨',
  other: '其他',
} as const;
export type ConductKind = keyof typeof CONDUCT_KINDS;

export type ConductState = 'seen' | 'confirmed' | 'waived';
export const CONDUCT_STATES: Record<ConductState, string> = {
  seen: '待核定',
  confirmed: '属实',
  waived: '免予追究',
};

export interface ConductRow {
  id: number;
  personId: number;
  name: string;
  kind: ConductKind;
  atMs: number;
  detail: string;
  callId: string | null;
  state: ConductState;
  /** why it was waived, or confirmed */
  reason: string;
  decidedBy: string | null;
  decidedAtMs: number | null;
  /** what the agent says of it */
  answer: string;
}
/** a record is complete this soon after the call, or it is late (Article 27) */
export const RECORD_WITHIN_MS = 10 * 60_000;
export const AWAY_MS = 10 * 60_000;
/** who takes on a missed caller calls them within this time; then the claim lapses (postgres/missed.ts) */
export const CALL_BACK_WITHIN_MS = 10 * 60_000;
