/** What the shift's leader does with calls and queues from the console: takes over, picks, moves, closes and opens. */
import { moveTo, pickUp, SUPERVISE_WORDS, takeOver } from '../core/floor/console.ts';
import { queueViews } from '../core/floor/views.ts';
import type { Fact } from '../core/floor/fact.ts';
import { HOTLINE_QUEUE } from '../core/people/queues.ts';
import type { CommandAnswer } from '../asterisk/commands.ts';
import type { ConsolePorts } from '../http/console.ts';
import type { ConsoleQueue } from '../protocol/console.ts';
import type { Ground } from './wings.ts';

const PHONE_FREE_WITHIN_MS = 3000;
const ASK_EVERY_MS = 100;

export interface ConsoleCalls {
  ports: Pick<ConsolePorts, 'takeOver' | 'pick' | 'move' | 'closeQueue'>;
  queues(): ConsoleQueue[];
  /** what became of callers on their way to a leader's phone */
  hear(facts: readonly Fact[]): void;
  /** asks the switch which queues are closed */
  learnQueues(): Promise<void>;
}

/** The switch's own answer, when it did not do it. */
export function notDone(answer: CommandAnswer | undefined): string | null {
  return answer?.ok ? null : `交换机没有照办：${answer?.message || '交换机未连接'}。`;
}

export function consoleCalls(
  {
    floor,
    commands,
    audit,
    now,
    live,
    log,
  }: Pick<Ground, 'floor' | 'commands' | 'audit' | 'now' | 'live' | 'log'>,
  /** the leader's ear is taken away, so that their phone is free; false: there was none */
  stopEar: (personId: number) => Promise<boolean>,
  touch: () => void,
): ConsoleCalls {
  const closed = new Map<string, boolean>();
  /** callers on their way to a leader's phone, by call */
  const led = new Map<string, { agent: string; personId: number }>();
  const names = () => [...new Set([HOTLINE_QUEUE, ...queueViews(floor).map((one) => one.queue)])].sort();

  async function learn(queue: string): Promise<boolean | null> {
    const answer = await commands()?.queueClosed(queue);
    if (answer?.ok) closed.set(queue, answer.value === '1');
    else closed.delete(queue);
    return closed.get(queue) ?? null;
  }

  /** Leads a caller to the leader's phone once it is there and free, by the switch's own word. */
  async function lead(
    callId: string,
    channel: string,
    agent: string,
    personId: number,
  ): Promise<string | null> {
    const untilMs = (await stopEar(personId)) ? now() + PHONE_FREE_WITHIN_MS : now();
    for (;;) {
      const state = await commands()?.act({ action: 'Getvar', variable: `DEVICE_STATE(${agent})` });
      if (!state?.ok) return notDone(state);
      if (state.value === 'NOT_INUSE') break;
      if (now() >= untilMs)
        return SUPERVISE_WORDS[
          state.value === 'UNAVAILABLE' || state.value === 'INVALID' ? 'own-phone-gone' : 'own-phone-busy'
        ];
      await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
    }
    const exten = agent.replace('PJSIP/', '');
    led.set(callId, { agent, personId });
    const no = notDone(
      await commands()?.act({ action: 'Redirect', channel, context: 'taken', exten, priority: 1 }),
    );
    if (no !== null) led.delete(callId);
    return no;
  }

  function notLed(callId: string, why: 'own-phone-silent' | 'caller-gone'): void {
    const one = led.get(callId);
    if (!one) return;
    led.delete(callId);
    live.tell(`person:${one.personId}`, 'notLed', SUPERVISE_WORDS[why]);
    audit(one.personId, 'call-not-led', callId).catch((cause: unknown) =>
      log.error({ err: cause }, 'console'),
    );
  }

  return {
    ports: {
      async takeOver(callId, person) {
        const one = takeOver(floor, person.agent, callId);
        if (!one.ok) return SUPERVISE_WORDS[one.refusal];
        const no = await lead(callId, one.channel, person.agent!, person.id);
        if (no !== null) return no;
        await audit(person.id, 'call-taken-over', `${callId} ${one.agent}`);
        return null;
      },
      async pick(callId, person) {
        const one = pickUp(floor, person.agent, callId);
        if (!one.ok) return SUPERVISE_WORDS[one.refusal];
        const no = await lead(callId, one.channel, person.agent!, person.id);
        if (no !== null) return no;
        await audit(person.id, 'call-picked', callId);
        return null;
      },
      async move(callId, queue, person) {
        if (await learn(queue)) return SUPERVISE_WORDS['queue-closed'];
        const one = moveTo(floor, callId, queue);
        if (!one.ok) return SUPERVISE_WORDS[one.refusal];
        const no = notDone(
          await commands()?.act({
            ...{ action: 'Redirect', channel: one.channel, context: 'moved', exten: queue, priority: 1 },
          }),
        );
        if (no !== null) return no;
        await audit(person.id, 'call-moved', `${callId} ${queue}`);
        return null;
      },
      async closeQueue(queue, close, person) {
        if (!names().includes(queue)) return SUPERVISE_WORDS['no-such-queue'];
        const no = notDone(await commands()?.closeQueue(queue, close));
        if (no !== null) return no;
        if ((await learn(queue)) !== close) return '交换机没有照办：队列状态没有改变，请再试。';
        await audit(person.id, close ? 'queue-closed' : 'queue-opened', queue);
        touch();
        return null;
      },
    },
    hear(facts) {
      if (led.size === 0) return;
      for (const fact of facts)
        if (fact.kind === 'agent-state-changed' && fact.state === 'talking') {
          for (const [callId, one] of led) if (one.agent === fact.agent) led.delete(callId);
        } else if (fact.kind === 'call-queued') notLed(fact.callId, 'own-phone-silent');
        else if (fact.kind === 'call-ended') notLed(fact.callId, 'caller-gone');
    },
    queues() {
      const waiting = new Map(queueViews(floor).map((one) => [one.queue, one.waiting]));
      return names().map((queue) => ({
        queue,
        waiting: waiting.get(queue) ?? 0,
        agents: [...floor.agents.values()].filter((one) => one.queues.has(queue)).length,
        closed: closed.get(queue) ?? null,
      }));
    },
    async learnQueues() {
      await Promise.all(names().map(learn));
    },
  };
}
