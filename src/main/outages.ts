/** Outages put together: the desk's banner, the public notice, the rules that tell others, and the alarm of what is past its time. */
import { Gauge } from 'prom-client';
import {
  noticePage,
  OUTAGE_KINDS,
  outageState,
  placeOf,
  timeWords,
  type Outage,
} from '../core/outages/outage.ts';
import { may } from '../core/people/may.ts';
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
import { tell } from '../postgres/outward.ts';
import { inTransaction } from '../postgres/pool.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 15_000;
const PAST_MOST = 200;
const ROOM = 'outages';

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
    const overrun = open.filter((one) => outageState(one, now()) === 'overrun');
    if (overrun.length > 0)
      await inTransaction(pool, (client) =>
        deliver(
          client,
          overrun.flatMap((one) =>
            ['agent', 'supervisor'].map((role) => ({
              // once for each end that was promised
              ...{
                once: `outage:${one.id}:overrun:${one.expectedAtMs}:${role}`,
                kind: 'outage-overrun',
                about: null,
              },
              ...{ recipient: role, stream: null, receiverId: null },
              message: {
                ...{
                  channel: 'screen' as const,
                  room: `told:role:${role}`,
                  event: 'outage-overrun',
                  sound: true,
                },
                title: '停水已超过预计恢复时间',
                text: `${placeOf(one)}原定 ${timeWords(one.expectedAtMs)} 恢复。请核实后改预计时间，或点“已恢复供水”。`,
                link: `/outages/${one.id}`,
              },
            })),
          ),
        ),
      );
  }
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
          return outage && { outage, steps: await outageSteps(pool, id) };
        },
        touched: (area) => customersTouched(pool, area),
        add: (fields, person) => after(inTransaction(pool, (client) => addOutage(client, fields, person.id))),
        change: (id, version, fields, person) =>
          after(inTransaction(pool, (client) => changeOutage(client, id, version, fields, person.id))),
        publish: (id, person) =>
          after(
            inTransaction(pool, async (client) => {
              if (!(await publishOutage(client, id, person.id))) return null;
              const outage = (await findOutage(client, id))!;
              await writeAudit(client, {
                personId: person.id,
                what: 'outage-published',
                about: placeOf(outage),
              });
              return tell(
                client,
                {
                  ...{
                    id: `outage:${id}:${outage.version}`,
                    name: 'outage-published',
                    atMs: Math.round(now()),
                  },
                  ...{
                    title: `${OUTAGE_KINDS[outage.kind]}：${placeOf(outage)}`,
                    text: outage.notice,
                    about: null,
                  },
                  ...{ unitId: outage.unitId, personIds: [], link: `/outages/${id}`, numbers: [] },
                  data: { ...outage },
                },
                publicUrl,
              );
            }),
          ),
        end: (id, person) =>
          after(
            inTransaction(pool, async (client) => {
              const done = await endOutage(client, id, person.id);
              if (done)
                await writeAudit(client, { personId: person.id, what: 'outage-ended', about: `停水 ${id}` });
              return done;
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
