/** What the switch leaves on its disk, words and recordings, when the database or the disk fails in between. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { watchCrashPoints, type CrashPoint } from '../../src/core/crash-point.ts';
import { openRawRecordings, type RawRecordingsPorts } from '../../src/main/raw-recordings.ts';
import { openSpokenWords, type SpokenWordsPorts } from '../../src/main/spoken-words.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const SECOND_BYTES = 16_000;

describe('what the switch leaves behind', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let dir: string;
  let calls = 0;
  const faults: unknown[] = [];
  before(async () => (pool = openPool(await cloneDatabase())));
  after(() => pool.end());
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hotline-test-left-'));
    faults.length = 0;
  });
  afterEach(() => {
    watchCrashPoints(null);
    chmodSync(dir, 0o700);
    rmSync(dir, { recursive: true, force: true });
  });

  /** a call that ended, as the store keeps it, with its step in the IVR */
  async function call(word: 'leak' | 'other' | null): Promise<string> {
    const callId = `1795461314.${(calls += 1)}`;
    await pool.query(
      `insert into calls (call_id, direction, outcome, party, arrived_at, answered_at, ended_at, hung_up_first, offer_count,
                          transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ($1, 'inbound', $2, '13912345678', now(), $3, now(), 'caller', 0, 0, '{}', 1, 1, 'test')`,
      [callId, word === null ? 'answered' : 'abandoned', word === null ? new Date() : null],
    );
    if (word !== null)
      await pool.query(
        `insert into facts (id, kind, at, call_id, body) values ($1, 'ivr-step', now(), $2, $3)`,
        [
          `${callId}:worded`,
          callId,
          JSON.stringify({ kind: 'ivr-step', callId, node: 'worded', key: word === 'leak' ? '4' : '' }),
        ],
      );
    return callId;
  }
  const failOnceAt = (wanted: CrashPoint) => {
    let failed = false;
    watchCrashPoints((point) => {
      if (point !== wanted || failed) return;
      failed = true;
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    });
    return () => failed;
  };

  describe('words', () => {
    const open = (more: Partial<SpokenWordsPorts> = {}) =>
      openSpokenWords({
        pool,
        folder: dir,
        lives: () => false,
        now: Date.now,
        moved: () => undefined,
        onFault: (cause) => faults.push(cause),
        sweepEveryMs: 20,
        ...more,
      });
    const leave = (callId: string) =>
      writeFileSync(join(dir, `${callId}.wav`), Buffer.alloc(5 * SECOND_BYTES));
    const orders = async (callId: string) =>
      (
        await pool.query<{ urgent: boolean; phone: string }>(
          'select urgent, phone from orders where call_id = $1',
          [callId],
        )
      ).rows;

    for (const point of ['words: before they are kept', 'words: kept, the order not committed'] as const)
      it(`a leak told at night is an urgent order though the database fails (${point})`, async () => {
        const callId = await call('leak');
        leave(callId);
        const failed = failOnceAt(point);
        const words = open();
        await words
          .takeIn({ callId, number: '13912345678', about: 'leak', atMs: Date.now() })
          .catch((cause: unknown) => faults.push(cause));
        expect(failed()).to.equal(true);
        expect(await orders(callId)).to.deep.equal([]);
        words.start();
        await until('its order is there', async () => (await orders(callId)).length === 1);
        await words.sweep();
        await words.sweep();
        expect(await orders(callId)).to.deep.equal([{ urgent: true, phone: '13912345678' }]);
        words.close();
      });

    it('waits for a call that is not stored yet, and then knows that it was about a leak', async () => {
      const callId = `1795461314.9999`;
      leave(callId);
      const words = open();
      await words.sweep();
      expect((await pool.query('select from spoken_words where call_id = $1', [callId])).rowCount).to.equal(
        0,
      );
      calls = 9998;
      expect(await call('leak')).to.equal(callId);
      await words.sweep();
      expect(await orders(callId)).to.have.length(1);
    });

    it('words about anything else are no order, and a call that goes on is left alone', async () => {
      const [other, living] = [await call('other'), await call('leak')];
      leave(other);
      leave(living);
      const words = open({ lives: (callId) => callId === living });
      await words.sweep();
      const { rows } = await pool.query<{ about: string }>(
        'select about from spoken_words where call_id = any($1)',
        [[other, living]],
      );
      expect(rows).to.deep.equal([{ about: '' }]);
      expect(await orders(other)).to.deep.equal([]);
    });
  });

  describe('recordings', () => {
    let nowMs: number;
    let stuck: number;
    let packed: number;
    let raw: string;
    beforeEach(() => {
      [nowMs, stuck, packed] = [Date.now(), 0, 0];
      raw = join(dir, 'raw');
      mkdirSync(raw);
    });
    const open = (more: Partial<RawRecordingsPorts> = {}) =>
      openRawRecordings({
        pool,
        raw,
        folder: join(dir, 'kept'),
        now: () => nowMs,
        lives: () => false,
        mutes: new Map(),
        onPacked: () => (packed += 1),
        onStuck: (count) => (stuck = count),
        onFault: (cause) => faults.push(cause),
        ...more,
      });
    function leave(callId: string): string {
      const file = join(raw, `${callId}.raw`);
      // two channels of noise, two seconds
      writeFileSync(file, Buffer.from(Array.from({ length: 64_000 }, (_, at) => (at * 7919) % 251)));
      utimesSync(file, nowMs / 1000 - 60, nowMs / 1000 - 60);
      return file;
    }
    const rows = async (callId: string) =>
      (await pool.query('select from recordings where call_id = $1', [callId])).rowCount;

    it('an original that may not be deleted is packed once, is told with its reason, and rests', async () => {
      const callId = await call(null);
      const file = leave(callId);
      let tries = 0;
      let may = false;
      const recordings = open({
        remove(path) {
          tries += 1;
          if (!may)
            throw Object.assign(new Error(`EACCES: permission denied, unlink '${path}'`), { code: 'EACCES' });
          rmSync(path);
        },
      });
      await recordings.look();
      expect([packed, tries, stuck, await rows(callId)]).to.deep.equal([1, 1, 1, 1]);
      expect(recordings.stuck()[0]).to.include({ callId, sinceMs: nowMs });
      expect(recordings.stuck()[0]!.why).to.contain('EACCES');
      // every look for a quarter of an hour
      for (let look = 0; look < 60; look += 1) {
        nowMs += 15_000;
        await recordings.look();
      }
      expect(packed, 'it is never packed again').to.equal(1);
      expect(tries).to.be.lessThan(8);
      expect(faults, 'said once').to.have.length(1);
      expect(stuck).to.equal(1);
      // nor after a restart
      await open({ remove: () => expect.fail('not yet') }).look();
      may = true;
      nowMs += 600_000;
      await recordings.look();
      expect([packed, stuck, existsSync(file)]).to.deep.equal([1, 0, false]);
    });

    for (const point of ['recording: packed, not kept', 'recording: kept, the original still there'] as const)
      it(`is kept once though something fails (${point})`, async () => {
        const callId = await call(null);
        const file = leave(callId);
        const failed = failOnceAt(point);
        const recordings = open();
        await recordings.look();
        expect(failed()).to.equal(true);
        expect(existsSync(file), 'nothing is deleted before it is kept').to.equal(true);
        expect(stuck, 'a database that is away is another alarm').to.equal(0);
        await recordings.look();
        expect([await rows(callId), existsSync(file), stuck]).to.deep.equal([1, false, 0]);
      });

    it('one that can not be packed keeps no other waiting', async () => {
      const [broken, whole] = [await call(null), await call(null)].sort();
      rmSync(leave(broken!));
      mkdirSync(join(raw, `${broken!}.raw`));
      utimesSync(join(raw, `${broken!}.raw`), nowMs / 1000 - 60, nowMs / 1000 - 60);
      leave(whole!);
      const recordings = open();
      await recordings.look();
      expect(await rows(whole!)).to.equal(1);
      expect(recordings.stuck().map(({ callId }) => callId)).to.deep.equal([broken]);
    });
  });
});
