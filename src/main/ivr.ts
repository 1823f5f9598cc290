/** The IVR put together: what the dialplan asks is answered, who waits is told, places are kept, words are taken. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Counter, Gauge, Histogram } from 'prom-client';
import { openKeptPlaces } from '../app/kept-places.ts';
import { openWaitingVoice } from '../app/waiting-voice.ts';
import { mayDial } from '../core/floor/dialling.ts';
import type { Fact } from '../core/floor/fact.ts';
import { root } from '../core/floor/legs.ts';
import { agentViews } from '../core/floor/views.ts';
import { accountSaid, DISTRICT_KEYS, orderSaid, outageSaid, type Said } from '../core/ivr/answers.ts';
import type { Language } from '../core/ivr/flow.ts';
import { PLACE_RULES } from '../core/ivr/places.ts';
import { touches, type Outage } from '../core/outages/outage.ts';
import { may } from '../core/people/may.ts';
import { callerNumber } from '../core/people/number.ts';
import { reachedCap } from '../core/telephone/caps.ts';
import { telephoneLimits } from '../core/telephone/settings.ts';
import { ivrRoutes } from '../http/ivr.ts';
import * as kept from '../postgres/ivr.ts';
import { openRecord } from '../postgres/records.ts';
import { openOutages } from '../postgres/outages.ts';
import { keptPlaceCaps, wordCaps } from '../postgres/telephone.ts';
import { speak } from '../setup/speech.ts';
import { openPrompts } from './prompts.ts';
import { openSpokenWords } from './spoken-words.ts';
import type { OpenWing } from './wings.ts';

type Asked = Extract<Fact, { kind: 'ivr-asked' }>;

const ROOM = 'ivr';
const OUTAGES_EVERY_MS = 5000;
/** an announcement is prompts joined by &, at most so many outages long */
const MOST_OUTAGES = 3;
/** wrong account numbers from one telephone, and for one account, before nothing is confirmed for an hour */
const MOST_WRONG = 6;
const WRONG_KEPT_MS = 3_600_000;
const WORDS_SHOWN = 100;

export const openIvr: OpenWing = (ground) => {
  const { pool, floor, now, log, live, registry } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'ivr');
  const moved = () => live.tell(ROOM, 'ivrMoved');
  const sounds = ground.switchFolders?.sounds ?? null;
  const wordsDir = ground.switchFolders && join(ground.switchFolders.spool, 'words');
  const prompts = {
    zh: openPrompts(sounds, 'zh'),
    en: openPrompts(sounds, 'en'),
  };
  let published: Outage[] = [];
  let timer: NodeJS.Timeout | null = null;
  let wrong: { key: string; atMs: number }[] = [];

  const registers = [registry];
  const steps = new Counter({
    name: 'hotline_ivr_steps_total',
    help: 'Steps of callers in the IVR, by node (dialplan/ivr.conf) and key',
    labelNames: ['node', 'key'],
    registers,
  });
  const beforeQueue = new Histogram({
    name: 'hotline_ivr_before_queue_seconds',
    help: "From a caller's arrival to the queue: what the IVR adds before the first ring",
    buckets: [2, 4, 6, 10, 20, 40, 80],
    registers,
  });
  const answers = new Histogram({
    name: 'hotline_ivr_answer_seconds',
    help: 'How long the dialplan waited for an answer to what it asked; it waits one second at most',
    labelNames: ['question'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registers,
  });
  const estimates = new Histogram({
    name: 'hotline_wait_estimate_error_seconds',
    help: 'Estimated minus true waiting, of the first estimate that a caller heard',
    buckets: [-600, -300, -120, -60, -30, 0, 30, 60, 120, 300, 600],
    registers,
  });
  new Gauge({
    name: 'hotline_kept_places',
    help: 'Callers who left the queue and wait to be called back',
    registers,
    collect() {
      this.set(places.count());
    },
  });

  // -- what is spoken ---------------------------------------------------------------------------------------------------
  const speaking = new Map<string, Promise<string | null>>();
  /** The prompt that says this text; made once, by the machine. Null: it can't be made here. */
  function spoken({ language, text }: Said): Promise<string | null> {
    if (sounds === null) return Promise.resolve(null);
    const name = `made-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    // a Chinese name of a place is heard by who hears English, too: as every prompt that English does not have (pbx-files.ts)
    const file = join(sounds, language, 'hotline', `${name}.wav`);
    if (existsSync(file)) return Promise.resolve(`hotline/${name}`);
    let making = speaking.get(name);
    if (!making) {
      making = speak(text, file, language)
        .then(
          () => `hotline/${name}`,
          (cause: unknown) => (onFault(cause), null),
        )
        .finally(() => speaking.delete(name));
      speaking.set(name, making);
    }
    return making;
  }
  /** Prompts joined by &, as the dialplan plays them; '': not all of it can be said, and half of it says nothing. */
  async function joined(said: readonly Said[]): Promise<string> {
    const names = await Promise.all(said.map(spoken));
    return names.includes(null) ? '' : names.join('&');
  }
  async function learnOutages(): Promise<void> {
    published = (await openOutages(pool)).filter((one) => one.publishedAtMs !== null);
    // spoken before anybody calls: while the greeting plays there is no time for it
    for (const one of published)
      for (const language of ['zh', 'en'] as const)
        for (const here of [true, false]) await joined(outageSaid(one, now(), language, here));
  }
  const outagesSaid = (outages: readonly Outage[], language: Language, here: boolean) =>
    joined(outages.slice(0, MOST_OUTAGES).flatMap((one) => outageSaid(one, now(), language, here)));

  // -- what the dialplan asks -------------------------------------------------------------------------------------------
  async function touchingOutages(ani: string | null): Promise<Outage[]> {
    const number = callerNumber(ani);
    if (published.length === 0 || number === null) return [];
    const homes = await kept.homesOf(pool, number);
    return published.filter((one) => homes.some((home) => touches(one, home)));
  }

  /** Who asked never to be called again, and who only makes a nuisance, is not asked how it was, either. */
  async function spareRating(callId: string): Promise<void> {
    const call = floor.calls.get(callId);
    const number = callerNumber(call?.ani ?? null);
    const channel = call && root(call)?.channel;
    if (!channel || number === null || !(await kept.isSpared(pool, number))) return;
    await ground.commands()?.tellChannel(channel, 'HOTLINE_NO_RATING', '1');
  }

  /** While the greeting plays: does an outage touch where this number lives? */
  async function greet({ callId, channel, language }: Asked): Promise<void> {
    // the number is known now: the channel's first event shows the trunk's own (dialplan, caller-id)
    const there = await touchingOutages(floor.calls.get(callId)?.ani ?? null);
    const words = await outagesSaid(there, language, true);
    if (words !== '') await ground.commands()?.tellChannel(channel, 'HOTLINE_AREA', words);
  }

  async function answerTo(asked: Asked): Promise<string | null> {
    const ani = floor.calls.get(asked.callId)?.ani ?? null;
    const { language } = asked;
    switch (asked.question) {
      case 'outages': {
        const district = DISTRICT_KEYS[Number(asked.keys) - 1];
        if (district === undefined) return null;
        const there = published.filter((one) => one.districts.includes(district));
        return there.length === 0 ? 'hotline/no-outage' : (await outagesSaid(there, language, false)) || null;
      }
      case 'order': {
        const number = callerNumber(ani);
        if (asked.keys === '' && number === null) return 'none';
        const order = await kept.orderAsked(
          pool,
          asked.keys === '' ? { number: number! } : { digits: asked.keys },
        );
        if (!order) return 'none';
        return (await joined(orderSaid(order, now(), language))) || null;
      }
      case 'account': {
        const [account = '', digits = ''] = asked.keys.split('*');
        const keys = [`by:${ani ?? ''}`, `of:${account}`];
        wrong = wrong.filter((one) => one.atMs > now() - WRONG_KEPT_MS);
        if (keys.some((key) => wrong.filter((one) => one.key === key).length >= MOST_WRONG)) return 'none';
        const address = digits.length === 4 ? await kept.addressOf(pool, account, digits) : null;
        if (address !== null) return (await joined(accountSaid(address, language))) || null;
        wrong.push(...keys.map((key) => ({ key, atMs: now() })));
        return 'none';
      }
      case 'keep': {
        const place = await places.fullAt(asked.callId);
        if (place !== null) return `full-${place}`;
        return (await places.keep(asked.callId, language)) ? 'kept' : 'no';
      }
      case 'word':
        return reachedCap(await wordCaps(pool, callerNumber(ani), now(), telephoneLimits())) === null
          ? 'ok'
          : 'full';
      default:
        return null;
    }
  }

  async function answer(asked: Asked): Promise<void> {
    // what was asked while we were away is not waited for any more
    const call = floor.calls.get(asked.callId);
    if (!call || call.ended) return;
    const began = now();
    const told = await answerTo(asked);
    answers.observe({ question: asked.question }, (now() - began) / 1000);
    if (told !== null)
      await ground.commands()?.tellChannel(asked.channel, 'HOTLINE_ANSWER', `${asked.asked}:${told}`);
  }

  // -- who waits --------------------------------------------------------------------------------------------------------
  const heard = () => floor.lostAtMs === null && (ground.commands()?.connected() ?? false);
  const voice = openWaitingVoice({
    ...{ floor, now, onFault },
    agents: (queue) =>
      agentViews(floor).filter(
        (one) => one.queues.includes(queue) && !['offline', 'unreachable', 'paused'].includes(one.state),
      ).length,
    whisper: async (channel, said, id) => (await ground.commands()?.whisper(channel, said, id))?.ok ?? false,
    hush: async (id) => ground.commands()?.hangUp(id),
    missedBy: (ms) => estimates.observe(ms / 1000),
  });
  const places = openKeptPlaces({
    ...{ floor, now, heard, moved, onFault },
    store: {
      keep: (one) => kept.keepPlace(pool, one),
      waiting: () => kept.waitingPlaces(pool),
      placing: (id, atMs) => kept.notePlacing(pool, id, atMs),
      tried: (id, atMs) => kept.noteTry(pool, id, atMs),
      end: (id, state, atMs, agent) => kept.endPlace(pool, id, state, atMs, agent),
    },
    place: async (one) => (await ground.commands()?.keepPlace(one))?.ok ?? false,
    async keptBySwitch(id) {
      const answer = await ground.commands()?.placeKept(id);
      return answer?.ok ? (answer.value ?? null) : undefined;
    },
    hangUp: async (channel) => ground.commands()?.hangUp(channel),
    mayCall: (number) => mayDial(number, 0, 'callback').ok,
    async isFull(number) {
      const reached = reachedCap(await keptPlaceCaps(pool, number, now(), telephoneLimits()));
      if (reached !== null) log.warn({ number, reached }, 'no more places are kept');
      return reached !== null;
    },
    rules: () => ({
      ...PLACE_RULES,
      mostTries: telephoneLimits().keptTries,
      giveUpMs: telephoneLimits().keptMinutes * 60_000,
    }),
  });

  // -- what callers say -------------------------------------------------------------------------------------------------
  const words = openSpokenWords({
    pool,
    folder: wordsDir,
    lives: (callId) => floor.calls.has(callId),
    now,
    moved,
    onFault,
  });

  async function hear(fact: Fact): Promise<void> {
    // no question: it is told of for the watch of floods
    if (fact.kind === 'ivr-asked' && fact.question === 'unproven') return;
    if (fact.kind === 'ivr-asked') return fact.question === 'area' ? greet(fact) : answer(fact);
    if (fact.kind !== 'ivr-step') return;
    steps.inc({ node: fact.node, key: fact.key });
    const ani = callerNumber(floor.calls.get(fact.callId)?.ani ?? null);
    if (fact.node === 'area-tell-me' && ani !== null) {
      const there = await touchingOutages(ani);
      await kept.askToBeTold(
        pool,
        there.map((one) => one.id),
        ani,
        fact.callId,
      );
      moved();
    }
    if (fact.node === 'worded') {
      const about = fact.key === '4' ? 'leak' : '';
      await words.takeIn({ callId: fact.callId, number: ani, about, atMs: fact.atMs });
    }
  }

  const onAnswer = (callId: string) => void spareRating(callId).catch(onFault);

  return {
    routers: [
      ivrRoutes({
        words: () => kept.spokenWords(pool, WORDS_SHOWN),
        places: () => kept.waitingPlaces(pool),
        async take(callId, personId) {
          if (!(await kept.takeWord(pool, callId, personId))) return null;
          const phone = (await kept.numberOfCall(pool, callId)) ?? '';
          return (await openRecord(pool, { callId, personId, fields: { phone } })).record.id;
        },
        sound(callId) {
          const file = wordsDir && /^[-\w.]+$/.test(callId) ? join(wordsDir, `${callId}.wav`) : null;
          return file && existsSync(file) ? file : null;
        },
        figures: (fromMs, untilMs) => kept.ivrFigures(pool, fromMs, untilMs),
        prompts,
        audit: ground.audit,
        moved,
      }),
    ],
    line(line) {
      if (may(line.person.role, 'see-words')) line.join(ROOM);
    },
    hear(facts) {
      voice.hear(facts);
      places.hear(facts);
      for (const fact of facts) {
        if (fact.kind === 'call-answered') onAnswer(fact.callId);
        // once, though a caller may join again
        if (fact.kind === 'call-queued' && fact.record.queuedAtMs === fact.atMs)
          beforeQueue.observe((fact.atMs - fact.record.arrivedAtMs) / 1000);
        if (fact.kind === 'ivr-asked' || fact.kind === 'ivr-step') void hear(fact).catch(onFault);
      }
    },
    start() {
      words.start();
      const again = () => void learnOutages().catch(onFault);
      timer = setInterval(again, OUTAGES_EVERY_MS);
      timer.unref();
      again();
      return Promise.resolve();
    },
    close() {
      if (timer) clearInterval(timer);
      words.close();
      voice.close();
      places.close();
    },
  };
};
