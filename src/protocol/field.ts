/** A worker of a unit, with the personal link that is open now. */
export interface FieldLink {
  personId: number;
  name: string;
  unit: string;
  /** null: no link is open */
  untilMs: number | null;
  usedAtMs: number | null;
}
