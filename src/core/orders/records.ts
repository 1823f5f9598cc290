/**
 * The record of a call (受理记录): who called, what they say, and what comes of it. It stands in this wing because its
 * categories are Annex 1 and the order is made from it. It is filled while talking, by one agent in one or two tabs, and
 * perhaps finished by another on another machine: so each field is changed by compare-and-set, and no word overwrites
 * another silently.
 */
export interface RecordFields {
  caller: string;
  /** contact number, as it was typed */
  phone: string;
  account: string;
  address: string;
  district: string;
  /** code of a category of Annex 1 */
  category: string;
  /** number of the item in its category */
  item: number | null;
  /** what they say */
  content: string;
  /** a leak before the meter with water running, danger to people or traffic */
  urgent: boolean;
  /** answered at once, an order to come, or nothing to handle (silent line, wrong number, nuisance) */
  conclusion: '' | 'answered' | 'order' | 'void';
  /** what the caller was told */
  answer: string;
}
export type FieldName = keyof RecordFields;

export const EMPTY_RECORD: RecordFields = {
  caller: '',
  phone: '',
  account: '',
  address: '',
  district: '',
  category: '',
  item: null,
  content: '',
  urgent: false,
  conclusion: '',
  answer: '',
};
export const FIELD_NAMES = Object.keys(EMPTY_RECORD) as FieldName[];

/** One field as this tab knew it, and what the agent made of it. */
export type FieldChange = {
  [Name in FieldName]: { field: Name; from: RecordFields[Name]; to: RecordFields[Name] };
}[FieldName];

/** The same field was changed elsewhere meanwhile: `kept` stands, `refused` is shown beside it and the agent chooses. */
export interface FieldConflict {
  field: FieldName;
  kept: RecordFields[FieldName];
  refused: RecordFields[FieldName];
}

export interface Changed {
  fields: RecordFields;
  taken: FieldChange[];
  conflicts: FieldConflict[];
}

/** Takes the changes whose field still is as the tab knew it, or already is what it shall be. */
export function changeRecord(fields: RecordFields, changes: readonly FieldChange[]): Changed {
  const after: Record<string, unknown> = { ...fields };
  const taken: FieldChange[] = [];
  const conflicts: FieldConflict[] = [];
  for (const change of changes) {
    const kept = after[change.field] as RecordFields[FieldName];
    if (kept === change.to) continue;
    if (kept !== change.from) {
      conflicts.push({ field: change.field, kept, refused: change.to });
      continue;
    }
    after[change.field] = change.to;
    taken.push(change);
  }
  return { fields: after as unknown as RecordFields, taken, conflicts };
}

/** What a record still needs to be complete (Article 27); empty: it may be completed. */
export function missingFields(fields: RecordFields): FieldName[] {
  const missing: FieldName[] = [];
  const need = (name: FieldName) => {
    const value = fields[name];
    if (value === null || (typeof value === 'string' && value.trim() === '')) missing.push(name);
  };
  if (fields.conclusion === 'void') {
    need('content');
    return missing;
  }
  need('category');
  need('item');
  need('content');
  need('conclusion');
  if (fields.conclusion === 'answered') need('answer');
  if (fields.conclusion === 'order') for (const name of ['caller', 'phone', 'address'] as const) need(name);
  return missing;
}
