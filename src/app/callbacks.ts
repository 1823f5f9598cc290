import { redoReason, type RedoReason } from '../core/callbacks/campaign.ts';
import {
  noteCalled,
  openDialler,
  stepDialler,
  type DialAction,
  type Dialler,
} from '../core/callbacks/dialler.ts';
import {
  NO_ANSWERS,
  outcomeOf,
  parseKept,
  type Answers,
  type AttemptResult,
  type Recorded,
} from '../core/callbacks/outcome.ts';
import type { DialRules } from '../core/callbacks/rules.ts';
import { spokenDate, spokenMatter } from '../core/callbacks/spoken.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { CallRecord } from '../core/floor/record.ts';

/** What the dialler keeps and reads (postgres/callbacks.ts). */
export interface CallbackStore {
  waiting(itemIds: number[] | null): Promise<
    {
      itemId: number;
      campaignId: number;
      number: string;
      dueAtMs: number;
      tries: { atMs: number; band: number }[];
    }[]
  >;
  calledSince(atMs: number): Promise<{ number: string; atMs: number }[]>;
  paused(): Promise<number[]>;
  openAttempts(): Promise<OpenAttempt[]>;
  /** committed before the switch is asked; null: this one no longer waits */
  openAttempt(one: {
    itemId: number;
    number: string;
    token: string;
    band: number;
    atMs: number;
    lateMs: number;
  }): Promise<{ id: number; acceptedAtMs: number; category: string } | null>;
  recordOf(callId: string): Promise<CallRecord | null>;
  /**
   * In one transaction: the attempt's result, what follows for its item, and, where another is called instead, that one.
   * False: it was folded before, and nothing was changed.
   */
  finish(
    attempt: OpenAttempt,
    told: { result: AttemptResult; answers: Answers; atMs: number; redo: RedoReason | null },
    then: DialAction[],
  ): Promise<boolean>;
  /** what the dialler moved without a call */
  move(action: DialAction): Promise<void>;
  hasOpenOrder(number: string): Promise<boolean>;
  finishCampaigns(atMs: number): Promise<number[]>;
}
export interface OpenAttempt {
  id: number;
  token: string;
  itemId: number;
  number: string;
  placedAtMs: number;
}

/** The switch, as a callback needs it; every answer may be “not connected”. */
export interface CallbackSwitch {
  connected(): boolean;
  callBack(call: { surveyId: string; number: string; day: string[]; matter: string }): Promise<Said>;
  /** does this channel live? null: nobody can say now */
  lives(channel: string): Promise<boolean | null>;
  /** what the script wrote down; undefined: nobody can say now */
  keptOf(surveyId: string): Promise<string | null | undefined>;
}
interface Prepared {
  attempt: OpenAttempt;
  day: string[];
  matter: string;
}
type Said = { ok: true } | { ok: false; refusal: string };

export interface CallbackPorts {
  store: CallbackStore;
  pbx: CallbackSwitch;
  rules: DialRules;
  now: () => number;
  newToken: () => string;
  freeAgents: () => number;
  onCall: (number: string) => boolean;
  /** something moved: the page of the running campaign looks again */
  moved: () => void;
  onResult: (result: AttemptResult) => void;
  onPlaced: (lateMs: number) => void;
  onFault: (cause: unknown) => void;
}

export interface Callbacks {
  start(): Promise<void>;
  hear(facts: readonly Fact[]): void;
  /** a campaign began, goes on, pauses or ends; items changed by people */
  reload(): Promise<void>;
  setRules(rules: DialRules): void;
  calling(): { itemId: number; number: string; sinceMs: number }[];
  waitingCount(): number;
  close(): void;
}

const TICK_MS = 200;
const RECONCILE_MS = 3000;
/** a call that nobody told the end of is asked after: ringing, and the longest talk before a person takes over */
const QUIET_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
const RETRY_MS = 500;

/**
 * Runs the campaigns. Exactly once: an attempt is a committed row before the switch is asked to call, and names the
 * channel. What came of it is folded from the floor's record and from what the switch wrote down itself, whichever of the
 * two is there, into that row, once. After a restart, or when the switch came back, every open attempt is asked after.
 */
export function openCallbacks(ports: CallbackPorts): Callbacks {
  const { store, pbx, now } = ports;
  let dialler: Dialler = openDialler(ports.rules);
  /** surveyId ─▶ the attempt that is under way */
  const open = new Map<string, OpenAttempt>();
  const settling = new Set<string>();
  let timers: NodeJS.Timeout[] = [];
  let closed = false;
  let ticking = false;
  let turn: Promise<unknown> = Promise.resolve();
  /** attempts from before this start: asked after at once */
  let strange = new Set<string>();

  async function load(): Promise<void> {
    const next = openDialler(dialler.rules);
    const [waiting, called, paused, attempts] = await Promise.all([
      store.waiting(null),
      store.calledSince(now() - WEEK_MS),
      store.paused(),
      store.openAttempts(),
    ]);
    for (const { number, atMs } of called) noteCalled(next, number, atMs);
    for (const id of paused) next.paused.add(id);
    const busy = new Set(attempts.map((one) => one.itemId));
    for (const one of waiting) next.callees.set(one.itemId, { ...one, calling: busy.has(one.itemId) });
    for (const one of attempts) {
      const surveyId = surveyIdOf(one);
      if (open.has(surveyId)) continue;
      open.set(surveyId, one);
      strange.add(surveyId);
    }
    dialler = next;
  }

  /** The dialler and the database change together, one step after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function tick(): Promise<void> {
    if (ticking || closed) return;
    ticking = true;
    try {
      const placed = await inTurn(async () => {
        const freeAgents = pbx.connected() ? ports.freeAgents() : 0;
        const actions = stepDialler(dialler, {
          kind: 'tick',
          atMs: now(),
          freeAgents,
          barred: (number) => ports.onCall(number),
        });
        try {
          return await Promise.all(
            actions.map(async (action) => (action.kind === 'place' ? prepare(action) : keep(action))),
          );
        } catch (cause) {
          // what the database did not hear of is read from it again
          await load();
          throw cause;
        }
      });
      for (const one of placed) if (one) void place(one).catch(ports.onFault);
    } finally {
      ticking = false;
    }
  }

  async function keep(action: DialAction): Promise<null> {
    await store.move(action);
    return null;
  }

  /** The attempt's row is on the disk when this resolves; null: this one is not called now. */
  async function prepare(action: DialAction & { kind: 'place' }): Promise<Prepared | null> {
    const { itemId, number, band, lateMs } = action;
    const atMs = now();
    if (await store.hasOpenOrder(number)) {
      const then = stepDialler(dialler, { kind: 'ended', itemId, atMs, result: 'not-placed' });
      for (const one of then) await store.move(one);
      return null;
    }
    const token = ports.newToken();
    const added = await store.openAttempt({ itemId, number, token, band, atMs, lateMs });
    if (!added) {
      stepDialler(dialler, { kind: 'dropped', itemId });
      return null;
    }
    const attempt = { id: added.id, token, itemId, number, placedAtMs: atMs };
    open.set(surveyIdOf(attempt), attempt);
    ports.onPlaced(lateMs);
    return { attempt, day: spokenDate(added.acceptedAtMs), matter: spokenMatter(added.category) };
  }

  async function place({ attempt, day, matter }: Prepared): Promise<void> {
    const surveyId = surveyIdOf(attempt);
    const said = await pbx.callBack({ surveyId, number: attempt.number, day, matter });
    ports.moved();
    // a wire that broke, or an answer that did not come, says nothing: the switch may be calling
    if (said.ok || said.refusal === 'no-answer-in-time' || said.refusal === 'pbx-disconnected') return;
    await fold(attempt, 'not-placed', NO_ANSWERS);
  }

  /** Folds all that is known of an attempt, unless its call lives or the switch cannot say. */
  async function settle(surveyId: string, told: CallRecord | null): Promise<void> {
    const attempt = open.get(surveyId);
    if (!attempt || settling.has(surveyId)) return;
    settling.add(surveyId);
    try {
      if (!told && (await pbx.lives(channelOf(surveyId))) !== false) return;
      const record = told ?? (await store.recordOf(channelOf(surveyId)));
      let kept: string | null | undefined = null;
      if (!record || record.answeredAtMs !== null || record.outcome === 'unknown') {
        kept = await pbx.keptOf(surveyId);
        if (kept === undefined) {
          strange.add(surveyId);
          return;
        }
      }
      const { result, answers } = outcomeOf(record && recordedOf(record), parseKept(kept));
      // nobody heard of this call: it may have been placed all the same, and answered
      await fold(attempt, result === 'not-placed' ? 'lost' : result, answers);
    } catch (cause) {
      strange.add(surveyId);
      ports.onFault(cause);
    } finally {
      settling.delete(surveyId);
    }
  }

  async function fold(attempt: OpenAttempt, result: AttemptResult, answers: Answers): Promise<void> {
    const surveyId = surveyIdOf(attempt);
    await inTurn(async () => {
      const atMs = now();
      const then = stepDialler(dialler, { kind: 'ended', itemId: attempt.itemId, atMs, result });
      const told = { result, answers, atMs, redo: redoReason(answers) };
      while (!closed) {
        try {
          const first = await store.finish(attempt, told, then);
          open.delete(surveyId);
          strange.delete(surveyId);
          if (first) ports.onResult(result);
          const plain = first && then.length === 1 && then[0]!.kind === 'again';
          if (!plain) {
            await store.finishCampaigns(now());
            await load();
          }
          return;
        } catch (cause) {
          ports.onFault(cause);
          await new Promise((done) => setTimeout(done, RETRY_MS).unref());
        }
      }
    });
    ports.moved();
    void tick().catch(ports.onFault);
  }

  async function reconcile(): Promise<void> {
    if (!pbx.connected()) return;
    const quiet = [...open].filter(
      ([surveyId, one]) => strange.has(surveyId) || now() - one.placedAtMs > QUIET_MS,
    );
    for (const [surveyId] of quiet) await settle(surveyId, null);
  }

  return {
    async start() {
      await inTurn(load);
      if (timers.length > 0) return;
      const often = (work: () => Promise<void>, everyMs: number) =>
        timers.push(setInterval(() => void work().catch(ports.onFault), everyMs));
      often(tick, TICK_MS);
      often(reconcile, RECONCILE_MS);
      void tick().catch(ports.onFault);
    },
    hear(facts) {
      for (const fact of facts) {
        if (fact.kind !== 'call-ended') continue;
        const surveyId = /^survey-(.+)$/.exec(fact.callId)?.[1];
        if (surveyId !== undefined) void settle(surveyId, fact.record);
      }
    },
    reload: () => inTurn(load),
    setRules(rules) {
      stepDialler(dialler, { kind: 'ruled', rules });
    },
    calling: () =>
      [...open.values()].map(({ itemId, number, placedAtMs }) => ({ itemId, number, sinceMs: placedAtMs })),
    waitingCount: () => [...dialler.callees.values()].filter((one) => !one.calling).length,
    close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      timers = [];
      strange = new Set();
    },
  };
}

function surveyIdOf({ id, token }: { id: number; token: string }): string {
  return `${id}x${token}`;
}
function channelOf(surveyId: string): string {
  return `survey-${surveyId}`;
}

function recordedOf(record: CallRecord): Recorded {
  return {
    answered: record.answeredAtMs !== null,
    known: record.outcome !== 'unknown',
    result: record.survey?.result ?? null,
    keys: record.survey?.answers ?? {},
  };
}
