import { expect } from 'chai';
import type pg from 'pg';
import { openExports, type Exports } from '../../src/app/exports.ts';
import {
  askExport,
  exportAgain,
  failExport,
  findExport,
  finishExport,
  moveExport,
  takeExport,
  type ExportJob,
} from '../../src/postgres/exports.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

describe('an export', function () {
  this.timeout(30_000);
  let pool: pg.Pool;
  let personId: number;
  before(async () => {
    pool = openPool(await cloneDatabase());
    personId = (await createPerson(pool, {
      login: '1001',
      name: '马晓燕',
      role: 'supervisor',
      agent: null,
      passwordHash: 'x',
    }))!.id;
  });
  after(() => pool.end());
  const job = { list: 'orders', format: 'csv' as const, filter: {}, words: '' };
  const made = { rows: 1, bytes: 1, sha256: 'x', keepDays: 1 };

  it('that was silent for a minute is taken over, and its first taker changes nothing any more', async () => {
    const id = (await askExport(pool, { ...job, askedBy: personId }, 5))!;
    const first = (await takeExport(pool))!;
    expect(await moveExport(pool, first, 5, 10)).to.equal(true);
    expect(await takeExport(pool), 'it is being made').to.equal(null);
    await pool.query(`update exports set beat_at = now() - interval '2 minutes' where id = $1`, [id]);
    const second = (await takeExport(pool))!;
    expect(second.attempt).to.equal(first.attempt + 1);
    expect(await moveExport(pool, first, 6, 10)).to.equal(false);
    await failExport(pool, first, 'too late');
    await finishExport(pool, first, { ...made, sha256: 'of the first' });
    expect((await findExport(pool, id, personId))!.state).to.equal('running');
    await finishExport(pool, second, made);
    await failExport(pool, second, 'after its end');
    expect((await findExport(pool, id, personId))!.state).to.equal('ready');
  });

  it('whose fault may pass is made anew, so often and not for ever', async () => {
    const id = (await askExport(pool, { ...job, askedBy: personId }, 5))!;
    const first = (await takeExport(pool))!;
    expect(await exportAgain(pool, first, 2)).to.equal(true);
    expect(await exportAgain(pool, first, 2), 'it waits already').to.equal(false);
    const second = (await takeExport(pool))!;
    expect([second.id, second.attempt]).to.deep.equal([id, 2]);
    expect(await exportAgain(pool, second, 2)).to.equal(false);
    await failExport(pool, second, 'for good');
    expect((await findExport(pool, id, personId))!.state).to.equal('failed');
  });

  it('that was taken over puts no file in its place, and tells nobody that it failed', async () => {
    const id = (await askExport(pool, { ...job, askedBy: personId }, 5))!;
    const told: string[] = [];
    const placed: number[] = [];
    const faults: unknown[] = [];
    let release: (() => void) | null = null;
    const exports: Exports<ExportJob> = openExports<ExportJob>({
      take: () => takeExport(pool),
      async make(task, moved, stillOurs) {
        moved(1, 1);
        await new Promise<void>((resolve) => (release = resolve));
        await stillOurs();
        placed.push(task.attempt);
        return made;
      },
      move: (task, ...far) => moveExport(pool, task, ...far),
      finish: (task, done) => finishExport(pool, task, { ...done, keepDays: 1 }),
      async fail(task, why) {
        await failExport(pool, task, why);
        return false;
      },
      expire: () => Promise.resolve(),
      tell: (_, progress) => told.push(progress.state),
      now: Date.now,
      onFault: (cause) => faults.push(cause),
    });
    exports.start();
    await until('it is being made', () => release !== null);
    await pool.query(`update exports set beat_at = now() - interval '2 minutes' where id = $1`, [id]);
    const second = (await takeExport(pool))!;
    release!();
    await until('the first has seen it', () => faults.length > 0);
    expect(placed).to.deep.equal([]);
    expect(told).to.not.include('failed').and.not.include('ready');
    await finishExport(pool, second, made);
    expect((await findExport(pool, id, personId))!.state).to.equal('ready');
    await exports.close();
  });
});
