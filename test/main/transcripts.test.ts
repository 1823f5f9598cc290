import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { readConfig } from '../../src/config.ts';
import { openTranscripts, type Transcripts } from '../../src/main/transcripts.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { keepRecording, listRecordings, noteDeleted } from '../../src/postgres/recordings.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const NOW = Date.parse('2026-11-30T09:00+08:00');

describe('recordings become text by the utility’s speech-to-text', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let server: Server;
  let folder: string;
  let url: string;
  let fails: number | null = null;
  let nowMs = NOW;
  let asked = 0;
  const opened: Transcripts[] = [];
  const open = (more: Record<string, string>) => {
    const config = readConfig(more);
    const one = openTranscripts(
      { config, pool, now: () => nowMs, log: pino({ level: 'silent' }), registry: new Registry() },
      folder,
    );
    opened.push(one);
    return one;
  };

  before(async () => {
    pool = openPool(await cloneDatabase());
    folder = mkdtempSync(join(tmpdir(), 'hotline-transcripts-'));
    // tells the two sides apart by what it hears: the caller is loud, the agent quiet
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked += 1;
        if (fails !== null) return void response.writeHead(fails).end();
        const body = Buffer.concat(chunks);
        const from = body.indexOf('RIFF');
        const channels = body.readUInt16LE(from + 22);
        let loudest = 0;
        for (let at = from + 44; at + 1 < from + 8000; at += 2)
          loudest = Math.max(loudest, Math.abs(body.readInt16LE(at)));
        const text = loudest > 10_000 ? '我家停水了唉' : '唉，您稍等';
        const start = loudest > 10_000 ? 1 : 0;
        response.end(JSON.stringify({ segments: channels === 1 ? [{ start, end: start + 1, text }] : [] }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(async () => {
    for (const one of opened) one.close();
    server.closeAllConnections();
    server.close();
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  async function recorded(callId: string) {
    await pool.query(
      `insert into calls (call_id, direction, outcome, arrived_at, answered_at, answered_by, hung_up_first, offer_count,
                          transfer_count, anomalies, told_progress, told_at_ms, told_by)
       values ($1, 'inbound', 'answered', $2, $2, 'PJSIP/1001', 'caller', 1, 0, '{}', 1, 1, 'test')`,
      [callId, new Date(NOW - 60_000)],
    );
    execFileSync('sox', [
      ...['-q', '-M', '-n', '-n', '-r', '8000', join(folder, `${callId}.flac`)],
      ...['synth', '2', 'sine', '440', 'remix', '1v0.8', '2v0.05'],
    ]);
    await keepRecording(pool, {
      ...{ callId, atMs: NOW - 60_000, path: `${callId}.flac`, bytes: 1, ms: 2000, sha256: callId },
      peaks: new Uint8Array(),
      measures: {
        ...{ callerMs: 1, agentMs: 1, firstWordMs: 1, silences: [], talkOvers: [] },
        ...{ burstsPerMinute: 1, callerDb: -20, agentDb: -20, clipped: 0 },
      },
    });
  }
  const found = async (words: string) =>
    (
      await listRecordings(
        pool,
        { fromMs: 0, untilMs: NOW, number: '', agent: '', orderNo: '', leastMs: 0, class: '', words },
        null,
        10,
      )
    ).map((one) => one.callId);

  it('without one nothing is sent and nothing is shown', async () => {
    await recorded('a');
    const off = open({});
    off.start();
    expect(off.on).to.equal(false);
    expect(await off.of('a')).to.deep.equal({ state: 'off' });
    expect(asked).to.equal(0);
  });

  it('each side is heard by itself; the agent’s fillers are kept with their second; what was said is found', async () => {
    const on = open({ STT_URL: url });
    expect(await on.of('a')).to.deep.equal({ state: 'waiting' });
    on.start();
    await until('the text is there', async () => (await on.of('a')).state === 'done', 20_000);
    on.close();
    expect(await on.of('a')).to.deep.equal({
      state: 'done',
      said: [
        { side: 'agent', fromMs: 0, untilMs: 1000, text: '唉，您稍等' },
        { side: 'caller', fromMs: 1000, untilMs: 2000, text: '我家停水了唉' },
      ],
      fillers: [{ word: '唉', atMs: 0, text: '唉，您稍等' }],
    });
    expect(await found('停水')).to.deep.equal(['a']);
    expect(await found('爆管')).to.deep.equal([]);
  });

  it('a failure is said and kept; the next recording is heard all the same; a deleted one loses its text', async () => {
    fails = 500;
    await recorded('b');
    const on = open({ STT_URL: url });
    on.start();
    await until('it failed', async () => (await on.of('b')).state === 'failed', 20_000);
    expect(await on.of('b')).to.deep.equal({ state: 'failed', fault: '语音转写拒绝：HTTP 500' });
    fails = null;
    await recorded('c');
    await until('the next one is there', async () => (await on.of('c')).state === 'done', 20_000);
    await noteDeleted(pool, 'c', '保存期已满');
    expect((await on.of('c')).state).to.equal('waiting');
    on.close();
    expect(await found('停水')).to.deep.equal(['a']);
  });

  it('an endpoint that is away for long costs no recording its tries, and is left alone for a minute each time', async () => {
    fails = 503;
    await recorded('d');
    const on = open({ STT_URL: url });
    on.start();
    for (let times = 1; times <= 2; times += 1) {
      nowMs += 61_000;
      await pool.query(`update transcripts set tried_at = now() - interval '1 hour' where call_id = 'd'`);
      await until(
        'it was tried again',
        async () => {
          const { rowCount } = await pool.query(
            `select from transcripts where call_id = 'd' and tried_at > now() - interval '50 minutes'`,
          );
          return rowCount === 1;
        },
        20_000,
      );
    }
    expect(await on.of('d')).to.deep.equal({ state: 'failed', fault: '语音转写拒绝：HTTP 503' });
    const { rows } = await pool.query<{ tries: number }>(`select tries from transcripts where call_id = 'd'`);
    expect(rows[0]!.tries).to.equal(0);
    fails = null;
    nowMs += 61_000;
    await pool.query(`update transcripts set tried_at = now() - interval '1 hour' where call_id = 'd'`);
    await until('it is heard', async () => (await on.of('d')).state === 'done', 20_000);
    on.close();
  });
});
