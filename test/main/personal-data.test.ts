import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import yauzl from 'yauzl';
import { openPersonalData } from '../../src/main/personal-data.ts';
import type { Ground, Wing } from '../../src/main/wings.ts';
import { searchAudit } from '../../src/postgres/audit.ts';
import { openPool } from '../../src/postgres/pool.ts';
import type {
  PersonDataErased,
  PersonDataFound,
  PersonalKindView,
} from '../../src/protocol/personal-data.ts';
import { cloneDatabase } from '../support/database.ts';
import { openHttp, type TestHttp } from '../support/http.ts';

const NUMBER = '13995001122';

describe('the rights of one caller over what is kept of them', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let wing: Wing;
  let http: TestHttp;
  const folder = mkdtempSync(join(tmpdir(), 'hotline-personal-'));
  const files = {
    recording: join(folder, 'var/recordings/2026/c1.flac'),
    held: join(folder, 'var/recordings/2026/c2.flac'),
    word: join(folder, 'spool/words/c1.wav'),
  };

  before(async () => {
    const databaseUrl = await cloneDatabase();
    pool = openPool(databaseUrl);
    await pool.query(
      `insert into people (login, name, role, password_hash) values ('boss', '班长', 'supervisor', 'x')`,
    );
    for (const id of ['c1', 'c2']) {
      await pool.query(
        `insert into calls (call_id, direction, ani, dnis, party, outcome, arrived_at, ended_at, told_progress, told_at_ms, told_by, offer_count, transfer_count, anomalies)
         values ($1, 'inbound', $2, '96666', $2, 'answered', now(), now(), 0, 0, '', 0, 0, '{}')`,
        [id, NUMBER],
      );
      await pool.query(
        `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures, mutes, held_why)
         values ($1, now(), '2026/' || $1 || '.flac', 1, 1, '', '', '{}', '[]', $2)`,
        [id, id === 'c2' ? '诉讼' : null],
      );
    }
    // what leads out of the folder is no recording
    await pool.query(
      `insert into calls (call_id, direction, party, arrived_at, ended_at, told_progress, told_at_ms, told_by, offer_count, transfer_count, anomalies)
       values ('c3', 'inbound', $1, now(), now(), 0, 0, '', 0, 0, '{}')`,
      [NUMBER],
    );
    await pool.query(
      `insert into recordings (call_id, at, path, bytes, ms, sha256, peaks, measures, mutes) values ('c3', now(), '../../outside.txt', 1, 1, '', '', '{}', '[]')`,
    );
    await pool.query(
      `insert into spoken_words (call_id, number, at, ms, bytes) values ('c1', $1, now(), 1, 5)`,
      [NUMBER],
    );
    for (const path of [...Object.values(files), join(folder, 'outside.txt')]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'sound');
    }
    wing = openPersonalData({
      ...{ pool, databaseUrl, varDir: join(folder, 'var'), now: Date.now, log: pino({ level: 'silent' }) },
      switchFolders: { spool: join(folder, 'spool'), sounds: '' },
    } as unknown as Ground);
    http = await openHttp({ routers: wing.routers! }, (login) => ({
      ...{ id: 1, role: login === 'wang' ? 'agent' : 'supervisor' },
    }));
  });
  after(async () => {
    http.close();
    await wing.close!();
    await pool.end();
    rmSync(folder, { recursive: true });
  });
  const post = (path: string, body: object, login = '') =>
    fetch(`${http.url}/api/personal-data/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-login': login },
      body: JSON.stringify(body),
    });

  it('nothing of a person is found, taken along or erased without a proof of the last minutes', async () => {
    for (const path of ['find', 'export', 'erase']) {
      const answer = await fetch(`${http.url}/api/personal-data/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-proven': 'no' },
        body: JSON.stringify({ number: '13900001122' }),
      });
      expect([answer.status, ((await answer.json()) as { code: string }).code], path).to.deep.equal([
        ...[403, 'prove-again'],
      ]);
    }
  });

  it('every kind is shown with why, how long, and who sees it; only to who keeps it', async () => {
    const { kinds } = (await (await fetch(`${http.url}/api/personal-data`)).json()) as {
      kinds: PersonalKindView[];
    };
    const words = kinds.find(({ key }) => key === 'spokenWords')!;
    expect(words).to.deep.include({ zh: '留言', seenBy: ['agent', 'supervisor'], erasure: '删除' });
    expect(words.keptFor).to.equal('365 天（设置：数据保存·留言的声音）');
    expect((await post('find', { number: NUMBER }, 'wang')).status).to.equal(403);
  });

  it('a number in any spelling is looked for; what is none is refused with what to write', async () => {
    const answer = await post('find', { number: '139 9500 1122' });
    const { found } = (await answer.json()) as { found: PersonDataFound[] };
    expect(found.map(({ key, count }) => [key, count])).to.deep.equal([
      ['calls', 3],
      ['recordings', 3],
      ['spokenWords', 1],
    ]);
    for (const number of ['1399', '马晓燕', ''])
      expect((await post('find', { number })).status).to.equal(400);
  });

  it('it is handed over as a zip of rows and files, and nothing from elsewhere', async () => {
    const answer = await post('export', { number: NUMBER });
    expect(answer.headers.get('content-type')).to.equal('application/zip');
    const entries = await entriesOf(Buffer.from(await answer.arrayBuffer()));
    expect(entries).to.deep.equal(['data.json', '录音/2026/c1.flac', '录音/2026/c2.flac', '留言/c1.wav']);
  });

  it('it is erased with its files, but for what is held; the log says so without the number', async () => {
    const wish = { number: NUMBER, again: NUMBER, reason: '本人 12 月 1 日到营业厅提出' };
    expect((await post('erase', { ...wish, again: '13995001123' })).status).to.equal(400);
    const answer = (await (await post('erase', wish)).json()) as PersonDataErased;
    expect(answer.filesLeft).to.equal(0);
    expect(answer.left.map(({ key, count }) => [key, count])).to.deep.equal([
      ['calls', 1],
      ['recordings', 1],
    ]);
    expect(Object.values(files).map((path) => existsSync(path))).to.deep.equal([false, true, false]);
    expect(existsSync(join(folder, 'outside.txt'))).to.equal(true);
    const rows = await searchAudit(pool, { limit: 10 });
    expect(rows.map(({ what, about }) => [what, about])).to.deep.equal([
      ['personal-data-erased', '139****1122'],
      ['personal-data-exported', '139****1122'],
    ]);
    expect(JSON.stringify(rows)).to.not.contain(NUMBER);
  });
});

async function entriesOf(bytes: Buffer): Promise<string[]> {
  const open = promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer);
  const zip = await open(bytes, { lazyEntries: false });
  const names: string[] = [];
  zip.on('entry', ({ fileName }: yauzl.Entry) => names.push(fileName));
  await new Promise((resolve, reject) => zip.on('end', resolve).on('error', reject));
  return names.sort();
}
