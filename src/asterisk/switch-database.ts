import { randomUUID } from 'node:crypto';
import type { Action, CommandAnswer } from './commands.ts';

/** One thing that the dialplan reads of the switch's database. */
export interface SwitchEntry {
  key: string;
  value: string;
}

const KEY = /^[a-z0-9-]{1,40}[*#]?$/;
const VALUE = /^[-a-z0-9&/:]{0,400}$/;
/** a manager's action has 128 headers at most */
const WRITTEN_AT_ONCE = 60;
const WRITTEN_WITHIN_MS = 4000;

/**
 * Writes what must stand without the service into the switch's own database, by a call of its own (dialplan,
 * switch-write): a manager may not write there by Setvar, and DBPut would want the right to everything. Its answer
 * comes when all is written. A key or value of other signs is refused before anything is.
 */
export async function writeInSwitch(
  act: (action: Action) => Promise<CommandAnswer>,
  family: `ivr-${number}` | 'ivr' | 'queue-closed' | 'dial',
  entries: readonly SwitchEntry[],
): Promise<CommandAnswer> {
  const wrong = entries.find(({ key, value }) => !KEY.test(key) || !VALUE.test(value));
  if (wrong) return { ok: false, refusal: 'context-not-allowed', message: wrong.key.slice(0, 40) };
  for (let from = 0; from < entries.length; from += WRITTEN_AT_ONCE) {
    const writingId = `write-${randomUUID()}`;
    const answer = await act({
      action: 'Originate',
      channel: 'Local/1@switch-write/n',
      channelid: writingId,
      otherchannelid: `${writingId}b`,
      context: 'switch-write',
      exten: 's',
      priority: 1,
      timeout: WRITTEN_WITHIN_MS,
      variable: [
        `__WRITE_FAMILY=${family}`,
        ...entries
          .slice(from, from + WRITTEN_AT_ONCE)
          .map(({ key, value }, n) => `__WRITE_${n + 1}=${key}@${value}`),
      ],
      async: 'false',
    });
    if (!answer.ok) return answer;
  }
  return { ok: true };
}
