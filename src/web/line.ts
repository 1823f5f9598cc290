import { io, type Socket } from 'socket.io-client';
import { BEAT_MS, type Alarm, type ClientToServer, type Hello, type ServerToClient } from '../protocol.ts';
import { forgetClock, learnClock } from './clock.tsx';

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
    if (fault.message === 'sign-in') location.assign(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
    change({ connected: false });
  });
  line.on('hello', (hello) => {
    learnClock(hello.serverNowMs, 50);
    change({ hello });
  });
  line.on('alarms', (alarms) => change({ alarms }));

  let heardMs = 0;
  line.on('beat', () => {
    heardMs = performance.now();
    line.emit('beat');
  });
  // a torn line is silent: an agent's tab notices, and connects anew
  setInterval(() => {
    if (!line.connected || heardMs === 0 || performance.now() - heardMs < 3 * BEAT_MS) return;
    heardMs = 0;
    line.io.engine.close();
  }, BEAT_MS);

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

export async function signOut(): Promise<void> {
  localStorage.removeItem('me');
  await fetch('/api/sign-out', { method: 'POST' });
  location.assign('/sign-in');
}
