import { expect } from 'chai';
import { FIRST_FORM } from '../../../src/core/quality/first-form.ts';
import { pointsOf, type Answer } from '../../../src/core/quality/form.ts';
import { proposal, proposals, type Heard, type Measured } from '../../../src/core/quality/measured.ts';
import { SCORE_STATES, stepScore, type ScoreDeed, type ScoreState } from '../../../src/core/quality/score.ts';
import { spreadOf, trendsOf } from '../../../src/core/quality/spread.ts';

const DAY_MS = 86_400_000;
const [SCORER, AGENT, OTHER] = [1, 2, 3];
const done = Object.fromEntries(pointsOf(FIRST_FORM).map((one) => [one.key, 'full' as Answer]));

describe('the way of a score', () => {
  /** state ─▶ deed:who ─▶ next; everything that is not here is refused with words */
  const MAY: Record<ScoreState, Record<string, ScoreState>> = {
    draft: { [`fill:${SCORER}`]: 'draft', [`give:${SCORER}`]: 'given' },
    given: { [`see:${AGENT}`]: 'seen', [`answer:${AGENT}`]: 'answered', [`appeal:${AGENT}`]: 'appealed' },
    seen: { [`see:${AGENT}`]: 'seen', [`answer:${AGENT}`]: 'answered', [`appeal:${AGENT}`]: 'appealed' },
    answered: { [`see:${AGENT}`]: 'answered', [`appeal:${AGENT}`]: 'appealed' },
    appealed: { [`see:${AGENT}`]: 'appealed', [`decide:${OTHER}`]: 'decided' },
    decided: { [`see:${AGENT}`]: 'decided' },
  };
  for (const state of Object.keys(SCORE_STATES) as ScoreState[])
    for (const deed of ['fill', 'give', 'see', 'answer', 'appeal', 'decide'] as ScoreDeed[])
      for (const personId of [SCORER, AGENT, OTHER]) {
        const wanted = MAY[state][`${deed}:${personId}`];
        it(`${state}: ${deed} by ${['the scorer', 'the agent', 'another'][personId - 1]} ${wanted ?? 'is refused'}`, () => {
          const step = stepScore({ state, scorerId: SCORER, agentId: AGENT, givenAtMs: 0 }, deed, {
            ...{ personId, atMs: DAY_MS, appealMs: 7 * DAY_MS },
          });
          if (wanted) expect(step).to.deep.equal({ state: wanted });
          else expect(step).to.have.property('no').that.matches(/。$/);
        });
      }

  it('nobody scores their own call, and an appeal has its time', () => {
    const own = { state: 'draft', scorerId: AGENT, agentId: AGENT, givenAtMs: null } as const;
    const by = { personId: AGENT, atMs: 8 * DAY_MS, appealMs: 7 * DAY_MS };
    expect(stepScore(own, 'give', by))
      .to.have.property('no')
      .that.includes('自己的通话');
    const given = { state: 'seen', scorerId: SCORER, agentId: AGENT, givenAtMs: 0 } as const;
    expect(stepScore(given, 'appeal', by))
      .to.have.property('no')
      .that.includes('7 天');
  });
});

describe('what a recording proposes', () => {
  const heard = (more: Partial<Heard['measures']>, hungUpFirst: Heard['hungUpFirst'] = 'caller'): Heard => ({
    hungUpFirst,
    measures: {
      ...{ callerMs: 0, agentMs: 0, firstWordMs: 1000, silences: [], talkOvers: [], burstsPerMinute: 0 },
      ...{ callerDb: null, agentDb: null, clipped: 0 },
      ...more,
    },
  });
  const over = (by: 'caller' | 'agent') => ({ atMs: 0, ms: 900, by });
  const silence = { fromMs: 0, untilMs: 12_000 };
  const table: [Measured, Heard, Answer | null][] = [
    ['hung-up-first', heard({}, 'caller'), 'full'],
    ['hung-up-first', heard({}, 'agent'), 'none'],
    ['hung-up-first', heard({}, 'pbx'), null],
    ['hung-up-first', heard({}, null), null],
    ['talk-over', heard({ talkOvers: [over('caller'), over('caller'), over('caller')] }), 'full'],
    ['talk-over', heard({ talkOvers: [over('agent'), over('agent')] }), 'half'],
    ['talk-over', heard({ talkOvers: [over('agent'), over('agent'), over('agent')] }), 'none'],
    ['silence', heard({}), 'full'],
    ['silence', heard({ silences: [silence] }), 'half'],
    ['silence', heard({ silences: [silence, silence] }), 'none'],
    ['first-word', heard({ firstWordMs: 3000 }), 'full'],
    ['first-word', heard({ firstWordMs: 4000 }), 'half'],
    ['first-word', heard({ firstWordMs: 9000 }), 'none'],
    ['first-word', heard({ firstWordMs: null }), 'none'],
  ];
  for (const [measured, of, answer] of table)
    it(`${measured} (${JSON.stringify(of.measures[measured === 'talk-over' ? 'talkOvers' : measured === 'silence' ? 'silences' : 'firstWordMs'])}, ${of.hungUpFirst}): ${answer ?? 'nothing'}`, () =>
      expect(proposal(measured, of)?.answer ?? null).to.equal(answer));

  it('fills the points that can be measured, and never fails a fatal one by itself', () => {
    expect(Object.keys(proposals(FIRST_FORM, heard({})))).to.have.members([
      'first-word',
      'hang-up',
      'listening',
      'silence',
    ]);
    const fatal = {
      ...FIRST_FORM,
      sections: FIRST_FORM.sections.map((section) => ({
        ...section,
        points: section.points.map((one) => ({ ...one, fatal: true })),
      })),
    };
    expect(proposals(fatal, heard({ firstWordMs: null }, 'agent'))).to.have.all.keys('listening', 'silence');
  });
});

describe('several scores', () => {
  it('of one call show how far the scorers are apart, what they differ on first', () => {
    const spread = spreadOf(FIRST_FORM, [
      { scorer: '甲', answers: done },
      { scorer: '乙', answers: { ...done, voice: 'half', answer: 'not-applicable' } },
    ])!;
    expect(spread.totals.map((one) => one.tenths)).to.deep.equal([1000, 944]);
    expect([spread.meanTenths, spread.rangeTenths]).to.deep.equal([972, 56]);
    expect(spread.points.slice(0, 2).map((one) => one.key)).to.deep.equal(['answer', 'voice']);
    expect(spread.points.filter((one) => !one.agreed)).to.have.length(2);
    expect(spreadOf(FIRST_FORM, [])).to.equal(null);
  });

  it('of an agent are a mean from week to week, and a share for each point', () => {
    const counted = (day: string, tenths: number, answers: Record<string, Answer>, agentId = AGENT) => ({
      ...{ agentId, atMs: Date.parse(`${day}T10:00+08:00`), tenths, answers, form: FIRST_FORM },
    });
    const { weeks, points } = trendsOf([
      counted('2026-11-23', 900, { ...done, voice: 'half' }),
      counted('2026-11-29', 1000, done),
      counted('2026-11-30', 801, { ...done, answer: 'not-applicable' }),
      counted('2026-11-30', 500, done, OTHER),
    ]);
    expect(weeks).to.deep.equal([
      { agentId: AGENT, week: 'week:2026-W48', count: 2, meanTenths: 950 },
      { agentId: AGENT, week: 'week:2026-W49', count: 1, meanTenths: 801 },
      { agentId: OTHER, week: 'week:2026-W49', count: 1, meanTenths: 500 },
    ]);
    const mine = (key: string) => points.find((one) => one.agentId === AGENT && one.key === key);
    expect(mine('voice')).to.include({ share: 833, count: 3, name: '语音柔顺、吐词清晰' });
    expect(mine('answer')).to.include({ share: 1000, count: 2 });
  });
});
