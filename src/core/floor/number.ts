/** At most so many characters of a telephone number are kept (ASTERISK.md: a hostile one has up to 79). */
const LONGEST = 20;

/** A number as the switch told it, cleaned to `0-9+*#`; null where none was shown. */
export function cleanNumber(told: string | null | undefined): string | null {
  if (!told || told === '<unknown>' || /^(anonymous|unknown|unavailable|restricted|private)$/i.test(told))
    return null;
  const cleaned = told.replace(/[^0-9+*#]/g, '').slice(0, LONGEST);
  // nought is what the trunk shows before the number is read (dialplan/pjsip.conf), and carriers for one that is withheld
  return /^[+0]*$/.test(cleaned) ? null : cleaned;
}
