import {
  FIELD_NAMES,
  type FieldChange,
  type FieldConflict,
  type FieldName,
  type RecordFields,
} from '../../core/orders/records.ts';
import type { DeskRecord } from '../../protocol/records.ts';

/** A record on the screen: what the server has, what the agent made of it, and what is still on its way. Plain data. */
export interface Draft {
  record: DeskRecord;
  /** each field as this tab knows it of the server: what a change is held against */
  known: RecordFields;
  mine: RecordFields;
  /** fields that were changed elsewhere at the same time: the agent chooses */
  conflicts: Partial<Record<FieldName, FieldConflict>>;
  sending: FieldChange | null;
}

/** What was typed and may not be on the server yet, as the browser keeps it in case it dies. */
export type Unsaved = Partial<Record<FieldName, FieldChange>>;

export function draftOf(record: DeskRecord, unsaved: Unsaved = {}): Draft {
  const known = { ...record.fields };
  const mine = { ...record.fields };
  for (const change of Object.values(unsaved)) {
    if (mine[change.field] === change.to) continue;
    Object.assign(known, { [change.field]: change.from });
    Object.assign(mine, { [change.field]: change.to });
  }
  return { record, known, mine, conflicts: {}, sending: null };
}

export function typed<Name extends FieldName>(draft: Draft, field: Name, value: RecordFields[Name]): Draft {
  return { ...draft, mine: { ...draft.mine, [field]: value } };
}

export function isDirty(draft: Draft, field: FieldName): boolean {
  return draft.mine[field] !== draft.known[field];
}

export function unsavedOf(draft: Draft): Unsaved {
  const unsaved: Unsaved = {};
  for (const field of FIELD_NAMES)
    if (isDirty(draft, field))
      unsaved[field] = { field, from: draft.known[field], to: draft.mine[field] } as FieldChange;
  return unsaved;
}

/** One change at a time goes out; a field that waits for the agent's choice does not. */
export function nextChange(draft: Draft): FieldChange | null {
  if (draft.sending) return null;
  for (const change of Object.values(unsavedOf(draft))) if (!draft.conflicts[change.field]) return change;
  return null;
}

/** The server took the change, or found the field changed elsewhere. */
export function answered(draft: Draft, record: DeskRecord, conflicts: readonly FieldConflict[]): Draft {
  const sent = draft.sending;
  let after: Draft = { ...draft, sending: null };
  if (sent) {
    const conflict = conflicts.find((one) => one.field === sent.field);
    const known = { ...after.known, [sent.field]: conflict ? conflict.kept : sent.to };
    after = { ...after, known };
    // typed to the same words meanwhile: nothing is left to choose
    if (conflict && after.mine[sent.field] !== conflict.kept)
      after = { ...after, conflicts: { ...after.conflicts, [sent.field]: conflict } };
  }
  return heard(after, record);
}

/** The record as the server has it now: fields that are not being typed here follow. */
export function heard(draft: Draft, record: DeskRecord): Draft {
  if (record.id !== draft.record.id || record.version < draft.record.version) return draft;
  const known: Record<string, unknown> = { ...draft.known };
  const mine: Record<string, unknown> = { ...draft.mine };
  for (const field of FIELD_NAMES) {
    if (isDirty(draft, field) || draft.sending?.field === field) continue;
    known[field] = mine[field] = record.fields[field];
  }
  return {
    ...draft,
    record,
    known: known as unknown as RecordFields,
    mine: mine as unknown as RecordFields,
  };
}

/** The agent chose between the two words of a field. */
export function chosen(draft: Draft, field: FieldName, which: 'mine' | 'theirs'): Draft {
  const conflict = draft.conflicts[field];
  if (!conflict) return draft;
  const { [field]: _settled, ...conflicts } = draft.conflicts;
  const mine = which === 'theirs' ? { ...draft.mine, [field]: conflict.kept } : draft.mine;
  return { ...draft, conflicts, mine, known: { ...draft.known, [field]: conflict.kept } };
}
