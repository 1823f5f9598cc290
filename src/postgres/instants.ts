/** Instants between us and the database: Unix ms here, `timestamptz` there. */

/** A column's instant as Unix ms. */
export const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

/** The instant of a parameter (`$1`) or an expression that holds Unix ms. */
export const instant = (unixMs: string) => `to_timestamp(${unixMs}::float8 / 1000)`;
