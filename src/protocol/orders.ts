import type { ClockSet, Question } from '../core/orders/decision.ts';
import type { ClockName, Firing } from '../core/orders/clocks.ts';
import type { Milestone, OrderState, StepKind } from '../core/orders/order.ts';

/** A clock as a screen shows it: it counts by itself. */
export interface ClockView {
  name: ClockName;
  round: number;
  fromMs: number;
  firstDueAtMs: number;
  dueAtMs: number;
  warnAtMs: number;
  escalateAtMs: number;
  metAtMs: number | null;
  stopped: boolean;
}

/** One line of a list; also what is pushed when an order moves. */
export interface OrderLine {
  orderNo: string;
  state: OrderState;
  version: number;
  urgent: boolean;
  clockSet: ClockSet;
  category: string;
  item: string;
  content: string;
  caller: string;
  /** masked for who may not see it (core/people/sight.ts) */
  phone: string;
  address: string;
  community: string;
  district: string;
  unitId: number | null;
  unit: string;
  assistIds: number[];
  workerId: number | null;
  worker: string;
  createdBy: number | null;
  createdByName: string;
  createdAtMs: number;
  closedAtMs: number | null;
  /** of the next running clock */
  dueAtMs: number | null;
  firstDueAtMs: number | null;
  deferral: 'open' | 'granted' | 'refused' | null;
  urgedCount: number;
  supervised: boolean;
}

export interface StepView {
  ordinal: number;
  kind: StepKind;
  state: OrderState;
  atMs: number;
  receivedAtMs: number;
  person: string;
  unit: string;
  origin: 'desk' | 'unit' | 'field' | 'api' | 'watch' | 'import';
  system: string | null;
  place: { latitude: number; longitude: number; accuracyM: number | null } | null;
  note: string;
  /** Chinese: to whom, until when, what was corrected */
  said: string;
  files: { id: string; name: string; type: string }[];
}

/** The whole of an order: its page. */
export interface OrderView extends OrderLine {
  round: number;
  at: Record<Milestone, number | null>;
  answeredAtMs: number | null;
  callEndedAtMs: number | null;
  callId: string | null;
  recordId: number | null;
  account: string;
  source: string;
  outsideNo: string | null;
  result: string;
  answers: Record<string, string>;
  asked: { untilMs: number; reason: string; askedAtMs: number } | null;
  grantedUntilMs: number | null;
  /** the callback that it has had (Article 14) */
  calledBack: {
    atMs: number;
    satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
    solved: boolean | null;
  } | null;
  assist: string[];
  clocks: ClockView[];
  steps: StepView[];
  /** what the asker may do now */
  may: StepKind[];
}

/** What the desk shows while the agent talks. */
export type DecisionView =
  | { kind: 'ask'; questions: Question[]; mayBeUrgent: boolean }
  | { kind: 'answer'; say: string; mayBeUrgent: boolean }
  | {
      kind: 'dispatch';
      say: string;
      leadId: number;
      lead: string;
      assistIds: number[];
      assist: string[];
      clocks: ClockSet;
      why: string;
      mayBeUrgent: boolean;
    }
  | { kind: 'none'; message: string; mayBeUrgent: boolean };

/** A clock said something: warned, was missed, was missed for long. */
export interface ClockNotice {
  id: number;
  orderNo: string;
  unitId: number | null;
  clock: ClockName;
  kind: Firing;
  dueAtMs: number;
  atMs: number;
  late: boolean;
}

export interface OrdersToClient {
  /** an order moved, and by which step */
  order: (line: OrderLine, step: StepKind) => void;
  clockNotice: (notice: ClockNotice) => void;
}
export interface OrdersToServer {
  /** the page of one order stands on the screen */
  watchOrder: (which: { orderNo: string }) => void;
}
