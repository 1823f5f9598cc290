import { expect } from 'chai';
import { DEEDS } from '../../src/core/people/may.ts';
import { keptForWords, NOT_PERSONAL, PERSONAL_DATA } from '../../src/core/people/personal-data.ts';
import { KEPT_FOR_A_TIME } from '../../src/core/people/retention.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

describe('the table of personal data', function () {
  this.timeout(60_000);

  it('knows every table of the database, each once', async () => {
    const pool = openPool(await cloneDatabase());
    const { rows } = await pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
        order by 1`,
    );
    await pool.end();
    const listed = [...Object.values(PERSONAL_DATA).flatMap(({ tables }) => tables), ...NOT_PERSONAL];
    expect(rows.map(({ name }) => name)).to.deep.equal([...listed].sort());
  });

  it('says of each kind why, how long and who sees it; what retention clears is in it', () => {
    const settings = new Set<string>();
    for (const [key, kind] of Object.entries(PERSONAL_DATA)) {
      expect(kind.why, key).to.not.equal('');
      expect(
        keptForWords(kind.keptFor, () => ({})),
        key,
      ).to.not.contain('undefined');
      for (const deed of kind.seenBy) expect(DEEDS, key).to.include(deed);
      if ('setting' in kind.keptFor) settings.add(kind.keptFor.setting);
    }
    for (const what of KEPT_FOR_A_TIME.filter((one) => !['anomalies', 'notices'].includes(one)))
      expect(settings).to.include(`retention.${what}Days`);
  });
});
