import express, { type Request } from 'express';
import { z } from 'zod';
import type { Language } from '../core/ivr/flow.ts';
import type { KeptPlace } from '../core/ivr/places.ts';
import type { IvrFigures, Prompt, SpokenWord } from '../protocol/ivr.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** The prompts of one language. */
export interface PromptPorts {
  list: () => Prompt[];
  sound: (name: string) => Buffer | null;
  say: (name: string, text: string) => Promise<boolean>;
  record: (name: string, wav: Buffer) => boolean;
}

export interface IvrPorts {
  words: () => Promise<SpokenWord[]>;
  places: () => Promise<KeptPlace[]>;
  /** the record that the agent writes of them; null: another one has taken them */
  take: (callId: string, personId: number) => Promise<number | null>;
  /** the file of a spoken word; null: it is not there (any more) */
  sound: (callId: string) => string | null;
  figures: (fromMs: number, untilMs: number) => Promise<IvrFigures>;
  prompts: Record<Language, PromptPorts>;
  audit: (personId: number, what: string, about: string) => Promise<void>;
  moved: () => void;
}

const MOST_SOUND = '4mb';
const instant = z.coerce.number().int().min(0).max(4e12);
const span = z
  .object({ from: instant, until: instant })
  .refine(
    (one) => one.until > one.from && one.until - one.from <= 400 * 86_400_000,
    '时间范围不对，最多 400 天',
  );
const promptName = z.string().regex(/^[a-z0-9-]{1,40}$/, '没有这条语音');
const text = z
  .string()
  .transform((words) => words.replace(/[\u0000-\u001f]/g, ' ').trim())
  .pipe(z.string().min(1, '请写要说的话').max(200, '最多 200 个字'));

/** What the switch plays: RIFF, PCM, one channel, 8000 Hz, 16 bit; and not a minute long. */
export function isTelephoneWav(bytes: Buffer): boolean {
  return (
    bytes.length > 1000 &&
    bytes.length < 60 * 16_000 &&
    bytes.toString('latin1', 0, 4) === 'RIFF' &&
    bytes.toString('latin1', 8, 16) === 'WAVEfmt ' &&
    bytes.readUInt16LE(20) === 1 &&
    bytes.readUInt16LE(22) === 1 &&
    bytes.readUInt32LE(24) === 8000 &&
    bytes.readUInt16LE(34) === 16
  );
}

/** Callers' words and kept places for who sits at the desk; the prompts and the figures for who runs the IVR. */
export function ivrRoutes(ports: IvrPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-words');
  const run = allow('run-ivr');
  /** `?language=en` asks of the second language */
  const of = (request: Request) => ports.prompts[request.query['language'] === 'en' ? 'en' : 'zh'];

  router.get('/ivr/words', see, async (_request, response) => {
    const [words, places] = await Promise.all([ports.words(), ports.places()]);
    response.json({ words, places });
  });
  router.get('/ivr/words/:callId/sound', see, async (request, response) => {
    const callId = String(request.params['callId']);
    const sound = ports.sound(callId);
    if (!sound) return refuse(response, 404, 'no-such-sound', '这段留言的声音不在了，请按号码回拨。');
    await ports.audit(personOf(request).id, 'word-heard', callId);
    response.setHeader('Cache-Control', 'private, no-store');
    response.type('audio/wav').sendFile(sound, { dotfiles: 'allow', cacheControl: false });
  });
  router.post('/ivr/words/:callId/take', allow('call-back'), async (request, response) => {
    const callId = String(request.params['callId']);
    const recordId = await ports.take(callId, personOf(request).id);
    if (recordId === null) return refuse(response, 409, 'taken', '另一人已经在处理这段留言。');
    ports.moved();
    response.json({ recordId });
  });

  router.get('/ivr/figures', run, async (request, response) => {
    const asked = said(response, span, request.query);
    if (asked) response.json(await ports.figures(asked.from, asked.until));
  });
  router.get('/ivr/prompts', run, (request, response) => void response.json(of(request).list()));
  router.get('/ivr/prompts/:name/sound', run, (request, response) => {
    const name = said(response, promptName, request.params['name']);
    const sound = name && of(request).sound(name);
    if (!name) return;
    if (!sound) return refuse(response, 404, 'no-such-prompt', '没有这条语音。');
    response.setHeader('Cache-Control', 'no-cache');
    response.type('audio/wav').send(sound);
  });
  router.put('/ivr/prompts/:name/text', run, async (request, response) => {
    const name = said(response, promptName, request.params['name']);
    const told = name && said(response, z.object({ text }), request.body);
    if (!name || !told) return;
    if (!(await of(request).say(name, told.text)))
      return refuse(response, 404, 'no-such-prompt', '没有这条语音，或交换机不在本机，不能在这里改。');
    await ports.audit(personOf(request).id, 'prompt-changed', `${name}：${told.text}`);
    response.json({ ok: true });
  });
  router.put(
    '/ivr/prompts/:name/sound',
    run,
    express.raw({ type: 'audio/wav', limit: MOST_SOUND }),
    async (request, response) => {
      const name = said(response, promptName, request.params['name']);
      if (!name) return;
      const wav: unknown = request.body;
      if (!Buffer.isBuffer(wav) || !isTelephoneWav(wav))
        return refuse(
          response,
          400,
          'wrong-sound',
          '声音要是 8000 Hz 单声道 16 位的 wav，不超过一分钟；请在页面上选文件或录音，会自动转换。',
        );
      if (!of(request).record(name, wav))
        return refuse(response, 404, 'no-such-prompt', '没有这条语音，或交换机不在本机，不能在这里改。');
      await ports.audit(personOf(request).id, 'prompt-recorded', name);
      response.json({ ok: true });
    },
  );
  return router;
}
