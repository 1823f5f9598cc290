/** Excel takes no more in one cell. */
const LONGEST_CELL = 32_767;

/**
 * Text that stays text in a spreadsheet: what would be taken for a formula gets a quote before it, signs that no
 * workbook may hold are left out, and half a character never stands at the end.
 */
export function safeText(text: string): string {
  // U+FFFE, U+FFFF, lone surrogates and control characters but tab and line end are not allowed in XML
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu, '');
  const guarded = /^[=+\-@\t\r]/.test(clean) ? `'${clean}` : clean;
  if (guarded.length <= LONGEST_CELL) return guarded;
  return guarded.slice(0, LONGEST_CELL).replace(/[\ud800-\udbff]$/, '');
}

/** One line of a CSV file; quotes where they must be. */
export function csvRow(values: readonly string[]): string {
  const cells = values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value));
  return `${cells.join(',')}\r\n`;
}
