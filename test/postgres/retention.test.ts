import { expect } from 'chai';
import type pg from 'pg';
import { KEPT_FOR_A_TIME, retentionEnds } from '../../src/core/people/retention.ts';
import { openPool } from '../../src/postgres/pool.ts';
import {
  deleteLapsed,
  deleteOld,
  emptyImport,
  noteEmptied,
  noteSoundDeleted,
  OLD_ROWS,
  oldImports,
  oldWords,
} from '../../src/postgres/retention.ts';
import { cloneDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 11, 1);

describe('what has had its time goes', () => {
  let pool: pg.Pool;
  before(async () => {
    pool = openPool(await cloneDatabase());
  });
  after(() => pool.end());

  it('as long as the settings say; what is set wrongly counts as usual', () => {
    const ends = retentionEnds({ deliveriesDays: 60, factsDays: 1 }, NOW);
    expect(Object.keys(ends)).to.deep.equal([...KEPT_FOR_A_TIME]);
    expect(NOW - ends.deliveries).to.equal(60 * DAY_MS);
    expect(NOW - ends.facts).to.equal(1095 * DAY_MS);
  });

  it('in steps, the old ones only; who is still in an old state stays in it', async () => {
    await pool.query(
      `insert into agent_states (id, agent, since_at, state)
       select 's' || g, 'PJSIP/1001', to_timestamp($1::float8 / 1000) - g * interval '1 day', 'ready' from generate_series(1, 9) g`,
      [NOW],
    );
    await pool.query(
      `insert into facts (id, kind, at, body) select 'f' || g, 'feed-gap', to_timestamp($1::float8 / 1000) - g * interval '1 day', '{}'
         from generate_series(1, 9) g`,
      [NOW],
    );
    const before = NOW - 4.5 * DAY_MS;
    const steps: number[] = [];
    do steps.push(await deleteOld(pool, 'facts', before, 2));
    while (steps.at(-1) !== 0);
    expect(steps).to.deep.equal([2, 2, 1, 0]);
    for (const what of OLD_ROWS) while ((await deleteOld(pool, what, before, 2)) > 0);
    const { rows } = await pool.query<{ id: string }>('select id from agent_states order by id');
    expect(rows.map(({ id }) => id)).to.deep.equal(['s1', 's2', 's3', 's4', 's5']);
    expect((await pool.query('select from facts')).rowCount).to.equal(4);
  });

  it('of an import its rows and its file, in steps; that it was made stays', async () => {
    await pool.query(
      `insert into people (login, name, role, password_hash) values ('importer', '某', 'administrator', 'x')`,
    );
    const { rows } = await pool.query<{ id: number }>(
      `insert into customer_imports (file, path, headers, sample, columns, state, asked_by, created_at)
       select 'a.xlsx', '/nowhere', '[]', '[]', '{}', 'checked', id, to_timestamp(0) from people where login = 'importer' returning id::int`,
    );
    const { id } = rows[0]!;
    await pool.query(
      'insert into customer_import_rows (import_id, row) select $1, g from generate_series(1, 3) g',
      [id],
    );
    expect(await oldImports(pool, NOW, 5)).to.deep.equal([{ id, path: '/nowhere' }]);
    expect([
      await emptyImport(pool, id, 2),
      await emptyImport(pool, id, 2),
      await emptyImport(pool, id, 2),
    ]).to.deep.equal([2, 1, 0]);
    await noteEmptied(pool, id);
    expect(await oldImports(pool, NOW, 5)).to.deep.equal([]);
    const kept = await pool.query<{ state: string }>('select state from customer_imports where id = $1', [
      id,
    ]);
    expect(kept.rows).to.deep.equal([{ state: 'failed' }]);
  });

  it('of a spoken word its sound; that somebody spoke stays', async () => {
    await pool.query(
      `insert into spoken_words (call_id, at, ms, bytes) values ('old', to_timestamp(0), 1, 1), ('young', now(), 1, 1)`,
    );
    expect(await oldWords(pool, NOW - 30 * DAY_MS, 5)).to.deep.equal(['old']);
    await noteSoundDeleted(pool, 'old');
    expect(await oldWords(pool, NOW - 30 * DAY_MS, 5)).to.deep.equal([]);
    expect((await pool.query('select from spoken_words')).rowCount).to.equal(2);
    await deleteLapsed(pool);
  });
});
