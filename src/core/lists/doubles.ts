/** Rows of one list that have the same number: only the first of them can be taken. */
export function firstRows(): (key: string, row: number) => number | null {
  const rows = new Map<string, number>();
  return (key, row) => {
    const first = rows.get(key);
    if (first === undefined) rows.set(key, row);
    return first ?? null;
  };
}
