import { Server as Engine } from 'engine.io';
import type { RequestHandler } from 'express';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { may, type Deed } from '../core/people/may.ts';
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
import { maskedAnswer, maskEmits, tellRoom } from './masked-lines.ts';
import type { SignedIn } from './sessions.ts';
import type { Upgrades } from './upgrades.ts';

interface SocketData {
  person: SignedIn;
}
type Live = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

export interface LivePorts {
  session: RequestHandler;
  now: () => number;
  version: string;
  enter: (agent: string, tab: Tab) => void;
  look: (agent: string, tab: Tab) => DeskView;
  leave: (agent: string, tab: Tab) => void;
  hold: (agent: string, tab: Tab) => void;
  wall: () => WallView;
  alarms: () => Alarm[];
  painted: (callId: string, offerId: string, paintedAtMs: number) => void;
  /** the wings' words on the line; each joins rooms and listens for what this person may say */
  wings: ((line: PersonLine) => void)[];
  onFault: (fault: unknown) => void;
}

/** One browser tab's line, as the wings meet it. */
export interface PersonLine {
  person: SignedIn;
  /** hears from now on what is told to this room, `orders:unit:3` */
  join(room: string): void;
  /** listens for an event, for who may do the deed, when what was said has the shape; what does not is passed over */
  on<T>(
    event: string,
    deed: Deed,
    shape: z.ZodType<T>,
    hear: (said: T, answer: (told: unknown) => void) => void,
  ): void;
  emit: Socket<ClientToServer, ServerToClient>['emit'];
  onGone(then: () => void): void;
  /** any word of this browser, if only the answer to the server's ping */
  onHeard(then: () => void): void;
}

export interface LiveEdge {
  /** to every tab that joined this room */
  tell<E extends keyof ServerToClient>(room: string, event: E, ...said: Parameters<ServerToClient[E]>): void;
  /** ends the lines of this person at once: signed out everywhere, or the account was closed */
  drop(personId: number): void;
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
  upgrades.claim(LIVE_PATH, (request, socket, head) => engine.handleUpgrade(request as never, socket, head));
  const live: Live = new Server({ serveClient: false, connectTimeout: CONNECT_MS });
  live.bind(engine);
  live.use((socket, next) => {
    const person = (socket.request as unknown as { session?: { person?: SignedIn } }).session?.person;
    if (!person) return next(new Error('sign-in'));
    socket.data.person = person;
    next();
  });
  live.on('connection', (socket) => {
    try {
      welcome(socket);
    } catch (fault) {
      // the browser comes back by itself; half a line would be believed whole
      ports.onFault(fault);
      socket.disconnect(true);
    }
  });

  function welcome(socket: LiveSocket): void {
    const { person } = socket.data;
    limit(socket);
    maskEmits(socket as never);
    socket.emit('hello', {
      serverNowMs: ports.now(),
      version: ports.version,
      user: { name: person.name, role: person.role, agent: person.agent },
    });
    socket.emit('alarms', ports.alarms());
    hear(socket, 'clock', (answer) => answerTo(socket, answer)(ports.now()));
    if (may(person.role, 'watch-wall')) {
      hear(socket, 'watchWall', (answer) => {
        void socket.join('wall');
        answerTo(socket, answer)(ports.wall());
      });
    }
    void socket.join(`person:${person.id}`);
    if (may(person.role, 'take-calls') && person.agent) desk(socket, person.agent);
    const line = personLine(socket);
    for (const wing of ports.wings) wing(line);
  }

  /** Whatever a browser sends, its fault ends nothing. */
  function hear<E extends keyof ClientToServer>(
    socket: LiveSocket,
    event: E,
    listener: (...said: Parameters<ClientToServer[E]>) => unknown,
  ): void {
    socket.on(event, guarded(ports.onFault, listener) as never);
  }

  function personLine(socket: LiveSocket): PersonLine {
    const { person } = socket.data;
    return {
      person,
      join: (room) => void socket.join(room),
      on(event, deed, shape, listener) {
        if (!may(person.role, deed)) return;
        const heard = guarded(ports.onFault, (...said: unknown[]) => {
          const parsed = shape.safeParse(said[0]);
          if (parsed.success) return listener(parsed.data, answerTo(socket, said.at(-1)));
        });
        socket.on(event as keyof ClientToServer, heard as never);
      },
      emit: socket.emit.bind(socket),
      onGone: (then) => void socket.on('disconnect', guarded(ports.onFault, then)),
      onHeard: (then) => void socket.conn.on('packet', guarded(ports.onFault, then)),
    };
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
    hear(socket, 'watchDesk', (answer) => answerTo(socket, answer)(ports.look(agent, tab)));
    hear(socket, 'hold', () => ports.hold(agent, tab));
    hear(socket, 'painted', (callId, offerId, paintedAtMs) => {
      const said = z.tuple([id, id, instant]).safeParse([callId, offerId, paintedAtMs]);
      if (said.success) ports.painted(...said.data);
    });
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
    drop: (personId) => void live.in(`person:${personId}`).disconnectSockets(true),
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
