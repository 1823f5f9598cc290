/** Outages put together: the desk's banner, the public notice, the rules that tell others, and the alarm of what is past its time. */
import type pg from 'pg';
import { Gauge } from 'prom-client';
import {
  asksForNotice,
  noticePage,
  OUTAGE_KINDS,
  outageState,
  placeOf,
  timeWords,
  type Outage,
} from '../core/outages/outage.ts';
import { may } from '../core/people/may.ts';
import { callerNumber } from '../core/people/number.ts';
import { noticeRoutes, outageRoutes } from '../http/outages.ts';
import { writeAudit } from '../postgres/audit.ts';
import { deliver } from '../postgres/deliveries.ts';
import {
  addOutage,
  changeOutage,
  customersTouched,
  endOutage,
  findOutage,
  openOutages,
  outageSteps,
  pastOutages,
  publishOutage,
} from '../postgres/outages.ts';
import { askToBeTold, noteAskerTold, outageAskers } from '../postgres/ivr.ts';
import { tell } from '../postgres/outward.ts';
import { inTransaction } from '../postgres/pool.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 15_000;
const PAST_MOST = 200;
/** so long before it begins an outage that nobody announced is an alarm */
const UNPUBLISHED_MS = 3_600_000;
const ROOM = 'outages';

type Client = pg.PoolClient;

export const openOutagesWing: OpenWing = ({ pool, config, live, now, log, registry }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'outages');
  const publicUrl = config.PUBLIC_URL?.replace(/\/$/, '') ?? null;
  /** as the database said last: the town that looks at the notice asks it nothing */
  let open: Outage[] = [];
  let timer: NodeJS.Timeout | null = null;

  new Gauge({
    name: 'hotline_outages_open',
    help: 'Outages that are not over, by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of ['coming', 'running', 'overrun'] as const)
        this.set({ state }, open.filter((one) => outageState(one, now()) === state).length);
    },
  });
  new Gauge({
    name: 'hotline_announcements',
    help: 'Announcements of outages: in force, or past the end that they name',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const published = open.filter((one) => one.publishedAtMs !== null);
      const expired = published.filter((one) => outageState(one, now()) === 'overrun').length;
      this.set({ state: 'in-force' }, published.length - expired);
      this.set({ state: 'expired' }, expired);
    },
  });

  async function learn(): Promise<void> {
    const before = JSON.stringify(open);
    open = await openOutages(pool);
    if (JSON.stringify(open) !== before) live.tell(ROOM, 'outages', open);
    const alarms = open.flatMap((one) => {
      if (outageState(one, now()) === 'overrun')
        return [
          {
            ...{ one, once: `overrun:${one.expectedAtMs}`, title: '停水已超过预计恢复时间' },
            text: `${placeOf(one)}原定 ${timeWords(one.expectedAtMs)} 恢复。请核实后改预计时间，或点“已恢复供水”。`,
          },
        ];
      // Article 26: in time, and told once
      if (asksForNotice(one) && now() >= one.beginAtMs - UNPUBLISHED_MS)
        return [
          {
            ...{ one, once: 'unpublished', title: '停水通知还没有发布' },
            text: `第二十六条：${placeOf(one)}影响 ${one.buildings} 个单元，请马上发布通知。`,
          },
        ];
      return [];
    });
    if (alarms.length === 0) return;
    await inTransaction(pool, (client) =>
      deliver(
        client,
        alarms.flatMap(({ one, once, title, text }) =>
          ['agent', 'supervisor'].map((role) => ({
            ...{ once: `outage:${one.id}:${once}:${role}`, kind: 'outage-alarm', about: null },
            ...{ recipient: role, stream: null, receiverId: null },
            message: {
              ...{
                channel: 'screen' as const,
                room: `told:role:${role}`,
                event: 'outage-alarm',
                sound: true,
              },
              ...{ title, text, link: `/outages/${one.id}` },
            },
          })),
        ),
      ),
    );
  }
  const audit = (client: Client, personId: number, what: string, outage: Outage) =>
    writeAudit(client, { personId, what, about: placeOf(outage), detail: outage });

  /** Everybody whom the rules name hears it, once for each version. */
  const tellOf = (client: Client, outage: Outage, head: string, text: string) =>
    tell(
      client,
      {
        ...{ id: `outage:${outage.id}:${outage.version}`, name: 'outage-published', atMs: Math.round(now()) },
        ...{ title: `${head}：${placeOf(outage)}`, text, about: null, unitId: outage.unitId, personIds: [] },
        ...{ link: `/outages/${outage.id}`, data: { ...outage } },
      },
      publicUrl,
    );

  const after = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    await learn().catch(onFault);
    return done;
  };

  return {
    routers: [
      outageRoutes({
        open: () => openOutages(pool),
        past: () => pastOutages(pool, PAST_MOST),
        async one(id) {
          const outage = await findOutage(pool, id);
          if (!outage) return null;
          const [steps, askers] = await Promise.all([outageSteps(pool, id), outageAskers(pool, id)]);
          return { outage, steps, askers };
        },
        join: (id, number, callId) => askToBeTold(pool, [id], callerNumber(number) ?? number, callId),
        askerTold: (id, number, person) => noteAskerTold(pool, id, number, person.id),
        touched: (area) => customersTouched(pool, area),
        add: (fields, person) =>
          after(
            inTransaction(pool, async (client) => {
              const id = await addOutage(client, fields, person.id);
              await audit(client, person.id, 'outage-entered', (await findOutage(client, id))!);
              return id;
            }),
          ),
        change: (id, version, fields, person) =>
          after(
            inTransaction(pool, async (client) => {
              if (!(await changeOutage(client, id, version, fields, person.id))) return false;
              const outage = (await findOutage(client, id))!;
              await audit(client, person.id, 'outage-changed', outage);
              // who was told of the old hours hears of the new ones
              if (outage.publishedAtMs !== null) await tellOf(client, outage, '停水通知更新', outage.notice);
              return true;
            }),
          ),
        publish: (id, version, person) =>
          after(
            inTransaction(pool, async (client) => {
              if (!(await publishOutage(client, id, version, person.id))) return null;
              const outage = (await findOutage(client, id))!;
              await audit(client, person.id, 'outage-published', outage);
              return tellOf(client, outage, OUTAGE_KINDS[outage.kind], outage.notice);
            }),
          ),
        end: (id, person) =>
          after(
            inTransaction(pool, async (client) => {
              if (!(await endOutage(client, id, person.id))) return false;
              const outage = (await findOutage(client, id))!;
              await audit(client, person.id, 'outage-ended', outage);
              if (outage.publishedAtMs !== null)
                await tellOf(client, outage, '恢复供水', `${placeOf(outage)}已恢复供水。感谢您的理解。`);
              return true;
            }),
          ),
      }),
    ],
    pages: [
      noticeRoutes(() =>
        noticePage(
          open.filter((one) => one.publishedAtMs !== null),
          now(),
        ),
      ),
    ],
    line(line) {
      if (!may(line.person.role, 'see-outages')) return;
      line.join(ROOM);
    },
    async start() {
      await learn();
      timer = setInterval(() => void learn().catch(onFault), LOOK_EVERY_MS);
      timer.unref();
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
};
