import { useEffect, useRef, useState } from 'react';
import { useParams } from 'react-router';
import { io, type Socket } from 'socket.io-client';
import type { WallOffice } from '../../core/walls/figures.ts';
import type { WallView } from '../../protocol.ts';
import {
  TELEVISION_PATH,
  WITHDRAWN,
  type KeptWall,
  type TelevisionToClient,
  type TelevisionToServer,
} from '../../protocol/walls.ts';
import { forgetClock, learnClock } from '../clock.tsx';
import { watchSilence } from '../line.ts';
import { Board } from './board.tsx';
import { useWallWords } from './words.ts';
import './board.css';

const AGAIN_MS = 3000;
const ASK_MS = 500;

/** `/tv/TOKEN`: one composed wall on a television that nobody signs in at. It comes back by itself until it is withdrawn. */
export function TelevisionPage() {
  const say = useWallWords();
  const { token } = useParams();
  const [plan, setPlan] = useState<KeptWall | null>(null);
  const [view, setView] = useState<WallView | null>(null);
  const [office, setOffice] = useState<WallOffice | null>(null);
  const [isWithdrawn, setWithdrawn] = useState(false);
  const heard = useRef<number | null>(null);

  useEffect(() => {
    const line: Socket<TelevisionToClient, TelevisionToServer> = io({
      ...{ path: TELEVISION_PATH, transports: ['websocket'], auth: { token } },
      ...{ reconnectionDelay: 300, reconnectionDelayMax: AGAIN_MS, forceNew: true },
    });
    let again: ReturnType<typeof setTimeout> | undefined;
    let version: string | null = null;
    const later = (ms: number) => {
      clearTimeout(again);
      again = setTimeout(() => line.connect(), ms);
    };
    const askClock = () => {
      const asked = performance.now();
      line.emit('clock', (serverNowMs) => learnClock(serverNowMs, performance.now() - asked));
    };
    line.on('hello', (hello) => {
      // a new version of the service: this page is of the old one
      if (version !== null && version !== hello.version) return location.reload();
      version = hello.version;
      forgetClock();
      learnClock(hello.serverNowMs, 50);
      askClock();
    });
    line.on('plan', (told) => {
      document.title = `${told.name} · 供水热线 96666`;
      setPlan(told);
    });
    const silence = watchSilence(line);
    line.on('wall', (told) => {
      silence.heard();
      heard.current = performance.now();
      setView(told);
    });
    line.on('office', setOffice);
    // the server ended it: it asks once more, and is told why
    line.on('disconnect', (why) => why === 'io server disconnect' && later(ASK_MS));
    line.on('connect_error', (fault) => {
      if (fault.message !== WITHDRAWN) {
        // a broken line is tried again by itself, a refusal is not
        if (!line.active) later(AGAIN_MS);
        return;
      }
      line.close();
      // nothing of the hotline stays on a screen that may not show it
      setPlan(null);
      setView(null);
      setOffice(null);
      setWithdrawn(true);
    });
    const clock = setInterval(() => line.connected && askClock(), 30_000);
    return () => {
      clearTimeout(again);
      silence.end();
      clearInterval(clock);
      line.close();
    };
  }, [token]);

  if (isWithdrawn)
    return (
      <main className="notice" role="alert" data-withdrawn>
        <h1>{say('withdrawn')}</h1>
        <p>{say('withdrawnHelp')}</p>
      </main>
    );
  if (!plan) return <p className="quiet">{say('connecting')}</p>;
  return (
    <main className="full-board">
      <Board plan={plan} view={view} office={office} heard={heard} />
    </main>
  );
}
