import { io, type Socket } from 'socket.io-client';
import { BEAT_MS, type Alarm, type ClientToServer, type Hello, type ServerToClient } from '../protocol.ts';
import { forgetClock, learnClock } from './clock.tsx';
import { leaveFor } from './leave.ts';

export type Line = Socket<ServerToClient, ClientToServer>;

export interface LineState {
  connected: boolean;
  hello: Hello | null;
  alarms: Alarm[];
}

/** Opens the one connection of this page. `onState` hears of it; a browser that is not signed in goes to the sign-in page. */
export function openLine(onState: (state: LineState) => void): Line {
  const line: Line = io({ transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 2000 });
  let state: LineState = { connected: false, hello: null, alarms: [] };
  const change = (more: Partial<LineState>) => onState((state = { ...state, ...more }));

  line.on('connect', () => {
    forgetClock();
    change({ connected: true });
    askClock(5);
  });
  line.on('disconnect', () => change({ connected: false }));
  line.on('connect_error', (fault) => {
    if (fault.message === 'sign-in') leaveFor(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
    change({ connected: false });
  });
  line.on('hello', (hello) => {
    learnClock(hello.serverNowMs, 50);
    // somebody changed what this person may: the page begins anew with the rights of now
    if (state.hello && JSON.stringify(state.hello.user) !== JSON.stringify(hello.user))
      leaveFor(location.href);
    change({ hello });
  });
  line.on('alarms', (alarms) => change({ alarms }));

  const silence = watchSilence(line);
  line.on('beat', () => {
    silence.heard();
    line.emit('beat');
  });
  line.on('wall', silence.heard);

  function askClock(times: number): void {
    const asked = performance.now();
    line.emit('clock', (serverNowMs) => {
      learnClock(serverNowMs, performance.now() - asked);
      if (times > 1) askClock(times - 1);
    });
  }
  const again = setInterval(() => line.connected && askClock(1), 30_000);
  line.io.on('reconnect_failed', () => clearInterval(again));
  return line;
}

/** A torn line is silent where each second or two something is said (beats, walls): it is noticed here, and connects anew. */
export function watchSilence(line: Pick<Socket, 'connected' | 'io'>): { heard(): void; end(): void } {
  let heardMs = 0;
  const watch = setInterval(() => {
    if (!line.connected || heardMs === 0 || performance.now() - heardMs < 3 * BEAT_MS) return;
    heardMs = 0;
    line.io.engine.close();
  }, BEAT_MS);
  return { heard: () => void (heardMs = performance.now()), end: () => clearInterval(watch) };
}

export async function signOut(): Promise<void> {
  localStorage.removeItem('me');
  await fetch('/api/sign-out', { method: 'POST' });
  location.assign('/sign-in');
}
