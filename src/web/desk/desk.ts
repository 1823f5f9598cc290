import type { AgentView } from '../../core/floor/view.ts';
import type { CallerHistory, DeskView, Pop, PopGone } from '../../protocol.ts';

/** A call on the desk: it rings, is talked on, or just ended and stays until the next one. */
export interface Card {
  pop: Pop;
  state: 'ringing' | 'talking' | 'ended';
  answeredAtMs: number | null;
}

export interface Recent {
  key: string;
  number: string | null;
  name: string | null;
  atMs: number;
  why: PopGone;
}

export interface Desk {
  loaded: boolean;
  holder: boolean;
  agent: AgentView | null;
  cards: Card[];
  recents: Recent[];
}

export const EMPTY_DESK: Desk = { loaded: false, holder: true, agent: null, cards: [], recents: [] };
const RECENTS_KEPT = 12;

export type DeskEvent =
  | { kind: 'desk'; view: DeskView }
  | { kind: 'pop'; pop: Pop }
  | { kind: 'history'; callId: string; history: CallerHistory | null }
  | { kind: 'gone'; callId: string; offerId: string; why: PopGone; atMs: number }
  | { kind: 'agent'; view: AgentView };

/** What one word of the server does to the desk. A snapshot is the whole truth; a pop told twice stands once. */
export function deskStep(desk: Desk, event: DeskEvent): Desk {
  switch (event.kind) {
    case 'desk': {
      const { view } = event;
      const before = new Map(desk.cards.map((card) => [keyOf(card.pop), card]));
      const cards = view.pops.map((pop): Card => {
        const talking = pop.offer.outcome === 'answered';
        const answeredAtMs = talking
          ? (before.get(keyOf(pop))?.answeredAtMs ?? pop.offer.answeredAtMs ?? view.agent?.sinceMs ?? null)
          : null;
        return { pop, state: talking ? 'talking' : 'ringing', answeredAtMs };
      });
      const ended =
        cards.length === 0 ? desk.cards.slice(-1).map((card): Card => ({ ...card, state: 'ended' })) : [];
      return {
        ...desk,
        loaded: true,
        holder: view.holder,
        agent: view.agent,
        cards: view.holder ? [...ended, ...cards] : [],
      };
    }
    case 'pop': {
      if (desk.cards.some((card) => keyOf(card.pop) === keyOf(event.pop))) return desk;
      const kept = desk.cards.filter((card) => card.state !== 'ended');
      return { ...desk, cards: [...kept, { pop: event.pop, state: 'ringing', answeredAtMs: null }] };
    }
    case 'history':
      return {
        ...desk,
        cards: desk.cards.map((card) =>
          card.pop.offer.callId === event.callId
            ? { ...card, pop: { ...card.pop, history: event.history, historyFailed: event.history === null } }
            : card,
        ),
      };
    case 'gone':
      return gone(desk, event);
    case 'agent':
      return leftTheCall({ ...desk, agent: event.view }, event.view);
  }
}

const OFF_THE_PHONE: readonly AgentView['state'][] = ['ready', 'wrap-up', 'paused', 'offline'];

/** The agent hung up or passed the caller on; the call may live on, in the survey or with another. */
function leftTheCall(desk: Desk, { callId, state }: AgentView): Desk {
  if (!OFF_THE_PHONE.includes(state)) return desk;
  const left = desk.cards.some((card) => card.state === 'talking' && card.pop.offer.callId !== callId);
  if (!left) return desk;
  return {
    ...desk,
    cards: desk.cards.map((card) =>
      card.state === 'talking' && card.pop.offer.callId !== callId ? { ...card, state: 'ended' } : card,
    ),
  };
}

function gone(desk: Desk, event: Extract<DeskEvent, { kind: 'gone' }>): Desk {
  const card = desk.cards.find(
    ({ pop, state }) =>
      pop.offer.callId === event.callId &&
      (state !== 'ended' || event.why !== 'answered-here') &&
      (event.offerId === '' || pop.offer.offerId === event.offerId),
  );
  if (!card) return desk;
  if (event.why === 'answered-here') {
    return replace(desk, card, { ...card, state: 'talking', answeredAtMs: event.atMs });
  }
  const recent: Recent = {
    key: keyOf(card.pop),
    number: card.pop.offer.ani,
    name: card.pop.history?.customers[0]?.name ?? null,
    atMs: event.atMs,
    why: event.why,
  };
  const recents = [recent, ...desk.recents].slice(0, RECENTS_KEPT);
  // what was talked on stays to be written up; what was not answered here leaves at once
  if (card.state !== 'ringing') {
    if (desk.recents.some((one) => one.key === recent.key)) return desk;
    return { ...replace(desk, card, { ...card, state: 'ended' }), recents };
  }
  return { ...desk, cards: desk.cards.filter((one) => one !== card), recents };
}

function replace(desk: Desk, card: Card, by: Card): Desk {
  return { ...desk, cards: desk.cards.map((one) => (one === card ? by : one)) };
}

export function keyOf(pop: Pop): string {
  return `${pop.offer.callId} ${pop.offer.offerId}`;
}
