/** Recordings put together: what the switch recorded is packed, measured, kept, heard by whom it may be, and deleted in time. */
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { Counter, Gauge } from 'prom-client';
import { minuteText } from '../core/zone.ts';
import { ownLeg } from '../core/floor/phone-call.ts';
import { recordedLeg } from '../core/floor/legs.ts';
import { may } from '../core/people/may.ts';
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import { expiries, RECORDING_CLASSES } from '../core/recordings/classes.ts';
import type { StuckRecording } from '../protocol/recordings.ts';
import { recordingRoutes } from '../http/recordings.ts';
import type { SignedIn } from '../http/sessions.ts';
import * as kept from '../postgres/recordings.ts';
import { keptSettings } from '../postgres/settings.ts';
import { deliver } from '../postgres/deliveries.ts';
import { inTransaction } from '../postgres/pool.ts';
import { openRawRecordings, WHOLE_AFTER_MS } from './raw-recordings.ts';
import { openTranscripts } from './transcripts.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 15_000;
const RETENTION_EVERY_MS = 3_600_000;
const GAPS_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** the disk is called full at so many megabytes left */
const FULL_MB = 2000;
const SHOWN = 300;
/** recordings classified in one step, and deleted in one hour at most: about a month of calls */
const LOOKED_AT_ONCE = 500;
const DELETED_AT_MOST = 10_000;

export const openRecordings: OpenWing = (ground) => {
  const { pool, floor, varDir, now, log, registry, audit, switchFolders, commands } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'recordings');
  const raw = switchFolders && join(switchFolders.spool, 'recordings');
  const folder = resolve(varDir, 'recordings');
  const transcripts = openTranscripts(ground, folder);
  const timers: NodeJS.Timeout[] = [];
  /** callId ─▶ what was not recorded; `untilMs` null: it is not recorded now */
  const mutes = new Map<string, { fromMs: number; untilMs: number | null }[]>();
  let gaps = { missing: 0, orphans: 0 };

  const packed = new Counter({
    name: 'hotline_recordings_total',
    help: 'Recordings that were packed and kept',
    registers: [registry],
  });
  new Gauge({
    name: 'hotline_recordings_missing',
    help: 'Answered calls of the last day without a recording; must be 0',
    registers: [registry],
    collect() {
      this.set(gaps.missing);
    },
  });
  new Gauge({
    name: 'hotline_recordings_orphaned',
    help: 'Recordings of the last day without a call; must be 0',
    registers: [registry],
    collect() {
      this.set(gaps.orphans);
    },
  });
  const freeMb = () => {
    const disk = statfsSync(existsSync(folder) ? folder : varDir);
    return (disk.bavail * disk.bsize) / 1e6;
  };
  new Gauge({
    name: 'hotline_recordings_disk_free_bytes',
    help: 'Free bytes on the disk of the recordings',
    registers: [registry],
    collect() {
      this.set(freeMb() * 1e6);
    },
  });

  const originals = openRawRecordings({
    pool,
    raw,
    folder,
    now,
    lives: (callId) => floor.calls.has(callId),
    mutes,
    onPacked: () => packed.inc(),
    onStuck: tellStuck,
    onFault,
  });
  const { look } = originals;
  /** files whose time is over and that can't be deleted: since when, and why */
  const undeletable = new Map<string, StuckRecording>();
  const stuck = () => [...originals.stuck(), ...undeletable.values()];
  function tellStuck(): void {
    ground.health[stuck().length > 0 ? 'raise' : 'clear']('recordings-stuck');
  }
  new Gauge({
    name: 'hotline_recordings_stuck',
    help: 'Recordings that can not be packed, or whose file can not be removed; must be 0',
    registers: [registry],
    collect() {
      this.set(stuck().length);
    },
  });

  async function retain(): Promise<void> {
    const group = SETTINGS['recordings']!;
    const terms = expiries(settingValues(group, await keptSettings(pool, 'recordings')), now());
    let place: kept.RecordingPlace | null = null;
    let deletedCount = 0;
    do {
      const step = await kept.expiredRecordings(pool, terms, place, LOOKED_AT_ONCE);
      for (const { callId, path, class: own } of step.expired) {
        try {
          rmSync(join(folder, path), { force: true });
        } catch (cause) {
          // the others go all the same; this one is tried again in an hour, and a person is told
          const before = undeletable.get(callId);
          if (!before) onFault(new Error(`录音 ${path} 过期了，但删不掉，请检查文件夹的权限`, { cause }));
          const why = (cause as Error).message;
          undeletable.set(callId, { callId, why, sinceMs: before?.sinceMs ?? now() });
          continue;
        }
        undeletable.delete(callId);
        const { days } = terms.find(({ recordingClass }) => recordingClass === own)!;
        await kept.noteDeleted(pool, callId, `${RECORDING_CLASSES[own]}保存期 ${days} 天已满`);
      }
      deletedCount += step.expired.length;
      place = step.next;
    } while (place !== null && deletedCount < DELETED_AT_MOST);
    tellStuck();
    if (freeMb() > FULL_MB) return;
    const day = minuteText(now()).slice(0, 10);
    await inTransaction(pool, (client) =>
      deliver(
        client,
        ['supervisor', 'administrator'].map((role) => ({
          ...{ once: `recordings-disk:${day}:${role}`, kind: 'disk-alarm', about: null, recipient: role },
          ...{ stream: null, receiverId: null },
          message: {
            ...{ channel: 'screen' as const, room: `told:role:${role}`, event: 'disk-alarm', sound: false },
            ...{ title: '录音磁盘快满了', link: '/recordings' },
            text: `只剩 ${Math.round(freeMb())} MB。请扩容，或在“管理 › 设置”里缩短录音保存天数；通话不受影响。`,
          },
        })),
      ),
    );
  }

  /** An agent hears only their own calls. */
  const onlyOf = (person: SignedIn) =>
    may(person.role, 'hear-all-recordings') ? null : (person.agent ?? '');
  async function mine(callId: string, person: SignedIn) {
    const found = await kept.findRecording(pool, callId);
    const only = onlyOf(person);
    return found && (only === null || found.agent === only) ? found : null;
  }

  return {
    routers: [
      recordingRoutes({
        speech: transcripts.on,
        stuck,
        list: (filter, person) => kept.listRecordings(pool, filter, onlyOf(person), SHOWN),
        async one(callId, person) {
          const found = await mine(callId, person);
          if (!found) return null;
          const { path: _path, answeredAtMs, ...recording } = found;
          const from = answeredAtMs ?? recording.atMs;
          const marks = [
            { atMs: 0, words: '接听' },
            ...(await kept.transfersOf(pool, callId)).map(({ atMs, to, by }) => ({
              atMs: atMs - from,
              words: by === null ? `转 ${to}` : `${by} 转 ${to}`,
            })),
            ...recording.mutes.map((one) => ({ atMs: one.fromMs, words: '暂停录音' })),
          ];
          return { ...recording, marks, transcript: await transcripts.of(callId) };
        },
        async sound(callId, person, download) {
          const found = await mine(callId, person);
          if (!found?.path) return null;
          const path = resolve(folder, found.path);
          if (!path.startsWith(folder + sep) || !existsSync(path)) return null;
          await audit(person.id, download ? 'recording-downloaded' : 'recording-heard', callId);
          return path;
        },
        async hold(callId, why, was, person) {
          const held = await kept.holdRecording(pool, callId, person.id, why, was);
          if (held !== 'held') return held;
          await audit(
            person.id,
            why === null ? 'recording-released' : 'recording-held',
            `${callId} ${why ?? ''}`.trim(),
          );
          return held;
        },
        async mute(on, person) {
          const own = person.agent === null ? null : ownLeg(floor, person.agent);
          const channel = own && recordedLeg(own.call)?.channel;
          if (!own || !channel || !own.leg.up) return '现在没有通话，不用暂停录音。';
          const answer = await commands()?.act({
            ...{ action: 'MixMonitorMute', channel, direction: 'both', state: on ? 1 : 0 },
          });
          if (!answer?.ok) return '交换机没有照办，录音还在继续，请再试。';
          const spans = mutes.get(own.call.callId) ?? [];
          const open = spans.find((one) => one.untilMs === null);
          if (on && !open) spans.push({ fromMs: now(), untilMs: null });
          if (!on && open) open.untilMs = now();
          mutes.set(own.call.callId, spans);
          await audit(person.id, on ? 'recording-paused' : 'recording-resumed', own.call.callId);
          return null;
        },
      }),
    ],
    async start() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const each = (everyMs: number, work: () => Promise<unknown>) => {
        const timer = setInterval(() => void work().catch(onFault), everyMs);
        timer.unref();
        timers.push(timer);
      };
      each(LOOK_EVERY_MS, look);
      each(RETENTION_EVERY_MS, retain);
      each(GAPS_EVERY_MS, async () => {
        gaps = await kept.recordingGaps(pool, now() - DAY_MS, now() - 2 * LOOK_EVERY_MS - 30_000);
      });
      void look().catch(onFault);
      void retain().catch(onFault);
      transcripts.start();
      await Promise.resolve();
    },
    hear(facts) {
      // the file is whole a moment after the call
      if (facts.some((fact) => fact.kind === 'call-ended'))
        setTimeout(() => void look().catch(onFault), WHOLE_AFTER_MS + 500).unref();
    },
    close() {
      transcripts.close();
      for (const timer of timers) clearInterval(timer);
    },
  };
};
