/** The way of a score: from the supervisor's draft to the agent's answer, or the appeal and what another person decided. */

/**
 * `draft` being filled · `given` the agent is told · `seen` the agent has opened it · `answered` the agent accepts it,
 * with words of their own · `appealed` the agent contests it · `decided` somebody else than the scorer has decided.
 */
export type ScoreState = 'draft' | 'given' | 'seen' | 'answered' | 'appealed' | 'decided';
export const SCORE_STATES: Readonly<Record<ScoreState, string>> = {
  draft: '评分中',
  given: '已发给本人',
  seen: '本人已看',
  answered: '本人已答复',
  appealed: '申诉中',
  decided: '申诉已裁定',
};

export type ScoreDeed = 'fill' | 'give' | 'see' | 'answer' | 'appeal' | 'decide';

/** What a score is, as far as the rules look at it. */
export interface ScoreNow {
  state: ScoreState;
  scorerId: number;
  /** whose call it is */
  agentId: number;
  /** null: not given yet */
  givenAtMs: number | null;
}

/** What a deed makes of a score: its next state, or in Chinese why not and what to do. */
export function stepScore(
  score: ScoreNow,
  deed: ScoreDeed,
  by: { personId: number; atMs: number; appealMs: number },
): { state: ScoreState } | { no: string } {
  const { state, scorerId, agentId } = score;
  switch (deed) {
    case 'fill':
    case 'give':
      if (by.personId !== scorerId) return { no: '这份评分由别人在评，请让评分人来改。' };
      if (agentId === scorerId) return { no: '不能给自己的通话评分，请让别的班长来评。' };
      if (state !== 'draft') return { no: '这份评分已经发给本人，不能再改；本人有异议时可以申诉。' };
      return { state: deed === 'give' ? 'given' : 'draft' };
    case 'see':
    case 'answer':
    case 'appeal':
      if (by.personId !== agentId) return { no: '这不是您的通话，只能由本人处理。' };
      if (state === 'draft') return { no: '评分还没有完成，请等班长发出。' };
      if (deed === 'see') return { state: state === 'given' ? 'seen' : state };
      if (state === 'appealed') return { no: '申诉正在处理，请等裁定。' };
      if (state === 'decided') return { no: '申诉已经裁定，不能再改。' };
      if (deed === 'answer')
        return state === 'answered' ? { no: '已经答复过了，请刷新。' } : { state: 'answered' };
      if (by.atMs - (score.givenAtMs ?? by.atMs) > by.appealMs)
        return {
          no: `申诉期 ${Math.round(by.appealMs / 86_400_000)} 天已过，请直接找班长说明。`,
        };
      return { state: 'appealed' };
    case 'decide':
      if (state !== 'appealed') return { no: '这份评分没有待裁定的申诉，请刷新。' };
      if (by.personId === scorerId) return { no: '申诉要由评分人以外的人裁定，请交给别的班长或领导。' };
      if (by.personId === agentId) return { no: '不能裁定自己的申诉，请交给别的班长或领导。' };
      return { state: 'decided' };
  }
}
