import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { decimalText } from '../../core/figures.ts';
import { ANSWERS, type Answer } from '../../core/quality/form.ts';
import { SCORE_STATES, type ScoreState } from '../../core/quality/score.ts';
import { ask, isRefusal, refusalWords } from '../ask.ts';
import { useLanguage } from '../shell/words.ts';
import { ENGLISH_ANSWERS, ENGLISH_STATES } from './words.ts';

/** `965` is read as `96.5`. */
export function pointsText(tenths: number | null): string {
  return decimalText(tenths === null ? null : tenths / 10);
}

export function scorePath(callId: string, calibrationId: number | null = null): string {
  const path = `/quality/calls/${encodeURIComponent(callId)}`;
  return calibrationId === null ? path : `${path}?calibration=${calibrationId}`;
}

/** Does something to quality; every page of it is fresh afterwards, and a refusal is shown. */
export function useDeed() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => ask('POST', `/api/quality${path}`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['quality'] }),
    onError: (cause) => {
      // the page asks whose shall stand
      if (isRefusal(cause, 'changed-meanwhile')) return queries.invalidateQueries({ queryKey: ['quality'] });
      void message.error(refusalWords(cause));
    },
  });
}

/** How answers and states are called in the language chosen. */
export function useCodes(): { answers: Record<Answer, string>; states: Record<ScoreState, string> } {
  const [language] = useLanguage();
  return language === 'en'
    ? { answers: ENGLISH_ANSWERS, states: ENGLISH_STATES }
    : { answers: ANSWERS, states: SCORE_STATES };
}
