import { type Request } from 'express';
import { z } from 'zod';
import { ROLES, type Role } from '../core/people/may.ts';
import { settingFault, SETTINGS, settingValues } from '../core/people/settings.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Account {
  id: number;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  unitId: number | null;
  disabled: boolean;
  mustChange: boolean;
}
interface Fields {
  login: string;
  name: string;
  role: Role;
  extension: string | null;
  unitId: number | null;
  disabled: boolean;
}
type UnitKind =
  'service-centre' | 'card-meter' | 'sales' | 'network' | 'water-quality' | 'production' | 'branch';
interface Unit {
  id: number;
  code: string;
  name: string;
  kind: UnitKind;
  disabled: boolean;
  districts: string[];
}
/** who did it, and from where: goes into the audit log in the same transaction */
export interface By {
  personId: number;
  address: string | null;
}
export interface PeoplePorts {
  list: () => Promise<Account[]>;
  /** gives the password, this once; null: login or phone is somebody's already */
  add: (by: By, fields: Fields) => Promise<{ account: Account; password: string } | null>;
  /** `was`: what who changes it saw */
  change: (
    by: By,
    id: number,
    fields: Fields,
    was: Fields | null,
  ) => Promise<Account | 'changed-meanwhile' | null>;
  resetPassword: (by: By, id: number) => Promise<string | null>;
  signOut: (by: By, id: number) => Promise<void>;
  units: () => Promise<Unit[]>;
  districts: () => Promise<string[]>;
  saveUnit: (by: By, id: number | null, fields: Omit<Unit, 'id' | 'code'>) => Promise<number | null>;
  addDistrict: (by: By, name: string) => Promise<boolean>;
  settings: (name: string) => Promise<Record<string, unknown>>;
  /** `was`: what who sets it saw; false: it has been set otherwise since */
  keepSettings: (
    by: By,
    name: string,
    value: Record<string, unknown>,
    was: Record<string, unknown> | null,
  ) => Promise<boolean>;
}

const fields = z
  .object({
    login: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9._-]{2,40}$/, '工号用 2 到 40 个字母、数字、点、横线'),
    name: z.string().trim().min(1, '请填写姓名').max(40, '姓名太长'),
    role: z.enum(ROLES as [Role, ...Role[]], { error: '请选择角色' }),
    extension: z
      .string()
      .regex(/^\d{3,6}$/, '分机是 3 到 6 位数字')
      .nullable(),
    unitId: z.number().int().positive().nullable(),
    disabled: z.boolean(),
  })
  .refine((one) => one.unitId !== null || !['dispatcher', 'field-worker'].includes(one.role), {
    path: ['unitId'],
    message: '派单员和维修人员要选所属单位',
  });
const unitFields = z.object({
  name: z.string().trim().min(2, '请填写单位名称').max(60),
  kind: z.enum(['service-centre', 'card-meter', 'sales', 'network', 'water-quality', 'production', 'branch']),
  disabled: z.boolean(),
  districts: z.array(z.string().max(40)).max(50),
});
/** Accounts, units and settings. */
export function peopleRoutes(ports: PeoplePorts): Routes {
  const router = declareRoutes();

  router.get(
    '/people',
    allow('edit-people'),
    async (_request, response) => void response.json(await ports.list()),
  );

  router.post('/people', allow('edit-people'), async (request, response) => {
    const wanted = said(response, fields, request.body);
    if (!wanted) return;
    const made = await ports.add(by(request), wanted);
    if (!made) return refuse(response, 409, 'taken', '这个工号或分机已经有人用了，请换一个。');
    response.status(201).json(made);
  });

  router.put('/people/:id', allow('edit-people'), async (request, response) => {
    const wanted = said(response, fields, request.body);
    if (!wanted) return;
    const id = Number(request.params['id']);
    if (id === personOf(request).id && (wanted.disabled || wanted.role !== 'administrator'))
      return refuse(
        response,
        409,
        'own-account',
        '不能停用自己的账号，也不能去掉自己的管理员角色；请另一位管理员来做。',
      );
    const seen = said(response, z.object({ was: fields.optional() }), request.body);
    if (!seen) return;
    const account = await ports.change(by(request), id, wanted, seen.was ?? null);
    if (account === 'changed-meanwhile')
      return refuse(response, 409, account, '另一位管理员刚改过这个人，请刷新看过后再改。');
    if (!account) return refuse(response, 409, 'taken', '没有这个人，或工号、分机已经有人用了。');
    response.json(account);
  });

  router.post('/people/:id/password', allow('edit-people'), async (request, response) => {
    const password = await ports.resetPassword(by(request), Number(request.params['id']));
    if (password === null) return refuse(response, 404, 'no-such-person', '没有这个人。');
    response.json({ password });
  });

  router.post('/people/:id/sign-out', allow('edit-people'), async (request, response) => {
    await ports.signOut(by(request), Number(request.params['id']));
    response.json({ ok: true });
  });

  router.get('/units', allow('watch-wall'), async (_request, response) => {
    const [units, districts] = await Promise.all([ports.units(), ports.districts()]);
    response.json({ units, districts });
  });

  const saveUnit = (idOf: (request: Request) => number | null) =>
    [
      allow('edit-people'),
      async (request: Request, response: Parameters<typeof refuse>[0]) => {
        const wanted = said(response, unitFields, request.body);
        if (!wanted) return;
        const id = await ports.saveUnit(by(request), idOf(request), wanted);
        if (id === null) return refuse(response, 409, 'taken', '没有这个单位，或已经有同名的单位。');
        response.json({ id });
      },
    ] as const;
  router.post('/units', ...saveUnit(() => null));
  router.put('/units/:id', ...saveUnit((request) => Number(request.params['id'])));

  router.post('/districts', allow('edit-people'), async (request, response) => {
    const wanted = said(
      response,
      z.object({ name: z.string().trim().min(2, '请填写辖区名称').max(20) }),
      request.body,
    );
    if (!wanted) return;
    if (!(await ports.addDistrict(by(request), wanted.name)))
      return refuse(response, 409, 'taken', '已经有这个辖区。');
    response.status(201).json({ ok: true });
  });

  router.get('/settings/:name', allow('edit-settings'), async (request, response) => {
    const name = String(request.params['name']);
    const group = SETTINGS[name];
    if (!group) return refuse(response, 404, 'no-such-setting', '没有这组设置。');
    response.json(settingValues(group, await ports.settings(name)));
  });

  router.put('/settings/:name', allow('edit-settings'), async (request, response) => {
    const name = String(request.params['name']);
    const group = SETTINGS[name];
    if (!group) return refuse(response, 404, 'no-such-setting', '没有这组设置。');
    const wanted = said(response, z.record(z.string(), z.unknown()), request.body);
    if (!wanted) return;
    for (const [key, field] of Object.entries(group.fields)) {
      const fault = settingFault(field, wanted[key]);
      if (fault) return refuse(response, 400, 'wrong-field', `${fault}。`);
    }
    const value = Object.fromEntries(Object.keys(group.fields).map((key) => [key, wanted[key]]));
    const seen = said(
      response,
      z.object({ was: z.record(z.string(), z.unknown()).optional() }),
      request.body,
    );
    if (!seen) return;
    if (!(await ports.keepSettings(by(request), name, value, seen.was ?? null)))
      return refuse(response, 409, 'changed-meanwhile', '另一人刚改过这组设置，请刷新看过后再改。');
    response.json(value);
  });
  return router;
}

function by(request: Request): By {
  return { personId: personOf(request).id, address: request.ip ?? null };
}
