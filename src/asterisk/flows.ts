import type { Action, CommandAnswer } from './commands.ts';

/**
 * The IVR's flow, given to the switch (core/ivr/flow-rendered.ts). It is written by a call of its own into the switch's
 * database: a manager may not write there by Setvar, and DBPut would want the right to everything.
 */
export interface Flows {
  /** a version, into a family of its own (dialplan, ivr-write); a version never changes */
  keep(version: number, entries: readonly FlowEntry[]): Promise<CommandAnswer>;
  /** which version is in force, and which follows when: `5`, `5-6-1760000000` */
  plan(plan: string): Promise<CommandAnswer>;
  /** rings a phone of ours, which then meets this version as a caller would (dialplan, ivr-trial) */
  tryOut(version: number, agent: string, token: string): Promise<CommandAnswer>;
}

/** One thing that the dialplan reads of a version. */
export interface FlowEntry {
  key: string;
  value: string;
}

const KEY = /^[a-z0-9-]{1,40}[*#]?$/;
const VALUE = /^[-a-z0-9&/:]{0,400}$/;
const PLAN = /^\d{1,9}(-\d{1,9}-\d{1,12})?$/;
/** a manager's action has 128 headers at most */
const WRITTEN_AT_ONCE = 60;
const WRITTEN_WITHIN_MS = 4000;
const RING_MS = 30_000;

export function openFlows(act: (action: Action) => Promise<CommandAnswer>): Flows {
  const refused = (what: string): CommandAnswer => ({
    ...{ ok: false, refusal: 'context-not-allowed', message: what.slice(0, 40) },
  });
  const write = (family: string, entries: readonly FlowEntry[]) =>
    act({
      action: 'Originate',
      channel: 'Local/1@ivr-write/n',
      context: 'ivr-write',
      exten: 's',
      priority: 1,
      timeout: WRITTEN_WITHIN_MS,
      variable: [
        `__FLOW_FAMILY=${family}`,
        ...entries.map(({ key, value }, n) => `__FLOW_${n + 1}=${key}@${value}`),
      ],
      // answered when all is written
      async: 'false',
    });
  return {
    async keep(version, entries) {
      const wrong = entries.find(({ key, value }) => !KEY.test(key) || !VALUE.test(value));
      if (wrong) return refused(wrong.key);
      for (let from = 0; from < entries.length; from += WRITTEN_AT_ONCE) {
        const answer = await write(`ivr-${version}`, entries.slice(from, from + WRITTEN_AT_ONCE));
        if (!answer.ok) return answer;
      }
      return { ok: true };
    },
    plan: (plan) =>
      PLAN.test(plan) ? write('ivr', [{ key: 'plan', value: plan }]) : Promise.resolve(refused(plan)),
    tryOut: (version, agent, token) =>
      act({
        action: 'Originate',
        channel: agent,
        channelid: `callout-${token}`,
        context: 'ivr-trial',
        exten: String(version),
        priority: 1,
        timeout: RING_MS,
        variable: [`PJSIP_HEADER(add,X-Hotline-Call)=${token}`],
        async: 'true',
      }),
  };
}
