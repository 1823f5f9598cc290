import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * The events' socket: the account that can only read. It connects, logs in, asks what lives on the switch, notices a
 * frozen switch by its silence, and comes back by itself. It hands on bytes; what they mean is read elsewhere.
 */
export type FeedState = 'connecting' | 'live' | 'refused' | 'lost';

export interface FeedSettings {
  host: string;
  port: number;
  user: string;
  secret: string;
  now: () => number;
  /** logged in: what comes from now on is told by the switch; answers to us have ActionIDs that begin with `key-` */
  onOpen: (atMs: number, key: string) => void;
  onBytes: (bytes: Buffer, atMs: number) => void;
  onLost: (atMs: number) => void;
  onState: (state: FeedState, why: string) => void;
}

export interface Feed {
  state(): FeedState;
  /** our clock when the switch last said anything; null: never */
  heardAtMs(): number | null;
  close(): void;
}

const PING_AFTER_MS = 2000;
const SILENT_AFTER_MS = 5000;
const BACK_OFF_MS = [200, 400, 800, 1500, 3000, 5000];
/** a switch that just began listens before its queues are loaded: it is asked again */
const SNAPSHOT_AFTER_MS = [0, 1000, 5000];
const REFUSED_BACK_OFF_MS = 30_000;
const LONGEST_GREETING = 65_536;

export function openFeed(settings: FeedSettings): Feed {
  const { now } = settings;
  /** unguessable, so that no caller's number can claim to be the answer to our question */
  const key = randomBytes(9).toString('base64url');
  let asked = 0;
  let socket: Socket | null = null;
  let state: FeedState = 'connecting';
  let heard: number | null = null;
  let pinged = 0;
  let tries = 0;
  let closed = false;
  let loggedIn = false;
  let greeting = '';
  let retry: NodeJS.Timeout | null = null;

  const watch = setInterval(() => {
    if (!socket || heard === null) return;
    const silent = now() - heard;
    if (silent > SILENT_AFTER_MS && now() - pinged < SILENT_AFTER_MS * 2)
      socket.destroy(new Error('switch is silent'));
    else if (loggedIn && silent > PING_AFTER_MS && now() - pinged > PING_AFTER_MS) {
      pinged = now();
      ask('Ping');
    }
  }, 500);

  open();

  function open(): void {
    if (closed) return;
    retry = null;
    loggedIn = false;
    greeting = '';
    let refused = false;
    const mine = connect({ host: settings.host, port: settings.port });
    socket = mine;
    mine.setNoDelay(true);
    mine.setKeepAlive(true, 5000);
    heard = now();
    mine.on('connect', () =>
      ask('Login', { Username: settings.user, Secret: settings.secret, Events: 'on' }),
    );
    mine.on('data', (bytes: Buffer) => {
      const atMs = now();
      heard = atMs;
      if (!loggedIn) {
        // Nothing of the switch is said before the answer to our login: it is short and comes first.
        greeting += bytes.toString('latin1');
        // another program at this port may say anything, for ever
        if (greeting.length > LONGEST_GREETING) return void mine.destroy();
        if (/Response: Error/.test(greeting)) {
          refused = true;
          change('refused', /Message: ([^\r\n]*)/.exec(greeting)?.[1] ?? 'refused');
          mine.destroy();
          return;
        }
        if (!/Response: Success/.test(greeting)) return;
        loggedIn = true;
        tries = 0;
        settings.onOpen(atMs, key);
        settings.onBytes(Buffer.from(greeting, 'latin1'), atMs);
        greeting = '';
        for (const afterMs of SNAPSHOT_AFTER_MS)
          setTimeout(() => socket === mine && askSnapshot(), afterMs).unref();
        change('live', '');
        return;
      }
      settings.onBytes(bytes, atMs);
    });
    mine.on('error', () => undefined); // 'close' follows and says all that we need
    mine.on('close', () => {
      if (socket !== mine) return;
      socket = null;
      if (loggedIn) settings.onLost(now());
      loggedIn = false;
      if (closed) return;
      if (!refused) change('lost', 'connection closed');
      const wait = refused ? REFUSED_BACK_OFF_MS : BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)]!;
      tries += 1;
      retry = setTimeout(open, wait);
    });
  }

  function askSnapshot(): void {
    ask('QueueStatus');
    ask('CoreShowChannels');
  }

  function ask(action: string, values: Record<string, string> = {}): void {
    asked += 1;
    const lines = Object.entries(values).map(([name, value]) => `${name}: ${value}\r\n`);
    socket?.write(`Action: ${action}\r\nActionID: ${key}-${asked}\r\n${lines.join('')}\r\n`);
  }

  function change(next: FeedState, why: string): void {
    if (state === next) return;
    state = next;
    settings.onState(next, why);
  }

  return {
    state: () => state,
    heardAtMs: () => heard,
    close() {
      closed = true;
      clearInterval(watch);
      if (retry) clearTimeout(retry);
      socket?.destroy();
    },
  };
}
