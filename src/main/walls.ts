/** Composed walls put together: what they show of orders and outages, and the televisions that come in by a link. */
import { randomBytes } from 'node:crypto';
import { Gauge } from 'prom-client';
import { queueViews } from '../core/floor/views.ts';
import { beginOf, dateAt } from '../core/office/period.ts';
import { placeOf } from '../core/outages/outage.ts';
import { maskText } from '../core/people/mask.ts';
import { may } from '../core/people/may.ts';
import { floorFor, NO_IVR, officeFor, type WallOffice } from '../core/walls/figures.ts';
import { socketEvent } from '../http/events.ts';
import { openTelevisions, type TelevisionEdge } from '../http/televisions.ts';
import { wallRoutes } from '../http/walls.ts';
import { z } from 'zod';
import { writeAudit } from '../postgres/audit.ts';
import { ivrSums } from '../postgres/call-lists.ts';
import { openIncidents } from '../postgres/incidents.ts';
import { waitingPlaces } from '../postgres/ivr.ts';
import { openOutages } from '../postgres/outages.ts';
import { inTransaction } from '../postgres/pool.ts';
import * as kept from '../postgres/walls.ts';
import type { WallView } from '../protocol.ts';
import type { KeptWall } from '../protocol/walls.ts';
import type { OpenWing } from './wings.ts';

const ROOM = 'office';
/** who may not know of suspicions */
const ROOM_WITHOUT_INCIDENTS = 'office:without-incidents';
/** what other wings tell browsers when something changed that a wall shows */
const OURS = new Set(['order', 'outages', 'incidents', 'ivrMoved']);
/** after a change, and without one: clocks run out by themselves */
const SOON_MS = 300;
const AGAIN_MS = 5000;
const SEEN_EVERY_MS = 30_000;

const NOTHING: Omit<WallOffice, 'atMs'> = {
  ...{ open: 0, near: 0, overdue: 0, urgent: 0 },
  ...{ districts: [], nextDue: [], outages: [], incidents: [], ivr: NO_IVR },
};
const withoutIncidents = (office: WallOffice): WallOffice => ({ ...office, incidents: [] });

export const openWallsWing: OpenWing = (ground) => {
  const { pool, floor, live, now, log, registry, version, accounts } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'walls');
  const timers: NodeJS.Timeout[] = [];
  let walls: KeptWall[] = [];
  let view: WallView | null = null;
  let office: WallOffice = { atMs: 0, ...NOTHING };
  let looking: Promise<void> | null = null;
  let soon: NodeJS.Timeout | null = null;
  let televisions: TelevisionEdge | null = null;
  const withdrawn = new Set<number>();

  new Gauge({
    name: 'hotline_televisions',
    help: 'Televisions that show a wall now',
    registers: [registry],
    collect() {
      this.set(televisions?.on().length ?? 0);
    },
  });

  const shownWalls = () => {
    const ids = new Set(televisions?.on().map((one) => one.wallId));
    return walls.filter((one) => ids.has(one.id));
  };
  const isWatched = () =>
    live.audience(ROOM) + live.audience(ROOM_WITHOUT_INCIDENTS) + (televisions?.on().length ?? 0) > 0;

  async function readOffice(): Promise<WallOffice> {
    const atMs = now();
    const [byDistrict, nextDue, outages, incidents, places, ivr] = await Promise.all([
      kept.ordersByDistrict(pool, atMs),
      kept.nextDue(pool, atMs),
      openOutages(pool),
      openIncidents(pool),
      waitingPlaces(pool),
      ivrSums(pool, { fromMs: beginOf(dateAt(atMs)), untilMs: atMs }),
    ]);
    const sum = (name: 'open' | 'near' | 'overdue' | 'urgent') =>
      byDistrict.reduce((all, one) => all + one[name], 0);
    return {
      atMs,
      ...{ open: sum('open'), near: sum('near'), overdue: sum('overdue'), urgent: sum('urgent') },
      districts: byDistrict.map(({ urgent: _, ...one }) => one),
      nextDue,
      outages: outages
        .filter((one) => one.publishedAtMs !== null)
        .map((one) => ({
          ...{ id: one.id, kind: one.kind, beginAtMs: one.beginAtMs, expectedAtMs: one.expectedAtMs },
          // whatever was typed there: a room full of people reads it
          ...{ place: maskText(placeOf(one)), cause: maskText(one.cause) },
        })),
      incidents: incidents.map(({ id, district, community, count, usual, windowMs }) => ({
        ...{ id, place: district + community, count, usual, windowMs },
      })),
      ivr: {
        placesWaiting: places.length,
        ...{ servedAlone: ivr.servedAlone, ratingsGiven: ivr.ratingsGiven, content: ivr.rated1 },
      },
    };
  }

  /** Looks once, however many ask meanwhile, and tells who watches. */
  function look(): Promise<void> {
    looking ??= readOffice()
      .then((read) => {
        office = read;
        live.tell(ROOM, 'office', office);
        live.tell(ROOM_WITHOUT_INCIDENTS, 'office', withoutIncidents(office));
        for (const wall of shownWalls()) televisions?.tell(wall.id, 'office', officeFor(wall.tiles, office));
      })
      .finally(() => (looking = null));
    return looking;
  }

  async function learn(): Promise<void> {
    walls = await kept.listWalls(pool);
  }
  async function moved(id: number): Promise<KeptWall | null> {
    await learn();
    const wall = walls.find((one) => one.id === id) ?? null;
    for (const room of [ROOM, ROOM_WITHOUT_INCIDENTS]) live.tell(room, 'wallMoved', id);
    if (wall && televisions) {
      televisions.tell(id, 'plan', wall);
      televisions.tell(id, 'office', officeFor(wall.tiles, office));
      if (view) televisions.tell(id, 'wall', floorFor(wall.tiles, view));
    }
    return wall;
  }
  const on = () => [...new Set(televisions?.on().map((one) => one.id))];
  /** The screens of links that were withdrawn, whoever did it, are cut off. */
  async function keepStanding(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const standing = await kept.seeTelevisions(pool, ids);
    drop(ids.filter((id) => !standing.includes(id)));
  }
  function drop(ids: readonly number[]): void {
    for (const id of ids) withdrawn.add(id);
    televisions?.drop(ids);
  }

  return {
    routers: [
      wallRoutes({
        list: (person) =>
          may(person.role, 'see-outages')
            ? walls
            : walls.map((wall) => ({
                ...wall,
                tiles: wall.tiles.filter((tile) => tile.kind !== 'incidents'),
              })),
        queues: () => queueViews(floor).map((one) => one.queue),
        async add(plan, person) {
          const id = await inTransaction(pool, async (client) => {
            const made = await kept.addWall(client, plan, person.id);
            if (made !== null)
              await writeAudit(client, { personId: person.id, what: 'wall-made', about: plan.name });
            return made;
          });
          return id === null ? null : moved(id);
        },
        async change(wall, person) {
          const done = await inTransaction(pool, async (client) => {
            const changed = await kept.changeWall(client, wall, person.id);
            if (changed === 'changed')
              await writeAudit(client, {
                ...{ personId: person.id, what: 'wall-changed', about: wall.name, detail: wall },
              });
            return changed;
          });
          return done === 'changed' ? ((await moved(wall.id)) ?? 'moved') : done;
        },
        async remove(id, person) {
          const links = await inTransaction(pool, async (client) => {
            const given = await kept.listTelevisions(client, id);
            const name = await kept.removeWall(client, id);
            if (name === null) return null;
            await writeAudit(client, { personId: person.id, what: 'wall-removed', about: name });
            return given.map((one) => one.id);
          });
          if (!links) return false;
          drop(links);
          await moved(id);
          return true;
        },
        async televisions(wallId) {
          const given = await kept.listTelevisions(pool, wallId);
          const on = televisions?.on() ?? [];
          return given.map((one) => ({ ...one, open: on.filter(({ id }) => id === one.id).length }));
        },
        async give(wallId, name, person) {
          const token = randomBytes(32).toString('base64url');
          const given = await inTransaction(pool, async (client) => {
            const added = await kept.addTelevision(client, { wallId, name, token, personId: person.id });
            const about = `${walls.find((one) => one.id === wallId)?.name ?? wallId}：${name}`;
            if (added) await writeAudit(client, { personId: person.id, what: 'television-given', about });
            return added;
          });
          return given ? token : null;
        },
        async withdraw(id, person) {
          const name = await inTransaction(pool, async (client) => {
            const about = await kept.withdrawTelevision(client, id);
            if (about !== null)
              await writeAudit(client, { personId: person.id, what: 'television-withdrawn', about });
            return about;
          });
          if (name === null) return false;
          drop([id]);
          return true;
        },
      }),
    ],
    events: [
      socketEvent({
        ...{ name: 'watchOffice', permission: 'watch-wall', schema: z.unknown() },
        hear(_none, line, answer) {
          const whole = may(line.person.role, 'see-outages');
          line.join(whole ? ROOM : ROOM_WITHOUT_INCIDENTS);
          look()
            .catch(onFault)
            .finally(() => answer(whole ? office : withoutIncidents(office)));
        },
      }),
    ],
    serve(upgrades) {
      televisions = openTelevisions(upgrades, {
        now,
        version,
        enter: async (token) => kept.televisionOf(pool, token),
        isWithdrawn: (id) => withdrawn.has(id),
        whole(wallId) {
          const plan = walls.find((one) => one.id === wallId);
          if (!plan) return null;
          void look().catch(onFault);
          return {
            plan,
            wall: view && floorFor(plan.tiles, view),
            office: officeFor(plan.tiles, office),
          };
        },
        onFault,
      });
    },
    rightsMoved: () => void keepStanding(on().filter((id) => !accounts.televisionStands(id))).catch(onFault),
    stopServing: () => televisions?.close(),
    wall(told) {
      view = told;
      for (const wall of shownWalls()) televisions?.tell(wall.id, 'wall', floorFor(wall.tiles, told));
    },
    overhear(event) {
      if (!OURS.has(event) || soon || !isWatched()) return;
      soon = setTimeout(() => {
        soon = null;
        look().catch(onFault);
      }, SOON_MS);
      soon.unref();
    },
    async start() {
      await learn();
      const each = (everyMs: number, work: () => Promise<unknown>) => {
        const timer = setInterval(() => void work().catch(onFault), everyMs);
        timer.unref();
        timers.push(timer);
      };
      each(AGAIN_MS, async () => {
        if (isWatched()) await look();
      });
      // another service on this database may have composed a wall anew
      each(SEEN_EVERY_MS, async () => {
        await learn();
        await keepStanding(on());
      });
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      if (soon) clearTimeout(soon);
    },
  };
};
