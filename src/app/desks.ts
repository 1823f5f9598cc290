import type { Call } from '../core/floor/call.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { agentView, offerView, offerViews } from '../core/floor/views.ts';
import type { CallerHistory, DeskView, Pop, PopGone } from '../protocol.ts';

/** One browser tab of an agent, as the desks meet it (http/live.ts). */
export interface Tab {
  desk(view: DeskView): void;
  pop(pop: Pop): void;
  history(callId: string, history: CallerHistory | null): void;
  gone(callId: string, offerId: string, why: PopGone): void;
  agent(view: NonNullable<DeskView['agent']>): void;
}

export interface Desks {
  hear(facts: readonly Fact[], floor: Floor): void;
  /** a tab of this agent opened; the first one is the desk */
  enter(agent: string, tab: Tab): void;
  /** the desk as this tab should show it now */
  look(agent: string, tab: Tab): DeskView;
  leave(agent: string, tab: Tab): void;
  /** this tab becomes the desk, the one before is told */
  hold(agent: string, tab: Tab): void;
  isHolder(agent: string, tab: Tab): boolean;
  /** pops sent to a desk, each offer once */
  popCount(): number;
}

interface Lookup {
  history: CallerHistory | null;
  failed: boolean;
  done: boolean;
  promise: Promise<void>;
}

const HISTORY_DEADLINE_MS = 1500;
const RETRY_MS = 2000;

/**
 * Who calls, on the agent's screen while the phone rings. The history is fetched when the call joins the queue, so that
 * it is there when a phone rings; the pop itself never waits for the database. One tab of an agent is the desk: a pop
 * is told once, whatever reconnects.
 */
export function openDesks(floor: Floor, lookUp: (ani: string) => Promise<CallerHistory>): Desks {
  const tabs = new Map<string, Tab[]>();
  const lookups = new Map<string, Lookup>();
  let pops = 0;

  const holder = (agent: string): Tab | undefined => tabs.get(agent)?.[0];

  function prefetch(callId: string, ani: string | null): Lookup {
    let lookup = lookups.get(callId);
    if (lookup) return lookup;
    lookup = { history: null, failed: false, done: ani === null, promise: Promise.resolve() };
    lookups.set(callId, lookup);
    if (ani !== null) lookup.promise = fetchInto(lookup, callId, ani);
    return lookup;
  }

  async function fetchInto(lookup: Lookup, callId: string, ani: string): Promise<void> {
    try {
      lookup.history = await inTime(lookUp(ani), HISTORY_DEADLINE_MS);
      lookup.failed = false;
      lookup.done = true;
    } catch {
      lookup.failed = true;
      // asked again as long as the call lives: the database may come back while it rings
      setTimeout(() => {
        if (lookups.get(callId) === lookup) lookup.promise = fetchInto(lookup, callId, ani);
      }, RETRY_MS).unref();
    }
    if (lookups.get(callId) !== lookup) return;
    for (const offer of offerViews(floor)) {
      if (offer.callId === callId) holder(offer.agent)?.history(callId, lookup.history);
    }
  }

  function popOf(callId: string, offerId: string): Pop | null {
    const offer = offerView(floor, callId, offerId);
    if (!offer) return null;
    const lookup = prefetch(callId, offer.ani);
    return { offer, history: lookup.history, historyFailed: lookup.failed };
  }

  function deskOf(agent: string, isHolder: boolean): DeskView {
    const mine = offerViews(floor).filter((offer) => offer.agent === agent);
    return {
      agent: agentView(floor, agent),
      pops: isHolder
        ? mine.map((offer) => popOf(offer.callId, offer.offerId)).filter((pop) => pop !== null)
        : [],
      holder: isHolder,
    };
  }

  return {
    hear(facts) {
      for (const fact of facts) {
        switch (fact.kind) {
          case 'call-queued':
            prefetch(fact.callId, fact.record.ani);
            break;
          case 'agent-rang': {
            const pop = popOf(fact.callId, fact.offerId);
            if (pop) {
              pops += 1;
              holder(fact.agent)?.pop(pop);
            }
            break;
          }
          case 'offer-ended':
            holder(fact.agent)?.gone(
              fact.callId,
              fact.offerId,
              whyGone(fact, facts, floor.calls.get(fact.callId)),
            );
            break;
          case 'agent-lost':
            holder(fact.agent)?.gone(fact.callId, fact.offerId, 'phone-lost');
            break;
          case 'call-ended':
            lookups.delete(fact.callId);
            // the current call's card is told by its agent's leg; a call that ended takes the rest with it
            for (const offer of fact.record.offers) {
              if (offer.outcome === 'answered') holder(offer.agent)?.gone(fact.callId, '', 'unknown');
            }
            break;
          case 'agent-state-changed': {
            const view = agentView(floor, fact.agent);
            if (view) for (const tab of tabs.get(fact.agent) ?? []) tab.agent(view);
            break;
          }
          default:
            break;
        }
      }
    },
    enter(agent, tab) {
      const all = tabs.get(agent) ?? [];
      all.push(tab);
      tabs.set(agent, all);
      tab.desk(deskOf(agent, all[0] === tab));
    },
    look: (agent, tab) => deskOf(agent, holder(agent) === tab),
    leave(agent, tab) {
      const all = tabs.get(agent);
      if (!all) return;
      const wasHolder = all[0] === tab;
      all.splice(all.indexOf(tab), 1);
      if (all.length === 0) tabs.delete(agent);
      else if (wasHolder) all[0]!.desk(deskOf(agent, true));
    },
    hold(agent, tab) {
      const all = tabs.get(agent);
      if (!all || all[0] === tab) return;
      const before = all[0]!;
      all.splice(all.indexOf(tab), 1);
      all.unshift(tab);
      before.desk(deskOf(agent, false));
      tab.desk(deskOf(agent, true));
    },
    isHolder: (agent, tab) => holder(agent) === tab,
    popCount: () => pops,
  };
}

/** `call`: as it stands now; a phone may be told to stop ringing a moment before the call is over, or answered elsewhere. */
function whyGone(
  fact: Extract<Fact, { kind: 'offer-ended' }>,
  facts: readonly Fact[],
  call: Call | undefined,
): PopGone {
  if (fact.outcome === 'answered') return 'answered-here';
  if (fact.outcome !== 'cancelled') return 'not-answered';
  for (const other of facts) {
    if (!('callId' in other) || other.callId !== fact.callId) continue;
    if (other.kind === 'call-answered') return 'answered-elsewhere';
    if (other.kind === 'call-ended') {
      return other.record.outcome === 'abandoned' ? 'caller-gave-up' : 'not-answered';
    }
  }
  if (call && call.callerHungUpAtMs !== null) return 'caller-gave-up';
  if (call?.offers.some(({ outcome, takenUpAtMs }) => outcome === 'answered' || takenUpAtMs !== undefined))
    return 'answered-elsewhere';
  return 'unknown';
}

function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('history not in time')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
