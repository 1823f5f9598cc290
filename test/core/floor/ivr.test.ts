import { expect } from 'chai';
import type { SwitchEvent } from '../../../src/core/floor/event.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { offerViews } from '../../../src/core/floor/views.ts';
import type { Language } from '../../../src/core/ivr/flow.ts';

const leg = { uniqueId: 'pbx-1.0', linkedId: 'pbx-1.0', channel: 'PJSIP/trunk-00000000' };
const agentLeg = { uniqueId: 'pbx-1.1', linkedId: 'pbx-1.0', channel: 'PJSIP/1001-00000001' };
const number = '13912345678';
const asked = (atMs: number, language: Language): SwitchEvent => ({
  ...{ kind: 'ivr-asked', atMs, leg, question: 'area', keys: '', asked: '0', language },
});

describe('the language that a caller chose', () => {
  const offered = (...said: SwitchEvent[]) => {
    const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
    const begun = { incoming: true, number, exten: '96666', context: 'from-trunk' };
    for (const event of [
      { kind: 'channel-created', atMs: 1000, leg, ...begun },
      ...said,
      { kind: 'queue-joined', atMs: 8000, leg, queue: 'hotline', position: 1, number, exten: 's' },
      {
        kind: 'agent-called',
        atMs: 8100,
        leg,
        agentLeg,
        queue: 'hotline',
        agent: 'PJSIP/1001',
        name: '',
        number,
      },
    ] as SwitchEvent[])
      step(floor, event);
    return offerViews(floor)[0]!;
  };
  it('is shown to the agent while the phone rings', () => {
    expect(offered(asked(1100, 'zh')).english).to.equal(false);
    expect(offered(asked(1100, 'zh'), asked(4000, 'en')).english).to.equal(true);
  });
  it('is the last one chosen', () =>
    expect(offered(asked(1100, 'en'), asked(4000, 'zh')).english).to.equal(false));
});
