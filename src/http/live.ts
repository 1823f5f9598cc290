import { Server as Engine } from 'engine.io';
import type { Request, RequestHandler } from 'express';
import type { Duplex } from 'node:stream';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { may } from '../core/people/may.ts';
import { noRight, sameRights, type SessionFacts, type SignedIn } from '../core/people/rights.ts';
import {
  BEAT_MS,
  type Alarm,
  type ClientToServer,
  type DeskView,
  type ServerToClient,
  type WallView,
} from '../protocol.ts';
import type { Tab } from '../app/desks.ts';
import { guarded } from '../app/guarded.ts';
import { socketEvent, type PersonLine, type SocketEvent } from './events.ts';
import { sessionFacts } from './sessions.ts';
import { maskedAnswer, maskEmits, tellRoom } from './masked-lines.ts';
import type { Upgrades } from './upgrades.ts';

export type { PersonLine } from './events.ts';

interface SocketData {
  person: SignedIn;
  session: SessionFacts;
  line: PersonLine;
}
type Live = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

export interface LivePorts {
  session: RequestHandler;
  /** who sits there now (app/accounts.ts) */
  stands: (session: SessionFacts) => SignedIn | null | 'unknown';
  now: () => number;
  version: string;
  enter: (agent: string, tab: Tab) => void;
  look: (agent: string, tab: Tab) => DeskView;
  leave: (agent: string, tab: Tab) => void;
  hold: (agent: string, tab: Tab) => void;
  wall: () => WallView;
  alarms: () => Alarm[];
  painted: (callId: string, offerId: string, paintedAtMs: number) => void;
  /** the wings' words on the line */
  events: SocketEvent[];
  /** a line opened: each wing joins the rooms of what this person may hear */
  wings: ((line: PersonLine) => void)[];
  onFault: (fault: unknown) => void;
}

export interface LiveEdge {
  /** to every tab that joined this room */
  tell<E extends keyof ServerToClient>(room: string, event: E, ...said: Parameters<ServerToClient[E]>): void;
  /** Ends the lines of who is not any more who opened them; their browsers come back with the rights of now. */
  recheck(): void;
  /** the sessions of the lines that are open */
  openSids(): string[];
  /** all that can be said on this line, with what each asks for */
  events: readonly SocketEvent[];
  /** what this line's sockets listen to, for the test that looks whether anything came in another way */
  listenedTo(): string[];
  /** how many tabs hear this room */
  audience(room: string): number;
  wall(view: WallView): void;
  alarms(alarms: Alarm[]): void;
  watcherCount(): number;
  close(): Promise<void>;
}

const id = z.string().min(1).max(100);
const instant = z.number().finite();
/** events that one browser may send in ten seconds */
const MOST_EVENTS = 200;

export const LIVE_PATH = '/socket.io/';
/** so long a connection may stand without having said whose it is */
export const CONNECT_MS = 10_000;
/** so many may stand so at once: a house's browsers after a restart, not a flood of strangers */
const MOST_UNKNOWN = 1000;
/** and so many from one address: behind one may sit a whole office */
const MOST_UNKNOWN_FROM_ONE = 200;
/** so long who is refused has to read why */
const REFUSED_MS = 500;

/** The browsers' line: signed-in people only, each event checked for who and what. */
export function openLive(upgrades: Upgrades, ports: LivePorts): LiveEdge {
  const engine = new Engine({
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 16_384,
    // a page of another site may not open a line with our cookie
    allowRequest: (request, answer) => answer(null, sameOrigin(request.headers.origin, request.headers.host)),
  });
  engine.use(ports.session);
  /** connections that have not said yet whose they are */
  const unknown = new Map<Duplex, string>();
  const tabs = new WeakMap<PersonLine, Tab>();
  upgrades.claim(LIVE_PATH, (request, socket, head) => {
    const address = upgrades.addressOf(request);
    const fromThere = [...unknown.values()].filter((other) => other === address).length;
    if (unknown.size >= MOST_UNKNOWN || fromThere >= MOST_UNKNOWN_FROM_ONE) return 503;
    unknown.set(socket, address);
    socket.once('close', () => unknown.delete(socket));
    engine.handleUpgrade(request as never, socket, head);
  });
  const live: Live = new Server({ serveClient: false, connectTimeout: CONNECT_MS });
  live.bind(engine);
  const events = [...ownEvents(), ...ports.events];
  live.use((socket, next) => {
    const request = socket.request as unknown as Request;
    const session = sessionFacts(request);
    const person = session && standing(session, request.session.person!);
    const no = noRight(person, 'watch-wall');
    if (no !== null) {
      // time to read why, no more: who waits for nothing costs nothing
      setTimeout(() => socket.conn.close(), REFUSED_MS).unref();
      return next(new Error(no === 'not-signed-in' ? 'sign-in' : no));
    }
    socket.data.person = person!;
    socket.data.session = session!;
    next();
  });
  live.on('connection', (socket) => {
    unknown.delete((socket.request as { socket?: Duplex }).socket!);
    try {
      welcome(socket);
    } catch (fault) {
      // the browser comes back by itself; half a line would be believed whole
      ports.onFault(fault);
      socket.disconnect(true);
    }
  });

  /** Before the database was reached nobody can be judged: the session is believed. */
  function standing(session: SessionFacts, seen: SignedIn): SignedIn | null {
    const now = ports.stands(session);
    return now === 'unknown' ? seen : now;
  }

  /** Is this still the one who opened the line? If not the line ends: its rooms and what it was shown belong to who it was. */
  function stillWhoItWas(socket: LiveSocket): boolean {
    const { session, person } = socket.data;
    const now = standing(session, person);
    if (now && sameRights(now, person)) return true;
    // not a disconnect of socket.io's: after that a browser does not come back by itself
    socket.conn.close();
    return false;
  }

  function welcome(socket: LiveSocket): void {
    const { person } = socket.data;
    limit(socket);
    // before its rooms: what changed since the upgrade counts
    if (!stillWhoItWas(socket)) return;
    maskEmits(socket as never);
    socket.emit('hello', {
      serverNowMs: ports.now(),
      version: ports.version,
      user: { name: person.name, role: person.role, agent: person.agent, unitId: person.unitId },
    });
    socket.emit('alarms', ports.alarms());
    const line: PersonLine = {
      person,
      join: (room) => void socket.join(room),
      emit: socket.emit.bind(socket),
      onGone: (then) => void socket.on('disconnect', guarded(ports.onFault, then)),
      onHeard: (then) => void socket.conn.on('packet', guarded(ports.onFault, then)),
    };
    socket.data.line = line;
    void socket.join(`person:${person.id}`);
    if (may(person.role, 'take-calls') && person.agent) desk(socket, person.agent);
    for (const event of events) listen(socket, event);
    for (const wing of ports.wings) wing(line);
  }

  /** Each event asks for its right when it comes; whatever a browser sends, its fault ends nothing. */
  function listen(socket: LiveSocket, { name, permission, schema, whole, hear }: SocketEvent): void {
    const heard = guarded(ports.onFault, (...said: unknown[]) => {
      if (!stillWhoItWas(socket) || noRight(socket.data.person, permission) !== null) return;
      const parsed = schema.safeParse(whole ? said : said[0]);
      if (parsed.success) return hear(parsed.data as never, socket.data.line, answerTo(socket, said.at(-1)));
    });
    socket.on(name as keyof ClientToServer, heard as never);
  }

  /** What the line itself hears; the desk's words come of agents who sit at a phone. */
  function ownEvents(): SocketEvent[] {
    return [
      socketEvent({
        ...{ name: 'clock', permission: 'watch-wall', schema: z.unknown() },
        hear: (_none, _line, answer) => answer(ports.now()),
      }),
      // it is heard as any packet is (onHeard)
      socketEvent({
        ...{ name: 'beat', permission: 'watch-wall', schema: z.unknown() },
        hear: () => undefined,
      }),
      socketEvent({
        ...{ name: 'watchWall', permission: 'watch-wall', schema: z.unknown() },
        hear(_none, line, answer) {
          line.join('wall');
          answer(ports.wall());
        },
      }),
      socketEvent({
        ...{ name: 'watchDesk', permission: 'take-calls', schema: z.unknown() },
        hear: (_none, line, answer) => atDesk(line, (agent, tab) => answer(ports.look(agent, tab))),
      }),
      socketEvent({
        ...{ name: 'hold', permission: 'take-calls', schema: z.unknown() },
        hear: (_none, line) => atDesk(line, ports.hold),
      }),
      socketEvent({
        ...{ name: 'painted', permission: 'take-calls', whole: true, schema: z.tuple([id, id, instant]) },
        hear: (words, line) => atDesk(line, () => ports.painted(...words)),
      }),
    ];
  }

  function atDesk(line: PersonLine, then: (agent: string, tab: Tab) => void): void {
    const tab = tabs.get(line);
    if (tab && line.person.agent !== null) then(line.person.agent, tab);
  }

  // an agent's tab answers each beat: who is torn off is known in seconds. Walls, by the thousand, need no such care.
  const beating = setInterval(() => live.to('desk').emit('beat'), BEAT_MS);

  function desk(socket: LiveSocket, agent: string): void {
    void socket.join('desk');
    const tab: Tab = {
      desk: (view) => void socket.emit('desk', view),
      pop: (pop) => void socket.emit('pop', pop),
      history: (callId, history) => void socket.emit('history', callId, history),
      gone: (callId, offerId, why) => void socket.emit('gone', callId, offerId, why),
      agent: (view) => void socket.emit('agent', view),
    };
    tabs.set(socket.data.line, tab);
    const leave = guarded(ports.onFault, () => ports.leave(agent, tab));
    socket.on('disconnect', leave);
    ports.enter(agent, tab);
  }

  function limit(socket: LiveSocket): void {
    let count = 0;
    let windowEndsMs = 0;
    socket.onAny(() => {
      const nowMs = ports.now();
      if (nowMs >= windowEndsMs) {
        windowEndsMs = nowMs + 10_000;
        count = 0;
      }
      count += 1;
      if (count > MOST_EVENTS) socket.disconnect(true);
    });
    socket.on('error', ports.onFault);
  }

  return {
    tell: (room, event, ...told) => tellRoom(live, room, event, told),
    recheck() {
      for (const socket of live.sockets.sockets.values()) stillWhoItWas(socket);
    },
    openSids: () => [...new Set([...live.sockets.sockets.values()].map(({ data }) => data.session.sid))],
    events,
    listenedTo: () =>
      [...new Set([...live.sockets.sockets.values()].flatMap((one) => one.eventNames()))].map(String),
    audience: (room) => live.sockets.adapter.rooms.get(room)?.size ?? 0,
    wall: (view) => tellRoom(live, 'wall', 'wall', [view]),
    alarms: (alarms) => void live.emit('alarms', alarms),
    watcherCount: () => live.sockets.adapter.rooms.get('wall')?.size ?? 0,
    close() {
      clearInterval(beating);
      return live.close();
    },
  };
}

const answerTo = (socket: LiveSocket, given: unknown) => maskedAnswer(socket, answering(given));

/** What a browser gave to be answered by; not every browser that asks can be answered. */
export function answering(given: unknown): (told: unknown) => void {
  return typeof given === 'function' ? (given as (told: unknown) => void) : () => undefined;
}

/** Programs without an Origin are no browsers and carry no victim's cookie by accident. */
export function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
