import type { CaseFields, CaseState, Channel } from '../office/cases.ts';

/** A case as another system hands it in; instants are Unix ms. */
export type HandedCase = Omit<CaseFields, 'receivedAtMs'> & { receivedAtMs: number | null };

/** One case from outside as another system reads it: instants are ISO 8601 in UTC, words are the hotline's. */
export interface ReadCase {
  id: number;
  channel: Channel;
  outsideNo: string;
  kind: string;
  state: CaseState;
  version: number;
  person: string;
  phone: string;
  address: string;
  community: string;
  district: string;
  category: string;
  itemNo: number | null;
  content: string;
  reply: string;
  /** why it was sent back, if it was */
  returnedFor: string;
  orderNo: string | null;
  orderStatus: string | null;
  madeBy: string;
  receivedAt: string;
  firstDueAt: string | null;
  dueAt: string | null;
  signedAt: string | null;
  returnedAt: string | null;
  repliedAt: string | null;
  calledBackAt: string | null;
  closedAt: string | null;
}

/** Which cases another system asks for. */
export interface CaseAsked {
  channel: Channel | null;
  state: CaseState | null;
  outsideNo: string;
  /** received from then on, until then */
  fromMs: number | null;
  untilMs: number | null;
  /** of a unit's own system: only what became an order of that unit */
  unitId: number | null;
  after: { atMs: number; id: number } | null;
}
