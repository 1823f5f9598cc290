/**
 * The audit log as a chain: each row's hash covers the row before, an anchor is one row's hash written down outside. Whoever
 * holds an anchor can tell whether the log up to there is the one that was, without trusting who runs the service.
 */
import { zonedIso } from '../zone.ts';

/** One row, in the texts that its hash covers. */
export interface ChainedRow {
  /** 1: before migration 0190 */
  form: number;
  id: number;
  /** microseconds since 1970 */
  atUs: string;
  personId: string | null;
  who: string;
  what: string;
  about: string;
  /** as PostgreSQL writes jsonb */
  detail: string | null;
  address: string | null;
  /** hexadecimal, as all hashes here */
  hash: string;
}

/** The row's canonical text; its hash is SHA-256 of the hash before and this (in SQL: audit_bytes, audit_text). */
export function chainedText(row: ChainedRow): string {
  if (row.form === 1) {
    const seconds = `${row.atUs.slice(0, -6)}.${row.atUs.slice(-6)}`;
    const { id, personId, who, what, about, detail, address } = row;
    return [id, seconds, personId ?? '0', who, what, about, detail ?? '', address ?? ''].join('\u001f');
  }
  const fields = [
    String(row.form),
    String(row.id),
    row.atUs,
    row.personId,
    row.who,
    row.what,
    row.about,
    row.detail,
    row.address,
  ];
  return fields
    .map((field) => (field === null ? '-,' : `${new TextEncoder().encode(field).length}:${field},`))
    .join('');
}

/** A row's hash as it was at its time, kept somewhere else: in a mail, on paper, beside the backup. */
export interface AuditAnchor {
  id: number;
  /** when it was taken; null: whoever wrote it down left it out */
  atMs: number | null;
  /** its first 16 digits at least */
  hash: string;
}

/** One line, as it is sent, printed and stored: `审计锚点 #1234 2026-12-01T16:20:33+08:00 9f86d0 81884c …`. */
export function anchorText(anchor: { id: number; atMs: number; hash: string }): string {
  const at = zonedIso(Math.floor(anchor.atMs / 1000) * 1000);
  return `审计锚点 #${anchor.id} ${at} ${anchor.hash.replace(/(.{6})(?=.)/g, '$1 ')}`;
}

const ANCHOR =
  /#?(?<![\d-])(\d{1,15})\s+(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\s+)?((?:[\da-f]\s*){64}(?![\da-f])|(?:[\da-f]{4,64}[ -]*){1,16})/gi;

/** Every anchor of a text: pasted from a mail, typed from paper (the hash's first three groups are enough), or a file of them. */
export function readAnchors(text: string): AuditAnchor[] {
  const plain = text.normalize('NFKC').replace(/^[>\s]+/gm, '');
  return [...plain.matchAll(ANCHOR)]
    .map(([, id, at, hash]) => ({
      id: Number(id),
      atMs: at === undefined ? null : Date.parse(at),
      hash: hash!.replace(/[\s-]/g, '').toLowerCase(),
    }))
    .filter(({ hash }) => hash.length >= 16 && hash.length <= 64);
}

export type AuditFault =
  /** this row, or the one before it, is not what was written */
  | { kind: 'changed'; id: number }
  | { kind: 'missing'; fromId: number; untilId: number }
  /** rows before the first were removed, and not by their time being over */
  | { kind: 'start-missing'; id: number }
  | { kind: 'retired-early'; id: number }
  | { kind: 'end-cut'; lastId: number; headId: number }
  | { kind: 'head-differs'; id: number };

/** What an anchor says of the log as it is now. */
export type AnchorAnswer =
  | 'fits'
  /** the log ends before it: its end was cut off */
  | 'beyond-end'
  /** the row has another hash: the log was rewritten */
  | 'differs'
  /** older than what is kept: nothing to compare it with */
  | 'retired'
  /** gone, though its time was not over */
  | 'removed-early';

export interface AuditVerdict {
  count: number;
  firstId: number | null;
  lastId: number | null;
  /** the first few */
  faults: AuditFault[];
  anchors: { anchor: AuditAnchor; answer: AnchorAnswer }[];
}

/** Where the oldest row goes on from, told by the row that a clearing of old rows writes. */
export interface Checkpoint {
  through: number;
  hash: string;
  /** of the last row that went */
  lastAtMs: number;
  /** when it went */
  atMs: number;
}

/** Nobody may remove younger rows (《网络安全法》第二十一条: six months at least; audit_retire holds it too). */
export const AUDIT_LEAST_MS = 183 * 86_400_000;
const MOST_FAULTS = 20;

/** Holds rows, one after the other, against each other; then against the head and the anchors. */
export class ChainJudge {
  readonly #hashOf: (before: string, text: string) => string;
  readonly #anchors: readonly AuditAnchor[];
  readonly #checkpoint: Checkpoint | null;
  readonly #hashes = new Map<number, string>();
  readonly #wanted: ReadonlySet<number>;
  readonly #faults: AuditFault[] = [];
  #count = 0;
  #firstId: number | null = null;
  #last: ChainedRow | null = null;

  constructor(
    hashOf: (before: string, text: string) => string,
    anchors: readonly AuditAnchor[],
    checkpoint: Checkpoint | null,
  ) {
    this.#hashOf = hashOf;
    this.#anchors = anchors;
    this.#checkpoint = checkpoint;
    this.#wanted = new Set(anchors.map(({ id }) => id));
    if (checkpoint) this.#hashes.set(checkpoint.through, checkpoint.hash);
  }

  row(row: ChainedRow): void {
    const before = this.#last ?? this.#begin(row);
    // whose start is gone is told once; from the second row on the rows can be held against each other
    if (before === null) this.#fault({ kind: 'start-missing', id: row.id });
    else if (row.id !== before.id + 1)
      this.#fault({ kind: 'missing', fromId: before.id + 1, untilId: row.id - 1 });
    // the older form is weaker: it can only stand before the first of the newer
    else if (row.form < before.form || this.#hashOf(before.hash, chainedText(row)) !== row.hash)
      this.#fault({ kind: 'changed', id: row.id });
    if (this.#wanted.has(row.id)) this.#hashes.set(row.id, row.hash);
    this.#count += 1;
    this.#last = row;
  }

  #begin(row: ChainedRow): { id: number; form: number; hash: string } | null {
    this.#firstId = row.id;
    if (row.id === 1) return { id: 0, form: 1, hash: '' };
    const checkpoint = this.#checkpoint;
    if (checkpoint === null || checkpoint.through !== row.id - 1) return null;
    if (checkpoint.atMs - checkpoint.lastAtMs < AUDIT_LEAST_MS)
      this.#fault({ kind: 'retired-early', id: checkpoint.through });
    return { id: checkpoint.through, form: 1, hash: checkpoint.hash };
  }

  end(head: { id: number; hash: string }, nowMs: number): AuditVerdict {
    const lastId = this.#last?.id ?? null;
    if (head.id !== (lastId ?? 0)) this.#fault({ kind: 'end-cut', lastId: lastId ?? 0, headId: head.id });
    else if (this.#last && this.#last.hash !== head.hash) this.#fault({ kind: 'head-differs', id: head.id });
    const anchors = this.#anchors.map((anchor) => ({ anchor, answer: this.#answer(anchor, nowMs) }));
    return { count: this.#count, firstId: this.#firstId, lastId, faults: this.#faults, anchors };
  }

  #answer({ id, atMs, hash }: AuditAnchor, nowMs: number): AnchorAnswer {
    // taken of an empty log
    if (id === 0) return 'fits';
    const found = this.#hashes.get(id);
    if (found !== undefined) return found.startsWith(hash) ? 'fits' : 'differs';
    if (this.#last === null || id > this.#last.id) return 'beyond-end';
    if (id >= (this.#firstId ?? 0)) return 'differs';
    return atMs !== null && nowMs - atMs < AUDIT_LEAST_MS ? 'removed-early' : 'retired';
  }

  #fault(fault: AuditFault): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(fault);
  }
}

/** Whether everything held; an anchor that is older than what is kept says nothing against it. */
export function isWhole(verdict: Pick<AuditVerdict, 'faults' | 'anchors'>): boolean {
  return (
    verdict.faults.length === 0 &&
    verdict.anchors.every(({ answer }) => answer === 'fits' || answer === 'retired')
  );
}

/** The result in sentences: what is wrong first, each with its rows. */
export function verdictWords(verdict: AuditVerdict): string[] {
  const wrong = [
    ...verdict.faults.map(faultWords),
    ...verdict.anchors.flatMap(({ anchor, answer }) =>
      answer === 'fits' || answer === 'retired' ? [] : [ANCHOR_WORDS[answer](anchor.id, verdict.lastId ?? 0)],
    ),
  ];
  const fits = verdict.anchors.filter(({ answer }) => answer === 'fits').length;
  const retired = verdict.anchors.filter(({ answer }) => answer === 'retired').length;
  const rest = [
    fits > 0 ? `${fits} 个锚点与日志相符。` : null,
    retired > 0 ? `${retired} 个锚点早于现存最早的记录（已按保存期清理），无法对照；请用较新的锚点。` : null,
    verdict.anchors.length === 0
      ? '没有用锚点对照：整条链若被重写，只有邮件、交接班记录或备份里的锚点能发现。'
      : null,
  ].filter((sentence) => sentence !== null);
  if (wrong.length > 0) return [...wrong, '请保留现场，立即报告信息安全负责人。', ...rest];
  if (verdict.count === 0) return ['审计日志里还没有记录。', ...rest];
  return [
    `第 ${verdict.firstId} 至 ${verdict.lastId} 条共 ${verdict.count} 条记录首尾相连，没有被改动或删除。`,
    ...rest,
  ];
}

function faultWords(fault: AuditFault): string {
  switch (fault.kind) {
    case 'changed':
      return `第 ${fault.id} 条对不上：它或它的前一条被改动过。`;
    case 'missing':
      return fault.untilId < fault.fromId
        ? `第 ${fault.fromId} 条前后的编号不连续。`
        : `第 ${fault.fromId} 至 ${fault.untilId} 条不见了。`;
    case 'start-missing':
      return `第 ${fault.id} 条之前的记录不见了，也没有按保存期清理的记录。`;
    case 'retired-early':
      return `第 ${fault.id} 条和之前的记录不满六个月就被清理了。`;
    case 'end-cut':
      return fault.lastId < fault.headId
        ? `最后几条被截掉了：应到第 ${fault.headId} 条，现在只到第 ${fault.lastId} 条。`
        : `第 ${fault.headId + 1} 至 ${fault.lastId} 条不是服务写下的。`;
    case 'head-differs':
      return `第 ${fault.id} 条（最后一条）不是写下时的那一条。`;
  }
}

const ANCHOR_WORDS: Record<
  Exclude<AnchorAnswer, 'fits' | 'retired'>,
  (id: number, lastId: number) => string
> = {
  'beyond-end': (id, lastId) =>
    `锚点记下时日志已有第 ${id} 条，现在只到第 ${lastId} 条：末尾的记录被截掉了。`,
  differs: (id) => `第 ${id} 条与锚点不符：日志被改写过（或锚点抄错了，请核对）。`,
  'removed-early': (id) => `锚点所指的第 ${id} 条不满六个月就被删掉了。`,
};
