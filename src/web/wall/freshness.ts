import type { RefObject } from 'react';
import { useTicker } from '../clock.tsx';
import { freshness } from '../view.ts';

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
  useTicker(() => {
    const root = page.current;
    if (!root) return;
    const age = ageOf(heard);
    const fresh = heard.current === null ? 'late' : freshness(age);
    if (root.getAttribute('data-fresh') !== fresh) root.setAttribute('data-fresh', fresh);
    const words =
      fresh === 'stale' ? `数据已停 ${Math.floor(age / 1000)} 秒` : `数据 ${(age / 1000).toFixed(0)} 秒前`;
    const node = root.querySelector('.age');
    if (node && node.textContent !== words) node.textContent = words;
  });
}
