/**
 * An order is the fold of its steps. One table says who may take which step in which state, and what it leads to; the
 * words are the hotline's and 12345's: 派单 签收 退单 出发 到场 止水 处理完毕 回复 办结, 延期 催办 督办 重办 作废.
 */
import type { Role } from '../people/may.ts';
import type { ClockSet } from './decision.ts';

export const STATES = [
  ...(['drafted', 'dispatched', 'signed', 'returned', 'set-out', 'arrived', 'stopped'] as const),
  ...(['done', 'fed-back', 'closed', 'cancelled'] as const),
] as const;
export type OrderState = (typeof STATES)[number];

/** The milestones, in the order in which they come. */
export const MILESTONES = [
  'dispatched',
  'signed',
  'setOut',
  'arrived',
  'stopped',
  'done',
  'fedBack',
  'closed',
] as const;
export type Milestone = (typeof MILESTONES)[number];

interface Bodies {
  draft: object;
  /** to whom, who helps, and whether it is an urgent leak */
  dispatch: { unitId: number; assistIds: number[] };
  sign: object;
  /** the note is the reason */
  return: object;
  assign: { workerId: number };
  'set-out': object;
  arrive: object;
  'stop-water': object;
  finish: object;
  /** the note is the result, as the caller is told it */
  'feed-back': object;
  close: object;
  /** the note is the reason */
  'defer-ask': { untilMs: number };
  'defer-grant': object;
  'defer-refuse': object;
  urge: object;
  supervise: object;
  redo: object;
  /** another call about the same thing */
  join: { callId: string | null; recordId: number | null };
  /** what is corrected: field ─▶ what it shall be; `from`: what it was, as the order's row said then */
  correct: { to: Corrected; from?: Corrected };
  note: object;
  cancel: object;
}
export interface Corrected {
  caller?: string;
  phone?: string;
  address?: string;
  community?: string;
  district?: string;
  content?: string;
}
export type StepKind = keyof Bodies;
export const STEP_KINDS = [
  ...([
    'draft',
    'dispatch',
    'sign',
    'return',
    'assign',
    'set-out',
    'arrive',
    'stop-water',
    'finish',
  ] as const),
  ...([
    'feed-back',
    'close',
    'defer-ask',
    'defer-grant',
    'defer-refuse',
    'urge',
    'supervise',
    'redo',
  ] as const),
  ...(['join', 'correct', 'note', 'cancel'] as const),
] as const satisfies readonly StepKind[];

/** One step, as it was tapped. */
export type Step = {
  [Kind in StepKind]: { kind: Kind; body: Bodies[Kind]; atMs: number; receivedAtMs: number; note: string };
}[StepKind];

/** Who takes a step, seen from this order. */
export type Actor = 'desk' | 'supervisor' | 'unit' | 'worker';

export interface Deferral {
  untilMs: number;
  reason: string;
  askedAtMs: number;
  answer: 'open' | 'granted' | 'refused';
}

export interface Order {
  state: OrderState;
  version: number;
  round: number;
  clockSet: ClockSet;
  createdAtMs: number;
  /** of the call it was made in */
  answeredAtMs: number | null;
  callEndedAtMs: number | null;
  /** it was made in a call that has not ended yet */
  inCall: boolean;
  outsideDueAtMs: number | null;
  unitId: number | null;
  assistIds: number[];
  workerId: number | null;
  at: Record<Milestone, number | null>;
  /** when this round began: the draft, or the last 重办 */
  roundAtMs: number;
  /** the last milestone: time never goes back behind it */
  movedAtMs: number;
  deferral: Deferral | null;
  grantedUntilMs: number | null;
  urgedCount: number;
  supervised: boolean;
  result: string;
}

export type StepRefusal =
  | { code: 'wrong-state'; state: OrderState; kind: StepKind }
  | { code: 'not-yours'; kind: StepKind }
  | { code: 'note-missing'; kind: StepKind }
  | { code: 'time-goes-back'; lastMs: number }
  | { code: 'in-the-future' }
  | { code: 'water-still-runs' }
  | { code: 'deferral-late'; dueAtMs: number }
  | { code: 'deferral-too-short'; dueAtMs: number }
  | { code: 'deferral-open' }
  | { code: 'no-deferral' };

const OPEN = [
  'dispatched',
  'signed',
  'returned',
  'set-out',
  'arrived',
  'stopped',
  'done',
  'fed-back',
] as const;
const WORKING = ['signed', 'set-out', 'arrived', 'stopped'] as const;

interface Cell {
  from: readonly OrderState[];
  /** null: the state stays */
  to: OrderState | null;
  who: readonly Actor[];
  /** Article 13 and 12345 ask for words with it */
  noteNeeded?: true;
}

/** Who may do what in which state, and where it leads. An order begins with `draft`, which has no state before it. */
export const STEP_TABLE: Record<Exclude<StepKind, 'draft'>, Cell> = {
  dispatch: {
    from: ['drafted', 'returned', 'dispatched', 'signed'],
    to: 'dispatched',
    who: ['desk', 'supervisor'],
  },
  sign: { from: ['dispatched'], to: 'signed', who: ['unit', 'worker'] },
  return: { from: ['dispatched', 'signed'], to: 'returned', who: ['unit'], noteNeeded: true },
  assign: { from: ['dispatched', ...WORKING], to: null, who: ['unit'] },
  'set-out': { from: ['dispatched', 'signed'], to: 'set-out', who: ['unit', 'worker'] },
  arrive: { from: ['signed', 'set-out'], to: 'arrived', who: ['unit', 'worker'] },
  'stop-water': { from: ['arrived'], to: 'stopped', who: ['unit', 'worker'] },
  finish: { from: WORKING, to: 'done', who: ['unit', 'worker'] },
  'feed-back': { from: ['done'], to: 'fed-back', who: ['unit', 'desk', 'supervisor'], noteNeeded: true },
  close: { from: ['fed-back'], to: 'closed', who: ['desk', 'supervisor'] },
  'defer-ask': { from: ['dispatched', ...WORKING], to: null, who: ['unit'], noteNeeded: true },
  'defer-grant': { from: ['dispatched', ...WORKING], to: null, who: ['supervisor'] },
  'defer-refuse': { from: ['dispatched', ...WORKING], to: null, who: ['supervisor'], noteNeeded: true },
  urge: { from: OPEN, to: null, who: ['desk', 'supervisor'] },
  supervise: { from: ['drafted', ...OPEN], to: null, who: ['supervisor'] },
  redo: {
    from: ['done', 'fed-back', 'closed'],
    to: 'dispatched',
    who: ['desk', 'supervisor'],
    noteNeeded: true,
  },
  join: { from: ['drafted', ...OPEN], to: null, who: ['desk', 'supervisor'] },
  correct: { from: ['drafted', ...OPEN], to: null, who: ['desk', 'supervisor'], noteNeeded: true },
  note: { from: STATES, to: null, who: ['desk', 'supervisor', 'unit', 'worker'], noteNeeded: true },
  cancel: {
    from: ['drafted', 'dispatched', 'returned', 'signed'],
    to: 'cancelled',
    who: ['desk', 'supervisor'],
    noteNeeded: true,
  },
};

/** What a person is to this order; null: it is none of theirs. */
export function actorOf(
  person: { role: Role; unitId: number | null },
  order: Pick<Order, 'unitId' | 'assistIds'>,
): Actor | null {
  switch (person.role) {
    case 'agent':
      return 'desk';
    case 'supervisor':
      return 'supervisor';
    case 'dispatcher':
    case 'field-worker': {
      const theirs =
        person.unitId !== null && (person.unitId === order.unitId || order.assistIds.includes(person.unitId));
      return theirs ? (person.role === 'dispatcher' ? 'unit' : 'worker') : null;
    }
    case 'manager':
    case 'administrator':
      return null;
  }
}

/** The steps that this actor may take now: the buttons of the page. */
export function stepsFor(order: Order, actor: Actor | null): StepKind[] {
  if (actor === null) return [];
  return STEP_KINDS.filter((kind) => {
    if (kind === 'draft') return false;
    const cell = STEP_TABLE[kind];
    if (!cell.from.includes(order.state) || !cell.who.includes(actor)) return false;
    if (kind === 'defer-ask') return order.deferral?.answer !== 'open';
    if (kind === 'defer-grant' || kind === 'defer-refuse') return order.deferral?.answer === 'open';
    if (kind === 'finish' && order.clockSet === 'urgent-leak') return order.state === 'stopped';
    return true;
  });
}

/** Instants of one tap differ by clocks; more than this ahead is no tap. */
const AHEAD_MS = 60_000;

const REACHES: Partial<Record<StepKind, Milestone>> = {
  dispatch: 'dispatched',
  sign: 'signed',
  'set-out': 'setOut',
  arrive: 'arrived',
  'stop-water': 'stopped',
  finish: 'done',
  'feed-back': 'fedBack',
  close: 'closed',
};

/** Takes a step, or says why not. `dueAtMs`: when the result is due now, as the clocks say (null: no such clock runs). */
export function takeStep(
  order: Order,
  step: Exclude<Step, { kind: 'draft' }>,
  actor: Actor | null,
  dueAtMs: number | null,
): { ok: true; order: Order } | { ok: false; refusal: StepRefusal } {
  const no = (refusal: StepRefusal) => ({ ok: false as const, refusal });
  const cell = STEP_TABLE[step.kind];
  if (actor === null || !cell.who.includes(actor)) return no({ code: 'not-yours', kind: step.kind });
  if (!cell.from.includes(order.state))
    return no({ code: 'wrong-state', state: order.state, kind: step.kind });
  if (cell.noteNeeded && step.note.trim() === '') return no({ code: 'note-missing', kind: step.kind });
  if (!(step.atMs <= step.receivedAtMs + AHEAD_MS)) return no({ code: 'in-the-future' });
  const milestone = REACHES[step.kind];
  if ((milestone || step.kind === 'redo') && step.atMs < order.movedAtMs)
    return no({ code: 'time-goes-back', lastMs: order.movedAtMs });
  if (step.kind === 'finish' && order.clockSet === 'urgent-leak' && order.state !== 'stopped')
    return no({ code: 'water-still-runs' });
  const refused = deferralRefusal(order, step, dueAtMs);
  if (refused) return no(refused);
  const next: Order = {
    ...order,
    state: cell.to ?? order.state,
    version: order.version + 1,
    ...(milestone ? { at: { ...order.at, [milestone]: step.atMs }, movedAtMs: step.atMs } : {}),
  };
  return { ok: true, order: { ...next, ...effect(next, step) } };
}

function deferralRefusal(order: Order, step: Step, dueAtMs: number | null): StepRefusal | null {
  switch (step.kind) {
    case 'defer-ask':
      if (order.deferral?.answer === 'open') return { code: 'deferral-open' };
      if (dueAtMs !== null && step.atMs >= dueAtMs) return { code: 'deferral-late', dueAtMs };
      if (dueAtMs !== null && step.body.untilMs <= dueAtMs) return { code: 'deferral-too-short', dueAtMs };
      return null;
    case 'defer-grant':
    case 'defer-refuse':
      return order.deferral?.answer === 'open' ? null : { code: 'no-deferral' };
    default:
      return null;
  }
}

const NEW_ROUND = {
  signed: null,
  setOut: null,
  arrived: null,
  stopped: null,
  done: null,
  fedBack: null,
  closed: null,
};

/** What a step changes beside state and milestone. */
function effect(order: Order, step: Exclude<Step, { kind: 'draft' }>): Partial<Order> {
  switch (step.kind) {
    case 'dispatch':
      return {
        unitId: step.body.unitId,
        assistIds: step.body.assistIds,
        workerId: null,
        at: { ...order.at, signed: null },
        // who was asked before is no longer asked
        deferral: null,
      };
    case 'assign':
      return { workerId: step.body.workerId };
    case 'return':
      return { workerId: null, at: { ...order.at, signed: null } };
    case 'feed-back':
      return { result: step.note.trim() };
    case 'defer-ask': {
      const { untilMs } = step.body;
      return { deferral: { untilMs, reason: step.note.trim(), askedAtMs: step.atMs, answer: 'open' } };
    }
    case 'defer-grant':
      return {
        deferral: { ...order.deferral!, answer: 'granted' },
        grantedUntilMs: Math.max(order.grantedUntilMs ?? 0, order.deferral!.untilMs),
      };
    case 'defer-refuse':
      return { deferral: { ...order.deferral!, answer: 'refused' } };
    case 'urge':
      return { urgedCount: order.urgedCount + 1 };
    case 'supervise':
      return { supervised: true };
    case 'redo':
      return {
        ...{ round: order.round + 1, roundAtMs: step.atMs, movedAtMs: step.atMs },
        ...{ deferral: null, grantedUntilMs: null, workerId: null },
        at: { ...order.at, ...NEW_ROUND, dispatched: step.atMs },
      };
    case 'sign':
    case 'set-out':
    case 'arrive':
    case 'stop-water':
    case 'finish':
    case 'close':
    case 'join':
    case 'correct':
    case 'note':
    case 'cancel':
      return {};
  }
}

/** An order at its first step. */
export function draftOrder(begin: {
  clockSet: ClockSet;
  atMs: number;
  answeredAtMs: number | null;
  callEndedAtMs: number | null;
  inCall: boolean;
  outsideDueAtMs: number | null;
}): Order {
  const { clockSet, atMs, answeredAtMs, callEndedAtMs, inCall, outsideDueAtMs } = begin;
  return {
    ...{ state: 'drafted', version: 1, round: 1, clockSet, createdAtMs: atMs, answeredAtMs, callEndedAtMs },
    ...{
      inCall,
      outsideDueAtMs,
      unitId: null,
      assistIds: [],
      workerId: null,
      roundAtMs: atMs,
      movedAtMs: atMs,
    },
    at: { ...NEW_ROUND, dispatched: null },
    ...{ deferral: null, grantedUntilMs: null, urgedCount: 0, supervised: false, result: '' },
  };
}

export function isOpen(state: OrderState): boolean {
  return state !== 'closed' && state !== 'cancelled';
}
