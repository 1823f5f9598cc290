/** The administrator's pages of what goes out: who can be told, who is told what, and the log of what was sent. */
import { z } from 'zod';
import { CHANNELS, DELIVERY_STATES, type Message } from '../core/outward/delivery.ts';
import { OUTWARD_EVENT_NAMES } from '../core/outward/event.ts';
import type { Receiver, Subscription } from '../core/outward/subscription.ts';
import { ROLES } from '../core/people/may.ts';
import type { StuckMessage } from '../protocol/outward.ts';
import { allow, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface NewReceiver {
  name: string;
  channel: Receiver['channel'];
  address: string;
  secret: string | null;
  seesNumbers: boolean;
}
export interface ReceiverChange {
  name?: string | undefined;
  address?: string | undefined;
  secret?: string | undefined;
  seesNumbers?: boolean | undefined;
  disabled?: boolean | undefined;
}
export interface DeliveryFilter {
  channel?: (typeof CHANNELS)[number] | undefined;
  state?: (typeof DELIVERY_STATES)[number] | undefined;
  kind?: string | undefined;
  about?: string | undefined;
  receiverId?: number | undefined;
  before?: number | undefined;
}

export interface OutwardPorts {
  receivers: () => Promise<(Receiver & { signed: boolean })[]>;
  addReceiver: (one: NewReceiver, personId: number) => Promise<number | null>;
  changeReceiver: (id: number, change: ReceiverChange) => Promise<boolean>;
  /** null: may be posted to */
  addressRefusal: (address: string) => string | null;
  newSecret: () => string;
  subscriptions: () => Promise<Subscription[]>;
  addSubscription: (rule: Omit<Subscription, 'id'>, personId: number) => Promise<number>;
  removeSubscription: (id: number) => Promise<boolean>;
  people: () => Promise<{ id: number; name: string; role: string; mail: string | null }[]>;
  units: () => Promise<{ id: number; name: string }[]>;
  setMailAddress: (personId: number, address: string | null) => Promise<void>;
  deliveries: (filter: DeliveryFilter, most: number) => Promise<unknown[]>;
  delivery: (id: number) => Promise<{ message: Message } | null>;
  figures: () => Promise<unknown[]>;
  resend: (id: number, personId: number) => Promise<boolean>;
  cancel: (id: number, personId: number) => Promise<boolean>;
  /** what could not be turned into messages, with the reason */
  stuck: () => Promise<StuckMessage[]>;
  retryStuck: (id: number) => Promise<boolean>;
  dropStuck: (id: number) => Promise<{ event: string; ref: string } | null>;
  /** a message of no consequence, to see whether it arrives */
  test: (receiver: Receiver, personName: string) => Promise<number>;
  /** who did what, for the audit log */
  audit: (personId: number, deed: string, about: string) => Promise<void>;
}

const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const name = z.string().trim().min(1, '请填写名称').max(60, '名称不超过 60 个字');
const address = z.string().trim().min(3, '请填写地址').max(2000, '地址太长');
const mailAddress = z
  .string()
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/, '邮箱地址不对，应形如 name@example.cn');

const newReceiver = z.object({
  name,
  channel: z.enum(['mail', 'wechat', 'webhook']),
  address,
  seesNumbers: z.boolean().default(false),
});
const change = z.object({
  name: name.optional(),
  address: address.optional(),
  seesNumbers: z.boolean().optional(),
  disabled: z.boolean().optional(),
  newSecret: z.boolean().optional(),
});
const whom = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(ROLES) }),
  z.object({ kind: z.literal('unit'), unitId: id }),
  z.object({ kind: z.literal('order-unit') }),
  z.object({ kind: z.literal('concerned') }),
  z.object({ kind: z.literal('person'), personId: id }),
  z.object({ kind: z.literal('receiver'), receiverId: id }),
]);
const rule = z.object({
  event: z.enum(['*', ...OUTWARD_EVENT_NAMES]),
  channel: z.enum(CHANNELS),
  whom,
  ofUnitId: id.nullable().default(null),
  sound: z.boolean().default(false),
});
const filter = z.object({
  channel: z.enum(CHANNELS).optional(),
  state: z.enum(DELIVERY_STATES).optional(),
  kind: z.string().max(60).optional(),
  about: z.string().trim().max(200).optional(),
  receiverId: id.optional(),
  before: id.optional(),
});
const PAGE = 100;

export function outwardRoutes(ports: OutwardPorts): Routes {
  const routes = declareRoutes();
  const edit = allow('edit-outward');
  const see = allow('see-deliveries');

  routes.get('/outward/receivers', edit, async (_request, response) => {
    const receivers = await ports.receivers();
    // a robot's key is the right to speak in its group
    response.json(receivers.map((one) => ({ ...one, address: shown(one) })));
  });
  routes.post('/outward/receivers', edit, async (request, response) => {
    const wanted = said(response, newReceiver, request.body);
    if (!wanted) return;
    const wrong = wrongAddress(wanted.channel, wanted.address);
    if (wrong !== null) return refuse(response, 400, 'wrong-address', wrong);
    const secret = wanted.channel === 'webhook' ? ports.newSecret() : null;
    const person = personOf(request);
    const added = await ports.addReceiver({ ...wanted, secret }, person.id);
    if (added === null) return refuse(response, 409, 'name-taken', '已有同名的接收方，请换一个名称。');
    await ports.audit(person.id, 'receiver-added', wanted.name);
    response.status(201).json({ id: added, secret });
  });
  routes.patch('/outward/receivers/:id', edit, async (request, response) => {
    const wanted = said(response, change, request.body);
    const receiver = wanted && (await receiverOf(request.params['id']));
    if (!wanted) return;
    if (!receiver) return refuse(response, 404, 'no-receiver', '没有这个接收方，请刷新页面。');
    const wrong = wanted.address === undefined ? null : wrongAddress(receiver.channel, wanted.address);
    if (wrong !== null) return refuse(response, 400, 'wrong-address', wrong);
    const { newSecret, ...rest } = wanted;
    const secret = newSecret && receiver.channel === 'webhook' ? ports.newSecret() : undefined;
    await ports.changeReceiver(receiver.id, { ...rest, secret });
    await ports.audit(
      personOf(request).id,
      secret ? 'receiver-secret-changed' : 'receiver-changed',
      receiver.name,
    );
    response.json({ secret: secret ?? null });
  });
  routes.post('/outward/receivers/:id/test', edit, async (request, response) => {
    const receiver = await receiverOf(request.params['id']);
    if (!receiver) return refuse(response, 404, 'no-receiver', '没有这个接收方，请刷新页面。');
    response.status(201).json({ id: await ports.test(receiver, personOf(request).name) });
  });

  routes.get('/outward/subscriptions', edit, async (_request, response) => {
    const [subscriptions, receivers, people, units] = await Promise.all([
      ports.subscriptions(),
      ports.receivers(),
      ports.people(),
      ports.units(),
    ]);
    const named = receivers.map(({ id: of, name: called, channel, disabled }) => ({
      id: of,
      name: called,
      channel,
      disabled,
    }));
    response.json({ subscriptions, receivers: named, people, units });
  });
  routes.post('/outward/subscriptions', edit, async (request, response) => {
    const wanted = said(response, rule, request.body);
    if (!wanted) return;
    const wrong = wrongRule(wanted, await ports.receivers());
    if (wrong !== null) return refuse(response, 400, 'wrong-rule', wrong);
    const person = personOf(request);
    const added = await ports.addSubscription(wanted, person.id);
    await ports.audit(person.id, 'subscription-added', JSON.stringify(wanted));
    response.status(201).json({ id: added });
  });
  routes.delete('/outward/subscriptions/:id', edit, async (request, response) => {
    const wanted = said(response, id, request.params['id']);
    if (!wanted) return;
    if (!(await ports.removeSubscription(wanted)))
      return refuse(response, 404, 'no-rule', '这条规则已经删除，请刷新页面。');
    await ports.audit(personOf(request).id, 'subscription-removed', String(wanted));
    response.json({ ok: true });
  });
  routes.put('/outward/mail-addresses/:id', edit, async (request, response) => {
    const of = said(response, id, request.params['id']);
    const sent =
      of && said(response, z.object({ mail: z.union([mailAddress, z.literal('')]) }), request.body);
    if (!of || !sent) return;
    await ports.setMailAddress(of, sent.mail === '' ? null : sent.mail);
    await ports.audit(personOf(request).id, 'mail-address-changed', String(of));
    response.json({ ok: true });
  });

  routes.get('/outward/deliveries', see, async (request, response) => {
    const asked = said(response, filter, request.query);
    if (!asked) return;
    const [items, figures, stuck] = await Promise.all([
      ports.deliveries(asked, PAGE),
      ports.figures(),
      ports.stuck(),
    ]);
    response.json({ items, figures, stuck, more: items.length === PAGE });
  });
  routes.get('/outward/deliveries/:id', see, async (request, response) => {
    const asked = said(response, id, request.params['id']);
    const found = asked && (await ports.delivery(asked));
    if (!asked) return;
    if (!found) return refuse(response, 404, 'no-delivery', '没有这条发送记录，请刷新页面。');
    response.json({ ...found, message: shownMessage(found.message) });
  });
  routes.post('/outward/deliveries/:id/resend', see, async (request, response) => {
    const asked = said(response, id, request.params['id']);
    if (!asked) return;
    const person = personOf(request);
    if (!(await ports.resend(asked, person.id)))
      return refuse(response, 409, 'not-resendable', '这条消息已送达或正在发送，不必重发。');
    await ports.audit(person.id, 'delivery-resent', String(asked));
    response.json({ ok: true });
  });
  routes.post('/outward/deliveries/:id/cancel', see, async (request, response) => {
    const asked = said(response, id, request.params['id']);
    if (!asked) return;
    const person = personOf(request);
    if (!(await ports.cancel(asked, person.id)))
      return refuse(response, 409, 'not-waiting', '这条消息已经发出或正在发送，不能取消。');
    await ports.audit(person.id, 'delivery-cancelled', String(asked));
    response.json({ ok: true });
  });
  routes.post('/outward/stuck/:id/retry', see, async (request, response) => {
    const asked = said(response, id, request.params['id']);
    if (!asked) return;
    if (!(await ports.retryStuck(asked)))
      return refuse(response, 404, 'not-stuck', '这条消息已经处理，请刷新页面。');
    await ports.audit(personOf(request).id, 'outbox-retried', String(asked));
    response.json({ ok: true });
  });
  routes.post('/outward/stuck/:id/drop', see, async (request, response) => {
    const asked = said(response, id, request.params['id']);
    if (!asked) return;
    const dropped = await ports.dropStuck(asked);
    if (!dropped) return refuse(response, 404, 'not-stuck', '这条消息已经处理，请刷新页面。');
    await ports.audit(personOf(request).id, 'outbox-dropped', `${dropped.event} ${dropped.ref}`);
    response.json({ ok: true });
  });
  return routes;

  async function receiverOf(sent: unknown): Promise<Receiver | null> {
    const wanted = id.safeParse(sent);
    if (!wanted.success) return null;
    return (await ports.receivers()).find((one) => one.id === wanted.data) ?? null;
  }

  function wrongAddress(channel: Receiver['channel'], given: string): string | null {
    if (channel === 'mail') {
      const parsed = mailAddress.safeParse(given);
      return parsed.success ? null : parsed.error.issues[0]!.message;
    }
    const refused = ports.addressRefusal(given);
    if (refused !== null) return refused;
    if (channel === 'wechat' && !/\/cgi-bin\/webhook\/send\?key=[\w-]+$/.test(given))
      return '这不是群机器人的地址：请在企业微信群里“添加群机器人”，复制它的 Webhook 地址';
    return null;
  }
}

/** A rule must lead somewhere: only a receiver has an address outside, and it is told by its own channel. */
function wrongRule(wanted: Omit<Subscription, 'id'>, receivers: readonly Receiver[]): string | null {
  const { channel, whom: who } = wanted;
  if (who.kind === 'receiver') {
    const receiver = receivers.find((one) => one.id === who.receiverId);
    if (!receiver) return '没有这个接收方，请刷新页面后重选';
    return receiver.channel === channel ? null : '这个接收方不收这种渠道，请重选渠道';
  }
  if (channel === 'wechat' || channel === 'webhook') return '企业微信群和外部系统请选“接收方”';
  return null;
}

function shown({ channel, address: whole }: Receiver): string {
  return channel === 'wechat' ? whole.replace(/key=.*$/, 'key=••••') : whole;
}

function shownMessage(message: Message): Message {
  if (message.channel === 'wechat')
    return { ...message, robot: message.robot.replace(/key=.*$/, 'key=••••') };
  if (message.channel === 'mail' && message.files)
    return { ...message, files: message.files.map(({ base64: _base64, ...file }) => file) };
  return message;
}
