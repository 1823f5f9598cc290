import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { judgeSip, LONGEST_SIP } from '../core/floor/sip.ts';
import { noRight, type SessionFacts, type SignedIn } from '../core/people/rights.ts';
import { sameOrigin } from './live.ts';
import { sessionFacts } from './sessions.ts';
import type { Upgrades } from './upgrades.ts';

/**
 * The browsers' phone line: `/sip` on our own address, passed on to the switch, whose port nobody sees. Open to a
 * signed-in session for its own phone only; each message is read before it goes on (core/floor/sip.ts).
 */
export interface SipPorts {
  session: RequestHandler;
  /** where the switch takes SIP over WebSocket; null: no switch */
  switchUrl: string | null;
  /** the extension whose phone this tab of this session is; null: it is not */
  holder: (personId: number, sid: string, ticket: string) => Promise<string | null>;
  /** kept out for a while: it spoke what it may not, again and again */
  isBanned: (extension: string) => Promise<boolean>;
  /** who sits there now (app/accounts.ts) */
  stands: (session: SessionFacts) => SignedIn | null | 'unknown';
  /** is somebody talked to at this extension? */
  isTalking: (extension: string) => boolean;
  onRefused: (extension: string, refusal: string) => void;
  onFault: (fault: unknown) => void;
}

export interface SipEdge {
  /** ends the line of this person at once: another tab is the phone now, with the call */
  cut(personId: number): void;
  /** ends this phone's line: it spoke what it may not */
  cutExtension(extension: string): void;
  /** Ends it when nobody is talked to over it: a right that goes never hangs up on a caller. */
  release(personId: number): void;
  /** Looks who may not be a phone any more, and whose last call is over. */
  recheck(): void;
  /** is a browser of this person connected as a phone? */
  isOpen(personId: number): boolean;
  /** lines open now */
  count(): number;
  close(): void;
}

export const SIP_PATH = '/sip';
/** Why a line was ended, as the page reads it (web/phone/line.ts). */
export const SIP_CLOSED = { notYours: 4001, refused: 4002, switchAway: 4003 } as const;

const MESSAGES_PER_SECOND = 20;
const MESSAGES_AT_ONCE = 60;
const REFUSALS_BORNE = 5;
const PING_EVERY_MS = 4000;
/** what the browser sends before the switch has answered us */
const MOST_WAITING = 20;

interface Holder {
  session: SessionFacts;
  extension: string;
}
/** whose line is not opened: it is another tab's phone or nobody's, or it is kept out for a while */
type TurnedAway = 'not-yours' | 'banned';
interface PhoneLine extends Holder {
  browser: WebSocket;
  end: (code: number) => void;
  /** its right is gone: it stands for the call that is talked on, and goes with it */
  released: boolean;
}

export function openSip(upgrades: Upgrades, ports: SipPorts): SipEdge {
  const doors = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_SIP,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('sip') ? 'sip' : false),
  });
  const lines = new Map<number, PhoneLine>();

  upgrades.claim(SIP_PATH, async (request, socket, head, url) => {
    const admitted = await admit(request, url.searchParams.get('ticket') ?? '');
    if (typeof admitted === 'number') return admitted;
    doors.handleUpgrade(request, socket, head, (browser) => join(browser, admitted));
  });

  async function admit(request: IncomingMessage, ticket: string): Promise<number | Holder | TurnedAway> {
    if (request.headers.origin === undefined || !sameOrigin(request.headers.origin, request.headers.host))
      return 403;
    const session = await sessionOf(request);
    if (!session) return 401;
    const extension = await ports.holder(session.personId, session.sid, ticket);
    if (extension === null || !mayBePhone({ session, extension })) return 'not-yours';
    return (await ports.isBanned(extension)) ? 'banned' : { session, extension };
  }

  /** Before the database was reached nobody can be judged: the session and its ticket are believed. */
  function mayBePhone({ session, extension }: Holder): boolean {
    const person = ports.stands(session);
    if (person === 'unknown') return true;
    return noRight(person, 'take-calls') === null && person?.agent === `PJSIP/${extension}`;
  }

  /** Who finishes a call is still reached: their phone hears the caller, can hold and hang up, until that call is over. */
  function release(line: PhoneLine): void {
    line.released = true;
    if (!ports.isTalking(line.extension)) line.end(SIP_CLOSED.notYours);
  }

  function sessionOf(request: IncomingMessage): Promise<SessionFacts | null> {
    return new Promise((done, fail) => {
      const asked = request as Request;
      ports.session(asked, new ServerResponse(request) as Response, (fault: unknown) =>
        fault ? fail(fault as Error) : done(sessionFacts(asked)),
      );
    });
  }

  function dialSwitch(): WebSocket | null {
    if (ports.switchUrl === null) return null;
    try {
      return new WebSocket(ports.switchUrl, 'sip', {
        perMessageDeflate: false,
        handshakeTimeout: 3000,
        maxPayload: 65_536,
      });
    } catch (fault) {
      ports.onFault(fault); // an address that is none
      return null;
    }
  }

  function join(browser: WebSocket, holder: Holder | TurnedAway): void {
    // also one that is turned away may send what is no WebSocket before it is gone
    browser.on('error', () => browser.terminate());
    // said in a close code: a page is told nothing of a refused upgrade
    if (holder === 'not-yours') return browser.close(SIP_CLOSED.notYours);
    if (holder === 'banned') return browser.close(SIP_CLOSED.refused);
    const pbx = dialSwitch();
    if (pbx === null) return browser.close(SIP_CLOSED.switchAway);
    lines.get(holder.session.personId)?.end(SIP_CLOSED.notYours);
    carry(browser, pbx, holder);
  }

  function carry(browser: WebSocket, pbx: WebSocket, holder: Holder): void {
    const { extension } = holder;
    const { personId } = holder.session;
    const waiting: string[] = [];
    const allowance = bucket();
    let refused = 0;
    let ended = false;
    let heard = { browser: true, pbx: true };

    const line: PhoneLine = { ...holder, browser, end, released: false };
    lines.set(personId, line);
    const pulse = setInterval(() => {
      if (!heard.browser || (!heard.pbx && pbx.readyState === WebSocket.OPEN))
        return end(SIP_CLOSED.switchAway);
      heard = { browser: false, pbx: false };
      browser.ping();
      if (pbx.readyState === WebSocket.OPEN) pbx.ping();
    }, PING_EVERY_MS);

    function end(code: number): void {
      if (ended) return;
      ended = true;
      clearInterval(pulse);
      if (lines.get(personId) === line) lines.delete(personId);
      if (browser.readyState === WebSocket.OPEN) browser.close(code);
      setTimeout(() => browser.terminate(), 1000).unref();
      if (pbx.readyState === WebSocket.CONNECTING) pbx.terminate();
      else pbx.close();
      setTimeout(() => pbx.terminate(), 1000).unref();
    }

    browser.on('message', (data: RawData, binary: boolean) => {
      heard.browser = true;
      const text = (data as Buffer).toString('utf8');
      const verdict = binary ? ({ ok: false, refusal: 'not-sip' } as const) : judgeSip(text, extension);
      if (!allowance() || !verdict.ok) {
        ports.onRefused(extension, verdict.ok ? 'too-many' : verdict.refusal);
        refused += 1;
        if (verdict.ok || refused > REFUSALS_BORNE) end(SIP_CLOSED.refused);
        return;
      }
      // the page's pulse is ours to answer
      if (text.trim() === '') browser.send('\r\n');
      else if (pbx.readyState === WebSocket.OPEN) pbx.send(text);
      else if (waiting.length < MOST_WAITING) waiting.push(text);
    });
    pbx.on('open', () => {
      for (const text of waiting.splice(0)) pbx.send(text);
    });
    pbx.on('message', (data: RawData) => {
      heard.pbx = true;
      if (browser.readyState === WebSocket.OPEN) browser.send((data as Buffer).toString('utf8'));
    });
    browser.on('pong', () => (heard.browser = true));
    pbx.on('pong', () => (heard.pbx = true));
    for (const side of [browser, pbx]) {
      side.on('close', () => end(SIP_CLOSED.switchAway));
      side.on('error', () => end(SIP_CLOSED.switchAway));
    }
  }

  return {
    cut: (personId) => lines.get(personId)?.end(SIP_CLOSED.notYours),
    cutExtension(extension) {
      for (const line of [...lines.values()]) if (line.extension === extension) line.end(SIP_CLOSED.refused);
    },
    release(personId) {
      const line = lines.get(personId);
      if (line) release(line);
    },
    recheck() {
      for (const line of [...lines.values()]) if (line.released || !mayBePhone(line)) release(line);
    },
    isOpen: (personId) => lines.has(personId),
    count: () => lines.size,
    close() {
      for (const line of [...lines.values()]) line.end(SIP_CLOSED.switchAway);
      doors.close();
    },
  };
}

/** A second's worth flows back each second; what a call's beginning needs at once is there. */
function bucket(): () => boolean {
  let left = MESSAGES_AT_ONCE;
  let at = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(MESSAGES_AT_ONCE, left + ((now - at) / 1000) * MESSAGES_PER_SECOND);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
