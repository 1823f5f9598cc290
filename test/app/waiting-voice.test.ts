import { expect } from 'chai';
import { openWaitingVoice } from '../../src/app/waiting-voice.ts';
import type { SwitchEvent } from '../../src/core/floor/event.ts';
import { openFloor, step } from '../../src/core/floor/floor.ts';
import { FIRST_AFTER_MS, USUAL_HANDLING_MS } from '../../src/core/ivr/waiting.ts';
import { answers, arrives, CALLER, FLOOR_SETTINGS, rings } from '../support/floor-events.ts';
import { until } from '../support/until.ts';

describe('the voice in the ear of one who waits', () => {
  it('says where they stand when it is due, is hushed by the answer, and is held to what came true', async () => {
    const floor = openFloor(FLOOR_SETTINGS);
    let nowMs = 1_000_000;
    const said: { channel: string; prompts: string[]; whisperId: string }[] = [];
    const hushed: string[] = [];
    const missedBy: number[] = [];
    const voice = openWaitingVoice({
      floor,
      now: () => nowMs,
      agents: () => 1,
      whisper: (channel, prompts, whisperId) =>
        Promise.resolve(said.push({ channel, prompts, whisperId }) > 0),
      hush: (whisperId) => Promise.resolve(hushed.push(whisperId)),
      missedBy: (ms) => missedBy.push(ms),
      onFault: (fault) => {
        throw fault;
      },
    });
    const tell = (events: SwitchEvent[]) => voice.hear(events.flatMap((event) => step(floor, event)));
    try {
      tell(arrives(nowMs));
      nowMs += FIRST_AFTER_MS;
      await until('the first word is said', () => said.length === 1);
      expect(said[0]).to.deep.include({
        channel: CALLER.channel,
        prompts: ['hotline/wait-next', 'hotline/wait-about', 'hotline/survey-n-3', 'hotline/wait-minutes'],
      });
      nowMs += 5000;
      tell([...rings(nowMs - 10), ...answers(nowMs)]);
      expect(hushed).to.deep.equal([said[0]!.whisperId]);
      expect(missedBy).to.deep.equal([USUAL_HANDLING_MS - 5000]);
    } finally {
      voice.close();
    }
  });
});
