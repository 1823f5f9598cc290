import type { UA } from 'jssip';
import type { PhoneCall } from '../../core/floor/phone-call.ts';
import type { PhoneEnded } from '../../protocol/phone.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';
import { stayWhile } from '../leave.ts';
import { microphone, microphoneTrouble, speakerId, type MicrophoneTrouble } from './sound.ts';
import { phoneSocket, SIP_CLOSED } from './socket.ts';

type RTCSession = ReturnType<UA['call']>;
export type PhoneKind = 'browser' | 'desk';
/** How the phone is connected. `elsewhere`: another tab or computer of this agent is the phone. */
export type PhoneLine =
  'off' | 'starting' | 'ready' | 'reconnecting' | 'elsewhere' | 'no-microphone' | 'refused';

export interface PhoneView {
  /** null: not known yet */
  kind: PhoneKind | null;
  extension: string;
  /** the desk phone has a password: it may be chosen */
  deskReady: boolean;
  /** a desk phone's registration, as the switch says; null: not known */
  deskRegistered: boolean | null;
  line: PhoneLine;
  microphoneTrouble: MicrophoneTrouble | null;
  /** the browser's phone rings and may be answered here */
  ringing: boolean;
  /** the browser's phone has a call */
  talking: boolean;
  /** the talk is with our own echo, to test the headset */
  echo: boolean;
  muted: boolean;
  /** put on hold by this phone */
  held: boolean;
  /** what the switch says of this phone's call */
  call: PhoneCall | null;
  ended: PhoneEnded | null;
  /** the last thing that was refused, in words that say what to do */
  fault: string | null;
  /** hang-up was pressed once in a caller's call (Article 11) */
  reminded: boolean;
}

const NONE: PhoneView = {
  kind: null,
  extension: '',
  deskReady: false,
  deskRegistered: null,
  line: 'off',
  microphoneTrouble: null,
  ringing: false,
  talking: false,
  echo: false,
  muted: false,
  held: false,
  call: null,
  ended: null,
  fault: null,
  reminded: false,
};
const AGAIN_MS = 1500;
const REMIND_MS = 8000;
/** so long after F2 a ring that comes is the one that was meant */
const ANSWER_SOON_MS = 3000;

/** One phone a tab, through all its pages. What JsSIP does and what the switch tells come together here. */
let view: PhoneView = NONE;
const watchers = new Set<() => void>();
let ua: UA | null = null;
let wire: ReturnType<typeof phoneSocket> | null = null;
let session: RTCSession | null = null;
let speaker: HTMLAudioElement | null = null;
let heard: RTCPeerConnection | null = null;
let wanted = false;
let bringsCall = false;
let answersUntilMs = 0;
let opening = false;
let again: ReturnType<typeof setTimeout> | null = null;
let reminding: ReturnType<typeof setTimeout> | null = null;
/** calls that a tab of this browser placed: answered by themselves when they ring here */
const ownCalls = new Set<string>();
const between = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('hotline-own-calls');
if (between) between.onmessage = ({ data }) => ownCalls.add(String(data));

function change(more: Partial<PhoneView>): void {
  view = { ...view, ...more };
  watchers.forEach((watch) => watch());
}

stayWhile(() => view.talking);

export const phone = {
  view: (): PhoneView => view,
  watch(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  },
  /** the live line told what the switch says */
  told(call: PhoneCall | null, ended: PhoneEnded | null): void {
    if (view.call && call?.callId !== view.call.callId) forgetReminder();
    if (call?.state !== 'ringing') answersUntilMs = 0;
    const said = ended && ended.number !== 'echo' ? { ended } : {};
    change({ call, ...(call ? { ended: null } : said) });
  },
  /** this tab holds the phone from now on; `withCall`: it is the desk, and a call that another tab is on comes along */
  hold(withCall: boolean): void {
    wanted = true;
    bringsCall = withCall;
    // it is the phone already, with a call perhaps, and connects by itself again
    if (!ua) void open();
  },
  /** another tab is the desk */
  release(): void {
    wanted = false;
    shut('elsewhere');
  },
  async refresh(): Promise<void> {
    const told = await ask<{
      extension: string;
      kind: PhoneKind;
      deskReady: boolean;
      registered: boolean | null;
      call: PhoneCall | null;
    }>('GET', '/api/phone');
    const { extension, kind, deskReady, registered, call } = told;
    change({ extension, kind, deskReady, deskRegistered: registered, call });
  },
  choose: (kind: PhoneKind) =>
    doing(async () => {
      await ask('PUT', '/api/phone/kind', { kind });
      change({ kind });
      if (kind === 'desk') shut('off');
      else void open();
      await phone.refresh();
    }),
  answer: () =>
    doing(async () => {
      const ringing = session;
      if (!ringing || !view.ringing) {
        // the switch's word that it rings came before the ring itself: it is answered as it comes
        answersUntilMs = performance.now() + ANSWER_SOON_MS;
        return;
      }
      answersUntilMs = 0;
      let stream: MediaStream;
      try {
        stream = await microphone();
      } catch (cause) {
        return change({ microphoneTrouble: microphoneTrouble(cause) });
      }
      // the caller may have given up while the browser opened the microphone
      if (ringing.isEnded()) return stop(stream);
      ringing.data = { stream };
      ringing.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
    }),
  /** The first press in a caller's call only reminds; the second one hangs up. */
  hangUp: () =>
    doing(async () => {
      const own = session;
      const { call, echo } = view;
      // a page loaded again talks before the switch's word of the call is here: it may be a caller's
      const talks = own ? own.isEstablished() && !echo : call?.state === 'talking';
      const caller = talks && (call?.isCaller ?? true);
      const leaves = call?.second?.state === 'all-together';
      if (caller && !leaves && !view.reminded) {
        if (reminding) clearTimeout(reminding);
        reminding = setTimeout(forgetReminder, REMIND_MS);
        return change({ reminded: true });
      }
      forgetReminder();
      if (own && !own.isEnded()) own.terminate();
      else await ask('POST', '/api/phone/hang-up', { confirmed: true });
    }),
  toggleHold: () =>
    doing(async () => {
      if (!session?.isEstablished()) return;
      if (view.held) session.unhold();
      else session.hold();
    }),
  toggleMute(): void {
    if (!session?.isEstablished()) return;
    if (view.muted) session.unmute({ audio: true });
    else session.mute({ audio: true });
  },
  digit: (digit: string) => doing(() => ask('POST', '/api/phone/digit', { digit })),
  /** places a call: this phone is rung, and dials when it is picked up (a browser by itself) */
  place: (to: string) =>
    doing(async () => {
      const token = crypto.randomUUID();
      ownCalls.add(token);
      between?.postMessage(token);
      await ask('POST', '/api/phone/place', { to, token });
    }),
  /** the next call with this token is answered by itself: it was asked for here */
  expect(): string {
    const token = crypto.randomUUID();
    ownCalls.add(token);
    between?.postMessage(token);
    return token;
  },
  passOn: (to: string) => doing(() => beforeTransfer(() => ask('POST', '/api/phone/pass-on', { to }))),
  consult: (to: string) => doing(() => beforeTransfer(() => ask('POST', '/api/phone/consult', { to }))),
  press: (key: 'back' | 'join' | 'together') => doing(() => ask('POST', `/api/phone/${key}`)),
  /** calls our own echo; the test panel plays what comes back */
  async callEcho(): Promise<void> {
    if (!ua || session || view.line !== 'ready') return;
    const stream = await microphone();
    const own = ua.call('sip:echo@hotline', { mediaStream: stream, pcConfig: { iceServers: [] } });
    own.data = { stream };
  },
  forgetFault: () => change({ fault: null, ended: null }),
  /** the sound's way now, for the test panel and for tests: getStats of the call's connection */
  connection: (): RTCPeerConnection | null => heard,
};

/** A transfer is asked of the switch with the caller's line open: what this phone holds is taken back first. */
async function beforeTransfer(then: () => Promise<unknown>): Promise<void> {
  if (session?.isEstablished() && view.held)
    await new Promise<void>((done) => session!.unhold({}, done) || done());
  await then();
}

async function doing(work: () => Promise<unknown>): Promise<void> {
  change({ fault: null });
  try {
    await work();
  } catch (thrown) {
    change({ fault: refusalWords(thrown) });
  }
}

function forgetReminder(): void {
  if (reminding) clearTimeout(reminding);
  reminding = null;
  if (view.reminded) change({ reminded: false });
}

/** Becomes the phone: microphone first, for a phone that can't be answered must not ring; then secret, line, registration. */
async function open(): Promise<void> {
  if (opening) return;
  opening = true;
  try {
    if (view.kind === null) await phone.refresh();
    if (view.kind !== 'browser' || !wanted) return;
    change({ line: view.line === 'reconnecting' ? 'reconnecting' : 'starting', microphoneTrouble: null });
    try {
      stop(await microphone());
    } catch (cause) {
      return change({ line: 'no-microphone', microphoneTrouble: microphoneTrouble(cause) });
    }
    const [begun, { UA: Agent }] = await Promise.all([
      ask<{ extension: string; secret: string; ticket: string }>('POST', '/api/phone/session', {
        withCall: bringsCall,
      }),
      import('jssip'),
    ]);
    if (!wanted) return;
    start(Agent, begun);
  } catch (thrown) {
    change({
      line: 'reconnecting',
      fault: thrown instanceof Refusal && thrown.status !== 0 ? thrown.message : null,
    });
    later();
  } finally {
    opening = false;
  }
}

function later(): void {
  if (again) clearTimeout(again);
  again = setTimeout(() => wanted && void open(), AGAIN_MS);
}

function start(Agent: typeof UA, begun: { extension: string; secret: string; ticket: string }): void {
  drop();
  const { extension, secret, ticket } = begun;
  const secure = location.protocol === 'https:' ? 'wss' : 'ws';
  wire = phoneSocket(`${secure}://${location.host}/sip?ticket=${encodeURIComponent(ticket)}`);
  const agent = new Agent({
    sockets: wire,
    uri: `sip:${extension}@hotline`,
    contact_uri: `sip:${extension}@${randomHost()}.invalid;transport=ws`,
    password: secret,
    realm: 'hotline',
    register: true,
    register_expires: 300,
    session_timers: false,
    no_answer_timeout: 120,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
    user_agent: 'hotline-desk',
  });
  ua = agent;
  const mine = () => ua === agent;
  agent.on('registered', () => {
    if (!mine()) return;
    change({ line: 'ready' });
    // a page that was loaded again holds nothing of the call that the switch may still think it has: the caller is
    // given back to this page at once (dialplan, agent-left)
    if (!session) void ask('POST', '/api/presence/leg-lost').catch(() => undefined);
  });
  agent.on('disconnected', ({ code }) => {
    if (!mine()) return;
    if (code === SIP_CLOSED.notYours) return shut('elsewhere');
    if (code === SIP_CLOSED.refused) return shut('refused');
    change({ line: 'reconnecting' });
  });
  agent.on('registrationFailed', ({ response }) => {
    if (!mine()) return;
    change({ line: 'reconnecting' });
    const status = (response as { status_code?: number } | null)?.status_code ?? 0;
    // the secret is not known there any more: a new one; else the switch is still waking up
    if (status === 401 || status === 403 || status === 404) return later();
    setTimeout(() => mine() && agent.isConnected() && agent.register(), AGAIN_MS);
  });
  agent.on('newRTCSession', (told: { session: RTCSession; request: unknown; originator: unknown }) => {
    const { session: next, request, originator } = told;
    if (!mine()) return;
    if (session && !session.isEnded()) return next.terminate({ status_code: 486 });
    attach(next);
    if (String(originator) === 'local') return change({ echo: true });
    change({ ringing: true, ended: null });
    const token = (request as { getHeader(name: string): string | undefined }).getHeader('X-Hotline-Call');
    const returns = (request as { getHeader(name: string): string | undefined }).getHeader(
      'X-Hotline-Return',
    );
    // our own call, or our own caller given back after this page or its line broke: nobody is asked again
    if ((token && ownCalls.delete(token)) || returns || performance.now() < answersUntilMs)
      void phone.answer();
  });
  agent.start();
}

function attach(next: RTCSession): void {
  session = next;
  const over = () => {
    stop((next.data as { stream?: MediaStream } | undefined)?.stream);
    if (session !== next) return;
    session = null;
    heard = null;
    if (speaker) speaker.srcObject = null;
    forgetReminder();
    change({ ringing: false, talking: false, echo: false, muted: false, held: false });
  };
  const connected = (peer: RTCPeerConnection) => {
    heard = peer;
    peer.addEventListener('track', (event) => void play(event.streams[0] ?? new MediaStream([event.track])));
  };
  // a call of ours has its connection before it is told of
  if (next.connection) connected(next.connection);
  next.on('peerconnection', ({ peerconnection }) => connected(peerconnection));
  next.on('accepted', () => change({ ringing: false, talking: true, fault: null }));
  next.on('ended', over);
  next.on('failed', over);
  next.on('hold', ({ originator }) => String(originator) === 'local' && change({ held: true }));
  next.on('unhold', ({ originator }) => String(originator) === 'local' && change({ held: false }));
  next.on('muted', () => change({ muted: true }));
  next.on('unmuted', () => change({ muted: false }));
}

async function play(stream: MediaStream): Promise<void> {
  speaker ??= Object.assign(new Audio(), { autoplay: true });
  speaker.srcObject = stream;
  const chosen = speakerId();
  if (chosen && 'setSinkId' in speaker) await speaker.setSinkId(chosen).catch(() => undefined);
  await speaker.play().catch(() => undefined);
}

/** The line first: a BYE would end the call for the caller. So it goes to the tab that is the phone now, or to the next agent. */
function drop(): void {
  const old = ua;
  ua = null;
  wire?.disconnect();
  old?.stop();
}

function shut(line: PhoneLine): void {
  if (again) clearTimeout(again);
  drop();
  session = null;
  heard = null;
  change({ line, ringing: false, talking: false, echo: false, muted: false, held: false });
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function randomHost(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

// the test of the sound's way looks at the connection as the test panel does
Object.assign(globalThis, { hotlinePhone: { connection: phone.connection } });
