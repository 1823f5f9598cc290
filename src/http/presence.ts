import { z } from 'zod';
import type { Presences } from '../app/presence.ts';
import type { PresenceView } from '../core/people/presence.ts';
import type { MissedCaller } from '../protocol/missed.ts';
import type { MyPresence, QueueState } from '../protocol/presence.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface PresenceRoutesPorts {
  presences: Presences;
  /** null: they may take calls now; else in Chinese why not (the roster says who may be in the queue) */
  keptOut: (person: SignedIn) => Promise<string | null>;
  mine: (agent: string) => MyPresence;
  pauseReasons: () => string[];
  queueState: () => QueueState;
  nameOf: () => Promise<Map<string, string>>;
  /** the browser says that it holds no call though the switch thinks so: a page that was loaded again */
  legIsDead: (agent: string, comesBack: boolean, personId: number) => Promise<void>;
  missed: () => Promise<MissedCaller[]>;
  claim: (number: string, personId: number) => Promise<boolean>;
  release: (number: string, personId: number) => Promise<void>;
  /** what the shift leader did to an agent, for the audit log */
  audit: (personId: number, what: string, about: string) => Promise<void>;
  /** the list of missed callers changed by a claim */
  touched: () => void;
}

const pause = z.object({ reason: z.string().trim().min(1, '请选择小休的原因').max(40, '原因最多 40 个字') });
/** why the shift leader does it, for the audit log */
const reason = z.string().trim().max(40, '原因最多 40 个字').default('');
const number = z.object({ number: z.string().regex(/^[0-9]{3,20}$/, '号码不对') });
const agentName = z.string().regex(/^PJSIP\/\d{3,6}$/, '没有这个坐席');

/** The agent's own state, and everybody's for who leads the shift. */
export function presenceRoutes(ports: PresenceRoutesPorts): Routes {
  const router = declareRoutes();
  const { presences } = ports;
  const mine = allow('take-calls');
  const lead = allow('direct-agents');

  router.get('/presence/mine', mine, (request, response) => {
    const { agent } = personOf(request);
    if (!agent) return refuse(response, 409, 'no-phone', '这个账号没有话机，请管理员给账号配上分机。');
    response.json(ports.mine(agent));
  });
  router.get('/queue-state', mine, (_request, response) => void response.json(ports.queueState()));

  const act = (path: string, work: (agent: string, person: SignedIn) => Promise<string | null>) =>
    router.post(`/presence/${path}`, mine, async (request, response) => {
      const person = personOf(request);
      const { agent } = person;
      if (!agent) return refuse(response, 409, 'no-phone', '这个账号没有话机，请管理员给账号配上分机。');
      const no = await work(agent, person);
      if (no) return refuse(response, 409, 'not-now', no);
      response.json(ports.mine(agent));
    });
  act('sign-in', async (agent, person) => {
    const no = await ports.keptOut(person);
    if (no !== null) return no;
    await presences.signIn(agent, person.id);
    return null;
  });
  act('sign-out', async (agent) => {
    const view = presences.view(agent);
    if (view && (view.state === 'talking' || view.state === 'on-hold'))
      return '正在通话，请等通话结束再签出。';
    presences.signOut(agent);
    return null;
  });
  act('ready', async (agent) => {
    presences.pause(agent, null);
    return null;
  });
  act('extend', async (agent) =>
    presences.extend(agent) ? null : '整理时间不能再延长了。记录写不完请先保存，再告诉班长。',
  );
  act('done', async (agent) =>
    (await presences.done(agent, false)) ? null : '这一通的受理记录还没有填完（第二十七条），填完后再就绪。',
  );
  act('leg-lost', async (agent, person) => {
    await ports.legIsDead(agent, true, person.id);
    return null;
  });
  router.post('/presence/pause', mine, (request, response) => {
    const asked = said(response, pause, request.body);
    if (!asked) return;
    const { agent } = personOf(request);
    if (!agent) return refuse(response, 409, 'no-phone', '这个账号没有话机，请管理员给账号配上分机。');
    if (!ports.pauseReasons().includes(asked.reason))
      return refuse(response, 400, 'no-such-reason', '没有这个小休原因，请从列表里选。');
    presences.pause(agent, asked.reason);
    response.json(ports.mine(agent));
  });

  router.get('/presences', allow('watch-agents'), async (_request, response) => {
    const names = await ports.nameOf();
    response.json(presences.views().map((view) => ({ ...view, name: names.get(view.agent) ?? null })));
  });
  /** the shift leader lets an agent out of wrap-up, or signs out who left */
  const direct = (path: string, work: (agent: string, view: PresenceView) => Promise<string | null>) =>
    router.post(`/presences/${path}`, lead, async (request, response) => {
      const asked = said(response, z.object({ agent: agentName, reason }), request.body);
      if (!asked) return;
      const view = presences.view(asked.agent);
      if (!view) return refuse(response, 404, 'no-agent', '没有这个坐席，请刷新页面。');
      const no = await work(asked.agent, view);
      if (no !== null) return refuse(response, 409, 'not-now', no);
      await ports.audit(personOf(request).id, `agent-${path}`, `${asked.agent} ${asked.reason}`.trim());
      response.json({ ok: true });
    });
  direct('end-wrap-up', async (agent, view) => {
    if (view.state !== 'wrap-up') return '这个坐席不在话后整理，请看最新的列表。';
    await presences.done(agent, true);
    return null;
  });
  direct('sign-out', async (agent, view) => {
    if (view.signedInAtMs === null) return '这个坐席没有签入，请看最新的列表。';
    if (view.state === 'talking' || view.state === 'on-hold') return '坐席正在通话，请等通话结束，或先接管。';
    presences.signOut(agent);
    return null;
  });
  direct('ready', async (agent) => {
    presences.pause(agent, null);
    return null;
  });

  router.get('/missed', mine, async (_request, response) => void response.json(await ports.missed()));
  router.post('/missed/claim', mine, async (request, response) => {
    const asked = said(response, number, request.body);
    if (!asked) return;
    if (!(await ports.claim(asked.number, personOf(request).id)))
      return refuse(response, 409, 'claimed', '这个号码已由别的坐席在回电。');
    ports.touched();
    response.json({ ok: true });
  });
  router.post('/missed/release', mine, async (request, response) => {
    const asked = said(response, number, request.body);
    if (!asked) return;
    await ports.release(asked.number, personOf(request).id);
    ports.touched();
    response.json({ ok: true });
  });
  return router;
}
