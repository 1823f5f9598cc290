/** The desk put together: the agents' presence, the records of calls, and the callers to be called back. */
import { Counter, Gauge } from 'prom-client';
import { openMissed } from '../app/missed.ts';
import { openPresences } from '../app/presence.ts';
import type { AgentState } from '../core/floor/fact.ts';
import { ownLeg } from '../core/floor/phone-call.ts';
import { agentViews, queueViews } from '../core/floor/views.ts';
import annex1 from '../core/orders/annex1.json' with { type: 'json' };
import type { RecordFields } from '../core/orders/records.ts';
import { communityOf } from '../core/customers/community.ts';
import { may } from '../core/people/may.ts';
import { callerNumber, soughtNumber, writtenNumber } from '../core/people/number.ts';
import { queuesServed } from '../core/people/queues.ts';
import { MISMATCHES } from '../core/people/presence.ts';
import { missedRoutes } from '../http/missed.ts';
import { presenceRoutes } from '../http/presence.ts';
import { queueRoutes } from '../http/queues.ts';
import { recordEvents, recordRoutes, type RecordPorts } from '../http/records.ts';
import { learnAddress } from '../postgres/customer-cards.ts';
import { callerHistory } from '../postgres/history.ts';
import {
  claimMissed,
  countMissed,
  dismissFlood,
  dismissMissed,
  MISSED_KEPT_MS,
  missedCallers,
  missedFloods,
  missedOfFlood,
  releaseMissed,
} from '../postgres/missed.ts';
import { listPeople } from '../postgres/people.ts';
import { findPhone } from '../postgres/phones.ts';
import { writeAudit } from '../postgres/audit.ts';
import { deliver } from '../postgres/deliveries.ts';
import { inTransaction } from '../postgres/pool.ts';
import { saveServed, servedQueues } from '../postgres/queues.ts';
import { forgetPresence, keepPresence, listPresences, personOfAgent } from '../postgres/presences.ts';
import {
  completeRecord,
  findRecord,
  openRecord,
  openRecordsOf,
  pastRecords,
  recordOfCall,
  saveRecord,
} from '../postgres/records.ts';
import { deskSettings, DESK_SETTINGS } from '../postgres/desk-settings.ts';
import type { QueueState } from '../protocol/presence.ts';
import { rosterKeepsOut } from './roster-gate.ts';
import { spelled } from './spelling.ts';
import type { OpenWing } from './wings.ts';

const SETTINGS_EVERY_MS = 30_000;
const QUEUE_SOONEST_MS = 400;
/** what the dialplan reads as: the agent's phone died (extensions.conf, agent-left) */
const COMES_BACK = 38;
const GONE = 27;

export const openDesk: OpenWing = (ground) => {
  const { pool, floor, live, now, log } = ground;
  const onFault = (fault: unknown) => log.error({ err: fault }, 'desk');
  let settings = DESK_SETTINGS;
  let serving: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let queueTimer: NodeJS.Timeout | null = null;
  const registers = [ground.registry];
  const mismatches = new Counter({
    name: 'hotline_presence_mismatches_total',
    help: "Times that switch, phone and browser contradicted each other about an agent's state",
    labelNames: ['kind'],
    registers,
  });
  for (const kind of MISMATCHES) mismatches.inc({ kind }, 0);
  const overruns = new Counter({
    name: 'hotline_wrap_up_overruns_total',
    help: 'Wrap-ups that went over their limit with an incomplete record (Article 27)',
    registers,
  });

  async function killLeg(agent: string, personId: number, cause: number): Promise<void> {
    const own = ownLeg(floor, agent);
    if (!own?.leg.up) return;
    // a desk phone talks on without a browser
    if ((await findPhone(pool, personId))?.kind !== 'browser') return;
    await ground.commands()?.hangUp(own.leg.channel, cause);
  }

  const tellPhoneUnusable = (agent: string) =>
    inTransaction(pool, (client) =>
      deliver(client, [
        {
          once: `phone-unusable:${agent}:${Math.round(now())}`,
          kind: 'phone-unusable',
          about: null,
          recipient: 'supervisor',
          stream: null,
          receiverId: null,
          message: {
            channel: 'screen',
            room: 'told:role:supervisor',
            event: 'phone-unusable',
            sound: true,
            title: `${ground.nameOf(agent) ?? agent.replace('PJSIP/', '')} 的话机不可用`,
            text: `分机 ${agent.replace('PJSIP/', '')} 连续两次接不了来电，已暂停分配。请检查话机的编码（要有 G.711）和网络；话机重新注册或点“就绪”后恢复。`,
            link: '/console',
          },
        },
      ]),
    );

  const presences = openPresences({
    floor,
    now,
    switchHeard: () => floor.lostAtMs === null && (ground.commands()?.connected() ?? false),
    async ask(agent, wish) {
      const commands = ground.commands();
      if (!commands) return;
      const extension = agent.replace(/^PJSIP\//, '');
      const answer =
        wish.kind === 'add'
          ? await commands.addMember(wish.queue, agent, extension, wish.pausedReason)
          : wish.kind === 'remove'
            ? await commands.removeMember(wish.queue, agent)
            : await commands.pause(agent, wish.kind === 'pause', wish.kind === 'pause' ? wish.reason : '');
      if (!answer.ok) log.warn({ agent, wish, answer }, 'the switch did not do it');
    },
    // as it was known last: a database that is away keeps nobody from signing in
    queuesOf: (agent) =>
      Promise.resolve(
        queuesServed(
          agent,
          queueViews(floor).map((one) => one.queue),
          serving,
        ),
      ),
    keep: (kept) => keepPresence(pool, kept),
    forget: (agent) => forgetPresence(pool, agent),
    limits: () => ({
      wrapUpMs: settings.wrapUpSeconds * 1000,
      extendMs: settings.extendSeconds * 1000,
      mostExtensions: settings.mostExtensions,
    }),
    async recordComplete(callId) {
      const record = await recordOfCall(pool, callId);
      return record && record.completedAtMs !== null;
    },
    legIsDead: (agent, personId) => void killLeg(agent, personId, GONE).catch(onFault),
    isPhoneThere: ground.isBrowserPhone,
    tell(view) {
      live.tell(`presence:${view.agent}`, 'presence', view);
      live.tell('presences', 'presence', view);
      queueSoon();
    },
    phoneUnusable: (agent) => void tellPhoneUnusable(agent).catch(onFault),
    mismatched: (kind) => mismatches.inc({ kind }),
    overran: () => overruns.inc(),
    onFault,
  });
  new Gauge({
    name: 'hotline_presence_mismatched_agents',
    help: 'Agents about whom switch, phone and browser contradict each other now',
    labelNames: ['kind'],
    registers,
    collect() {
      const counts = new Map<string, number>(MISMATCHES.map((kind) => [kind, 0]));
      for (const { mismatch } of presences.views())
        if (mismatch) counts.set(mismatch.kind, counts.get(mismatch.kind)! + 1);
      for (const [kind, count] of counts) this.set({ kind }, count);
    },
  });

  function queueState(): QueueState {
    const queues = queueViews(floor);
    const since = queues.map((one) => one.longestSinceMs).filter((ms) => ms !== null);
    const agentsByState: Record<AgentState, number> = {
      ...{
        ready: 0,
        ringing: 0,
        talking: 0,
        'on-hold': 0,
        'wrap-up': 0,
        paused: 0,
        unreachable: 0,
        offline: 0,
      },
    };
    for (const one of agentViews(floor)) agentsByState[presences.view(one.agent)?.state ?? one.state] += 1;
    return {
      waiting: queues.reduce((sum, one) => sum + one.waiting, 0),
      longestSinceMs: since.length > 0 ? Math.min(...since) : null,
      agentsByState,
    };
  }
  function queueSoon(): void {
    queueTimer ??= setTimeout(() => {
      queueTimer = null;
      live.tell('desks', 'queueState', queueState());
    }, QUEUE_SOONEST_MS);
  }

  /** What is known of the caller stands in the record from the first. */
  async function begin(callId: string | null, personId: number, phone: string | null) {
    const known = callId === null ? null : await recordOfCall(pool, callId);
    if (known) return known;
    const told = callId === null ? null : (floor.calls.get(callId)?.ani ?? null);
    const ani = phone === null ? callerNumber(told) : phone;
    const fields: Partial<RecordFields> = ani === null ? {} : { phone: ani };
    const { customers } = await callerHistory(pool, ani && soughtNumber(ani), { calls: 1, orders: 1 });
    const only = customers.length === 1 ? customers[0]! : null;
    if (only) {
      const { name: caller, account, address, district } = only;
      Object.assign(fields, { caller, account, address, district });
    }
    return (await openRecord(pool, { callId, personId, fields })).record;
  }

  const records: RecordPorts = {
    open: ({ callId, personId, phone }) => begin(callId, personId, phone ?? null),
    find: (id) => findRecord(pool, id),
    save: (id, personId, changes) => saveRecord(pool, id, personId, changes),
    async complete(id, personId) {
      const done = await completeRecord(pool, id, personId);
      if (done && done.record.completedAtMs !== null) {
        const { callId, fields } = done.record;
        if (callId) presences.recordCompleted(callId);
        const number = writtenNumber(fields.phone);
        const { address, district } = fields;
        if (number !== null && address.trim() !== '')
          await learnAddress(pool, { number, address, district, community: communityOf(address) });
      }
      return done;
    },
    openOf: (personId) => openRecordsOf(pool, personId),
    past: (about) => pastRecords(pool, about),
    annex: () => ANNEX,
    tell: (record) => live.tell(`record:${record.id}`, 'record', record),
    onFault,
  };
  const missed = openMissed({
    list: () => missedCallers(pool, now() - MISSED_KEPT_MS),
    tell: (callers) => live.tell('desks', 'missed', callers),
    onFault,
  });
  const learning = setInterval(() => void learn().catch(onFault), SETTINGS_EVERY_MS);
  learning.unref();
  async function learn(): Promise<void> {
    [settings, serving] = await Promise.all([deskSettings(pool), servedQueues(pool)]);
    await presences.queuesChanged();
  }

  return {
    routers: [
      recordRoutes(records),
      queueRoutes({
        async list() {
          const people = await listPeople(pool);
          const named = await servedQueues(pool);
          return {
            queues: queueViews(floor).map(({ queue, waiting }) => ({
              ...{ queue, waiting, named: [...(named.get(queue) ?? [])].sort() },
              members: [...floor.agents].flatMap(([agent, { queues }]) => (queues.has(queue) ? [agent] : [])),
            })),
            agents: people.flatMap(({ agent, name }) => (agent ? [{ agent, name }] : [])),
          };
        },
        async save(queue, agents, person) {
          await inTransaction(pool, async (client) => {
            await saveServed(client, queue, agents);
            await writeAudit(client, {
              ...{ personId: person.id, what: 'queue-people', about: queue, detail: agents },
            });
          });
          await learn();
        },
      }),
      missedRoutes({
        page: (offset, floodId) =>
          floodId === null
            ? missedCallers(pool, now() - MISSED_KEPT_MS, offset)
            : missedOfFlood(pool, now() - MISSED_KEPT_MS, floodId, offset),
        count: () => countMissed(pool, now() - MISSED_KEPT_MS, now()),
        floods: () => missedFloods(pool, now() - MISSED_KEPT_MS),
        async dismiss(number, reason, personId) {
          await dismissMissed(pool, number, reason, personId);
          await ground.audit(personId, 'missed-dismissed', `${number}：${reason}`);
          missed.touch();
        },
        async dismissFlood(floodId, reason, personId) {
          const numbers = await dismissFlood(pool, now() - MISSED_KEPT_MS, floodId, reason, personId);
          await ground.audit(personId, 'missed-flood-dismissed', `${numbers} 个号码：${reason}`);
          missed.touch();
        },
      }),
      presenceRoutes({
        presences,
        // a roster that can't be read keeps nobody out
        keptOut: (person) =>
          rosterKeepsOut(pool, person, now()).catch((cause: unknown) => {
            onFault(cause);
            return null;
          }),
        mine: (agent) => ({
          view: presences.view(agent),
          pauseReasons: settings.pauseReasons,
          wrapUpMs: settings.wrapUpSeconds * 1000,
          extendMs: settings.extendSeconds * 1000,
          mostExtensions: settings.mostExtensions,
        }),
        pauseReasons: () => settings.pauseReasons,
        queueState,
        async nameOf() {
          return new Map(
            (await listPeople(pool)).flatMap((one) => (one.agent ? [[one.agent, one.name] as const] : [])),
          );
        },
        legIsDead: (agent, comesBack, personId) => killLeg(agent, personId, comesBack ? COMES_BACK : GONE),
        missed: () => missedCallers(pool, now() - MISSED_KEPT_MS),
        claim: (number, personId) => claimMissed(pool, number, personId),
        release: (number, personId) => releaseMissed(pool, number, personId),
        audit: ground.audit,
        touched: missed.touch,
      }),
    ],
    events: recordEvents(records),
    line(line) {
      const { agent, role } = line.person;
      if (may(role, 'watch-agents')) line.join('presences');
      if (!agent || !may(role, 'take-calls')) return;
      line.join('desks');
      line.join(`presence:${agent}`);
      const tab = presences.tab(agent);
      line.onHeard(tab.heard);
      line.onGone(tab.gone);
    },
    rightsMoved: () => presences.recheck(ground.accounts.mayAnswerAt),
    hear(facts) {
      presences.hear(facts);
      missed.hear(facts);
      queueSoon();
      for (const fact of facts) {
        if (fact.kind !== 'call-answered' || fact.record.direction !== 'inbound') continue;
        const { agent, callId } = fact;
        void personOfAgent(pool, agent)
          .then(async (personId) => {
            if (personId !== null) await begin(callId, personId, null);
          })
          .catch(onFault);
      }
    },
    async start() {
      await learn();
      await presences.load(await listPresences(pool));
    },
    close() {
      presences.close();
      missed.close();
      clearInterval(learning);
      if (queueTimer) clearTimeout(queueTimer);
    },
  };
};

/** Annex 1 for the desk: each category and item with its pinyin and initials, so that `ts` finds 停水. */
const ANNEX = annex1.categories.map(({ no, code, zh, en, items, questions, guidance, routes }) => ({
  ...{ no, code, zh, en, questions, guidance, routes, ...spelled(zh) },
  items: items.map((item) => ({ ...item, ...spelled(item.zh) })),
}));
