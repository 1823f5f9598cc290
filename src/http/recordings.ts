import { z } from 'zod';
import type { RecordingFilter } from '../protocol/recordings.ts';
import type { Recording, RecordingLine, StuckRecording } from '../protocol/recordings.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface RecordingsPorts {
  /** is what was said in recordings written down by a speech-to-text */
  speech: boolean;
  /** what can't be packed, or whose file can't be removed */
  stuck: () => StuckRecording[];
  list: (filter: RecordingFilter, person: SignedIn) => Promise<RecordingLine[]>;
  /** null: there is none, or it is not this person's to hear */
  one: (callId: string, person: SignedIn) => Promise<Recording | null>;
  /** the file's whole path; null as above, or deleted */
  sound: (callId: string, person: SignedIn, download: boolean) => Promise<string | null>;
  /** `was`: the reason that who asks saw; not there: whatever it is */
  hold: (
    callId: string,
    why: string | null,
    was: string | null | undefined,
    person: SignedIn,
  ) => Promise<'held' | 'changed-meanwhile' | 'no-such-recording'>;
  /** the agent's own call, now; a refusal in Chinese: it was not done */
  mute: (on: boolean, person: SignedIn) => Promise<string | null>;
}

const instant = z.coerce.number().int().min(0).max(4e12);
const filter = z.object({
  fromMs: instant,
  untilMs: instant,
  number: z.string().trim().max(40, '号码太长').regex(/^$|\d/, '号码里没有数字').default(''),
  agent: z.string().max(40).default(''),
  orderNo: z.string().max(30).default(''),
  leastMs: z.coerce.number().int().min(0).max(86_400_000).default(0),
  words: z.string().trim().max(50, '最多 50 个字').default(''),
  class: z.enum(['', 'complaint', 'ordinary', 'survey', 'outbound', 'void']).default(''),
});
const NONE = '没有这段录音，或不归您查听。';

/** Recordings: an agent hears their own, the leader of the shift and the managers all; each hearing is written down. */
export function recordingRoutes(ports: RecordingsPorts): Routes {
  const router = declareRoutes();
  const hear = allow('hear-recordings');
  const idOf = (raw: unknown) => String(raw);

  router.get('/recordings', hear, async (request, response) => {
    const asked = said(response, filter, request.query);
    if (asked) response.json(await ports.list(asked, personOf(request)));
  });
  router.get('/recordings/speech', hear, (_request, response) => void response.json({ on: ports.speech }));
  router.get('/recordings/stuck', allow('keep-recordings'), (_request, response) => {
    response.json(ports.stuck());
  });
  router.post('/recordings/mute', allow('take-calls'), async (request, response) => {
    const asked = said(response, z.object({ on: z.boolean() }), request.body);
    if (!asked) return;
    const refused = await ports.mute(asked.on, personOf(request));
    if (refused !== null) return refuse(response, 409, 'not-muted', refused);
    response.json({ on: asked.on });
  });
  router.get('/recordings/:callId', hear, async (request, response) => {
    const found = await ports.one(idOf(request.params['callId']), personOf(request));
    if (!found) return refuse(response, 404, 'no-such-recording', NONE);
    response.json(found);
  });
  router.get('/recordings/:callId/sound', hear, async (request, response) => {
    const path = await ports.sound(idOf(request.params['callId']), personOf(request), false);
    if (path === null) return refuse(response, 404, 'no-such-recording', NONE);
    response.setHeader('Cache-Control', 'private, no-store');
    response.type('audio/flac').sendFile(path, { acceptRanges: true, cacheControl: false });
  });
  router.get('/recordings/:callId/file', allow('keep-recordings'), async (request, response) => {
    const callId = idOf(request.params['callId']);
    const path = await ports.sound(callId, personOf(request), true);
    if (path === null) return refuse(response, 404, 'no-such-recording', NONE);
    response.setHeader('Cache-Control', 'private, no-store');
    response.download(path, `${callId}.flac`);
  });
  router.put('/recordings/:callId/hold', allow('keep-recordings'), async (request, response) => {
    const told = said(
      response,
      z.object({
        why: z.string().trim().min(1, '请写明保全的原因').max(200, '最多 200 个字').nullable(),
        was: z.string().max(200).nullable().optional(),
      }),
      request.body,
    );
    if (!told) return;
    const held = await ports.hold(idOf(request.params['callId']), told.why, told.was, personOf(request));
    if (held === 'changed-meanwhile')
      return refuse(response, 409, held, '另一处刚改过这段录音的保全，没有再改。请看过现在的原因再决定。');
    if (held === 'no-such-recording') return refuse(response, 404, held, NONE);
    response.json({ ok: true });
  });
  return router;
}
