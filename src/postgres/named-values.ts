/** Values by the names of their columns: what stands in which place is said once, and no row moves by one. */
import { instant } from './instants.ts';

/** A value with what PostgreSQL makes of it: `to_timestamp($7::float8 / 1000)`. */
export class Made {
  readonly value: unknown;
  readonly sql: (place: string) => string;
  constructor(value: unknown, sql: (place: string) => string) {
    this.value = value;
    this.sql = sql;
  }
}
/** Unix ms as an instant. */
export const instantOf = (atMs: number | null) => new Made(atMs, instant);
/** The words of core/search.ts as they are looked for. */
export const wordsOf = (words: readonly string[]) =>
  new Made(words, (place) => `array_to_tsvector(${place}::text[])`);

export interface NamedValues {
  /** `order_no, phone` */
  names: string;
  /** `$1, $2` */
  places: string;
  /** `order_no = $1, phone = $2` */
  sets: string;
  values: unknown[];
}

/** `from`: the first place, where others come before. */
export function namedValues(columns: Readonly<Record<string, unknown>>, from = 1): NamedValues {
  const entries = Object.entries(columns);
  const places = entries.map(([, value], at) => {
    const place = `$${from + at}`;
    return value instanceof Made ? value.sql(place) : place;
  });
  return {
    names: entries.map(([name]) => name).join(', '),
    places: places.join(', '),
    sets: entries.map(([name], at) => `${name} = ${places[at]!}`).join(', '),
    values: entries.map(([, value]) => (value instanceof Made ? value.value : value)),
  };
}
