/**
 * What browser and server say to each other over socket.io. Server and web both import this file; nothing else is
 * said. Instants are Unix ms. The server tells its clock in `hello`; browsers keep the offset and count seconds themselves.
 */
import type { MeterKind, MeterPlace } from './core/customers/card.ts';
import type { AgentState } from './core/floor/fact.ts';
import type { AgentView, OfferView, QueueView } from './core/floor/view.ts';
import type { DayMeasures } from './core/floor/measures.ts';
import type { QueueToday } from './core/walls/figures.ts';
import type { PhoneToClient } from './protocol/phone.ts';
import type { CallbacksToClient } from './protocol/callbacks.ts';
import type { OutwardToClient } from './protocol/outward.ts';
import type { MissedToClient } from './protocol/missed.ts';
import type { PresenceToClient } from './protocol/presence.ts';
import type { ConsoleToClient } from './protocol/console.ts';
import type { IncidentsToClient } from './protocol/incidents.ts';
import type { IvrToClient } from './protocol/ivr.ts';
import type { OutagesToClient } from './protocol/outages.ts';
import type { OrdersToClient, OrdersToServer } from './protocol/orders.ts';
import type { WallsToClient, WallsToServer } from './protocol/walls.ts';
import type { ShiftsToClient } from './protocol/shifts.ts';
import type { RecordsToClient, RecordsToServer } from './protocol/records.ts';

/** Who calls: the customer's card and what they called about before. */
export interface Customer {
  id: number;
  name: string;
  /** masked unless the viewer may see it */
  phone: string;
  address: string;
  district: string;
  /** empty: a new caller who has told none yet */
  account: string;
  /** empty: not known */
  meterKind: MeterKind | '';
  meterPlace: MeterPlace;
  /** 小区 */
  community: string;
  /** the unit that looks after it; null: the decision table says which */
  unit: string | null;
}
export interface PastCall {
  callId: string;
  atMs: number;
  outcome: string;
  agentName: string | null;
  talkMs: number | null;
  queue: string | null;
}
export interface PastOrder {
  orderNo: string;
  createdAtMs: number;
  category: string;
  item: string | null;
  content: string;
  unit: string | null;
  status: string;
  closedAtMs: number | null;
}
export interface CallerHistory {
  ani: string;
  customers: Customer[];
  calls: PastCall[];
  callCount: number;
  orders: PastOrder[];
  orderCount: number;
}

/** A pop: the offer and, fetched ahead when the call joined the queue, its history (null: still being fetched). */
export interface Pop {
  offer: OfferView;
  history: CallerHistory | null;
  /** true: the history could not be fetched (database away); the desk says so and asks again by itself */
  historyFailed: boolean;
}

export type PopGone =
  'answered-here' | 'answered-elsewhere' | 'caller-gave-up' | 'not-answered' | 'phone-lost' | 'unknown';

export interface DeskView {
  agent: AgentView | null;
  /** pops that ring or are talked on now, newest last */
  pops: Pop[];
  /** false: this tab is second; another tab of the same agent is the desk */
  holder: boolean;
}

export type HealthName =
  'pbx' | 'database' | 'journal' | 'service' | 'messages' | 'recordings' | 'telephone' | 'audit';
/** What is wrong now, shown on every screen; empty: all is well. */
export interface Alarm {
  name: HealthName;
  /** a code; its Chinese words live in web/ */
  code:
    | 'pbx-not-configured'
    | 'pbx-disconnected'
    | 'pbx-refused'
    | 'pbx-no-timestamps'
    | 'pbx-clock-off'
    | 'database-away'
    | 'journal-disk-full'
    | 'unforeseen-fault'
    | 'subject-not-begun'
    | 'facts-lost'
    | 'messages-stuck'
    | 'number-flood'
    | 'budget-near'
    | 'budget-reached'
    | 'switch-attacked'
    | 'recordings-stuck'
    | 'audit-changeable'
    | 'audit-broken'
    | 'security-updates-out'
    | 'security-updates-unknown';
  sinceMs: number;
}

export interface WallView {
  /** server clock when this was made; the wall shows its age */
  atMs: number;
  /** the last byte heard from the switch (event or ping answer), server clock; null: never */
  heardAtMs: number | null;
  queues: QueueView[];
  agents: AgentView[];
  agentsByState: Record<AgentState, number>;
  waiting: number;
  longestSinceMs: number | null;
  today: DayMeasures;
  /** today's calls by queue, to be added up for a tile of some queues */
  queuesToday: QueueToday[];
  /** connect rate over a rolling 24 h */
  rolling24h: DayMeasures;
  /** last 24 hours, oldest first, one per hour */
  hours: HourBar[];
  alarms: Alarm[];
}
export interface HourBar {
  /** start of the hour */
  fromMs: number;
  offered: number;
  answered: number;
  abandoned: number;
  withinThreeRings: number;
}

/** how often an agent's tab and the server hear of each other */
export const BEAT_MS = 3000;

export interface Hello {
  serverNowMs: number;
  version: string;
  user: { name: string; role: string; agent: string | null; unitId: number | null };
}

export interface ServerToClient
  extends
    ConsoleToClient,
    IncidentsToClient,
    IvrToClient,
    OutagesToClient,
    PhoneToClient,
    OutwardToClient,
    MissedToClient,
    PresenceToClient,
    RecordsToClient,
    OrdersToClient,
    CallbacksToClient,
    ShiftsToClient,
    WallsToClient {
  hello: (hello: Hello) => void;
  /** the whole desk, on connect and whenever this tab becomes holder */
  desk: (view: DeskView) => void;
  /** a phone of this agent was called: show it now */
  pop: (pop: Pop) => void;
  /** the history of a call whose pop is on the screen arrived late */
  history: (callId: string, history: CallerHistory | null) => void;
  /** the pop is over for this agent */
  gone: (callId: string, offerId: string, why: PopGone) => void;
  agent: (view: AgentView) => void;
  alarms: (alarms: Alarm[]) => void;
  /** to agents' tabs every BEAT_MS; the tab answers with `beat` */
  beat: () => void;
  wall: (view: WallView) => void;
}

export interface ClientToServer extends RecordsToServer, OrdersToServer, WallsToServer {
  /** the pop stands on the screen; `paintedAtMs` is on the server's clock */
  painted: (callId: string, offerId: string, paintedAtMs: number) => void;
  /** clock offset: answers the server's now */
  clock: (answer: (serverNowMs: number) => void) => void;
  /** the answer to `beat`: this tab is there, hidden or not */
  beat: () => void;
  /** make this tab the desk */
  hold: () => void;
  /** the desk page stands on the screen: answers the whole desk, as `desk` told it at the connection */
  watchDesk: (answer: (view: DeskView) => void) => void;
  /** start to watch the wall (room), answers the whole view at once */
  watchWall: (answer: (view: WallView) => void) => void;
}
