/** What was measured of a recording, as a proposal for the quality form: a supervisor hears it and may answer otherwise. */
import { decimalText } from '../figures.ts';
import type { CallMeasures } from '../recordings/measures.ts';
import { pointsOf, type Answer, type QualityForm } from './form.ts';

export type Measured = 'hung-up-first' | 'talk-over' | 'silence' | 'first-word';
export const MEASURED: Readonly<Record<Measured, string>> = {
  'hung-up-first': '谁先挂机',
  'talk-over': '受理员插话次数',
  silence: '超过 10 秒的静默',
  'first-word': '第一句话的时间',
};

/** What a form can be pre-filled from. */
export interface Heard {
  measures: CallMeasures;
  hungUpFirst: 'caller' | 'agent' | 'pbx' | null;
}

/** A proposal and the finding that it rests on. */
export interface Proposal {
  answer: Answer;
  words: string;
}

/** up to so many times is “部分做到” */
const SOME_TALK_OVERS = 2;
const SOME_SILENCES = 1;
const PROMPT_MS = 3000;
const SLOW_MS = 5000;
const SIDES = { caller: '来电人', agent: '受理员', pbx: '交换机' };

/** What the recording proposes for each point that is measured; who hung up is not always known. */
export function proposals(form: QualityForm, heard: Heard): Record<string, Proposal> {
  const found: Record<string, Proposal> = {};
  for (const { key, measured, fatal } of pointsOf(form)) {
    if (measured === null) continue;
    const one = proposal(measured, heard);
    if (!one) continue;
    // a fatal point is never failed by a machine: it says what it found, a person judges
    if (fatal && one.answer !== 'full') continue;
    found[key] = one;
  }
  return found;
}

/** What a measure says of a call, and the answer that follows; null: it can't tell. */
export function proposal(measured: Measured, { measures, hungUpFirst }: Heard): Proposal | null {
  switch (measured) {
    case 'hung-up-first':
      // Article 11: the caller hangs up first; that the switch ended it says nothing of the agent
      if (hungUpFirst === null || hungUpFirst === 'pbx') return null;
      return { answer: hungUpFirst === 'agent' ? 'none' : 'full', words: `${SIDES[hungUpFirst]}先挂机` };
    case 'talk-over': {
      const count = measures.talkOvers.filter((one) => one.by === 'agent').length;
      return {
        answer: count === 0 ? 'full' : count <= SOME_TALK_OVERS ? 'half' : 'none',
        words: `受理员插话 ${count} 次`,
      };
    }
    case 'silence': {
      const count = measures.silences.length;
      return {
        answer: count === 0 ? 'full' : count <= SOME_SILENCES ? 'half' : 'none',
        words: `超过 10 秒的静默 ${count} 次`,
      };
    }
    case 'first-word': {
      const { firstWordMs } = measures;
      if (firstWordMs === null) return { answer: 'none', words: '受理员没有说话' };
      return {
        answer: firstWordMs <= PROMPT_MS ? 'full' : firstWordMs <= SLOW_MS ? 'half' : 'none',
        words: `接通后 ${decimalText(firstWordMs / 1000)} 秒说第一句话`,
      };
    }
  }
}
