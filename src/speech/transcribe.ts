/**
 * Speech to text by an HTTP endpoint of the utility's choosing (STT_URL). The endpoint speaks what the common servers for
 * it speak (`POST …/v1/audio/transcriptions`, a form with `file`, the answer in `segments` with seconds): one side of the
 * call is sent at a time, so that who said it is known and not guessed.
 */
import { z } from 'zod';

export interface SpeechSettings {
  url: string;
  token: string | undefined;
  model: string;
}
export interface HeardPart {
  fromMs: number;
  untilMs: number;
  text: string;
}

const seconds = z.number().min(0).max(86_400);
const answer = z.object({
  segments: z.array(z.object({ start: seconds, end: seconds, text: z.string().max(10_000) })).max(20_000),
});
/** The endpoint is away or overloaded: no fault of this recording, which is tried again for as long as it takes. */
export class SpeechAway extends Error {}

const AWAY_STATUSES: readonly number[] = [429, 502, 503, 504];
const LARGEST_BYTES = 8_000_000;
const LEAST_MS = 30_000;

/** The text of one side's wav with its times; fails with a cause in Chinese that says what the endpoint did. */
export async function transcribe(
  settings: SpeechSettings,
  wav: Uint8Array<ArrayBuffer>,
  soundMs: number,
): Promise<HeardPart[]> {
  const form = new FormData();
  form.set('file', new Blob([wav], { type: 'audio/wav' }), 'side.wav');
  form.set('model', settings.model);
  form.set('language', 'zh');
  form.set('response_format', 'verbose_json');
  const response = await fetch(settings.url, {
    method: 'POST',
    body: form,
    redirect: 'error',
    headers: settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` },
    // a slow machine may take as long as the call
    signal: AbortSignal.timeout(LEAST_MS + soundMs),
  }).catch((cause: unknown) => {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    // what comes too late may be this recording's own length
    if (late) throw new Error('语音转写没有按时应答', { cause });
    throw new SpeechAway('语音转写连接不上', { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    const refusal = `语音转写拒绝：HTTP ${response.status}`;
    throw AWAY_STATUSES.includes(response.status) ? new SpeechAway(refusal) : new Error(refusal);
  }
  const told = answer.safeParse(await readJson(response));
  if (!told.success) throw new Error('语音转写的应答看不懂：没有带时间的 segments');
  return told.data.segments.map((one) => ({
    fromMs: Math.round(one.start * 1000),
    untilMs: Math.round(Math.max(one.start, one.end) * 1000),
    text: one.text,
  }));
}

async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) throw new Error('语音转写的应答太大');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}
