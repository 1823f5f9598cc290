import { callIdOf } from '../core/floor/agents.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import {
  HEARTBEAT_MS,
  newPresence,
  phoneUnusable,
  presenceStep,
  presenceView,
  presenceWishes,
  silentSinceMs,
  wentHome,
  type Mismatch,
  type Presence,
  type PresenceEvent,
  type PresenceSaid,
  type PresenceView,
  type Wish,
  type WrapUp,
} from '../core/people/presence.ts';

/** An agent signed in at the desk, as the database keeps it over a restart. */
export interface KeptPresence {
  agent: string;
  personId: number;
  signedInAtMs: number;
  askedPause: string | null;
  wrapUp: WrapUp | null;
}

export interface PresencePorts {
  floor: Floor;
  now: () => number;
  switchHeard: () => boolean;
  /** asks the switch; null: there is none */
  ask: (agent: string, wish: Wish) => Promise<unknown>;
  /** the queues that an agent serves */
  queuesOf: (agent: string) => Promise<string[]>;
  keep: (kept: KeptPresence) => Promise<void>;
  forget: (agent: string) => Promise<void>;
  limits: () => { wrapUpMs: number; extendMs: number; mostExtensions: number };
  /** is the call's record complete; null: it can't be asked now */
  recordComplete: (callId: string) => Promise<boolean | null>;
  /** a browser that is the phone, and nobody came back to it: its leg of the call is dead */
  legIsDead: (agent: string, personId: number) => void;
  /** The browser's phone is still there, though its page is not, or may not be: who lost a right talks to the end. */
  isPhoneThere?: (personId: number) => boolean;
  tell: (view: PresenceView) => void;
  /** a phone takes no calls and was taken out of the queue: the shift's leader is told */
  phoneUnusable: (agent: string) => void;
  mismatched: (kind: Mismatch) => void;
  overran: () => void;
  onFault: (fault: unknown) => void;
}

export interface Presences {
  views(): PresenceView[];
  view(agent: string): PresenceView | null;
  /** a tab of this agent opened; what is answered hears of it */
  tab(agent: string): { heard(): void; gone(): void };
  signIn(agent: string, personId: number): Promise<void>;
  signOut(agent: string): void;
  /** Takes out of the queue who may not take calls any more; a call that is talked on goes on. */
  recheck(mayAnswerAt: (personId: number, agent: string) => boolean | 'unknown'): void;
  /** `null`: ready again */
  pause(agent: string, reason: string | null): void;
  extend(agent: string): boolean;
  /** false: the record of the last call is not complete (Article 27) */
  done(agent: string, forced: boolean): Promise<boolean>;
  recordCompleted(callId: string): void;
  hear(facts: readonly Fact[]): void;
  load(kept: KeptPresence[]): Promise<void>;
  /** who serves which queue changed */
  queuesChanged(): Promise<void>;
  close(): void;
}

/** A tab's line may be open and torn: it lives as long as it is heard. */
interface LiveTab {
  agent: string;
  alive: boolean;
  heardAtMs: number;
}

const TICK_MS = 500;
/** an action that the switch did not make true by then is asked for again */
const ASK_AGAIN_MS = 3000;
/** so long the caller waits for a browser that went away in mid-call */
const COMES_BACK_MS = 8000;

/** Holds every agent's presence, tells the core what the three witnesses say, and asks the switch for what follows. */
export function openPresences(ports: PresencePorts): Presences {
  const all = new Map<string, Presence>();
  const people = new Map<string, number>();
  const told = new Map<string, string>();
  const asked = new Map<string, number>();
  const mismatches = new Map<string, Mismatch | null>();
  const overdue = new Set<string>();
  const pronounced = new Set<string>();
  const tabs = new Set<LiveTab>();
  const ticking = setInterval(() => {
    for (const tab of tabs) {
      if (!tab.alive || ports.now() - tab.heardAtMs < HEARTBEAT_MS) continue;
      tab.alive = false;
      step(tab.agent, { kind: 'tab-gone', heardAtMs: tab.heardAtMs });
    }
    for (const [agent, one] of all) {
      step(agent, { kind: ports.switchHeard() ? 'switch-found' : 'switch-lost' });
      // a pause taken away in mid-call changes no state, so no fact tells of it
      observe(agent);
      step(agent, { kind: 'tick' });
      if (wentHome(one, ports.now())) signOut(agent);
      pronounceDead(agent);
    }
  }, TICK_MS);
  ticking.unref();

  function of(agent: string): Presence {
    let one = all.get(agent);
    if (!one) {
      one = { ...newPresence(agent, [], ports.now()), switchHeard: ports.switchHeard() };
      one = presenceStep(one, says(agent));
      all.set(agent, one);
    }
    return one;
  }

  /** The floor's word: what the switch told of this agent's queues, phone and call. */
  function says(agent: string): Extract<PresenceEvent, { kind: 'switch-says' }> {
    const known = ports.floor.agents.get(agent);
    const members = [...(known?.queues ?? [])];
    const device = members[0]?.[1].device;
    const doing = known?.state;
    return {
      kind: 'switch-says',
      atMs: ports.now(),
      members: Object.fromEntries(
        members.map(([queue, { paused, reason }]) => [queue, { paused, reason: reason || null }]),
      ),
      doing: doing === 'talking' || doing === 'on-hold' || doing === 'ringing' ? doing : 'idle',
      callId: known ? callIdOf(known) : null,
      phone:
        device === undefined || device === 0 ? 'unknown' : device === 4 || device === 5 ? 'gone' : 'there',
    };
  }

  function step(agent: string, said: PresenceSaid): void {
    const before = of(agent);
    const after = presenceStep(before, { ...said, atMs: ports.now() } as PresenceEvent);
    all.set(agent, after);
    if (phoneUnusable(after) && !phoneUnusable(before)) ports.phoneUnusable(agent);
    if (after.signedInAtMs !== null && kept(before) !== kept(after)) keep(after);
    settle(agent);
  }

  /** Looks at the floor again; a caller's call that ended there is to be written up. */
  function observe(agent: string): void {
    const before = of(agent);
    step(agent, says(agent));
    const after = of(agent);
    const talked = before.doing === 'talking' || before.doing === 'on-hold';
    if (talked && after.doing === 'idle' && before.callId !== null && after.signedInAtMs !== null)
      void callOver(agent, before.callId).catch(ports.onFault);
  }

  function settle(agent: string): void {
    const one = of(agent);
    const now = ports.now();
    for (const wish of presenceWishes(one, now)) {
      const key = `${agent} ${JSON.stringify(wish)}`;
      if (now - (asked.get(key) ?? -Infinity) < ASK_AGAIN_MS) continue;
      asked.set(key, now);
      ports.ask(agent, wish).catch(ports.onFault);
    }
    const view = presenceView(one, now);
    const kind = view.mismatch?.kind ?? null;
    if (kind !== (mismatches.get(agent) ?? null)) {
      mismatches.set(agent, kind);
      if (kind) ports.mismatched(kind);
    }
    if (view.wrapUp?.overdue && !overdue.has(agent)) {
      overdue.add(agent);
      ports.overran();
    } else if (!view.wrapUp?.overdue) overdue.delete(agent);
    const words = JSON.stringify(view);
    if (told.get(agent) === words) return;
    told.set(agent, words);
    ports.tell(view);
  }

  /** The page went away in mid-call and nobody came back within 8 s: the switch is told, and the caller goes to the front. */
  function pronounceDead(agent: string): void {
    const one = of(agent);
    const since = silentSinceMs(one);
    const talking = one.doing === 'talking' || one.doing === 'on-hold';
    if (since === null || !talking || ports.now() - since < COMES_BACK_MS) return;
    const key = `${agent} ${one.callId ?? ''} ${since}`;
    if (pronounced.has(key) || ports.isPhoneThere?.(people.get(agent)!)) return;
    pronounced.add(key);
    ports.legIsDead(agent, people.get(agent)!);
  }

  /** Whether a phone takes calls is learnt from how its offers end, and from its registering anew. */
  function phoneHeard(fact: Fact): void {
    if (fact.kind === 'phone-status' && fact.there && all.has(fact.agent))
      step(fact.agent, { kind: 'phone-works' });
    if (fact.kind !== 'offer-ended' || !all.has(fact.agent)) return;
    if (fact.outcome === 'unreachable') step(fact.agent, { kind: 'phone-failed' });
    else if (fact.outcome !== 'cancelled' && of(fact.agent).phoneFailures > 0)
      step(fact.agent, { kind: 'phone-works' });
  }

  function keep(one: Presence): void {
    ports
      .keep({
        agent: one.agent,
        personId: people.get(one.agent)!,
        signedInAtMs: one.signedInAtMs!,
        askedPause: one.askedPause,
        wrapUp: one.wrapUp,
      })
      .catch(ports.onFault);
  }

  function signOut(agent: string): void {
    step(agent, { kind: 'signed-out' });
    asked.clear();
    ports.forget(agent).catch(ports.onFault);
  }

  async function callOver(agent: string, callId: string): Promise<void> {
    const { wrapUpMs } = ports.limits();
    step(agent, { kind: 'call-over', callId, limitMs: wrapUpMs, recordComplete: false });
    const complete = await ports.recordComplete(callId).catch(() => null);
    if (complete) step(agent, { kind: 'record-completed', callId });
  }

  return {
    views: () => [...all.values()].map((one) => presenceView(one, ports.now())),
    view: (agent) => (all.has(agent) ? presenceView(of(agent), ports.now()) : null),
    tab(agent) {
      step(agent, { kind: 'tab-opened' });
      const tab: LiveTab = { agent, alive: true, heardAtMs: ports.now() };
      tabs.add(tab);
      return {
        heard() {
          tab.heardAtMs = ports.now();
          if (tab.alive || !tabs.has(tab)) return;
          tab.alive = true;
          step(agent, { kind: 'tab-opened' });
        },
        gone() {
          if (!tabs.delete(tab) || !tab.alive) return;
          step(agent, { kind: 'tab-gone', heardAtMs: tab.heardAtMs });
        },
      };
    },
    async signIn(agent, personId) {
      people.set(agent, personId);
      const queues = await ports.queuesOf(agent);
      asked.clear();
      step(agent, { kind: 'signed-in', queues });
    },
    signOut,
    recheck(mayAnswerAt) {
      for (const [agent, one] of all) {
        if (one.signedInAtMs !== null && mayAnswerAt(people.get(agent)!, agent) === false) signOut(agent);
      }
    },
    pause(agent, reason) {
      step(agent, { kind: 'pause-asked', reason });
      if (reason === null) step(agent, { kind: 'phone-works' });
      const wish: Wish = reason === null ? { kind: 'unpause' } : { kind: 'pause', reason };
      ports.ask(agent, wish).catch(ports.onFault);
    },
    extend(agent) {
      const one = of(agent);
      const { extendMs, mostExtensions } = ports.limits();
      if (!one.wrapUp || one.wrapUp.extendedCount >= mostExtensions) return false;
      step(agent, { kind: 'wrap-up-extended', byMs: extendMs });
      return true;
    },
    async done(agent, forced) {
      const { wrapUp } = of(agent);
      if (wrapUp && !forced && !wrapUp.recordComplete) {
        // a database that can't be asked keeps nobody from the next caller
        const complete = await ports.recordComplete(wrapUp.callId).catch(() => null);
        if (complete === false) return false;
      }
      step(agent, { kind: 'wrap-up-done' });
      return true;
    },
    recordCompleted(callId) {
      for (const [agent, one] of all)
        if (one.wrapUp?.callId === callId) step(agent, { kind: 'record-completed', callId });
    },
    hear(facts) {
      const agents = new Set<string>();
      for (const fact of facts) {
        if (fact.kind === 'agent-state-changed' || fact.kind === 'agent-rang') agents.add(fact.agent);
        if (fact.kind === 'call-answered') agents.add(fact.agent);
        phoneHeard(fact);
      }
      for (const agent of agents) observe(agent);
    },
    async load(keptOnes) {
      for (const one of keptOnes) {
        people.set(one.agent, one.personId);
        const queues = await ports.queuesOf(one.agent);
        // tabs come back within a second or two of a restart: the heartbeat counts from now
        const restored = { ...of(one.agent), queues, signedInAtMs: one.signedInAtMs, heardAtMs: ports.now() };
        all.set(one.agent, { ...restored, askedPause: one.askedPause, wrapUp: one.wrapUp });
        step(one.agent, says(one.agent));
      }
    },
    async queuesChanged() {
      for (const [agent, one] of all) {
        if (one.signedInAtMs !== null) step(agent, { kind: 'serves', queues: await ports.queuesOf(agent) });
      }
    },
    close: () => clearInterval(ticking),
  };
}

function kept(one: Presence): string {
  return JSON.stringify([one.signedInAtMs, one.askedPause, one.wrapUp]);
}
