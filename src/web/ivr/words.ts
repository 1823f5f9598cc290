import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { KeptPlace } from '../../core/ivr/places.ts';
import type { SpokenWord } from '../../protocol/ivr.ts';
import { ask } from '../ask.ts';
import { useTold } from '../shell/line.tsx';

export interface LeftBehind {
  words: SpokenWord[];
  places: KeptPlace[];
}

/** What callers left: spoken words and kept places, as the server says it now. */
export function useLeftBehind() {
  const queries = useQueryClient();
  useTold('ivrMoved', () => void queries.invalidateQueries({ queryKey: ['ivr', 'words'] }));
  return useQuery({
    queryKey: ['ivr', 'words'],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<LeftBehind>('GET', '/api/ivr/words', undefined, signal),
  });
}
