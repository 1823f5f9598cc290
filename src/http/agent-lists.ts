import { z } from 'zod';
import { OFFER_LISTS, type OfferList } from '../core/office/call-lists.ts';
import type { Period } from '../core/office/period.ts';
import { allow, said } from './door.ts';
import { periodKey } from './reports.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Offer {
  callId: string;
  ordinal: number;
  atMs: number;
  ani: string | null;
}
interface Talk {
  callId: string;
  ordinal: number;
  arrivedAtMs: number;
  ani: string | null;
}
interface Spells {
  states: readonly string[];
  agent?: string | undefined;
  nowMs: number;
}
interface Offers {
  list: OfferList;
  agent?: string | undefined;
}
export interface AgentListPorts {
  now: () => number;
  listOffers: (
    period: Period,
    query: Offers,
    after: { atMs: number; callId: string; ordinal: number } | null,
    most: number,
  ) => Promise<Offer[]>;
  countOffers: (period: Period, query: Offers) => Promise<number>;
  listTalks: (
    period: Period,
    agent: string | undefined,
    after: { arrivedAtMs: number; callId: string; ordinal: number } | null,
    most: number,
  ) => Promise<Talk[]>;
  sumTalks: (
    period: Period,
    agent?: string,
  ) => Promise<{ count: number; talked: number; talkMs: number; holdMs: number }>;
  listSpells: (
    period: Period,
    query: Spells,
    after: { sinceMs: number; id: string } | null,
    most: number,
  ) => Promise<unknown[]>;
  sumSpells: (period: Period, query: Spells) => Promise<{ count: number; ms: number }>;
}

const PAGE = 100;
const agent = z.string().max(80).optional();
const after = z.string().max(200).optional();
const offerQuery = z.object({
  period: periodKey,
  list: z.enum(Object.keys(OFFER_LISTS) as [OfferList, ...OfferList[]], '没有这个清单，请从报表里点开。'),
  agent,
  /** the last of the page before: `<atMs>,<ordinal>,<callId>` */
  after,
});
const talkQuery = z.object({
  period: periodKey,
  agent,
  /** the last of the page before: `<arrivedAtMs>,<ordinal>,<callId>` */
  after,
});
const state = z.string().max(20);
const spellQuery = z.object({
  period: periodKey,
  state: z.union([state.transform((one) => [one]), z.array(state).max(12)]),
  agent,
  /** the last of the page before: `<sinceMs>,<id>` */
  after,
  /** of the first page: what runs still is as long on every page */
  now: z.coerce.number().positive().optional(),
});

/** The lists behind the telephone report's numbers of agents: offers to their phones, their talks, spells in a state. */
export function agentListRoutes(ports: AgentListPorts): Routes {
  const router = declareRoutes();

  router.get('/offers', allow('list-calls'), async (request, response) => {
    const asked = said(response, offerQuery, request.query);
    if (!asked) return;
    const { period, list, agent: who } = asked;
    const [, atMs, ordinal, callId] = /^([\d.]+),(\d+),(.+)$/.exec(asked.after ?? '') ?? [];
    const from = callId === undefined ? null : { atMs: Number(atMs), ordinal: Number(ordinal), callId };
    const offers = await ports.listOffers(period, { list, agent: who }, from, PAGE);
    response.json({
      offers,
      count: from ? null : await ports.countOffers(period, { list, agent: who }),
      more: offers.length === PAGE,
    });
  });

  router.get('/talks', allow('list-calls'), async (request, response) => {
    const asked = said(response, talkQuery, request.query);
    if (!asked) return;
    const { period, agent: who } = asked;
    const [, arrivedAtMs, ordinal, callId] = /^([\d.]+),(\d+),(.+)$/.exec(asked.after ?? '') ?? [];
    const from =
      callId === undefined ? null : { arrivedAtMs: Number(arrivedAtMs), ordinal: Number(ordinal), callId };
    const talks = await ports.listTalks(period, who, from, PAGE);
    response.json({
      talks,
      ...(from
        ? { count: null, talked: null, talkMs: null, holdMs: null }
        : await ports.sumTalks(period, who)),
      more: talks.length === PAGE,
    });
  });

  router.get('/agent-times', allow('list-calls'), async (request, response) => {
    const asked = said(response, spellQuery, request.query);
    if (!asked) return;
    const query = { states: asked.state, agent: asked.agent, nowMs: asked.now ?? ports.now() };
    const [, sinceMs, id] = /^([\d.]+),(.+)$/.exec(asked.after ?? '') ?? [];
    const from = id === undefined ? null : { sinceMs: Number(sinceMs), id };
    const spells = await ports.listSpells(asked.period, query, from, PAGE);
    response.json({
      spells,
      nowMs: query.nowMs,
      ...(from ? { count: null, ms: null } : await ports.sumSpells(asked.period, query)),
      more: spells.length === PAGE,
    });
  });
  return router;
}
