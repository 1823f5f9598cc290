/** What the switch recorded: packed, measured and kept, and its original removed; what can't be is told, and rests. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { minuteText } from '../core/zone.ts';
import { crashPoint } from '../core/crash-point.ts';
import type { StuckRecording } from '../protocol/recordings.ts';
import * as kept from '../postgres/recordings.ts';
import { isPassing } from '../postgres/pool.ts';
import { run } from '../setup/packages.ts';
import { measureFile } from './measure-file.ts';

/** a raw file that nobody has written to for so long is whole */
export const WHOLE_AFTER_MS = 3000;
const SHORTEST_MS = 200;
const DAY_MS = 86_400_000;
const REST_MS = [15_000, 60_000, 300_000, 600_000];

export interface RawRecordingsPorts {
  pool: pg.Pool;
  /** where the switch leaves them; null: not on this machine */
  raw: string | null;
  /** where they are kept */
  folder: string;
  now: () => number;
  lives: (callId: string) => boolean;
  /** callId ─▶ what was not recorded; `untilMs` null: it is not recorded now */
  mutes: Map<string, { fromMs: number; untilMs: number | null }[]>;
  onPacked: () => void;
  /** some can't be packed, or their originals not removed; 0: all is well */
  onStuck: (count: number) => void;
  onFault: (cause: unknown) => void;
  remove?: (file: string) => void;
}

export interface RawRecordings {
  /** packs every whole file that the switch left */
  look(): Promise<void>;
  /** what can't be done, since when, and why */
  stuck(): StuckRecording[];
}

export function openRawRecordings(ports: RawRecordingsPorts): RawRecordings {
  const { pool, raw, folder, now, mutes } = ports;
  const remove = ports.remove ?? ((file: string) => rmSync(file));
  /** what failed rests, longer each time: nothing is packed again and again for ever */
  const failed = new Map<string, StuckRecording & { nextAtMs: number; times: number }>();
  let looking = false;

  async function look(): Promise<void> {
    if (raw === null || looking || !existsSync(raw)) return;
    looking = true;
    try {
      const names = readdirSync(raw);
      for (const callId of failed.keys()) if (!names.includes(`${callId}.raw`)) failed.delete(callId);
      for (const name of names) {
        const callId = /^([-\w.]+)\.raw$/.exec(name)?.[1];
        if (callId === undefined || ports.lives(callId)) continue;
        if ((failed.get(callId)?.nextAtMs ?? 0) > now()) continue;
        try {
          await take(callId, join(raw, name));
          failed.delete(callId);
        } catch (cause) {
          fail(callId, cause);
        }
      }
    } finally {
      looking = false;
      ports.onStuck(failed.size);
    }
  }

  function fail(callId: string, cause: unknown): void {
    const before = failed.get(callId);
    // the database is away: it says so by itself, and this is done as soon as it is back
    if (!before && isPassing(cause)) return ports.onFault(cause);
    const times = (before?.times ?? 0) + 1;
    if (times === 1) ports.onFault(cause);
    const why = (cause as Error).message;
    const nextAtMs = now() + REST_MS[Math.min(times, REST_MS.length) - 1]!;
    failed.set(callId, { callId, why, sinceMs: before?.sinceMs ?? now(), nextAtMs, times });
  }

  async function take(callId: string, file: string): Promise<void> {
    if (now() - statSync(file).mtimeMs < WHOLE_AFTER_MS) return;
    // kept already: only its original is still there, for it could not be removed
    if (!(await kept.isKept(pool, callId)) && !(await pack(callId, file))) return;
    crashPoint('recording: kept, the original still there');
    remove(file);
  }

  /** False: not yet. True: it is kept, or there is nothing to keep. */
  async function pack(callId: string, file: string): Promise<boolean> {
    const call = await kept.recordedFrom(pool, callId);
    const { size, mtimeMs } = statSync(file);
    // its call is not stored yet: the database is behind
    if (call === null && now() - mtimeMs < DAY_MS) return false;
    // the switch makes the file when the caller begins to wait: nobody answered, so there is nothing to keep
    if (call && !call.answered && size === 0) return true;
    const atMs = call?.atMs ?? null;
    const { measures, peaks, ms } = await measureFile(file);
    if (ms < SHORTEST_MS) {
      // neither side sent any sound: that is kept as a fact, not as a file
      const nothing = { path: '', bytes: size, sha256: await hashOf(file), peaks, measures };
      await kept.keepRecording(pool, { callId, atMs: atMs ?? now(), ms, ...nothing });
      await kept.noteDeleted(pool, callId, '两侧都没有声音');
      return true;
    }
    const day = minuteText(atMs ?? now()).slice(0, 10);
    const path = join(day, `${callId}.flac`);
    const into = join(folder, path);
    mkdirSync(join(folder, day), { recursive: true, mode: 0o700 });
    const shape = ['-t', 'raw', '-r', '8000', '-e', 'signed', '-b', '16', '-c', '2'];
    const half = join(folder, day, `.${callId}.flac`);
    await run(['sox', '-q', ...shape, file, half]);
    renameSync(half, into);
    crashPoint('recording: packed, not kept');
    await kept.keepRecording(pool, {
      callId,
      atMs: atMs ?? now(),
      path,
      bytes: statSync(into).size,
      ms,
      sha256: await hashOf(into),
      peaks,
      measures,
    });
    const spans = mutes.get(callId);
    if (spans)
      await kept.noteMutes(
        pool,
        callId,
        spans.map((span) => ({ fromMs: span.fromMs - atMs!, untilMs: (span.untilMs ?? now()) - atMs! })),
      );
    mutes.delete(callId);
    ports.onPacked();
    return true;
  }

  return {
    look,
    stuck: () => [...failed.values()].map(({ callId, why, sinceMs }) => ({ callId, why, sinceMs })),
  };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
