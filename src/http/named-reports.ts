import { type Request, type Response } from 'express';
import { z } from 'zod';
import { FILTER_DIMS, type NamedReport } from '../core/office/named-report.ts';
import { CATEGORIES, CHANNEL_ORDER, CHANNEL_WORDS } from '../core/office/receipts.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface NamedReportPorts {
  list: () => Promise<NamedReport[]>;
  /** the districts and units that there are */
  choices: () => Promise<{ districts: string[]; units: { value: string; label: string }[] }>;
  /** saves under a name; taken: another has it; gone: it was removed */
  save: (
    id: number | null,
    named: Pick<NamedReport, 'name' | 'kind' | 'filter'>,
    person: SignedIn,
  ) => Promise<{ id: number } | 'taken' | 'gone'>;
  remove: (id: number, person: SignedIn) => Promise<boolean>;
}

const values = z.array(z.string().max(80)).max(60).optional();
const named = z.object({
  name: z
    .string()
    .trim()
    .min(1, '请给这张报表起个名字')
    .max(40, '名字最多 40 个字')
    .transform((name) => name.replace(/\u0000/g, '')),
  kind: z.enum(['day', 'week', 'month', 'cycle', 'year', 'summer', 'span']),
  filter: z
    .object({ category: values, district: values, unit: values, channel: values })
    .transform((filter) =>
      Object.fromEntries(FILTER_DIMS.flatMap((dim) => (filter[dim]?.length ? [[dim, filter[dim]]] : []))),
    ),
});
const GONE = '这张报表已被删除，请刷新。';

/** Reports that are saved under a name: who may read reports may open them, some may save them. */
export function namedReportRoutes(ports: NamedReportPorts): Routes {
  const router = declareRoutes();
  const keep = allow('name-reports');

  router.get('/named-reports', allow('read-reports'), async (_request, response) => {
    const { districts, units } = await ports.choices();
    const option = (value: string, label: string) => ({ value, label });
    response.json({
      named: await ports.list(),
      choices: {
        category: [...CATEGORIES.map(({ code, zh }) => option(code, zh)), option('', '未分类')],
        district: [...districts.map((name) => option(name, name)), option('', '未写辖区')],
        unit: [...units, option('', '未派单')],
        channel: CHANNEL_ORDER.map((code) => option(code, CHANNEL_WORDS[code]!)),
      },
    });
  });

  const save = async (request: Request, response: Response, id: number | null) => {
    const told = said(response, named, request.body);
    if (!told) return;
    const saved = await ports.save(id, told, personOf(request));
    if (saved === 'taken')
      return refuse(response, 409, 'name-taken', '已有同名的报表：请换一个名字，或打开那一张改。');
    if (saved === 'gone') return refuse(response, 404, 'no-such-report', GONE);
    response.status(id === null ? 201 : 200).json(saved);
  };
  router.post('/named-reports', keep, (request, response) => save(request, response, null));
  router.put('/named-reports/:id', keep, (request, response) =>
    save(request, response, Number(request.params['id']) || 0),
  );
  router.delete('/named-reports/:id', keep, async (request, response) => {
    if (!(await ports.remove(Number(request.params['id']) || 0, personOf(request))))
      return refuse(response, 404, 'no-such-report', GONE);
    response.json({ ok: true });
  });
  return router;
}
