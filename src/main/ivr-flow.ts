/** The IVR's flow put together: versions are checked, given to the switch, put in force at a time and taken back. */
import { zoneOffsetMs } from '../core/zone.ts';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFlows } from '../asterisk/flows.ts';
import { FIRST_FLOW, type Flow, type Language } from '../core/ivr/flow.ts';
import { flowFaults } from '../core/ivr/flow-faults.ts';
import { renderFlow, renderPlan, termsAt } from '../core/ivr/flow-rendered.ts';
import { may } from '../core/people/may.ts';
import { ivrFlowRoutes } from '../http/ivr-flow.ts';
import { writeAudit } from '../postgres/audit.ts';
import * as kept from '../postgres/ivr-flows.ts';
import { inTransaction } from '../postgres/pool.ts';
import { giveToFolder } from '../setup/private-folders.ts';
import { speak } from '../setup/speech.ts';
import { houseTexts } from './prompts.ts';
import type { OpenWing } from './wings.ts';

const ROOM = 'ivr-flow';
/** how soon a switch that was away, or lost its database, goes by the right version again */
const LOOK_EVERY_MS = 5000;
const FLOWS_SHOWN = 50;
/** so far ahead a version may be put in force */
const FURTHEST_MS = 400 * 86_400_000;
const FIRST_NOTE = '原有流程';

export const openIvrFlow: OpenWing = ({ pool, now, log, live, commands, switchFolders }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'ivr flow');
  const sounds = switchFolders?.sounds ?? null;
  let timer: NodeJS.Timeout | null = null;
  /** since the switch is connected */
  let zoneGiven = false;
  let switchKnows = false;
  let applying: Promise<void> = Promise.resolve();
  const house = () => houseTexts(sounds);

  /** The sound of a text that is a version's own, one name in both languages. */
  const own = (texts: Partial<Record<Language, string>>) =>
    `flow-${createHash('sha256')
      .update(JSON.stringify([texts.zh, texts.en]))
      .digest('hex')
      .slice(0, 24)}`;

  /** Speaks what is a version's own, before the switch is told of it; a sentence: it can't be done here. */
  async function speakOwn(flow: Flow): Promise<string | null> {
    for (const texts of Object.values(flow.texts))
      for (const language of ['zh', 'en'] as const) {
        const text = texts[language]?.trim();
        if (!text) continue;
        if (sounds === null) return '交换机不在本机，不能合成这一版自己的语音，请改用已有的语音。';
        const folder = join(sounds, language, 'hotline');
        const file = join(folder, `${own(texts)}.wav`);
        mkdirSync(folder, { recursive: true });
        giveToFolder(folder);
        if (!existsSync(file)) await speak(text, file, language);
      }
    return null;
  }

  const standing = async () => (await kept.listTerms(pool)).filter((one) => one.takenBackAtMs === null);

  /** The switch is given what it does not have: the versions that are in force and to come, then the plan. */
  async function apply(): Promise<void> {
    const acting = commands();
    const terms = await standing();
    const atMs = now();
    const plan = renderPlan(terms, atMs);
    if (!acting?.connected()) {
      switchKnows = false;
      zoneGiven = false;
      return;
    }
    if (!zoneGiven) zoneGiven = (await openFlows(acting.act).zone(zoneOffsetMs() / 1000)).ok;
    const there = await acting.plannedFlows();
    switchKnows = there.ok && there.value === plan;
    if (switchKnows || !there.ok) return;
    const { now: current, next } = termsAt(terms, atMs);
    for (const version of new Set([current?.version, next?.version])) {
      const flow = version === undefined ? null : await kept.findFlow(pool, version);
      if (!flow) continue;
      await speakOwn(flow.body);
      const answer = await openFlows(acting.act).keep(flow.version, renderFlow(flow.body, own));
      if (!answer.ok) return log.warn({ refusal: answer.refusal }, 'the switch did not take the flow');
    }
    switchKnows = (await openFlows(acting.act).plan(plan)).ok;
  }
  /** One at a time: of two decisions the later one stands in the switch, too. */
  function applied(): Promise<void> {
    applying = applying.then(apply).catch(onFault);
    return applying;
  }
  async function decided(): Promise<void> {
    await applied();
    live.tell(ROOM, 'ivrFlowMoved');
  }

  return {
    routers: [
      ivrFlowRoutes({
        async view() {
          const terms = await kept.listTerms(pool);
          const stand = terms.filter((one) => one.takenBackAtMs === null);
          const { now: current, next } = termsAt(stand, now());
          const idOf = (one: object) => stand.find((each) => each === one)!.id;
          return {
            ...{ flows: await kept.listFlows(pool, FLOWS_SHOWN), terms, switchKnows, texts: house() },
            current: current && { version: current.version, termId: idOf(current) },
            next: next && { version: next.version, termId: idOf(next), fromMs: next.fromMs },
          };
        },
        save: (body, note, person) =>
          inTransaction(pool, async (client) => {
            const version = await kept.addFlow(client, { body, note, personId: person.id });
            const about = `第 ${version} 版${note ? `：${note}` : ''}`;
            await writeAudit(client, { personId: person.id, what: 'ivr-flow-saved', about });
            return version;
          }),
        async put(version, asked, person) {
          const flow = await kept.findFlow(pool, version);
          if (!flow) return '没有这一版，请刷新页面。';
          const faults = flowFaults(flow.body, house());
          if (faults.length > 0) return `这一版还不能启用：${faults.map((one) => one.words).join('')}`;
          const atMs = now();
          const fromMs = asked === null || asked <= atMs ? atMs : asked;
          if (fromMs > atMs + FURTHEST_MS) return '启用时间太远了，最多提前一年。';
          const mute = await speakOwn(flow.body);
          if (mute !== null) return mute;
          const refused = await inTransaction(pool, async (client) => {
            await kept.lockTerms(client);
            const { now: current, next } = termsAt(
              (await kept.listTerms(client)).filter((one) => one.takenBackAtMs === null),
              atMs,
            );
            if (next) return `第 ${next.version} 版已经定好时间启用，请先撤回它。`;
            if (current?.version === version) return '这一版正在使用，不用再启用。';
            await kept.putFlow(client, { version, fromMs, personId: person.id });
            await writeAudit(client, {
              ...{ personId: person.id, what: 'ivr-flow-put', about: `第 ${version} 版` },
              detail: { fromMs, before: current?.version ?? null },
            });
            return null;
          });
          if (refused === null) await decided();
          return refused;
        },
        async try(version, token, person) {
          const flow = await kept.findFlow(pool, version);
          if (!flow) return '没有这一版，请刷新页面。';
          if (!person.agent) return '您的账号没有话机，请管理员在“管理 › 人员”里补上工号。';
          const acting = commands();
          if (!acting?.connected()) return '交换机没有连上，现在不能试听。';
          const mute = await speakOwn(flow.body);
          if (mute !== null) return mute;
          const given = await openFlows(acting.act).keep(version, renderFlow(flow.body, own));
          const rung = given.ok ? await openFlows(acting.act).tryOut(version, person.agent, token) : given;
          return rung.ok ? null : '交换机没有接受，请确认话机已登记后再试。';
        },
        async takeBack(termId, person) {
          const refused = await inTransaction(pool, async (client) => {
            await kept.lockTerms(client);
            const terms = (await kept.listTerms(client)).filter((one) => one.takenBackAtMs === null);
            const { now: current, next } = termsAt(terms, now());
            const term = [next, current].find((one) => terms.find((each) => each === one)?.id === termId);
            if (!term) return '这一版已经不在使用，请刷新页面。';
            const before = termsAt(
              terms.filter((one) => one !== term),
              now(),
            ).now;
            if (!before) return '这是最早的一版，没有更早的可以退回。';
            await kept.takeBackFlow(client, termId, person.id);
            await writeAudit(client, {
              ...{ personId: person.id, what: 'ivr-flow-taken-back', about: `第 ${term.version} 版` },
              detail: { backTo: before.version },
            });
            return null;
          });
          if (refused === null) await decided();
          return refused;
        },
      }),
    ],
    line(line) {
      if (may(line.person.role, 'run-ivr')) line.join(ROOM);
    },
    async start() {
      await inTransaction(pool, (client) => kept.beginFlows(client, FIRST_FLOW, FIRST_NOTE));
      timer = setInterval(() => void applied(), LOOK_EVERY_MS);
      timer.unref();
      void applied();
    },
    async close() {
      if (timer) clearInterval(timer);
      await applying;
    },
  };
};
