// Why: a name is found by every sound that it has, with its dot or without (issue 17); words of before know one sound only.
import type { Knex } from 'knex';
import { searchWords } from '../src/core/search.ts';

/** The customers' words are written anew by the service, a few at a time (main/customers.ts); the page says how many are left. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('update customers set words_due = true where merged_into is null and not words_due');
  const { rows } = (await knex.raw(
    `select id::text as id, concat_ws(' ', content, address, caller) as text from orders
      where concat_ws(' ', content, address, caller) ~ '[·•・‧∙⋅]'`,
  )) as { rows: { id: string; text: string }[] };
  for (const { id, text } of rows)
    await knex.raw(
      'update orders set search = search || array_to_tsvector(array(select json_array_elements_text(?::json))) where id = ?',
      [JSON.stringify(searchWords(text)), id],
    );
}
