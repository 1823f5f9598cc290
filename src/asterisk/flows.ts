import type { Action, CommandAnswer } from './commands.ts';
import { writeInSwitch, type SwitchEntry } from './switch-database.ts';

/** The IVR's flow, given to the switch (core/ivr/flow-rendered.ts), which keeps it in its own database. */
export interface Flows {
  /** a version, into a family of its own; a version never changes */
  keep(version: number, entries: readonly SwitchEntry[]): Promise<CommandAnswer>;
  /** which version is in force, and which follows when: `5`, `5-6-1760000000` */
  plan(plan: string): Promise<CommandAnswer>;
  /** by how many seconds the hotline's clocks are ahead of UTC: opening hours are the hotline's, whatever the machine's are */
  zone(aheadSeconds: number): Promise<CommandAnswer>;
  /** rings a phone of ours, which then meets this version as a caller would (dialplan, ivr-trial) */
  tryOut(version: number, agent: string, token: string): Promise<CommandAnswer>;
}

const PLAN = /^\d{1,9}(-\d{1,9}-\d{1,12})?$/;
const RING_MS = 30_000;

export function openFlows(act: (action: Action) => Promise<CommandAnswer>): Flows {
  return {
    keep: (version, entries) => writeInSwitch(act, `ivr-${version}`, entries),
    async plan(plan) {
      if (!PLAN.test(plan)) return { ok: false, refusal: 'context-not-allowed', message: plan.slice(0, 40) };
      return writeInSwitch(act, 'ivr', [{ key: 'plan', value: plan }]);
    },
    zone: (aheadSeconds) =>
      writeInSwitch(act, 'ivr', [{ key: 'zone', value: String(Math.round(aheadSeconds)) }]),
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
