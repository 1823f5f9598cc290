import { AGENT_STATES, type AgentState, type Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import type { CallRecord } from '../core/floor/record.ts';
import { createTally, type AgentSums } from '../core/floor/tally.ts';
import { beginOf, dateAt } from '../core/office/period.ts';
import { agentViews, queueViews } from '../core/floor/views.ts';
import type { Alarm, WallView } from '../protocol.ts';

export interface Wall {
  /** today's calls, from the database at the start */
  load(records: Iterable<CallRecord>): void;
  hear(facts: readonly Fact[]): void;
  /** something that the wall shows changed: tell the watchers soon */
  touch(): void;
  view(): WallView;
  /** what each agent did with callers since midnight, counted from the same calls */
  agentsToday(): Map<string, AgentSums>;
  close(): void;
}

export interface WallPorts {
  floor: Floor;
  /** who sits at `PJSIP/1001`; null: nobody is known there */
  nameOf: (agent: string) => string | null;
  now: () => number;
  heardAtMs: () => number | null;
  alarms: () => Alarm[];
  /** the same view to every watcher, encoded once */
  tell: (view: WallView) => void;
}

const DAY_MS = 86_400_000;
/** on change at most so often; without a change at least every second, so that a wall knows that it is alive */
const SOONEST_MS = 250;
const LATEST_MS = 1000;

export function openWall(ports: WallPorts): Wall {
  const tally = createTally();
  let lastMs = 0;
  /** the newest view; null: something changed since. Five hundred walls that come back at once are shown one */
  let made: WallView | null = null;
  let soon: NodeJS.Timeout | null = null;
  const heartbeat = setInterval(() => {
    if (ports.now() - lastMs >= LATEST_MS - 20) tell();
  }, LATEST_MS / 4);
  const forget = setInterval(() => tally.forget(ports.now()), 600_000);

  function tell(): void {
    if (soon) clearTimeout(soon);
    soon = null;
    lastMs = ports.now();
    ports.tell(view());
  }

  function touch(): void {
    made = null;
    soon ??= setTimeout(tell, Math.max(0, SOONEST_MS - (ports.now() - lastMs)));
  }

  function midnightBefore(now: number): number {
    return beginOf(dateAt(now));
  }

  function view(): WallView {
    if (!made || ports.now() - made.atMs >= SOONEST_MS) made = look();
    return made;
  }

  function look(): WallView {
    const now = ports.now();
    const midnight = midnightBefore(now);
    const agents = agentViews(ports.floor).map((one) => ({
      ...one,
      name: ports.nameOf(one.agent) ?? one.name,
    }));
    const queues = queueViews(ports.floor);
    const agentsByState = Object.fromEntries(AGENT_STATES.map((state) => [state, 0])) as Record<
      AgentState,
      number
    >;
    for (const agent of agents) agentsByState[agent.state] += 1;
    const since = queues.map((queue) => queue.longestSinceMs).filter((ms) => ms !== null);
    return {
      atMs: now,
      heardAtMs: ports.heardAtMs(),
      queues,
      agents,
      agentsByState,
      waiting: queues.reduce((sum, queue) => sum + queue.waiting, 0),
      longestSinceMs: since.length > 0 ? Math.min(...since) : null,
      today: tally.since(midnight),
      queuesToday: tally.queuesSince(midnight),
      rolling24h: tally.since(now - DAY_MS),
      hours: tally.hours(now, 24).map(({ fromMs, offered, answered, abandoned, withinThreeRings }) => ({
        fromMs,
        offered,
        answered,
        abandoned,
        withinThreeRings,
      })),
      alarms: ports.alarms(),
    };
  }

  return {
    load(records) {
      for (const record of records) tally.put(record);
      touch();
    },
    hear(facts) {
      for (const fact of facts) {
        if (fact.kind === 'call-merged') tally.remove(fact.callId);
        else if ('record' in fact) tally.put(fact.record);
      }
      touch();
    },
    touch,
    view,
    agentsToday: () => tally.agentsSince(midnightBefore(ports.now())),
    close() {
      clearInterval(heartbeat);
      clearInterval(forget);
      if (soon) clearTimeout(soon);
    },
  };
}
