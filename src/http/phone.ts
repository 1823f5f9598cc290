import { type Response } from 'express';
import { z } from 'zod';
import type { CallAnswer, PhoneCalls } from '../app/phone-calls.ts';
import { extensionOf, type KeptPhone, type Phones } from '../app/phones.ts';
import { readNumbers } from '../core/people/number.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

/** The agent's own phone, and everybody's for the administrator. */
export interface PhonePorts<Row extends KeptPhone & { name: string; deskRenewedAtMs: number | null }> {
  phones: Phones<Row>;
  calls: PhoneCalls;
  isOpen: (personId: number) => boolean;
  /** the switch's word: is this phone registered; null: it can't be asked now */
  isRegistered: (agent: string) => Promise<boolean | null>;
  /** its desk phone's password can be reckoned by who knows another phone's: to be made new */
  hasSharedPassword: (row: Row) => boolean;
  directory: () => Promise<{
    agents: { agent: string; name: string; state: string }[];
    units: { id: number; name: string; phone: string | null }[];
  }>;
  /** who did what, for the audit log */
  audit: (personId: number, deed: string, about: string) => Promise<void>;
  setUnitPhone: (unitId: number, phone: string | null) => Promise<boolean>;
}

const kind = z.object({ kind: z.enum(['browser', 'desk']) });
const number = z.object({ to: z.string().trim().min(1, '请输入号码').max(20, '号码太长') });
/** the tab that asks makes it, so that it knows its own call when that rings */
const placing = number.extend({ token: z.uuid() });
const key = z.enum(['back', 'join', 'together']);
const digit = z.object({ digit: z.string().regex(/^[0-9*#]$/, '按键只能是 0–9、* 或 #') });
const hangUp = z.object({ confirmed: z.boolean() });
const session = z.object({ withCall: z.boolean() });
const unitPhone = z.object({
  phone: z
    .string()
    .trim()
    .transform((written, context) => {
      if (/^[0-9]{3,6}$/.test(written)) return written;
      const { numbers, refused } = readNumbers(written);
      const only = numbers.length === 1 && refused === null ? numbers[0]! : null;
      if (only && only.extension === null && only.national.length <= 12) return only.national;
      const why = refused ?? '这里只填一个号码，分机不能直接拨';
      context.addIssue({ code: 'custom', message: `${why}。例如 0951-6012345` });
      return z.NEVER;
    })
    .nullable(),
});
const id = z.coerce.number().int().positive();

/** What to tell the agent when the switch, or a rule, said no. */
const WORDS: Record<string, string> = {
  'number-empty': '请输入要拨的号码。',
  'number-not-digits': '号码里只能有数字，请去掉空格和符号。',
  'number-not-allowed': '这个号码不允许拨打。可以拨分机、手机、固定电话（外地带区号）和 12345 等服务号码。',
  'cap-reached': '这一小时拨出的电话（或拨这个号码的次数）已达上限，请稍后再拨，或请班长处理。',
  'budget-reached':
    '今天的外呼预算已用完，这个号码段今天不能再拨。请班长到“电话防护”核对，确需拨打请在“设置”里调整。',
  'own-number': '这是您自己的分机。',
  'no-call': '现在没有通话。',
  'call-already': '您正在通话，请先结束这一通；要叫上第三方请用“转接”。',
  'not-talking': '电话还没有接通，接通后才能这样做。',
  'second-already': '已经叫了一方，请先接回来电人或完成转接。',
  'no-second': '没有叫第三方。请先按“转接”并拨通对方。',
  'not-heard': '交换机没有照做，通话没有变化，请再按一次。',
  'caller-hangs-up-first': '请让来电人先挂机（第十一条）。确实需要挂断，请再按一次。',
  'pbx-disconnected': '交换机未连接，操作没有执行。请稍候再试；一直不行请告诉管理员。',
  'pbx-refused': '交换机拒绝了这个操作',
  'no-answer-in-time': '交换机没有按时应答，请看通话状态后再试。',
};

export function phoneRoutes<Row extends KeptPhone & { name: string; deskRenewedAtMs: number | null }>(
  ports: PhonePorts<Row>,
): Routes {
  const router = declareRoutes();
  const { phones, calls } = ports;
  const mine = allow('take-calls');

  function answered(response: Response, answer: CallAnswer): void {
    if (answer.ok) return void response.json({ ok: true });
    const words = WORDS[answer.refusal] ?? WORDS['pbx-refused']!;
    const more = answer.refusal === 'pbx-refused' ? `${answer.message ? `：${answer.message}` : ''}。` : '';
    refuse(response, answer.refusal.startsWith('pbx') ? 503 : 409, answer.refusal, words + more);
  }
  const noPhone = (response: Response) =>
    refuse(response, 409, 'no-phone', '这个账号没有话机，请管理员给账号配上分机。');

  router.get('/phone', mine, async (request, response) => {
    const { id: personId } = personOf(request);
    const row = await phones.find(personId);
    const extension = extensionOf(row?.agent ?? null);
    if (!row || extension === null) return noPhone(response);
    response.json({
      extension,
      kind: row.kind,
      deskReady: row.deskDigest !== null,
      registered: await ports.isRegistered(row.agent!),
      call: calls.now(row.agent!),
    });
  });
  router.post('/phone/session', mine, async (request, response) => {
    const asked = said(response, session, request.body);
    if (!asked) return;
    const { id: personId, agent } = personOf(request);
    const now = agent === null ? null : calls.now(agent);
    if (!asked.withCall && ports.isOpen(personId) && now && now.state !== 'ringing') {
      return refuse(
        response,
        409,
        'call-elsewhere',
        '您正在另一个标签页里通话。请在那里继续，挂机后再在此处接管。',
      );
    }
    const begun = await phones.begin(personId, request.sessionID);
    if (!begun)
      return refuse(
        response,
        409,
        'phone-is-desk',
        '您现在用的是座机。要用浏览器接听，请先换成“浏览器话机”。',
      );
    response.json(begun);
  });
  router.put('/phone/kind', mine, async (request, response) => {
    const asked = said(response, kind, request.body);
    if (!asked) return;
    const { id: personId, agent } = personOf(request);
    const row = await phones.find(personId);
    if (!row?.agent || !agent) return noPhone(response);
    if (calls.now(agent)) return refuse(response, 409, 'call-already', '通话中不能换话机，请等通话结束。');
    if (asked.kind === 'desk' && row.deskDigest === null) {
      return refuse(
        response,
        409,
        'no-desk-phone',
        '您还没有座机密码。请管理员在“管理 · 话机”里生成，设到座机上。',
      );
    }
    await phones.choose(personId, asked.kind);
    response.json({ kind: asked.kind });
  });
  router.get('/phone/directory', mine, async (_request, response) => {
    response.json(await ports.directory());
  });

  const act = (
    path: string,
    work: (agent: string, body: unknown, response: Response) => Promise<CallAnswer | null>,
  ) =>
    router.post(path, mine, async (request, response) => {
      const { agent } = personOf(request);
      if (!agent) return noPhone(response);
      const answer = await work(agent, request.body, response);
      if (answer) answered(response, answer);
    });
  router.post('/phone/place', mine, async (request, response) => {
    const { agent } = personOf(request);
    if (!agent) return noPhone(response);
    const asked = said(response, placing, request.body);
    if (asked) answered(response, await calls.place(agent, asked.to, asked.token));
  });
  act('/phone/pass-on', async (agent, body, response) => {
    const asked = said(response, number, body);
    return asked && calls.passOn(agent, asked.to);
  });
  act('/phone/consult', async (agent, body, response) => {
    const asked = said(response, number, body);
    return asked && calls.consult(agent, asked.to);
  });
  act('/phone/digit', async (agent, body, response) => {
    const asked = said(response, digit, body);
    return asked && calls.digit(agent, asked.digit);
  });
  act('/phone/hang-up', async (agent, body, response) => {
    const asked = said(response, hangUp, body);
    return asked && calls.hangUp(agent, asked.confirmed);
  });
  for (const one of key.options) act(`/phone/${one}`, (agent) => calls.press(agent, one));

  router.get('/phones', allow('give-phones'), async (_request, response) => {
    const rows = (await phones.list()).filter((row) => row.agent !== null);
    response.json(
      await Promise.all(
        rows.map(async (row) => ({
          personId: row.personId,
          name: row.name,
          extension: extensionOf(row.agent),
          kind: row.kind,
          deskRenewedAtMs: row.deskRenewedAtMs,
          sharedPassword: ports.hasSharedPassword(row),
          registered: await ports.isRegistered(row.agent!),
        })),
      ),
    );
  });
  router.post('/phones/:personId/desk-password', allow('give-phones'), async (request, response) => {
    const personId = said(response, id, request.params['personId']);
    if (personId === null) return;
    const renewed = await phones.renew(personId);
    if (!renewed) return refuse(response, 404, 'no-phone', '这个账号没有分机，请先在“人员”里给账号设分机。');
    await ports.audit(personOf(request).id, 'desk-password-renewed', renewed.extension);
    response.json(renewed);
  });
  router.get('/phones/units', allow('give-phones'), async (_request, response) => {
    response.json((await ports.directory()).units);
  });
  router.put('/phones/units/:unitId', allow('give-phones'), async (request, response) => {
    const unitId = said(response, id, request.params['unitId']);
    const asked = unitId === null ? null : said(response, unitPhone, request.body);
    if (unitId === null || !asked) return;
    if (!(await ports.setUnitPhone(unitId, asked.phone)))
      return refuse(response, 404, 'no-unit', '没有这个单位，请刷新页面。');
    await ports.audit(personOf(request).id, 'unit-phone-changed', `${unitId}：${asked.phone ?? '无'}`);
    response.json({ ok: true });
  });
  return router;
}
