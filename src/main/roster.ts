/** Roster, presence against it, staffing and conduct put together. */
import type pg from 'pg';
import { Gauge } from 'prom-client';
import { holidaysOf } from '../core/callbacks/hours.ts';
import { beginOf, DAY_MS, dateAt, dateText, parseDate } from '../core/office/period.ts';
import { AWAY_MS, CALL_BACK_WITHIN_MS, RECORD_WITHIN_MS } from '../core/shifts/conduct.ts';
import {
  attendance,
  datesOfMonth,
  patternFault,
  patternShift,
  shiftOn,
  swapFault,
  UNSEEN,
  type Pattern,
  type SwapCells,
} from '../core/shifts/roster.ts';
import { kindsAmong, kindsOn, shiftKindsFault } from '../core/shifts/shift.ts';
import { agentsNeeded } from '../core/shifts/staffing.ts';
import { maskFor } from '../core/people/mask-for.ts';
import { receiverOf } from '../core/people/sight.ts';
import { conductXlsx } from '../documents/conduct-xlsx.ts';
import { rosterXlsx } from '../documents/roster-xlsx.ts';
import { rosterRoutes } from '../http/roster.ts';
import type { SignedIn } from '../http/sessions.ts';
import { writeAudit } from '../postgres/audit.ts';
import * as conduct from '../postgres/conduct.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { inTransaction, oneAtATime } from '../postgres/pool.ts';
import * as kept from '../postgres/roster.ts';
import { keepShiftPlan, shiftPlans } from '../postgres/shift-plans.ts';
import { keepSettings, keptSettings } from '../postgres/settings.ts';
import type { RosterDay, RosterMonth } from '../protocol/roster.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 5 * 60_000;
const WEEKS = 4;
/** write-up after a call, part of what one takes */
const WRAP_UP_MS = 20_000;
const LOOK_BACK_MS = 2 * DAY_MS;
const SETTING = 'roster';
/** of the plans that have begun, the last one */
function isInForce(plans: readonly { fromDate: string }[], at: number, today: string): boolean {
  const begun = plans.filter((plan) => plan.fromDate <= today).map((plan) => plan.fromDate);
  return plans[at]!.fromDate === begun.sort().at(-1);
}
const GONE = '这条换班已经有结果，请刷新。';

/** Thrown to give up a transaction; its words are the answer. */
class SwapRefused extends Error {}

type Swap = { askerId: number; askerDate: string; otherId: number; otherDate: string };

async function swapCells(client: pg.PoolClient, swap: Swap): Promise<SwapCells> {
  const { askerId, askerDate, otherId, otherDate } = swap;
  return {
    askerDate,
    otherDate,
    askerGives: await kept.codeOf(client, askerId, askerDate),
    askerHas: await kept.codeOf(client, askerId, otherDate),
    otherGives: await kept.codeOf(client, otherId, otherDate),
    otherHas: await kept.codeOf(client, otherId, askerDate),
  };
}

/** The leader's word on a swap that both want: each takes the other's shift, as it was when they agreed. Null: done. */
async function decideSwap(
  client: pg.PoolClient,
  id: number,
  yes: boolean,
  person: SignedIn,
): Promise<string | null> {
  await oneAtATime(client, 'roster');
  const swap = await kept.moveSwap(client, id, ['accepted'], yes ? 'approved' : 'refused', person.id);
  if (!swap) return GONE;
  if (!yes) return null;
  const cells = await swapCells(client, swap);
  const agreed = await kept.askedCodes(client, id);
  if (
    (agreed.asker ?? cells.askerGives) !== cells.askerGives ||
    (agreed.other ?? cells.otherGives) !== cells.otherGives
  )
    throw new SwapRefused('申请之后排班改过，这次换班对不上了，请双方重新申请。');
  const fault = swapFault(cells, swap.asker, swap.other);
  if (fault !== null) throw new SwapRefused(fault);
  const { askerId, askerDate, otherId, otherDate } = swap;
  const set = (personId: number, date: string, code: string) =>
    kept.setCell(client, { personId, date, code }, 'swap', person.id);
  if (askerDate !== otherDate) {
    await set(askerId, askerDate, '');
    await set(otherId, otherDate, '');
  }
  await set(otherId, askerDate, cells.askerGives);
  await set(askerId, otherDate, cells.otherGives);
  const about = `${swap.asker} ${askerDate} ⇄ ${swap.other} ${otherDate}`;
  await writeAudit(client, { personId: person.id, what: 'roster-swapped', about });
  return null;
}

export const openRoster: OpenWing = ({ pool, now, log, registry }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'roster');
  let today = { late: 0, absent: 0 };
  let timer: NodeJS.Timeout | null = null;
  for (const [name, help] of [
    ['late', 'People of a shift of today who signed in after its begin'],
    ['absent', 'People of a shift of today who have not signed in'],
  ] as const)
    new Gauge({
      name: `hotline_roster_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(today[name]);
      },
    });

  const readPattern = async () =>
    ((await keptSettings(pool, SETTING)) as { pattern?: Pattern }).pattern ?? null;

  async function month(which: string): Promise<RosterMonth> {
    const dates = datesOfMonth(which);
    const [plans, pattern, people, cells, swaps, rules] = await Promise.all([
      shiftPlans(pool),
      readPattern(),
      kept.rosterPeople(pool),
      kept.rosterCells(pool, dates[0]!, dates.at(-1)!),
      kept.listSwaps(pool),
      orderSettings(pool),
    ]);
    const days = holidaysOf(rules.body.calendar);
    const today = dateText(dateAt(now()));
    return {
      ...{ month: which, kinds: kindsAmong(dates, plans), pattern, people, cells, swaps, days },
      // those in force now, and those to come
      plans: plans.filter((plan, at) => plan.fromDate > today || isInForce(plans, at, today)),
    };
  }

  /** Who works in the shifts of a day, and what the clocks saw of each. */
  async function dayOf(date: string): Promise<RosterDay['people']> {
    const [plans, people, cells] = await Promise.all([
      shiftPlans(pool),
      kept.rosterPeople(pool),
      kept.rosterCells(pool, date, date),
    ]);
    const working = cells.flatMap((cell) => {
      const person = people.find((one) => one.id === cell.personId);
      const shift = shiftOn(cell.date, cell.code, plans);
      return person && shift ? [{ person, shift }] : [];
    });
    const agents = working.flatMap(({ person }) => (person.agent === null ? [] : [person.agent]));
    const dayMs = beginOf(parseDate(date)!);
    const [fromMs, untilMs] = [dayMs - DAY_MS / 4, dayMs + 1.5 * DAY_MS];
    const spells = await kept.spellsOf(pool, agents, fromMs, untilMs);
    const gaps = await kept.gapsOf(pool, fromMs, untilMs);
    return working
      .map(({ person, shift }) => ({
        ...{
          personId: person.id,
          name: person.name,
          code: shift.code,
          fromMs: shift.fromMs,
          untilMs: shift.untilMs,
        },
        ...(person.agent === null ? UNSEEN : attendance(shift, spells.get(person.agent) ?? [], now(), gaps)),
      }))
      .sort((a, b) => a.fromMs - b.fromMs || a.name.localeCompare(b.name));
  }

  async function day(date: string): Promise<RosterDay> {
    const dayMs = beginOf(parseDate(date)!);
    const before = dateText(dateAt(dayMs - 1));
    const [plans, people, usual, cells] = await Promise.all([
      shiftPlans(pool),
      dayOf(date),
      kept.usualHalves(pool, dayMs, WEEKS),
      kept.rosterCells(pool, before, date),
    ]);
    const shifts = cells.flatMap((cell) => shiftOn(cell.date, cell.code, plans) ?? []);
    const handlingMs = usual.handlingMs === 0 ? 0 : usual.handlingMs + WRAP_UP_MS;
    const halves = usual.calls.map((calls, at) => {
      const atMs = dayMs + at * 1_800_000;
      const planned = shifts.filter((shift) => shift.fromMs <= atMs && atMs < shift.untilMs).length;
      return { calls, need: agentsNeeded(calls, handlingMs), planned };
    });
    return { date, halves, handlingMs, people };
  }

  /** What the clocks saw of the shifts that are over, and of the calls: each thing once. */
  async function look(): Promise<void> {
    const seen: conduct.Seen[] = [];
    for (const back of [0, 1, 2]) {
      const date = dateText(dateAt(now() - back * DAY_MS));
      const people = await dayOf(date);
      if (back === 0)
        today = {
          late: people.filter((one) => one.verdict === 'late').length,
          absent: people.filter((one) => one.verdict === 'absent').length,
        };
      for (const one of people) {
        const at = (kind: conduct.Seen['kind'], atMs: number, detail: string) =>
          seen.push({
            once: `${kind}:${one.personId}:${date}:${one.code}`,
            personId: one.personId,
            kind,
            atMs,
            detail,
          });
        const minutes = (ms: number) => `${Math.round(ms / 60_000)} 分钟`;
        if (one.verdict === 'late') at('late', one.fromMs, `晚到 ${minutes(one.cameAtMs! - one.fromMs)}`);
        if (one.verdict === 'not-early')
          at(
            'not-early',
            one.fromMs,
            `提前 ${minutes(one.fromMs - one.cameAtMs!)}到岗（第二十四条要求十分钟）`,
          );
        if (now() < one.untilMs) continue;
        if (one.verdict === 'absent') at('absent', one.fromMs, '整班没有签入');
        if (one.leftEarly) at('left-early', one.untilMs, `早走 ${minutes(one.untilMs - one.leftAtMs!)}`);
        if (one.awayMs > AWAY_MS) at('away', one.fromMs, `中途离岗共 ${minutes(one.awayMs)}`);
      }
    }
    seen.push(
      ...(await conduct.seenInCalls(
        ...([pool, now() - LOOK_BACK_MS, now(), RECORD_WITHIN_MS, CALL_BACK_WITHIN_MS] as const),
      )),
    );
    await conduct.noteSeen(pool, seen);
  }

  return {
    routers: [
      rosterRoutes({
        month,
        day,
        async file(which) {
          const { kinds, people, pattern, cells } = await month(which);
          const dates = datesOfMonth(which);
          const codes = new Map(cells.map((cell) => [`${cell.personId}:${cell.date}`, cell.code]));
          const rows = people
            .map((one) => ({
              team: one.team === null ? '' : (pattern?.teams[one.team] ?? ''),
              name: one.name,
              codes: dates.map((date) => codes.get(`${one.id}:${date}`) ?? null),
            }))
            .filter((row) => row.codes.some((code) => code !== null));
          return rosterXlsx({ month: which, kinds, dates, rows });
        },
        async savePattern(pattern, members, person) {
          const plans = await shiftPlans(pool);
          const days = [dateText(dateAt(now())), ...plans.map((plan) => plan.fromDate)].filter(
            (date) => date >= dateText(dateAt(now())),
          );
          const fault = patternFault(pattern, kindsAmong(days, plans));
          if (fault !== null) return fault;
          if (members.some((one) => one.team !== null && one.team >= pattern.teams.length))
            return '有人所在的班组已经不在，请重新分组。';
          await inTransaction(pool, async (client) => {
            await oneAtATime(client, 'roster');
            await keepSettings(client, SETTING, { pattern }, person.name);
            await kept.saveMembers(client, members);
            const about = `${pattern.teams.length} 个班组，周期 ${pattern.cycle.length} 天`;
            await writeAudit(client, { personId: person.id, what: 'roster-pattern', about, detail: pattern });
          });
          return null;
        },
        async savePlan(plan, person) {
          if (plan.fromDate <= dateText(dateAt(now())))
            return '班次时间最早从明天起改：今天的班和交接班已经按现在的时间开始了。';
          const fault = plan.kinds.length > 0 ? shiftKindsFault(plan.kinds) : null;
          if (fault !== null) return fault;
          await inTransaction(pool, async (client) => {
            await keepShiftPlan(client, plan, person.name);
            await writeAudit(client, {
              ...{ personId: person.id, what: 'shift-times', about: plan.fromDate, detail: plan },
            });
          });
          return null;
        },
        async fill(which, person) {
          const pattern = await readPattern();
          if (!pattern) return '还没有轮班规则，请先在“轮班规则”里设好班组和周期。';
          const members = (await kept.rosterPeople(pool)).filter((one) => one.team !== null);
          if (members.length === 0) return '班组里还没有人，请先在“轮班规则”里分组。';
          const cells = datesOfMonth(which).flatMap((date) =>
            members.map((one) => ({ personId: one.id, date, code: patternShift(pattern, one.team!, date) })),
          );
          await inTransaction(pool, async (client) => {
            await oneAtATime(client, 'roster');
            await kept.fillRoster(client, cells, person.id);
            await writeAudit(client, { personId: person.id, what: 'roster-filled', about: which });
          });
          return null;
        },
        async setCell({ was, ...cell }, person) {
          const kinds = kindsOn(cell.date, await shiftPlans(pool));
          if (cell.code !== '' && !kinds.some((kind) => kind.code === cell.code))
            return '没有这种班次，请重新选。';
          if (!(await kept.rosterPeople(pool)).some((one) => one.id === cell.personId))
            return '没有这个人，请刷新。';
          return inTransaction(pool, async (client) => {
            await oneAtATime(client, 'roster');
            const code = await kept.codeOf(client, cell.personId, cell.date);
            if (was !== undefined && was !== code) return '这一格刚被别人改过，请刷新看过后再改。';
            await kept.setCell(client, cell, 'hand', person.id);
            await writeAudit(client, {
              ...{ personId: person.id, what: 'roster-changed', about: cell.date, detail: cell },
            });
            return null;
          });
        },
        async askSwap(swap, person) {
          if (swap.otherId === person.id) return '请选另一个人。';
          if ([swap.askerDate, swap.otherDate].some((date) => beginOf(parseDate(date)!) < now() - DAY_MS))
            return '过去的班不能换。';
          const other = (await kept.rosterPeople(pool)).find((one) => one.id === swap.otherId);
          if (!other) return '没有这个人，请刷新。';
          const asked = { ...swap, askerId: person.id };
          return inTransaction(pool, async (client) => {
            await oneAtATime(client, 'roster');
            const cells = await swapCells(client, asked);
            const fault = swapFault(cells, person.name, other.name);
            if (fault !== null) return fault;
            const codes = { asker: cells.askerGives, other: cells.otherGives };
            return (await kept.askSwap(client, asked, codes))
              ? null
              : '这次换班已经申请过，等对方或班长答复。';
          });
        },
        async answerSwap(id, yes, person) {
          const swap = (await kept.listSwaps(pool)).find((one) => one.id === id);
          if (!swap) return GONE;
          const leads = person.role === 'supervisor';
          if (swap.state === 'asked') {
            // who was asked accepts; who asked, or the leader, may take it back
            if (swap.otherId !== person.id && !(!yes && (leads || swap.askerId === person.id)))
              return '要由被请求的人先答应。';
            return (await kept.moveSwap(pool, id, ['asked'], yes ? 'accepted' : 'refused', person.id))
              ? null
              : GONE;
          }
          if (!leads) return '双方已答应，等班长批准。';
          const fault = await inTransaction(pool, (client) => decideSwap(client, id, yes, person)).catch(
            (cause: unknown) => {
              if (cause instanceof SwapRefused) return cause.message;
              throw cause;
            },
          );
          return fault;
        },
        async conductFile(which, person) {
          const dates = datesOfMonth(which);
          const fromMs = beginOf(parseDate(dates[0]!)!);
          const untilMs = beginOf(parseDate(dates.at(-1)!)!) + DAY_MS;
          const lines = await conduct.listConduct(pool, fromMs, untilMs, null);
          return conductXlsx(which, maskFor(lines, receiverOf(person)));
        },
        conduct: (fromMs, untilMs, personId) => conduct.listConduct(pool, fromMs, untilMs, personId),
        async addConduct(one, person) {
          await conduct.addConduct(pool, { ...one, by: person.id });
        },
        async decideConduct({ id, state, reason, was }, person) {
          const done = await inTransaction(pool, async (client) => {
            if (!(await conduct.decideConduct(client, id, state, reason, person.id, was ?? null)))
              return false;
            await writeAudit(client, {
              personId: person.id,
              what: `conduct-${state}`,
              about: String(id),
              detail: { reason },
            });
            return true;
          });
          return done ? null : '这条记录刚被别人核定过，请刷新看过后再定。';
        },
        answerConduct: async (id, answer, person) =>
          (await conduct.answerConduct(pool, id, person.id, answer)) ? null : '只能说明自己的记录，请刷新。',
      }),
    ],
    async start() {
      timer = setInterval(() => void look().catch(onFault), LOOK_EVERY_MS);
      timer.unref();
      await look().catch(onFault);
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
};
