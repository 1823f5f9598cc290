/** One line of a list of calls, and one of a list of receipts, as the pages behind a report's numbers show them. */
export interface ListedCall {
  callId: string;
  arrivedAtMs: number;
  ani: string | null;
  queue: string | null;
  outcome: string | null;
  abandonStage: string | null;
  waitMs: number | null;
  ringMs: number | null;
  rings: number | null;
  talkMs: number | null;
  holdMs: number | null;
  hungUpFirst: string | null;
  answeredBy: string | null;
  agentName: string | null;
}

export interface ListedReceipt {
  ref: string;
  atMs: number;
  channel: string;
  caller: string;
  phone: string | null;
  district: string;
  address: string;
  category: string;
  content: string;
  unit: string;
  orderNo: string | null;
  answered: 'yes' | 'no';
  closed: 'yes' | 'no';
}
