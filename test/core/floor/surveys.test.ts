import { expect } from 'chai';
import type { Leg, SwitchEvent } from '../../../src/core/floor/event.ts';
import type { CallRecord } from '../../../src/core/floor/record.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { FLOOR_SETTINGS } from '../../support/floor-events.ts';

const line = (uniqueId: string): Leg => ({ uniqueId, linkedId: uniqueId, channel: 'PJSIP/trunk-00000001' });

/** A call placed through the trunk, which is taken up; then what the survey's script says on it, and its end. */
function recordOf(uniqueId: string, ...said: ((leg: Leg) => SwitchEvent)[]): CallRecord {
  const leg = line(uniqueId);
  const floor = openFloor(FLOOR_SETTINGS);
  const events: SwitchEvent[] = [
    {
      kind: 'channel-created',
      atMs: 1000,
      leg,
      incoming: false,
      number: null,
      exten: 's',
      context: 'survey',
    },
    { kind: 'dial-began', atMs: 1001, leg, dialled: '13911112222' },
    { kind: 'leg-up', atMs: 3000, leg },
    ...said.map((event) => event(leg)),
    { kind: 'hangup-requested', atMs: 9000, leg, cause: 16, sipStatus: 0 },
    { kind: 'hung-up', atMs: 9000, leg, cause: 16, sipStatus: 0 },
  ];
  for (const fact of events.flatMap((event) => step(floor, event)))
    if (fact.kind === 'call-ended') return fact.record;
  throw new Error('the call never ended');
}
const scored =
  (surveyId: string) =>
  (leg: Leg): SwitchEvent => ({
    ...{ kind: 'survey-said', atMs: 8000, leg, surveyId, result: 'scored', score: 5 },
  });
const pressed =
  (surveyId: string) =>
  (leg: Leg): SwitchEvent => ({
    ...{ kind: 'survey-answered', atMs: 7000, leg, surveyId, question: 'solved', key: '1' },
  });
const named =
  (surveyId: string) =>
  (leg: Leg): SwitchEvent => ({
    ...{ kind: 'survey-named', atMs: 1002, leg, surveyId },
  });

describe('which survey a call was placed for', () => {
  it('is in the name that our own originate gave it', () => {
    expect(recordOf('survey-12x9af0', pressed('12x9af0'), scored('12x9af0')).survey).to.deep.equal({
      ...{ id: '12x9af0', result: 'scored', score: 5, answers: { solved: '1' } },
    });
  });

  it('is not the one that is said on it, where its own name says another', () => {
    expect(recordOf('survey-12x9af0', pressed('13x0000'), scored('13x0000')).survey).to.equal(null);
    expect(recordOf('pbx-1.7', named('12x9af0'), scored('13x0000')).survey).to.equal(null);
  });

  it('is none for another program’s call to the same number, dialled in the same way', () => {
    expect(recordOf('pbx-1.7').survey).to.equal(null);
    expect(recordOf('reminder-77').survey).to.equal(null);
  });
});
