/** Which files a case from outside keeps: photos and screenshots, office papers, and mails. */

/** what is known by its bytes, as file-type names it */
const KNOWN = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/avif', 'image/gif', 'application/pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
]);
/** Word 97's, WPS's and Outlook's own papers are told apart by their names only */
const BY_NAME: Record<string, string> = {
  doc: 'application/msword',
  wps: 'application/vnd.ms-works',
  xls: 'application/vnd.ms-excel',
  et: 'application/vnd.ms-excel',
  msg: 'application/vnd.ms-outlook',
};

export const CASE_FILE_WORDS =
  '只收照片（JPG、PNG、WebP、HEIC、GIF）、PDF、Word、Excel、PPT 和邮件（.eml、.msg）';

/**
 * The type under which a file is kept; null: it is not kept. `found`: what its bytes say; `head`: its first characters,
 * for a mail is plain text and has no mark of its own.
 */
export function caseFileType(name: string, found: string | null, head: string): string | null {
  const ending = /\.([a-z]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (found === 'application/x-cfb') return BY_NAME[ending] ?? null;
  if (found !== null) return KNOWN.has(found) ? found : null;
  return ending === 'eml' && /^[A-Za-z][A-Za-z0-9-]*:/.test(head) ? 'message/rfc822' : null;
}
