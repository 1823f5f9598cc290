import type { FieldChange, FieldConflict, FieldName, RecordFields } from '../core/orders/records.ts';

/** A record of a call as the desk shows it. */
export interface DeskRecord {
  id: number;
  /** null: a record without a call */
  callId: string | null;
  personId: number;
  personName: string;
  fields: RecordFields;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
  completedAtMs: number | null;
  /** the order that was made from it, if any */
  orderNo: string | null;
}

export interface RecordRefusal {
  code: 'no-such-record' | 'incomplete' | 'not-allowed' | 'database-away';
  /** Chinese, says what to do */
  message: string;
  missing?: FieldName[];
}
export type RecordAnswer =
  { ok: true; record: DeskRecord; conflicts: FieldConflict[] } | { ok: false; refusal: RecordRefusal };

export interface RecordsToClient {
  /** a record that this tab has open changed: in another tab, on another machine, or by the server */
  record: (record: DeskRecord) => void;
}
export interface RecordsToServer {
  /** the record of a call (made if there is none), and from now on its changes */
  openRecord: (
    which: { callId: string } | { recordId: number },
    answer: (told: RecordAnswer) => void,
  ) => void;
  newRecord: (about: { phone?: string }, answer: (told: RecordAnswer) => void) => void;
  saveRecord: (
    said: { recordId: number; changes: FieldChange[] },
    answer: (told: RecordAnswer) => void,
  ) => void;
  completeRecord: (said: { recordId: number }, answer: (told: RecordAnswer) => void) => void;
}
