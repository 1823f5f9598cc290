/** The names of columns that people have taught, for cases and for customers: a list that comes again is read by itself. */
import type pg from 'pg';
import { CUSTOMER_LABELS } from '../core/customers/import.ts';
import { headerKey, type TaughtWords } from '../core/lists/columns.ts';
import { LABELS } from '../core/office/case-labels.ts';
import { columnWordRoutes } from '../http/column-words.ts';
import { writeAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/pool.ts';
import { keepSettings, keptSettings } from '../postgres/settings.ts';

const FIELDS = { cases: Object.keys(LABELS), customers: Object.keys(CUSTOMER_LABELS) };
export interface ColumnWords {
  cases: TaughtWords<keyof typeof LABELS>;
  customers: TaughtWords<keyof typeof CUSTOMER_LABELS>;
}
type Kind = keyof ColumnWords;

const SETTING = (kind: Kind) => `column-words-${kind}`;
const MOST_WORDS = 500;

export async function taughtWords<K extends Kind>(
  client: pg.Pool | pg.PoolClient,
  kind: K,
): Promise<ColumnWords[K]> {
  const kept = Object.entries(await keptSettings(client, SETTING(kind)));
  // a field that is no more teaches nothing
  const known = kept.filter(([, field]) => field === '' || FIELDS[kind].includes(String(field)));
  return Object.fromEntries(known) as ColumnWords[K];
}

/** Adds what was taught; the newest of a word counts. */
export async function teachWords(
  client: pg.PoolClient,
  kind: Kind,
  words: Readonly<Record<string, string>>,
  by: string,
): Promise<void> {
  if (Object.keys(words).length === 0) return;
  const kept = Object.entries({ ...(await taughtWords(client, kind)), ...words }).slice(-MOST_WORDS);
  await keepSettings(client, SETTING(kind), Object.fromEntries(kept), by);
}

/** The page's own words: looked at, added to, and taken out again. */
export function openColumnWords({ pool }: { pool: pg.Pool }) {
  return columnWordRoutes({
    words: (kind) => taughtWords(pool, kind),
    async keep(kind, words, person) {
      const plain = Object.entries(words).flatMap(([word, field]) => {
        const key = headerKey(word);
        return key !== '' && (field === '' || FIELDS[kind].includes(field)) ? [[key, field] as const] : [];
      });
      await inTransaction(pool, async (client) => {
        await keepSettings(client, SETTING(kind), Object.fromEntries(plain.slice(-MOST_WORDS)), person.name);
        await writeAudit(client, { personId: person.id, what: 'column-words-changed', about: kind });
      });
    },
  });
}
