import { type Response } from 'express';
import { z } from 'zod';
import { SIZES, TILES, VOICES, wallFault, type Tile, type WallPlan } from '../core/walls/tiles.ts';
import type { KeptWall, Television } from '../protocol/walls.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface WallPorts {
  /** all walls, for who may see what of them is decided by the port */
  list: (person: SignedIn) => KeptWall[];
  /** null: another wall has this name */
  add: (plan: WallPlan, person: SignedIn) => Promise<KeptWall | null>;
  change: (wall: KeptWall, person: SignedIn) => Promise<KeptWall | 'moved' | 'named'>;
  remove: (id: number, person: SignedIn) => Promise<boolean>;
  queues: () => string[];
  televisions: (wallId: number) => Promise<Television[]>;
  /** the token, this once; null: no such wall */
  give: (wallId: number, name: string, person: SignedIn) => Promise<string | null>;
  withdraw: (id: number, person: SignedIn) => Promise<boolean>;
}

const keysOf = <Key extends string>(table: Record<Key, unknown>) => Object.keys(table) as [Key, ...Key[]];
const threshold = z.number('黄线和红线要填数字').nullable();
const tile = z.object({
  kind: z.enum(keysOf(TILES), '没有这种磁贴'),
  size: z.enum(keysOf(SIZES), '没有这种大小'),
  amber: threshold,
  red: threshold,
  voice: z.enum(keysOf(VOICES), '没有这种出声方式'),
  queues: z.array(z.string().min(1).max(80)).max(50),
}) satisfies z.ZodType<Tile>;
const minute = z.number().int();
const planShape = z.object({
  name: z
    .string()
    .max(200)
    .transform((words) => words.replace(/\u0000/g, '').trim()),
  tiles: z.array(tile).max(200),
  quiet: z.object({ fromMinute: minute, untilMinute: minute }).nullable(),
});
const NAMED = '已经有一块大屏叫这个名称，请换一个。';
const NONE = '没有这块大屏，请刷新。';

/** Walls for who watches them; composing them, and giving televisions their links, for the supervisor. */
export function wallRoutes(ports: WallPorts): Routes {
  const router = declareRoutes();
  const watch = allow('watch-wall');
  const keep = allow('keep-walls');
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive(NONE), sent);
  const fit = (response: Response, plan: WallPlan) => {
    const fault = wallFault(plan);
    if (fault) refuse(response, 400, 'wrong-field', fault);
    return fault === null;
  };

  router.get('/walls', watch, (request, response) => {
    response.json({ walls: ports.list(personOf(request)), queues: ports.queues() });
  });
  router.get('/walls/:id', watch, (request, response) => {
    const found = ports
      .list(personOf(request))
      .find((one) => String(one.id) === String(request.params['id']));
    if (!found) return refuse(response, 404, 'no-such-wall', '没有这块大屏，请向班长要新的地址。');
    response.json(found);
  });
  router.post('/walls', keep, async (request, response) => {
    const plan = said(response, planShape, request.body);
    if (!plan || !fit(response, plan)) return;
    const made = await ports.add(plan, personOf(request));
    if (!made) return refuse(response, 409, 'named', NAMED);
    response.status(201).json(made);
  });
  router.put('/walls/:id', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const plan = id && said(response, planShape.extend({ version: z.number().int() }), request.body);
    if (!id || !plan || !fit(response, plan)) return;
    const done = await ports.change({ ...plan, id }, personOf(request));
    if (done === 'named') return refuse(response, 409, 'named', NAMED);
    if (done === 'moved')
      return refuse(response, 409, 'changed-meanwhile', '另一人刚改过或删了这块大屏，请刷新看过后再改。');
    response.json(done);
  });
  router.delete('/walls/:id', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (!id) return;
    if (!(await ports.remove(id, personOf(request)))) return refuse(response, 404, 'no-such-wall', NONE);
    response.json({ ok: true });
  });

  router.get('/walls/:id/televisions', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (id) response.json(await ports.televisions(id));
  });
  router.post('/walls/:id/televisions', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const name = z.string().trim().min(1, '请写电视放在哪里').max(40, '最多 40 个字');
    const told = id && said(response, z.object({ name }), request.body);
    if (!id || !told) return;
    const token = await ports.give(id, told.name, personOf(request));
    if (token === null) return refuse(response, 404, 'no-such-wall', NONE);
    response.status(201).json({ token });
  });
  router.delete('/televisions/:id', keep, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (!id) return;
    if (!(await ports.withdraw(id, personOf(request))))
      return refuse(response, 409, 'withdrawn', '这个链接已经收回过了。');
    response.json({ ok: true });
  });
  return router;
}
