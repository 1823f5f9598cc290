/** Transcripts put together: each recording goes to the utility's speech-to-text, one at a time; without one, nothing is done. */
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter } from 'prom-client';
import { fillersIn, inOrder, type Said, type Transcript } from '../core/recordings/transcript.ts';
import { isPassing } from '../postgres/pool.ts';
import * as kept from '../postgres/transcripts.ts';
import { run } from '../setup/packages.ts';
import { SpeechAway, transcribe } from '../speech/transcribe.ts';
import type { Ground } from './wings.ts';

const LOOK_EVERY_MS = 5000;
/** older ones are not sent by themselves */
const BACK_MS = 7 * 86_400_000;
/** so long the endpoint is left alone when it was away */
const AWAY_PAUSE_MS = 60_000;
const MOST_TRIES = 5;
const SIDES = ['caller', 'agent'] as const;

export interface Transcripts {
  /** is a speech-to-text set at all */
  on: boolean;
  of(callId: string): Promise<Transcript>;
  start(): void;
  close(): void;
}

export function openTranscripts(
  { config, pool, now, log, registry }: Pick<Ground, 'config' | 'pool' | 'now' | 'log' | 'registry'>,
  folder: string,
): Transcripts {
  const { STT_URL: url, STT_TOKEN: token, STT_MODEL: model } = config;
  let timer: NodeJS.Timeout | null = null;
  let hearing = false;
  let pausedUntilMs = 0;
  const heard = new Counter({
    name: 'hotline_transcripts_total',
    help: 'Recordings given to speech-to-text, by what came of it',
    labelNames: ['result'],
    registers: [registry],
  });

  async function hear(one: { path: string; ms: number }): Promise<Said[]> {
    const near = mkdtempSync(join(tmpdir(), 'hotline-speech-'));
    try {
      const said: Said[] = [];
      for (const [at, side] of SIDES.entries()) {
        const wav = join(near, `${side}.wav`);
        await run(['sox', '-q', join(folder, one.path), '-b', '16', wav, 'remix', String(at + 1)]);
        const parts = await transcribe(
          { url: url!, token, model },
          new Uint8Array(readFileSync(wav)),
          one.ms,
        );
        said.push(...parts.map((part) => ({ ...part, side })));
      }
      return inOrder(said);
    } finally {
      rmSync(near, { recursive: true, force: true });
    }
  }

  async function look(): Promise<void> {
    if (hearing || now() < pausedUntilMs) return;
    hearing = true;
    try {
      for (;;) {
        const one = await kept.nextUnheard(pool, now() - BACK_MS, MOST_TRIES);
        if (!one || timer === null) return;
        try {
          const said = await hear(one);
          await kept.keepTranscript(pool, one.callId, said, fillersIn(said));
          heard.inc({ result: 'done' });
        } catch (cause) {
          const away = cause instanceof SpeechAway;
          log.warn({ err: cause, callId: one.callId }, 'speech to text');
          heard.inc({ result: away ? 'away' : 'failed' });
          // a database that is away has not heard it either: it is heard once more when both are back
          if (isPassing(cause)) throw cause;
          const fault = cause instanceof Error ? cause.message : String(cause);
          if (away) pausedUntilMs = now() + AWAY_PAUSE_MS;
          await kept.noteUnheard(pool, one.callId, fault, away);
          if (away) return;
        }
      }
    } finally {
      hearing = false;
    }
  }

  return {
    on: url !== undefined,
    async of(callId) {
      const found = await kept.findTranscript(pool, callId);
      if (found?.said && found.fillers) return { state: 'done', said: found.said, fillers: found.fillers };
      if (url === undefined) return { state: 'off' };
      return found?.fault ? { state: 'failed', fault: found.fault } : { state: 'waiting' };
    },
    start() {
      if (url === undefined) return;
      timer = setInterval(
        () => void look().catch((cause: unknown) => log.error({ err: cause }, 'speech to text')),
        LOOK_EVERY_MS,
      );
      timer.unref();
    },
    close() {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
