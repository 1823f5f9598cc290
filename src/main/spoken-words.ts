/** What callers said when nobody could answer: taken in at once, and found again if the database was away then. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { crashPoint } from '../core/crash-point.ts';
import * as kept from '../postgres/ivr.ts';
import { inTransaction } from '../postgres/pool.ts';
import { giveToFolder } from '../setup/private-folders.ts';
import { draftLeakOrder } from './leak-order.ts';

const SWEEP_EVERY_MS = 15_000;
const SHORTEST_WORD_MS = 1000;
const DAY_MS = 86_400_000;

export interface SpokenWordsPorts {
  pool: pg.Pool;
  /** where the switch leaves them; null: not on this machine */
  folder: string | null;
  /** the call is still there: its words may be going on */
  lives: (callId: string) => boolean;
  now: () => number;
  /** there are new words */
  moved: () => void;
  onFault: (cause: unknown) => void;
  sweepEveryMs?: number;
}

export interface SpokenWords {
  takeIn(word: { callId: string; number: string | null; about: '' | 'leak'; atMs: number }): Promise<void>;
  /** looks for words that were not taken in: the database was away, or this service was */
  sweep(): Promise<void>;
  start(): void;
  close(): void;
}

export function openSpokenWords(ports: SpokenWordsPorts): SpokenWords {
  const { pool, folder, now } = ports;
  /** files of which nothing more is to be done */
  const settled = new Set<string>();
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function takeIn({
    callId,
    number,
    about,
    atMs,
  }: Parameters<SpokenWords['takeIn']>[0]): Promise<void> {
    if (folder === null || settled.has(callId)) return;
    const file = join(folder, `${callId}.wav`);
    if (!/^[-\w.]+$/.test(callId) || !existsSync(file)) return;
    const bytes = statSync(file).size;
    const ms = Math.round(Math.max(0, bytes - 44) / 16);
    if (ms < SHORTEST_WORD_MS) return;
    crashPoint('words: before they are kept');
    const isNew = await inTransaction(pool, async (client) => {
      if (!(await kept.keepWord(client, { callId, number, about, atMs, ms, bytes }))) return false;
      if (about !== 'leak') return true;
      // nobody could answer: what they said is an order already, and somebody hears it before it is dispatched
      const [home] = number === null ? [] : await kept.homesOf(client, number);
      await draftLeakOrder(
        client,
        {
          content: `来电人留言报漏水（${Math.round(ms / 1000)} 秒），请先在“留言与回拨”里听留言，再派单。`,
          address: home?.address ?? '',
          community: home?.community ?? '',
          district: home?.district ?? '',
          phone: number ?? '',
          callId,
          atMs: now(),
        },
        { personId: null, personName: '语音导航', unitId: null, system: null, origin: 'watch' },
      );
      crashPoint('words: kept, the order not committed');
      return true;
    });
    settled.add(callId);
    if (isNew) ports.moved();
  }

  async function look(): Promise<void> {
    if (folder === null || !existsSync(folder)) return;
    const ids = readdirSync(folder)
      .filter((name) => name.endsWith('.wav'))
      .map((name) => name.slice(0, -4))
      .filter((callId) => !settled.has(callId) && !ports.lives(callId));
    if (ids.length === 0) return;
    for (const callId of await kept.knownWords(pool, ids)) settled.add(callId);
    for (const callId of ids.filter((id) => !settled.has(id))) await find(callId).catch(ports.onFault);
  }

  async function find(callId: string): Promise<void> {
    const { mtimeMs } = statSync(join(folder!, `${callId}.wav`));
    const call = await kept.wordOfCall(pool, callId);
    // what it is about stands in facts that are not stored yet: they come, or will never come
    if (call === null && now() - mtimeMs < DAY_MS) return;
    await takeIn({ callId, number: call?.number ?? null, about: call?.about ?? '', atMs: mtimeMs });
    if (now() - mtimeMs > DAY_MS) settled.add(callId);
  }

  function sweep(): Promise<void> {
    sweeping ??= look().finally(() => (sweeping = null));
    return sweeping;
  }

  return {
    takeIn,
    sweep,
    start() {
      if (folder === null) return;
      mkdirSync(folder, { recursive: true });
      giveToFolder(folder);
      timer = setInterval(() => void sweep().catch(ports.onFault), ports.sweepEveryMs ?? SWEEP_EVERY_MS);
      timer.unref();
      void sweep().catch(ports.onFault);
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
}
