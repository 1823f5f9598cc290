import type { Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { soughtNumber } from '../core/people/number.ts';
import type { PersonDataErased, PersonDataFound, PersonalKindView } from '../protocol/personal-data.ts';
import { allow, attach, personOf, proven, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface By {
  personId: number;
  address: string | null;
}

export interface PersonalDataPorts {
  /** every kind that is kept: where, why, how long, who sees it */
  kinds: () => Promise<PersonalKindView[]>;
  find: (number: string) => Promise<PersonDataFound[]>;
  /** a zip of rows and files, written down before it goes out */
  pack: (number: string, by: By) => Promise<NodeJS.ReadableStream>;
  erase: (number: string, reason: string, by: By) => Promise<PersonDataErased>;
}

const asked = z.object({ number: z.string().trim().min(1, '请填写电话号码').max(40, '号码太长') });
const erased = asked.extend({
  reason: z.string().trim().min(2, '请写明谁在什么时候、怎样提出的').max(200, '最多 200 字'),
  again: z.string().trim().max(40),
});

/** What is kept of people, and the right of each to see it and have it erased. */
export function personalDataRoutes(ports: PersonalDataPorts): Routes {
  const router = declareRoutes();
  const may = allow('keep-personal-data');
  // each reads the tables through
  const seldom = rateLimit({
    ...{ windowMs: 60_000, limit: 10, standardHeaders: true, legacyHeaders: false },
    handler: (_request, response) => refuse(response, 429, 'too-often', '查得太频繁，请一分钟后再试。'),
  });
  const numberOf = (response: Response, written: string): string | null => {
    const number = soughtNumber(written);
    if (number !== null && /^\d{7,}$/.test(number)) return number;
    refuse(response, 400, 'wrong-number', '请填写完整的电话号码（固定电话带区号），一次一个。');
    return null;
  };

  router.get('/personal-data', may, async (_request, response) => {
    response.json({ kinds: await ports.kinds() });
  });

  router.post('/personal-data/find', may, proven, seldom, async (request, response) => {
    const wanted = said(response, asked, request.body);
    const number = wanted && numberOf(response, wanted.number);
    if (number) response.json({ found: await ports.find(number) });
  });

  router.post('/personal-data/export', may, proven, seldom, async (request, response) => {
    const wanted = said(response, asked, request.body);
    const number = wanted && numberOf(response, wanted.number);
    if (!number) return;
    const by = { personId: personOf(request).id, address: request.ip ?? null };
    const zip = await ports.pack(number, by);
    attach(response, `个人信息-尾号${number.slice(-4)}.zip`).type('application/zip');
    zip.on('error', () => response.destroy());
    zip.pipe(response);
  });

  router.post('/personal-data/erase', may, proven, seldom, async (request, response) => {
    const wanted = said(response, erased, request.body);
    const number = wanted && numberOf(response, wanted.number);
    if (!number) return;
    if (soughtNumber(wanted.again) !== number)
      return refuse(response, 400, 'not-the-same', '两次填写的号码不一样，请再核对一遍。');
    const by = { personId: personOf(request).id, address: request.ip ?? null };
    response.json(await ports.erase(number, wanted.reason, by));
  });
  return router;
}
