import type { RefObject } from 'react';
import { useTicker } from '../clock.tsx';
import { freshness } from '../view.ts';
import { useWallWords } from './words.ts';

/** When this browser heard a wall's numbers, by its own clock: one that hears nothing can't stay green. */
export type Heard = RefObject<number | null>;

export function ageOf(heard: Heard): number {
  return heard.current === null ? 0 : performance.now() - heard.current;
}

/** Is what stands on the wall true now? */
export function isFresh(heard: Heard): boolean {
  return heard.current !== null && freshness(ageOf(heard)) !== 'stale';
}

/** Writes the age of the numbers on the wall (`.age`), and grades the whole wall by it (`data-fresh`). */
export function useAge(page: RefObject<HTMLElement | null>, heard: Heard): void {
  const say = useWallWords();
  useTicker(() => {
    const root = page.current;
    if (!root) return;
    const age = ageOf(heard);
    const fresh = heard.current === null ? 'late' : freshness(age);
    if (root.getAttribute('data-fresh') !== fresh) root.setAttribute('data-fresh', fresh);
    const words =
      fresh === 'stale'
        ? say('stopped', { count: Math.floor(age / 1000) })
        : say('age', { count: Math.round(age / 1000) });
    const node = root.querySelector('.age');
    if (node && node.textContent !== words) node.textContent = words;
  });
}
