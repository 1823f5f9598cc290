import { randomUUID } from 'node:crypto';
import createManager from 'asterisk-manager';
import { mayDial, type DialRefusal } from '../core/floor/dialling.ts';
import type { PlacedPlace } from '../core/ivr/places.ts';
import { writeInSwitch } from './switch-database.ts';

/**
 * What we ask of the switch: the one file that touches npm `asterisk-manager`, and that contains its faults
 * (ASTERISK.md): values with control characters are refused before it sees them (they would add headers, or whole
 * actions), every action has a deadline and an answer, it reconnects by our own back-off, and a refused login is said.
 * Commands ask; that something happened is told by the feed's events only.
 */
export type CommandRefusal =
  | DialRefusal
  | 'pbx-disconnected'
  | 'pbx-refused'
  | 'no-answer-in-time'
  | 'control-character'
  | 'context-not-allowed';

export type CommandAnswer =
  { ok: true; value?: string } | { ok: false; refusal: CommandRefusal; message: string };

/** One action and its headers, as the manager writes them. */
export type Action = { action: string } & Record<string, string | number | string[]>;

export interface Commands {
  connected(): boolean;
  /** places a call through a context made for it; the agent's phone rings first */
  callOut(call: { agent: string; number: string; callsThisHour: number }): Promise<CommandAnswer>;
  /** places a callback into the survey's context; answered at once, what comes of it is told by events */
  callBack(call: CallBack): Promise<CommandAnswer>;
  /** what the survey's script wrote into the switch's database, `up:1.solved:1`; no value: nothing */
  keptOf(surveyId: string): Promise<CommandAnswer>;
  pause(agent: string, paused: boolean, reason: string): Promise<CommandAnswer>;
  addMember(queue: string, agent: string, name: string, pausedReason?: string | null): Promise<CommandAnswer>;
  removeMember(queue: string, agent: string): Promise<CommandAnswer>;
  redirect(channel: string, extension: string): Promise<CommandAnswer>;
  /** sets one of the variables that the dialplan reads of a caller's channel (dialplan/ivr.conf), and no other */
  tellChannel(channel: string, name: ChannelWord, value: string): Promise<CommandAnswer>;
  /** what a kept place's call came to: `rung`, `reached`, `missed`; no value: nothing */
  placeKept(placeId: number): Promise<CommandAnswer>;
  /** closes a queue to new callers, or opens it; the switch keeps it, its dialplan reads it */
  closeQueue(queue: string, closed: boolean): Promise<CommandAnswer>;
  /** `1`: closed to new callers */
  queueClosed(queue: string): Promise<CommandAnswer>;
  /** a call of the switch that waits in the place of a caller who is called back (dialplan, keep-queue) */
  keepPlace(place: PlacedPlace): Promise<CommandAnswer>;
  /** the plan of the IVR's flows that the switch goes by (flows.ts); no value: none, the built-in flow */
  plannedFlows(): Promise<CommandAnswer>;
  /** prompts into the ear of one who waits, and of nobody else */
  whisper(channel: string, prompts: readonly string[], whisperId: string): Promise<CommandAnswer>;
  /** `cause` other than 16: the far end learns that it is no common hang-up (dialplan, agent-left) */
  hangUp(channel: string, cause?: number): Promise<CommandAnswer>;
  /** one who waits is asked for a key first (dialplan, flood-ask) */
  askStranger(channel: string): Promise<CommandAnswer>;
  /** what may be dialled, for a phone that dials by itself (dialplan, dial-check); kept by the switch */
  dialRules(rules: { extras: string; stopped: string; perHour: number }): Promise<CommandAnswer>;
  /** any other action of the account's classes, for the files that know them (calls.ts) */
  act(action: Action): Promise<CommandAnswer>;
  close(): void;
}

/** What the service tells the dialplan of a caller. */
export type ChannelWord =
  | 'HOTLINE_AREA'
  | 'HOTLINE_ANSWER'
  | 'HOTLINE_NO_RATING'
  | 'HOTLINE_SUSPECT'
  | 'QUEUE_PRIO'
  | 'LEG_SILENT_MS';

/** A callback that places itself: digits, ids and names of prompts only. */
export interface CallBack {
  /** `123x9af0`: with it the switch names the channel, `survey-123x9af0`, and cannot call twice */
  surveyId: string;
  number: string;
  callerId: string;
  /** prompts that say the day and the kind of the matter */
  day: readonly string[];
  matter: string;
}

export interface CommandSettings {
  host: string;
  port: number;
  user: string;
  secret: string;
  onState?: (state: 'connected' | 'lost' | 'refused') => void;
}

const DEADLINE_MS = 5000;
const PING_EVERY_MS = 5000;
const BACK_OFF_MS = [200, 400, 800, 1500, 3000, 5000];
const REFUSED_BACK_OFF_MS = 30_000;
/** The contexts of dialplan/extensions.conf that are made for what we place; no other is ever named. */
const CALL_OUT_CONTEXT = 'callout';
const TRANSFER_CONTEXT = 'agents';
const CONTEXTS = new Set([
  ...['phones', 'agents', 'callout', 'phone-test', 'survey', 'callback'],
  ...['keep-dial', 'waiting-say', 'supervise', 'switch-write', 'ivr-trial'],
  ...['taken', 'moved', 'flood-ask'],
]);
/** a phone of ours; or a number of the outside that may be dialled, and it alone */
const OUTSIDE = /^PJSIP\/([^@]+)@trunk$/;
const SURVEY_CONTEXT = 'survey';
/** a kept place waits for an agent so long */
const PLACE_STANDS_MS = 7_200_000;
/** the dialplan's entries of callbacks and kept places come round again after so many */
const ROUND = 1000;
/** how long a callback rings: eight rings */
const SURVEY_RING_MS = 40_000;

export function openCommands(settings: CommandSettings): Commands {
  /** ActionID ─▶ who waits for the value that follows a `DBGet` */
  const values = new Map<string, (value: string) => void>();
  const pending = new Set<(answer: CommandAnswer) => void>();
  let manager: ReturnType<typeof createManager> | null = null;
  let loggedIn = false;
  let closed = false;
  let tries = 0;
  let retry: NodeJS.Timeout | null = null;

  const ping = setInterval(() => {
    if (loggedIn) void send({ action: 'Ping' }).then((answer) => !answer.ok && drop());
  }, PING_EVERY_MS);

  open();

  function open(): void {
    retry = null;
    if (closed) return;
    const mine = createManager(null, settings.host, settings.user, settings.secret, false);
    manager = mine;
    passOverOdd(mine);
    let refused = false;
    mine.on('close', () => {
      if (manager !== mine) return;
      manager = null;
      loggedIn = false;
      for (const answer of [...pending]) answer(disconnected());
      settings.onState?.(refused ? 'refused' : 'lost');
      mine.removeAllListeners('close');
      if (closed) return;
      retry = setTimeout(
        open,
        refused ? REFUSED_BACK_OFF_MS : BACK_OFF_MS[Math.min(tries++, BACK_OFF_MS.length - 1)]!,
      );
    });
    mine.on('managerevent', (told: Record<string, unknown>) => {
      if (told['event'] !== 'DBGetResponse') return;
      values.get(String(told['actionid']))?.(String(told['val'] ?? ''));
    });
    mine.connect(settings.port, settings.host, () => {
      mine.login((refusal) => {
        if (refusal) {
          refused = true;
          drop();
          return;
        }
        loggedIn = true;
        tries = 0;
        settings.onState?.('connected');
      });
    });
  }

  function drop(): void {
    manager?.disconnect();
  }

  function disconnected(): CommandAnswer {
    return { ok: false, refusal: 'pbx-disconnected', message: '交换机未连接' };
  }

  function send(action: Action, actionid: string = randomUUID()): Promise<CommandAnswer> {
    for (const [name, value] of Object.entries(action)) {
      if (hasControl(name) || [value].flat().some((one) => hasControl(String(one)))) {
        return Promise.resolve({ ok: false, refusal: 'control-character', message: name });
      }
    }
    const strays = astray(action);
    if (strays !== null)
      return Promise.resolve({ ok: false, refusal: 'context-not-allowed', message: strays });
    const mine = manager;
    if (!mine || !loggedIn) return Promise.resolve(disconnected());
    return new Promise((resolve) => {
      const answer = (told: CommandAnswer) => {
        if (!pending.delete(answer)) return;
        clearTimeout(deadline);
        resolve(told);
      };
      const deadline = setTimeout(
        () => answer({ ok: false, refusal: 'no-answer-in-time', message: '交换机没有按时应答' }),
        DEADLINE_MS,
      );
      pending.add(answer);
      mine.action({ ...action, actionid }, (refusal, told) => {
        if (refusal) answer({ ok: false, refusal: 'pbx-refused', message: String(refusal['message'] ?? '') });
        else
          answer(
            told?.['response'] === 'Error'
              ? { ok: false, refusal: 'pbx-refused', message: '' }
              : typeof told?.['value'] === 'string'
                ? { ok: true, value: told['value'] }
                : { ok: true },
          );
      });
    });
  }

  return {
    connected: () => loggedIn,
    callOut({ agent, number, callsThisHour }) {
      const dialling = mayDial(number, callsThisHour);
      if (!dialling.ok)
        return Promise.resolve({ ok: false, refusal: dialling.refusal, message: number.slice(0, 20) });
      return send({
        action: 'Originate',
        channel: agent,
        channelid: `callout-${randomUUID()}`,
        context: CALL_OUT_CONTEXT,
        exten: dialling.number,
        priority: 1,
        timeout: 30_000,
        async: 'true',
      });
    },
    callBack({ surveyId, number, callerId, day, matter }) {
      const dialling = mayDial(number, 0, 'callback');
      if (!dialling.ok)
        return Promise.resolve({ ok: false, refusal: dialling.refusal, message: number.slice(0, 20) });
      const names = [...day, matter];
      if (!/^[0-9]+x[0-9a-f]+$/.test(surveyId) || names.some((name) => !/^hotline\/[a-z0-9-]+$/.test(name)))
        return Promise.resolve({ ok: false, refusal: 'context-not-allowed', message: surveyId.slice(0, 40) });
      return send({
        action: 'Originate',
        channel: `PJSIP/${dialling.number}@trunk`,
        channelid: `survey-${surveyId}`,
        context: SURVEY_CONTEXT,
        exten: 's',
        priority: 1,
        timeout: SURVEY_RING_MS,
        callerid: `${callerId} <${callerId}>`,
        variable: [
          `SURVEY=${surveyId}`,
          `SURVEY_NUMBER=${dialling.number}`,
          `SURVEY_DAY=${day.join('&')}`,
          `SURVEY_MATTER=${matter}`,
        ],
        async: 'true',
      });
    },
    tellChannel(channel, name, value) {
      if (!/^[-a-z0-9&/:]{0,900}$/.test(value))
        return Promise.resolve({ ok: false, refusal: 'context-not-allowed', message: name });
      return send({ action: 'Setvar', channel, variable: name, value });
    },
    keptOf: (surveyId) => roundValue('survey', Number.parseInt(surveyId), `${surveyId}.`),
    placeKept: (placeId) => roundValue('keep', placeId, `${placeId}:`),
    closeQueue: (queue, closed) =>
      writeInSwitch(send, 'queue-closed', [{ key: queue, value: closed ? '1' : '0' }]),
    queueClosed: (queue) => databaseValue('queue-closed', queue),
    keepPlace({ callId, id, number, position, language }) {
      const dialling = mayDial(number, 0, 'callback');
      if (!dialling.ok)
        return Promise.resolve({ ok: false, refusal: dialling.refusal, message: number.slice(0, 20) });
      return send({
        action: 'Originate',
        channel: `Local/${dialling.number}@keep-queue/n`,
        channelid: callId,
        otherchannelid: `${callId}b`,
        context: 'keep-dial',
        exten: dialling.number,
        priority: 1,
        timeout: PLACE_STANDS_MS,
        // both ends of a Local call read them
        variable: [`__KEEP=${id}`, `__KEEP_PLACE=${position}`, `__KEEP_LANGUAGE=${language}`],
        async: 'true',
      });
    },
    plannedFlows: () => databaseValue('ivr', 'plan'),
    whisper(channel, prompts, whisperId) {
      if (
        !/^PJSIP\/[-a-zA-Z0-9]+$/.test(channel) ||
        prompts.some((name) => !/^hotline\/[-a-z0-9]+$/.test(name))
      )
        return Promise.resolve({ ok: false, refusal: 'context-not-allowed', message: channel.slice(0, 40) });
      return send({
        action: 'Originate',
        channel: 'Local/1@waiting-ear/n',
        channelid: whisperId,
        otherchannelid: `${whisperId}b`,
        context: 'waiting-say',
        exten: 's',
        priority: 1,
        timeout: 5000,
        variable: [`__WAITING_CHANNEL=${channel}`, `__WAITING_SAY=${prompts.join('&')}`],
        async: 'true',
      });
    },
    pause: (agent, paused, reason) =>
      send({ action: 'QueuePause', interface: agent, paused: paused ? 'true' : 'false', reason }),
    addMember: (queue, agent, name, pausedReason = null) =>
      send({
        ...{ action: 'QueueAdd', queue, interface: agent, membername: name },
        ...(pausedReason === null ? {} : { paused: 'true', reason: pausedReason }),
      }),
    removeMember: (queue, agent) => send({ action: 'QueueRemove', queue, interface: agent }),
    redirect(channel, extension) {
      if (!/^\d{3,6}$/.test(extension)) {
        return Promise.resolve({ ok: false, refusal: 'number-not-allowed', message: extension.slice(0, 20) });
      }
      return send({ action: 'Redirect', channel, context: TRANSFER_CONTEXT, exten: extension, priority: 1 });
    },
    askStranger: (channel) =>
      send({ action: 'Redirect', channel, context: 'flood-ask', exten: 's', priority: 1 }),
    dialRules: ({ extras, stopped, perHour }) =>
      writeInSwitch(send, 'dial', [
        { key: 'extras', value: extras },
        { key: 'stopped', value: stopped },
        { key: 'per-hour', value: String(perHour) },
      ]),
    act: send,
    hangUp: (channel, cause = 16) => send({ action: 'Hangup', channel, cause }),
    close() {
      closed = true;
      clearInterval(ping);
      if (retry) clearTimeout(retry);
      drop();
    },
  };

  /** What the dialplan wrote into a place that comes round again; another call's entry there is none of this one. */
  async function roundValue(family: string, id: number, owner: string): Promise<CommandAnswer> {
    const answer = await databaseValue(family, String(id % ROUND));
    if (!answer.ok) return answer;
    return answer.value?.startsWith(owner)
      ? { ok: true, value: answer.value.slice(owner.length) }
      : { ok: true };
  }

  /** What the dialplan wrote into the switch's own database; `value` is not there if it wrote nothing. */
  async function databaseValue(family: string, key: string): Promise<CommandAnswer> {
    const actionid = randomUUID();
    let kept: string | undefined;
    const told = new Promise<void>((done) =>
      values.set(actionid, (value) => {
        kept = value;
        done();
      }),
    );
    try {
      const answer = await send({ action: 'DBGet', family, key }, actionid);
      if (!answer.ok) return /not found/i.test(answer.message) ? { ok: true } : answer;
      await Promise.race([told, new Promise((done) => setTimeout(done, DEADLINE_MS).unref())]);
      return kept === undefined ? disconnected() : { ok: true, value: kept };
    } finally {
      values.delete(actionid);
    }
  }
}

/** Headers that the library takes for one text, and calls a text's functions on. */
const ONCE = ['event', 'response', 'actionid', 'userevent', 'message'];

/**
 * The library throws in the middle of the socket's data where such a header stands twice. The switch never says it so: the
 * frame is passed over, and whoever waits for its answer is told that none came in time.
 */
function passOverOdd(manager: ReturnType<typeof createManager>): void {
  const readers = manager.listeners('rawevent');
  manager.removeAllListeners('rawevent');
  manager.on('rawevent', (frame: Record<string, unknown>) => {
    if (ONCE.some((name) => frame[name] !== undefined && typeof frame[name] !== 'string')) return;
    for (const read of readers) read(frame);
  });
}

function hasControl(value: string): boolean {
  return /[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value);
}

/** What in an action would lead a call where none of ours goes: an application, another context, a number not allowed. */
function astray(action: Action): string | null {
  const said = new Map(Object.entries(action).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (said.has('application') || said.has('data')) return 'application';
  const context = said.get('context') ?? said.get('extracontext');
  if (context !== undefined && !CONTEXTS.has(context)) return context.slice(0, 40);
  if (said.get('action')?.toLowerCase() !== 'originate') return null;
  const channel = said.get('channel') ?? '';
  const number = OUTSIDE.exec(channel)?.[1];
  if (number !== undefined ? mayDial(number, 0).ok : /^(PJSIP\/\d+|Local\/\d+@[a-z-]+(\/n)?)$/.test(channel))
    return null;
  return channel.slice(0, 40);
}
