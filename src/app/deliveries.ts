/**
 * Sends what waits. The queue is the table `deliveries`, taken with `for update skip locked`: the row is also the log
 * and the proof, it is written in the transaction of what it tells of, and it keeps the order of one case. A job queue
 * beside it (pg-boss) would be a second truth to keep in step with the first.
 */
import { crashPoint } from '../core/crash-point.ts';
import {
  CHANNELS,
  outcomeOf,
  type Answer,
  type Channel,
  type Delivery,
  type Outcome,
} from '../core/outward/delivery.ts';

export interface DeliveryPorts {
  take: (
    channel: Channel,
    busy: string[],
    most: number,
    nowMs: number,
    untilMs: number,
  ) => Promise<Delivery[]>;
  finish: (delivery: Delivery, outcome: Outcome, nowMs: number) => Promise<void>;
  /** puts back what a dead service had taken */
  release: (nowMs: number) => Promise<number>;
  wires: Record<Channel, (delivery: Delivery) => Promise<Answer>>;
  now: () => number;
  random: () => number;
  onFault: (cause: unknown) => void;
  /** one try is over; of each channel */
  onTry?: (channel: Channel, result: 'delivered' | 'failed' | 'dead' | 'later', tookMs: number) => void;
  /** how long one try may take before another may take it up; longer than the wire's own limit */
  leaseMs?: Partial<Record<Channel, number>>;
  pollMs?: number;
}

export interface DeliveryRunner {
  start(): void;
  /** something was written down: look now */
  nudge(): void;
  /** this lane may be there again (somebody opened a page): it rests no longer */
  wake(channel: Channel, lane: string): void;
  /** takes nothing more, and waits for what is being sent */
  close(): Promise<void>;
}

/** At most so many at a time; channels do not take each other's places. */
const MOST: Record<Channel, number> = { screen: 8, mail: 4, wechat: 8, webhook: 24 };
/** of which lanes whose last try failed may take so many: dead receivers never fill all places */
const MOST_FAILING: Record<Channel, number> = { screen: 8, mail: 2, wechat: 4, webhook: 8 };
/** a mail with attachments takes its time */
const LEASE_MS: Record<Channel, number> = { screen: 10_000, mail: 180_000, wechat: 25_000, webhook: 25_000 };
const LONGEST_REST_MS = 60_000;

export function openDeliveries(ports: DeliveryPorts): DeliveryRunner {
  const pollMs = ports.pollMs ?? 1000;
  const lanes = CHANNELS.map((channel) =>
    openChannel(ports, channel, ports.leaseMs?.[channel] ?? LEASE_MS[channel]),
  );
  let timer: NodeJS.Timeout | null = null;

  async function look(): Promise<void> {
    try {
      await ports.release(ports.now());
    } catch (cause) {
      ports.onFault(cause);
    }
    for (const channel of lanes) channel.look();
  }

  return {
    start() {
      timer ??= setInterval(() => void look(), pollMs);
      void look();
    },
    nudge() {
      if (timer) for (const channel of lanes) channel.look();
    },
    wake(channel, lane) {
      const one = lanes[CHANNELS.indexOf(channel)]!;
      one.wake(lane);
      if (timer) one.look();
    },
    async close() {
      if (timer) clearInterval(timer);
      timer = null;
      await Promise.all(lanes.map((channel) => channel.close()));
    },
  };
}

/** One kind of wire: its own places, its own lanes. */
function openChannel(ports: DeliveryPorts, channel: Channel, leaseMs: number) {
  /** lanes that send now */
  const busy = new Map<string, Promise<void>>();
  /** lanes whose last try failed: how often in a row, and until when they rest */
  const failing = new Map<string, { times: number; untilMs: number }>();
  let taking: Promise<void> | null = null;
  let again = false;
  let closed = false;

  function look(): void {
    if (closed) return;
    if (taking) {
      again = true;
      return;
    }
    taking = take()
      .catch(ports.onFault)
      .finally(() => {
        taking = null;
        if (again) {
          again = false;
          look();
        }
      });
  }

  async function take(): Promise<void> {
    const nowMs = ports.now();
    const free = MOST[channel] - busy.size;
    if (free <= 0) return;
    let places = MOST_FAILING[channel] - [...busy.keys()].filter((lane) => failing.has(lane)).length;
    const shut: string[] = [];
    for (const [lane, { times, untilMs }] of failing) {
      if (untilMs > nowMs || (times > 0 && places <= 0)) shut.push(lane);
      else if (times > 0 && !busy.has(lane)) places -= 1;
    }
    const taken = await ports.take(channel, [...busy.keys(), ...shut], free, nowMs, nowMs + leaseMs);
    for (const delivery of taken) {
      const sending = send(delivery).finally(() => {
        busy.delete(delivery.lane);
        look();
      });
      busy.set(delivery.lane, sending);
    }
  }

  async function send(delivery: Delivery): Promise<void> {
    const beganMs = ports.now();
    let answer: Answer;
    try {
      answer = await ports.wires[channel](delivery);
    } catch (cause) {
      // a wire answers by itself; what it throws is a bug or a file that is gone
      ports.onFault(cause);
      answer = { kind: 'failed', status: null, retry: true, words: (cause as Error).message };
    }
    const nowMs = ports.now();
    rest(delivery.lane, answer, nowMs);
    const outcome = outcomeOf(delivery, answer, ports.random());
    ports.onTry?.(channel, resultOf(outcome), nowMs - beganMs);
    try {
      crashPoint('delivery: sent, not written down');
      await ports.finish(delivery, outcome, nowMs);
    } catch (cause) {
      // the database is away: its time runs out, and it is sent again under the same id
      ports.onFault(cause);
    }
  }

  /** A lane that fails is left alone for a while, longer each time: what waits behind does not hammer it. */
  function rest(lane: string, answer: Answer, nowMs: number): void {
    if (answer.kind === 'later') {
      failing.set(lane, { times: 0, untilMs: nowMs + answer.afterMs });
      return;
    }
    // an answer that is final for this message says nothing against the next
    if (answer.kind === 'delivered' || !answer.retry) {
      failing.delete(lane);
      return;
    }
    const times = (failing.get(lane)?.times ?? 0) + 1;
    const restMs = times === 1 ? 0 : Math.min(LONGEST_REST_MS, 1000 * 2 ** (times - 2));
    failing.set(lane, { times, untilMs: nowMs + restMs });
  }

  return {
    look,
    wake: (lane: string) => void failing.delete(lane),
    async close() {
      closed = true;
      await taking;
      await Promise.all(busy.values());
    },
  };
}

function resultOf(outcome: Outcome): 'delivered' | 'failed' | 'dead' | 'later' {
  if (outcome.state !== 'waiting') return outcome.state;
  return outcome.counted ? 'failed' : 'later';
}
