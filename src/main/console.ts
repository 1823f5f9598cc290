/** The shift leader's console put together: every call and every agent live, and what the leader does, as the switch answers it. */
import { Histogram } from 'prom-client';
import { root } from '../core/floor/legs.ts';
import {
  consoleCalls,
  earOn,
  SUPERVISE_EXTENSIONS,
  SUPERVISE_WORDS,
  waitingChannel,
  type SuperviseMode,
} from '../core/floor/console.ts';
import { ownLeg } from '../core/floor/phone-call.ts';
import { NO_AGENT_SUMS } from '../core/floor/tally.ts';
import { agentViews } from '../core/floor/views.ts';
import { pressed } from '../core/ivr/figures.ts';
import { beginOf, dateAt } from '../core/office/period.ts';
import { may } from '../core/people/may.ts';
import { consoleRoutes } from '../http/console.ts';
import { ivrRatings } from '../postgres/call-lists.ts';
import { deliver } from '../postgres/deliveries.ts';
import { inTransaction } from '../postgres/pool.ts';
import * as kept from '../postgres/supervisions.ts';
import type { ConsoleView, HelpCall, Listening } from '../protocol/console.ts';
import { openRosterNow } from './adherence.ts';
import { consoleCalls as callsOfConsole, notDone } from './console-calls.ts';
import type { OpenWing } from './wings.ts';

const ROOM = 'console';
const DESKS = 'desks';
const SOONEST_MS = 200;
const ALIVE_MS = 2000;
const LEARN_EVERY_MS = 15_000;
const SHOWN = 100;
/** of the queue's priorities the highest: before who was lost in mid-call (20) */
const FIRST = 30;

export const openConsole: OpenWing = (ground) => {
  const { pool, floor, agentsToday, nameOf, live, now, log, registry, audit, commands } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'console');
  const listening = new Map<number, Listening & { rowId: number; spyId: string }>();
  const roster = openRosterNow(pool, now);
  /** of today, by agent */
  let rated = new Map<string, { content: number; rated: number }>();
  let helps: HelpCall[] = [];
  let soon: NodeJS.Timeout | null = null;
  let lastMs = 0;
  const timers: NodeJS.Timeout[] = [];
  const answeredHelp = new Histogram({
    name: 'hotline_help_answer_seconds',
    help: "From an agent's call for help to the shift leader's answer",
    buckets: [5, 10, 20, 30, 60, 120, 300],
    registers: [registry],
  });

  function view(): ConsoleView {
    const today = agentsToday();
    return {
      atMs: now(),
      calls: consoleCalls(floor),
      agents: agentViews(floor).map((one) => ({
        ...one,
        name: nameOf(one.agent) ?? one.name,
        ...(today.get(one.agent) ?? NO_AGENT_SUMS),
        ...{ content: 0, rated: 0, ...rated.get(one.agent) },
        adherence: roster.of(one.agent, one),
      })),
      listening: [...listening.values()].map(({ rowId: _row, spyId: _spy, ...one }) => one),
      helps,
      queues: calls.queues(),
    };
  }
  function tell(): void {
    if (soon) clearTimeout(soon);
    soon = null;
    lastMs = now();
    if (live.audience(ROOM) > 0) live.tell(ROOM, 'console', view());
  }
  const touch = () => void (soon ??= setTimeout(tell, Math.max(0, SOONEST_MS - (now() - lastMs))));

  async function learn(): Promise<void> {
    const today = { fromMs: beginOf(dateAt(now())), untilMs: now() };
    const [ratings] = await Promise.all([ivrRatings(pool, today), calls.learnQueues(), roster.learn()]);
    // here and not in view(), which is told five times a second
    rated = new Map(
      [...new Set(ratings.map((one) => one.agent))].map((agent) => {
        const those = ratings.filter((one) => one.agent === agent);
        return [agent, { content: pressed(those, '1'), rated: pressed(those) }];
      }),
    );
    touch();
  }
  const learnHelps = async () => {
    helps = await kept.openHelps(pool);
    touch();
  };

  /** The ear is taken away; that the channel is gone already is no fault. */
  async function stop(personId: number): Promise<void> {
    const one = listening.get(personId);
    if (!one) return;
    listening.delete(personId);
    await commands()?.hangUp(one.spyId);
    await kept.endSupervision(pool, one.rowId);
    touch();
  }
  const calls = callsOfConsole(
    ground,
    async (personId) => {
      const hears = listening.has(personId);
      await stop(personId);
      return hears;
    },
    touch,
  );

  async function helped(which: { id: number } | { agent: string }, personId: number): Promise<boolean> {
    const seconds = await kept.answerHelp(pool, which, personId);
    if (seconds === null) return false;
    answeredHelp.observe(seconds);
    await learnHelps();
    return true;
  }

  return {
    routers: [
      consoleRoutes({
        view,
        async listen(agent, mode: SuperviseMode, token, person) {
          const ear = earOn(floor, person.agent, agent);
          if (!ear.ok) return SUPERVISE_WORDS[ear.refusal];
          const before = listening.get(person.id);
          const exten = SUPERVISE_EXTENSIONS[mode];
          const note = { personId: person.id, agent, callId: ear.callId, mode };
          if (before && before.agent === agent && before.callId === ear.callId) {
            // the ear is there: only what it may say changes
            const answer = await commands()?.act({
              ...{ action: 'Redirect', channel: before.spyId, context: 'supervise', exten, priority: 1 },
            });
            if (!answer?.ok) return `交换机没有照办：${answer?.message ?? '交换机未连接'}。请停止后再监听。`;
            await kept.endSupervision(pool, before.rowId);
            listening.set(person.id, { ...before, mode, rowId: await kept.beginSupervision(pool, note) });
          } else {
            await stop(person.id);
            const spyId = `spy-${token}`;
            const answer = await commands()?.act({
              ...{
                action: 'Originate',
                channel: person.agent!,
                channelid: spyId,
                context: 'supervise',
                exten,
              },
              ...{
                priority: 1,
                timeout: 20_000,
                callerid: `监听 <${agent.replace('PJSIP/', '')}>`,
                async: 'true',
              },
              variable: [`PJSIP_HEADER(add,X-Hotline-Call)=${token}`, `SPY_CHANNEL=${ear.channel}`],
            });
            const no = notDone(answer);
            if (no !== null) return no;
            const rowId = await kept.beginSupervision(pool, note);
            listening.set(person.id, { ...note, name: person.name, rowId, spyId });
          }
          await audit(person.id, `call-${mode}`, agent);
          await helped({ agent }, person.id);
          touch();
          return null;
        },
        ...calls.ports,
        async stop(person) {
          await stop(person.id);
          return null;
        },
        async first(callId, person) {
          const one = waitingChannel(floor, callId);
          if (!one.ok) return SUPERVISE_WORDS[one.refusal];
          const answer = await commands()?.act({
            ...{ action: 'QueueChangePriorityCaller', queue: one.queue, caller: one.channel },
            ...{ priority: FIRST, immediate: 'true' },
          });
          const no = notDone(answer);
          if (no !== null) return no;
          await audit(person.id, 'call-first', callId);
          return null;
        },
        async hangUp(callId, person) {
          const call = floor.calls.get(callId);
          const channel = call && !call.ended && root(call)?.channel;
          if (!channel) return SUPERVISE_WORDS['no-such-call'];
          const answer = await commands()?.hangUp(channel);
          const no = notDone(answer);
          if (no !== null) return no;
          await audit(person.id, 'call-ended', callId);
          return null;
        },
        async pause(agent, reason, person) {
          if (!floor.agents.has(agent)) return SUPERVISE_WORDS['agent-not-talking'];
          const answer = await commands()?.pause(agent, true, reason);
          const no = notDone(answer);
          if (no !== null) return no;
          await audit(person.id, 'agent-pause', `${agent} ${reason}`);
          return null;
        },
        async broadcast(text, person) {
          live.tell(DESKS, 'broadcast', { text, by: person.name, atMs: now() });
          await audit(person.id, 'broadcast', text);
        },
        async help(person) {
          if (person.agent === null) return SUPERVISE_WORDS['no-phone'];
          const callId = ownLeg(floor, person.agent)?.call.callId ?? null;
          const id = await kept.askForHelp(pool, { agent: person.agent, personId: person.id, callId });
          if (id === null) return '已经在呼叫班长，请稍等。';
          await inTransaction(pool, (client) =>
            deliver(client, [
              {
                ...{ once: `help:${id}`, kind: 'help-asked', about: null, recipient: 'supervisor' },
                ...{ stream: null, receiverId: null },
                message: {
                  ...{
                    channel: 'screen' as const,
                    room: 'told:role:supervisor',
                    event: 'help-asked',
                    sound: true,
                  },
                  ...{ title: `${person.name} 求助`, text: '点“查看”到控制台监听或耳语。', link: '/console' },
                },
              },
            ]),
          );
          await learnHelps();
          return null;
        },
        answerHelp: async (id, person) =>
          (await helped({ id }, person.id)) ? null : '另一位班长已经应答，或求助已经结束。',
        heardMe: (person) =>
          person.agent === null ? Promise.resolve([]) : kept.supervisionsOf(pool, person.agent, SHOWN),
      }),
    ],
    line(line) {
      if (may(line.person.role, 'watch-console')) line.join(ROOM);
      if (may(line.person.role, 'take-calls')) line.join(DESKS);
    },
    hear(facts) {
      calls.hear(facts);
      if (facts.length > 0) touch();
      for (const fact of facts) {
        if (fact.kind !== 'call-ended') continue;
        // the ear ends with the call (ChanSpy, E)
        for (const [personId, one] of listening)
          if (one.callId === fact.callId) void stop(personId).catch(onFault);
      }
    },
    async start() {
      await kept.closeSupervisions(pool);
      await learnHelps();
      const each = (everyMs: number, work: () => unknown) => {
        const timer = setInterval(() => void Promise.resolve(work()).catch(onFault), everyMs);
        timer.unref();
        timers.push(timer);
      };
      each(ALIVE_MS, touch);
      each(LEARN_EVERY_MS, learn);
      void learn().catch(onFault);
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      if (soon) clearTimeout(soon);
    },
  };
};
