/** The administrator's page of other systems' tokens. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SCOPE_NAMES, type Scope } from '../core/outward/scope.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface TokenPorts {
  list: () => Promise<unknown[]>;
  units: () => Promise<{ id: number; name: string }[]>;
  add: (
    wanted: { system: string; scopes: Scope[]; unitId: number | null; perMinute: number },
    token: string,
    personId: number,
  ) => Promise<number | null>;
  rotate: (id: number, token: string, graceHours: number, personId: number) => Promise<string | null>;
  revoke: (id: number, personId: number) => Promise<string | null>;
  audit: (personId: number, deed: string, about: string) => Promise<void>;
}

const id = z.coerce.number().int().positive();
const wantedToken = z.object({
  system: z.string().trim().min(1, '请填写系统名称').max(60, '名称不超过 60 个字'),
  scopes: z.array(z.enum(SCOPE_NAMES)).min(1, '请至少选一项权限'),
  unitId: id.nullable().default(null),
  perMinute: z.number().int().min(1, '至少每分钟 1 次').max(6000, '至多每分钟 6000 次').default(120),
});
const rotation = z.object({ graceHours: z.number().int().min(0).max(168).default(24) });

export function newToken(): string {
  return `hl_${randomBytes(32).toString('base64url')}`;
}

export function tokenRoutes(ports: TokenPorts): Routes {
  const routes = declareRoutes();
  const edit = allow('edit-outward');

  routes.get('/api-tokens', edit, async (_request, response) => {
    const [tokens, units] = await Promise.all([ports.list(), ports.units()]);
    response.json({ tokens, units: units.map(({ id: of, name }) => ({ id: of, name })) });
  });
  routes.post('/api-tokens', edit, async (request, response) => {
    const wanted = said(response, wantedToken, request.body);
    if (!wanted) return;
    const token = newToken();
    const person = personOf(request);
    const added = await ports.add(wanted, token, person.id);
    if (added === null)
      return refuse(response, 409, 'has-token', '这个系统已有令牌：请轮换它，或先吊销，或换一个名称。');
    await ports.audit(person.id, 'token-made', `${wanted.system}：${wanted.scopes.join(' ')}`);
    response.status(201).json({ id: added, token });
  });
  routes.post('/api-tokens/:id/rotate', edit, async (request, response) => {
    const of = said(response, id, request.params['id']);
    const how = of && said(response, rotation, request.body ?? {});
    if (!of || !how) return;
    const token = newToken();
    const system = await ports.rotate(of, token, how.graceHours, personOf(request).id);
    if (system === null) return refuse(response, 404, 'no-token', '没有这个令牌，或已吊销；请刷新页面。');
    await ports.audit(personOf(request).id, 'token-rotated', system);
    response.json({ token });
  });
  routes.post('/api-tokens/:id/revoke', edit, async (request, response) => {
    const of = said(response, id, request.params['id']);
    if (!of) return;
    const person = personOf(request);
    const system = await ports.revoke(of, person.id);
    if (system === null) return refuse(response, 404, 'no-token', '没有这个令牌，或已吊销；请刷新页面。');
    await ports.audit(person.id, 'token-revoked', system);
    response.json({ ok: true });
  });
  return routes;
}
