/** "Something is happening" put together: who calls from where, the suspicion, and the one key that makes it an incident. */
import { Counter, Gauge } from 'prom-client';
import { communityOf } from '../core/customers/community.ts';
import type { Fact } from '../core/floor/fact.ts';
import { sameMatter, suspect, type Caller, type Usual } from '../core/outages/burst.ts';
import { noticeText, placeOf, touches } from '../core/outages/outage.ts';
import { may } from '../core/people/may.ts';
import { callerNumber } from '../core/people/number.ts';
import { incidentRoutes } from '../http/incidents.ts';
import { writeAudit } from '../postgres/audit.ts';
import { deliver } from '../postgres/deliveries.ts';
import * as kept from '../postgres/incidents.ts';
import { askToBeTold, homesOf } from '../postgres/ivr.ts';
import { addOutage, findOutage, openOutages, publishOutage } from '../postgres/outages.ts';
import { tell } from '../postgres/outward.ts';
import { inTransaction } from '../postgres/pool.ts';
import type { Incident } from '../protocol/incidents.ts';
import { draftLeakOrder } from './leak-order.ts';
import type { OpenWing } from './wings.ts';

const ROOM = 'incidents';
const KEPT_MS = 15 * 60_000;
const USUAL_WEEKS = 8;
const LEARN_EVERY_MS = 3_600_000;
const LOOK_EVERY_MS = 30_000;
/** a suspicion that nobody decides on is over after so long */
const LAPSES_MS = 2 * 3_600_000;
/** of the same place nothing new is suspected for so long after it was decided */
const QUIET_MS = 3_600_000;
/** water is expected back after so long, until somebody knows better */
const EXPECTED_MS = 4 * 3_600_000;
const SHOWN = 100;

export const openIncidentsWing: OpenWing = ({ pool, floor, live, now, log, registry, config }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'incidents');
  const publicUrl = config.PUBLIC_URL?.replace(/\/$/, '') ?? null;
  const timers: NodeJS.Timeout[] = [];
  let callers: Caller[] = [];
  let usual: Usual = { perHour: new Map(), share: new Map() };
  let open: Incident[] = [];
  let quiet: { district: string; community: string; untilMs: number }[] = [];
  let adding: Promise<unknown> = Promise.resolve();

  new Gauge({
    name: 'hotline_incidents_open',
    help: 'Suspected bursts on which nobody has decided',
    registers: [registry],
    collect() {
      this.set(open.length);
    },
  });
  const counted = new Counter({
    name: 'hotline_incidents_total',
    help: 'Suspected bursts, and what was decided on them',
    labelNames: ['state'],
    registers: [registry],
  });
  for (const state of ['suspected', 'confirmed', 'dismissed', 'lapsed']) counted.inc({ state }, 0);

  async function learn(): Promise<void> {
    open = await kept.openIncidents(pool);
    live.tell(ROOM, 'incidents', open);
  }
  async function learnUsual(): Promise<void> {
    const untilMs = Math.floor(now() / LEARN_EVERY_MS) * LEARN_EVERY_MS;
    usual = await kept.usualCallers(pool, untilMs - USUAL_WEEKS * 7 * 86_400_000, untilMs);
  }

  /** A caller is on the line and their number is known: where do they live, and is that too many? */
  async function called(callId: string): Promise<void> {
    const number = callerNumber(floor.calls.get(callId)?.ani ?? null);
    if (number === null) return;
    const [home] = await homesOf(pool, number);
    if (!home || home.district === '') return;
    const community = home.community || communityOf(home.address);
    const atMs = now();
    callers = callers.filter((one) => one.atMs > atMs - KEPT_MS);
    callers.push({ callId, number, atMs, district: home.district, community, address: home.address });
    adding = adding.then(() => look(atMs)).catch(onFault);
    await adding;
  }

  async function look(atMs: number): Promise<void> {
    quiet = quiet.filter((one) => one.untilMs > atMs);
    // who calls from where something is known, announced or under suspicion is no news
    const known = await openOutages(pool);
    const news = callers.filter(
      (one) =>
        ![...open, ...quiet].some((other) => sameMatter(other, one)) &&
        !known.some((outage) => touches(outage, one)),
    );
    const found = suspect(news, usual, atMs);
    if (!found) return;
    const where = found.district + found.community;
    const minutes = Math.round(found.windowMs / 60_000);
    await inTransaction(pool, async (client) => {
      const id = await kept.addIncident(client, found, atMs);
      await deliver(
        client,
        ['supervisor', 'agent'].map((role) => ({
          ...{ once: `incident:${id}:${role}`, kind: 'incident-suspected', about: null, recipient: role },
          ...{ stream: null, receiverId: null },
          message: {
            ...{
              channel: 'screen' as const,
              room: `told:role:${role}`,
              event: 'incident-suspected',
              sound: true,
            },
            ...{ title: `疑似爆管：${where}`, link: '/incidents' },
            text: `${minutes} 分钟内 ${found.count} 人来电，平常${found.usual < 1 ? '不到 1 ' : `约 ${Math.round(found.usual)} `}人。请核实后一键立案，或标为误报。`,
          },
        })),
      );
    });
    counted.inc({ state: 'suspected' });
    await learn();
  }

  return {
    routers: [
      incidentRoutes({
        list: () => kept.listIncidents(pool, SHOWN),
        async confirm(id, person) {
          const atMs = now();
          const made = await inTransaction(pool, async (client) => {
            const incident = await kept.decideIncident(client, id, 'confirmed', person.id);
            if (!incident) return null;
            const area = {
              ...{ districts: [incident.district], streets: [] },
              communities: incident.community === '' ? [] : [incident.community],
            };
            const fields = {
              ...{
                kind: 'sudden' as const,
                ...area,
                buildings: 2,
                cause: '管网故障，正在抢修',
                unitId: null,
              },
              ...{ beginAtMs: incident.suspectedAtMs, expectedAtMs: atMs + EXPECTED_MS },
            };
            const outageId = await addOutage(client, { ...fields, notice: noticeText(fields) }, person.id);
            const { version } = (await findOutage(client, outageId))!;
            await publishOutage(client, outageId, version, person.id);
            const outage = (await findOutage(client, outageId))!;
            await tell(
              client,
              {
                ...{
                  id: `outage:${outageId}:${outage.version}`,
                  name: 'outage-published',
                  atMs: Math.round(atMs),
                },
                ...{ title: `突发停水：${placeOf(outage)}`, text: outage.notice, about: null },
                ...{
                  unitId: null,
                  personIds: [],
                  link: `/outages/${outageId}`,
                  data: { ...outage },
                },
              },
              publicUrl,
            );
            for (const { callId, number } of incident.callers)
              await askToBeTold(client, [outageId], number, callId);

            const orderNo = await draftLeakOrder(
              client,
              {
                content: `疑似爆管：${Math.round(incident.windowMs / 60_000)} 分钟内 ${incident.count} 人从${placeOf(outage)}来电。请派单抢修。`,
                ...{ address: placeOf(outage), community: incident.community, district: incident.district },
                ...{ phone: '', callId: null, atMs },
              },
              {
                ...{ personId: person.id, personName: person.name, unitId: person.unitId },
                ...{ system: null, origin: 'desk' },
              },
            );
            await kept.noteIncidentMade(client, id, { outageId, orderNo });
            const detail = { outageId, orderNo };
            await writeAudit(client, {
              personId: person.id,
              what: 'incident-confirmed',
              about: placeOf(outage),
              detail,
            });
            return { outageId, orderNo };
          });
          if (made) counted.inc({ state: 'confirmed' });
          await learn();
          return made;
        },
        async dismiss(id, person) {
          const incident = await inTransaction(pool, async (client) => {
            const decided = await kept.decideIncident(client, id, 'dismissed', person.id);
            const about = decided && decided.district + decided.community;
            if (about)
              await writeAudit(client, {
                personId: person.id,
                what: 'incident-dismissed',
                about,
                detail: { id },
              });
            return decided;
          });
          if (!incident) return false;
          counted.inc({ state: 'dismissed' });
          const { district, community } = incident;
          quiet.push({ district, community, untilMs: now() + QUIET_MS });
          await learn();
          return true;
        },
      }),
    ],
    line(line) {
      if (!may(line.person.role, 'see-outages')) return;
      line.join(ROOM);
    },
    hear(facts: readonly Fact[]) {
      for (const fact of facts)
        if (fact.kind === 'ivr-step' && fact.node === 'greeting') void called(fact.callId).catch(onFault);
    },
    async start() {
      await learn();
      void learnUsual().catch(onFault);
      const each = (everyMs: number, work: () => Promise<unknown>) => {
        const timer = setInterval(() => void work().catch(onFault), everyMs);
        timer.unref();
        timers.push(timer);
      };
      each(LEARN_EVERY_MS, learnUsual);
      each(LOOK_EVERY_MS, async () => {
        const lapsed = await kept.lapseIncidents(pool, now() - LAPSES_MS);
        if (lapsed === 0) return;
        counted.inc({ state: 'lapsed' }, lapsed);
        await learn();
      });
    },
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
};
