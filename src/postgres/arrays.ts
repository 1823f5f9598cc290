/**
 * Columns as PostgreSQL's binary arrays. A batch goes over the wire as one array a column and is unnested there: no
 * quoting here and no parsing there, which makes storing half as fast again as with JSON.
 */
const TEXT = 25;
const FLOAT8 = 701;
const BOOL = 16;

/** `text[]`; what Postgres text cannot hold (NUL, half a surrogate pair) becomes U+FFFD. */
export function texts(values: readonly (string | null)[]): Buffer {
  const clean = values.map((value) => (value?.includes('\0') ? value.replaceAll('\0', '\ufffd') : value));
  const lengths = clean.map((value) => (value === null ? -1 : Buffer.byteLength(value)));
  const { buffer, from } = open(TEXT, lengths);
  let at = from;
  for (const [n, value] of clean.entries()) {
    at = buffer.writeInt32BE(lengths[n]!, at);
    if (value !== null) at += buffer.write(value, at);
  }
  return buffer;
}

/** `float8[]`; what is no finite number becomes null. */
export function numbers(values: readonly (number | null)[]): Buffer {
  const present = values.map((value) => value !== null && Number.isFinite(value));
  const { buffer, from } = open(
    FLOAT8,
    present.map((is) => (is ? 8 : -1)),
  );
  let at = from;
  for (const [n, value] of values.entries()) {
    at = buffer.writeInt32BE(present[n] ? 8 : -1, at);
    if (present[n]) at = buffer.writeDoubleBE(value!, at);
  }
  return buffer;
}

/** `boolean[]` */
export function booleans(values: readonly (boolean | null)[]): Buffer {
  const { buffer, from } = open(
    BOOL,
    values.map((value) => (value === null ? -1 : 1)),
  );
  let at = from;
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? -1 : 1, at);
    if (value !== null) at = buffer.writeUInt8(value ? 1 : 0, at);
  }
  return buffer;
}

/** array_recv: dimensions, has nulls, element type, then length and lower bound of the one dimension. */
function open(type: number, lengths: readonly number[]): { buffer: Buffer; from: number } {
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 20);
  const buffer = Buffer.allocUnsafe(size);
  let from = 0;
  for (const word of [1, 1, type, lengths.length, 1]) from = buffer.writeInt32BE(word, from);
  return { buffer, from };
}
