/** Cases from outside put together: the inbox, what is done with them, and reminders before a deadline passes. */
import { caseClocks } from '../core/office/case-clocks.ts';
import {
  CASE_STEPS,
  CASE_WARN_MS,
  caseStepsFor,
  CHANNELS,
  unlookedPlaces,
  type CaseStep,
} from '../core/office/cases.ts';
import { readPortalText } from '../core/office/portal-text.ts';
import { stepRefusalWords } from '../core/orders/words.ts';
import { shortMinuteText } from '../core/zone.ts';
import { caseRoutes } from '../http/cases.ts';
import type { SignedIn } from '../http/sessions.ts';
import { caseClockFacts } from '../postgres/case-clocks.ts';
import {
  addCase,
  caseSteps,
  correctCase,
  countOpenCases,
  findCase,
  listCases,
  stepCase,
  type CaseAnswer,
} from '../postgres/cases.ts';
import { addLook, listLooks } from '../postgres/channel-looks.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { stepOrder } from '../postgres/orders.ts';
import { inTransaction } from '../postgres/pool.ts';
import { openCaseFiles } from './case-files.ts';
import { openCaseImport } from './case-import.ts';
import { openColumnWords } from './column-words.ts';
import { openCaseOperations } from './case-operations.ts';
import { caseClockRules, openCaseWatch } from './case-watch.ts';
import { tellOrder } from './order-told.ts';
import type { OpenWing } from './wings.ts';

/** Thrown to give up a transaction; its words are the answer. */
export class CaseRefused extends Error {}

/** What a step that was not taken says. */
export function caseRefusal(answer: CaseAnswer & { ok: false }) {
  switch (answer.why) {
    case 'no-such-case':
      return { ok: false as const, status: 404, code: 'no-such-case', words: '没有这件来件，请从列表打开。' };
    case 'moved-meanwhile': {
      const { kind, person, atMs } = answer.last;
      const words = `${person} 在 ${shortMinuteText(atMs)} 刚做了“${CASE_STEPS[kind]}”，您看到的已不是最新，请看过后再办。`;
      return { ok: false as const, status: 409, code: 'moved-meanwhile', words };
    }
    case 'refused':
      return { ok: false as const, status: 409, code: 'not-now', words: answer.words };
  }
}

export const openCases: OpenWing = (ground) => {
  const { pool, now, log, varDir, live } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'cases');
  const watch = openCaseWatch({ pool, now, onFault });

  async function step(id: number, version: number | null, one: CaseStep, person: SignedIn) {
    const { body: settings } = await orderSettings(pool);
    const taken = await inTransaction(pool, (client) =>
      stepCase(client, id, version, one, person, now(), null, settings),
    );
    if (!taken.ok) return caseRefusal(taken);
    if (one.kind === 'defer') await tellItsOrder(id);
    return taken;
  }

  /** The order that was made of it is due with it. */
  async function tellItsOrder(id: number): Promise<void> {
    const one = await findCase(pool, id);
    if (one?.orderNo && !one.joined) await tellOrder({ pool, live, onFault }, one.orderNo, 'correct');
  }

  /** One more receipt of an event that is handled already: both sides say so, or neither. */
  async function join(id: number, orderNo: string, person: SignedIn) {
    const { body: settings } = await orderSettings(pool);
    const atMs = Math.round(now());
    const refused = (status: number, code: string, words: string) => ({
      ok: false as const,
      status,
      code,
      words,
    });
    try {
      return await inTransaction(pool, async (client) => {
        const one = await findCase(client, id);
        if (!one) return refused(404, 'no-such-case', '没有这件来件，请从列表打开。');
        const note = `${CHANNELS[one.channel].zh} ${one.outsideNo}　${one.person} ${one.content}`.slice(
          0,
          500,
        );
        const by = { personId: person.id, personName: person.name, unitId: person.unitId, system: null };
        const joined = await stepOrder(
          ...([client, orderNo, null] as const),
          { kind: 'join', body: { callId: null, recordId: null }, atMs, receivedAtMs: atMs, note },
          () => 'desk',
          { ...by, origin: 'desk' },
          settings,
        );
        if (!joined.ok)
          return joined.why === 'refused'
            ? refused(409, 'not-now', stepRefusalWords(joined.refusal))
            : refused(404, 'no-such-order', '没有这个工单号，请核对。');
        const link = { orderNo, joined: true };
        const taken = await stepCase(
          ...([client, id, null, { kind: 'join', note: '', untilMs: null }] as const),
          ...([person, atMs, link, settings] as const),
        );
        if (!taken.ok) throw new CaseRefused(caseRefusal(taken).words);
        return { ok: true as const };
      });
    } catch (cause) {
      if (cause instanceof CaseRefused) return refused(409, 'not-now', cause.message);
      throw cause;
    }
  }

  return {
    routers: [
      openCaseImport({ pool, now }),
      openColumnWords({ pool }),
      openCaseFiles({ pool, varDir }),
      caseRoutes({
        now,
        async read(text) {
          const { body } = await orderSettings(pool);
          return readPortalText(text, now(), body.calendar);
        },
        add: (fields, pasted, person) =>
          inTransaction(pool, (client) => addCase(client, fields, pasted, person, now())),
        async correct(id, version, fields, person) {
          const { body: settings } = await orderSettings(pool);
          const done = await inTransaction(pool, (client) =>
            correctCase(client, id, fields, person, now(), settings, version),
          );
          if (!done.ok) return caseRefusal(done);
          await tellItsOrder(id);
          return done;
        },
        step,
        join,
        list: (filter, skip, most) =>
          listCases(pool, { ...filter, warnMs: CASE_WARN_MS, nowMs: now() }, skip, most),
        counts: () => countOpenCases(pool, now(), CASE_WARN_MS),
        async view(id) {
          const [one, steps, clockFacts, { rules, calendar }] = await Promise.all([
            ...([findCase(pool, id), caseSteps(pool, id)] as const),
            ...([caseClockFacts(pool, id), caseClockRules(pool)] as const),
          ]);
          if (!one || !clockFacts) return null;
          const clocks = caseClocks(clockFacts, rules, calendar);
          const facts = { state: one.state, dueAtMs: one.dueAtMs, hasOrder: one.orderNo !== null };
          return { ...one, steps, clocks, may: caseStepsFor(facts) };
        },
        async looks(day) {
          const looks = await listLooks(pool, day.fromMs, day.untilMs);
          return { looks, unlooked: unlookedPlaces(looks, now()).map((one) => one.place) };
        },
        look: (look, person) => addLook(pool, { ...look, personId: person.id, atMs: now() }),
      }),
    ],
    outward: (own) => openCaseOperations({ own, now }),
    start: watch.start,
    close: watch.close,
  };
};
