/** What goes out of the house: deliveries by every wire, who is told what, and the log of it. */
import { Counter, Gauge } from 'prom-client';
import { openDeliveries } from '../app/deliveries.ts';
import { openOutbox } from '../app/outbox.ts';
import { callEvents } from '../core/outward/call.ts';
import type { Answer, Delivery, ScreenMessage } from '../core/outward/delivery.ts';
import type { OutwardEvent } from '../core/outward/event.ts';
import { clockEvent, stepEvent } from '../core/outward/order.ts';
import { anchorEvent } from '../core/outward/anchor.ts';
import { unsignedEvent } from '../core/outward/handover.ts';
import type { Receiver } from '../core/outward/subscription.ts';
import { wechatMarkdown } from '../core/outward/wechat.ts';
import { outwardRoutes } from '../http/outward.ts';
import { openMail } from '../mail/smtp.ts';
import {
  cancelDelivery,
  deliver,
  findDelivery,
  finishDelivery,
  hastenDeliveries,
  listDeliveries,
  queueFigures,
  releaseDeliveries,
  resendDelivery,
  takeDeliveries,
} from '../postgres/deliveries.ts';
import {
  dropOutbox,
  emptyOutbox,
  listStuck,
  outboxFigures,
  retryOutbox,
  type OutboxFigures,
  type OutboxRow,
} from '../postgres/outbox.ts';
import { findOutwardCall } from '../postgres/outward-calls.ts';
import { findOutwardOrder } from '../postgres/outward-orders.ts';
import {
  addReceiver,
  addSubscription,
  changeReceiver,
  listHearers,
  listReceivers,
  listSubscriptions,
  removeSubscription,
  setMailAddress,
  tell,
} from '../postgres/outward.ts';
import { inTransaction, openPool } from '../postgres/pool.ts';
import { listUnits } from '../postgres/units.ts';
import { openGuard } from '../webhooks/guard.ts';
import { NotAllowed, openPost, whyFailed } from '../webhooks/post.ts';
import { openWebhooks } from '../webhooks/send.ts';
import { newSecret } from '../webhooks/sign.ts';
import { openRobots } from '../wechat/robot.ts';
import type { Ground, OpenWing } from './wings.ts';

type Client = Parameters<typeof deliver>[0];

/** a notice for a screen waits so long for somebody to sit there */
const SCREEN_WAITS_MS = 12 * 3_600_000;

export const openOutward: OpenWing = (ground) => {
  const { config, pool, databaseUrl, now, log, live, varDir } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'outward');
  const publicUrl = config.PUBLIC_URL ?? null;
  // connections of its own: a thousand messages never stand in the way of a pop
  const own = openPool(databaseUrl, { most: 3, onBreak: onFault });

  const guard = openGuard(config.OUTWARD_ALLOW);
  const post = openPost(guard);
  const mail = openMail({ url: config.SMTP_URL, from: config.MAIL_FROM, varDir });
  const robots = openRobots({
    post,
    now,
    whyFailed: (cause) => ({ words: whyFailed(cause), retry: !(cause instanceof NotAllowed) }),
  });

  const { tried } = outwardMetrics(ground);
  const runner = openDeliveries({
    take: (...asked) => takeDeliveries(own, ...asked),
    finish: (...told) => finishDelivery(own, ...told),
    release: (nowMs) => releaseDeliveries(own, nowMs),
    wires: {
      screen: (delivery) => Promise.resolve(onScreen(delivery)),
      mail: mail.send,
      wechat: robots,
      webhook: openWebhooks({ post, now }),
    },
    now,
    random: Math.random,
    onFault,
    onTry: (channel, result) => tried.inc({ channel, result }),
  });
  const outbox = openOutbox({
    empty: () => inTransaction(own, (client) => emptyOutbox(client, 200, tellOf)),
    onTold: runner.nudge,
    onFault,
    stuck: async () => (await outboxFigures(own)).stuck,
    onStuck: (count) => ground.health[count > 0 ? 'raise' : 'clear']('messages-stuck'),
  });

  async function tellOf(client: Client, row: OutboxRow): Promise<void> {
    for (const event of await eventsOf(client, row)) await tell(client, event, publicUrl);
  }

  function onScreen({ id, message, createdAtMs }: Delivery): Answer {
    const { room, event, title, text, link, sound } = message as ScreenMessage;
    const tabs = live.audience(room);
    if (tabs === 0) {
      if (now() - createdAtMs < SCREEN_WAITS_MS)
        return { kind: 'later', afterMs: 60_000, words: '没有人开着页面；有人登录时立即显示' };
      return { kind: 'failed', status: null, retry: false, words: '12 小时内没有人开着页面' };
    }
    live.tell(room, 'told', { id, event, title, text, link, sound, atMs: createdAtMs });
    return { kind: 'delivered', status: null, words: `已显示在 ${tabs} 个页面上`, proof: null };
  }

  async function test(receiver: Receiver, personName: string): Promise<number> {
    const words = {
      title: '测试消息',
      text: `${personName} 在热线系统里发了一条测试消息，收到即表示渠道畅通。`,
    };
    const [id] = await deliver(pool, [
      {
        once: null,
        kind: 'test',
        about: null,
        recipient: `${receiver.name} <${receiver.channel === 'wechat' ? '群机器人' : receiver.address}>`,
        stream: null,
        receiverId: receiver.id,
        message:
          receiver.channel === 'mail'
            ? {
                channel: 'mail',
                to: [receiver.address],
                subject: `【96666】${words.title}`,
                text: words.text,
              }
            : receiver.channel === 'wechat'
              ? {
                  channel: 'wechat',
                  robot: receiver.address,
                  format: 'markdown',
                  content: wechatMarkdown(words.title, words.text, null),
                }
              : { channel: 'webhook', url: receiver.address, event: 'test', data: words },
        mostAttempts: 3,
      },
    ]);
    runner.nudge();
    return id!;
  }

  async function hasten(rooms: string[]): Promise<void> {
    try {
      await hastenDeliveries(own, 'screen', rooms);
      for (const room of rooms) runner.wake('screen', room);
    } catch (cause) {
      onFault(cause);
    }
  }

  const nudged =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const done = await work(...args);
      runner.nudge();
      return done;
    };

  return {
    routers: [
      outwardRoutes({
        receivers: () => listReceivers(pool),
        addReceiver: (one, personId) => addReceiver(pool, one, personId),
        changeReceiver: (id, change) => changeReceiver(pool, id, change),
        addressRefusal: guard.refusal,
        newSecret,
        subscriptions: () => listSubscriptions(pool),
        addSubscription: (rule, personId) => addSubscription(pool, rule, personId),
        removeSubscription: (id) => removeSubscription(pool, id),
        people: () => listHearers(pool),
        units: () => listUnits(pool),
        setMailAddress: (personId, address) => setMailAddress(pool, personId, address),
        deliveries: (filter, most) => listDeliveries(pool, filter, most),
        delivery: (id) => findDelivery(pool, id),
        figures: () => queueFigures(pool, now()),
        resend: nudged((id: number, personId: number) => resendDelivery(pool, id, personId)),
        cancel: (id, personId) => cancelDelivery(pool, id, personId),
        stuck: () => listStuck(pool),
        retryStuck: (id) => retryOutbox(pool, id),
        dropStuck: (id) => dropOutbox(pool, id),
        test,
        audit: ground.audit,
      }),
    ],
    line: (line) => {
      const { id, role, unitId } = line.person;
      const rooms = [`told:role:${role}`, ...(unitId === null ? [] : [`told:unit:${unitId}`])];
      for (const room of rooms) line.join(room);
      // what nobody was there to see is shown now
      void hasten([...rooms, `person:${id}`]);
    },
    start() {
      runner.start();
      outbox.start();
      return Promise.resolve();
    },
    async close() {
      await outbox.close();
      await runner.close();
      mail.close();
      await own.end();
    },
  };
};

/** What a row of the outbox tells others; nothing where it is no news any more. */
async function eventsOf(client: Client, row: OutboxRow): Promise<OutwardEvent[]> {
  switch (row.event) {
    case 'call-ended': {
      const call = await findOutwardCall(client, row.ref);
      return call ? callEvents(call, String(row.body['id']), row.atMs) : [];
    }
    case 'order-created':
    case 'order-dispatched':
    case 'order-stepped':
    case 'order-closed': {
      const found = await findOutwardOrder(client, row.ref, Number(row.body['ordinal']));
      if (!found) return [];
      const id = `${row.ref}:${String(row.body['ordinal'])}`;
      return [stepEvent(id, row.event, found.order, found.step, found.workerId)];
    }
    case 'order-warning':
    case 'order-overdue':
    case 'order-escalated': {
      const found = await findOutwardOrder(client, row.ref, null);
      if (!found) return [];
      const { noticeId, clock, dueAtMs, late } = row.body;
      const said = { clock: String(clock), dueAtMs: Number(dueAtMs), late: late === true };
      return [
        clockEvent(`notice:${String(noticeId)}`, row.event, found.order, said, row.atMs, found.workerId),
      ];
    }
    case 'handover-unsigned':
      return [unsignedEvent(row.ref, row.atMs, row.body)];
    case 'audit-anchor':
      return [anchorEvent(row.ref, row.atMs, row.body)];
    default:
      return [];
  }
}

function outwardMetrics({ pool, registry, now }: Ground) {
  const registers = [registry];
  const tried = new Counter({
    name: 'hotline_deliveries_total',
    help: 'Tries to send, by channel and result: delivered, failed (will be tried again), dead, later (the wire is full)',
    labelNames: ['channel', 'result'],
    registers,
  });
  const figures = {
    waiting: 'Messages that wait',
    dead: 'Messages given up, until a person sends them again',
  };
  let read: ReturnType<typeof queueFigures> | null = null;
  /** one look a scrape, whichever gauge asks first */
  const look = () => {
    read ??= queueFigures(pool, now()).finally(() => setImmediate(() => (read = null)));
    return read.catch(() => []);
  };
  for (const name of ['waiting', 'dead'] as const) {
    new Gauge({
      name: `hotline_deliveries_${name}`,
      help: figures[name],
      labelNames: ['channel'],
      registers,
      async collect() {
        this.reset();
        for (const row of await look()) this.set({ channel: row.channel }, row[name]);
      },
    });
  }
  new Gauge({
    name: 'hotline_deliveries_oldest_waiting_seconds',
    help: 'How long the oldest message has waited',
    labelNames: ['channel'],
    registers,
    async collect() {
      this.reset();
      for (const row of await look()) this.set({ channel: row.channel }, (row.oldestMs ?? 0) / 1000);
    },
  });
  for (const [name, help, read] of [
    ['waiting', 'What happened and was not told yet', ({ waiting }) => waiting],
    ['stuck', 'What could not be told: a person must see to it', ({ stuck }) => stuck],
    [
      'oldest_seconds',
      'How long the oldest of it has waited',
      ({ oldestAtMs }) => (oldestAtMs === null ? 0 : (now() - oldestAtMs) / 1000),
    ],
  ] as [string, string, (figures: OutboxFigures) => number][]) {
    new Gauge({
      name: `hotline_outbox_${name}`,
      help,
      registers,
      async collect() {
        const figures = await outboxFigures(pool).catch(() => null);
        if (figures) this.set(read(figures));
      },
    });
  }
  return { tried };
}
