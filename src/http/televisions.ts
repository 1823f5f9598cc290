import { Server as Engine } from 'engine.io';
import { Server } from 'socket.io';
import { z } from 'zod';
import { guarded } from '../app/guarded.ts';
import type { WallOffice } from '../core/walls/figures.ts';
import type { WallView } from '../protocol.ts';
import {
  TELEVISION_PATH,
  WITHDRAWN,
  type KeptWall,
  type TelevisionToClient,
  type TelevisionToServer,
} from '../protocol/walls.ts';
import { maskFor } from '../core/people/mask-for.ts';
import { SEES_NOTHING } from '../core/people/sight.ts';
import { answering, CONNECT_MS, sameOrigin } from './live.ts';
import { openTries } from './tries.ts';
import type { Upgrades } from './upgrades.ts';

/** Which link a television came in by, and the one wall that it opens. */
export interface SeenTelevision {
  id: number;
  wallId: number;
}

export interface TelevisionPorts {
  now: () => number;
  version: string;
  /** null: the link opens nothing (any more); throws while the database is away */
  enter: (token: string) => Promise<SeenTelevision | null>;
  /** was this link withdrawn while it was being looked up? */
  isWithdrawn: (id: number) => boolean;
  /** all that this wall shows now; null: the wall is gone */
  whole: (wallId: number) => { plan: KeptWall; wall: WallView | null; office: WallOffice } | null;
  onFault: (fault: unknown) => void;
}

export interface TelevisionEdge {
  tell<E extends keyof TelevisionToClient>(
    wallId: number,
    event: E,
    ...said: Parameters<TelevisionToClient[E]>
  ): void;
  /** these links were withdrawn: their screens are cut off at once */
  drop(ids: readonly number[]): void;
  /** the screens that are on, each by its link */
  on(): SeenTelevision[];
  close(): void;
}

/** events that one television may send in ten seconds */
const MOST_EVENTS = 60;
/** wrong links from one address in a minute; televisions of a house come from one */
const MOST_WRONG = 60;
const WINDOW_MS = 10_000;
/** a torn line is known within ten seconds, and the screen comes back by itself */
const PING_MS = 5000;
const TOKEN = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/**
 * The televisions' line, a socket.io of its own: a link opens the events of one wall and nothing else of the house. It
 * takes one question, what time it is.
 */
export function openTelevisions(upgrades: Upgrades, ports: TelevisionPorts): TelevisionEdge {
  const engine = new Engine({
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 4096,
    pingInterval: PING_MS,
    pingTimeout: PING_MS,
    allowRequest: (request, answer) => answer(null, sameOrigin(request.headers.origin, request.headers.host)),
  });
  upgrades.claim(TELEVISION_PATH, (request, socket, head) =>
    engine.handleUpgrade(request as never, socket, head),
  );
  const line = new Server<
    TelevisionToServer,
    TelevisionToClient,
    Record<string, never>,
    { seen: SeenTelevision }
  >({ path: TELEVISION_PATH, serveClient: false, connectTimeout: CONNECT_MS });
  line.bind(engine);
  const tries = openTries({ most: MOST_WRONG, windowMs: 60_000, now: ports.now });
  line.use((socket, next) => {
    const told = TOKEN.safeParse(socket.handshake.auth);
    if (!told.success) return next(new Error(WITHDRAWN));
    const address = upgrades.addressOf(socket.request);
    // who guesses is not looked up any more
    if (tries.isOver(address)) return next(new Error('away'));
    ports.enter(told.data.token).then(
      (seen) => {
        if (!seen) {
          tries.count(address);
          return next(new Error(WITHDRAWN));
        }
        socket.data.seen = seen;
        next();
      },
      (cause: unknown) => {
        ports.onFault(cause);
        next(new Error('away'));
      },
    );
  });
  line.on('connection', (socket) => {
    try {
      welcome(socket);
    } catch (cause) {
      ports.onFault(cause);
      socket.disconnect(true);
    }
  });

  function welcome(socket: Parameters<Parameters<typeof line.use>[0]>[0]): void {
    const { id, wallId } = socket.data.seen;
    const whole = ports.isWithdrawn(id) ? null : maskFor(ports.whole(wallId), SEES_NOTHING);
    if (!whole) return void socket.disconnect(true);
    void socket.join([`wall:${wallId}`, `link:${id}`]);
    let count = 0;
    let windowEndsMs = 0;
    socket.onAny(() => {
      const nowMs = ports.now();
      if (nowMs >= windowEndsMs) [count, windowEndsMs] = [0, nowMs + WINDOW_MS];
      count += 1;
      if (count > MOST_EVENTS) socket.disconnect(true);
    });
    socket.on('error', ports.onFault);
    socket.on(
      'clock',
      guarded(ports.onFault, (answer: unknown) => answering(answer)(ports.now())),
    );
    socket.emit('hello', { serverNowMs: ports.now(), version: ports.version });
    socket.emit('plan', whole.plan);
    socket.emit('office', whole.office);
    if (whole.wall) socket.emit('wall', whole.wall);
  }

  return {
    tell: (wallId, event, ...said) =>
      void line.to(`wall:${wallId}`).emit(event, ...(maskFor(said, SEES_NOTHING) as typeof said)),
    drop: (ids) => {
      if (ids.length > 0) line.in(ids.map((id) => `link:${id}`)).disconnectSockets(true);
    },
    on: () => [...line.sockets.sockets.values()].map((socket) => socket.data.seen),
    close() {
      line.disconnectSockets(true);
      engine.close();
    },
  };
}
