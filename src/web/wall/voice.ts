import { useEffect, useRef, useState } from 'react';
import { alarmSentence, isQuiet, mayRepeat, speaksAt } from '../../core/walls/alarms.ts';
import { figureOf, type WallOffice } from '../../core/walls/figures.ts';
import { levelOf, type WallPlan } from '../../core/walls/tiles.ts';
import type { WallView } from '../../protocol.ts';
import { serverNow, useTicker } from '../clock.tsx';
import { isFresh, type Heard } from './freshness.ts';

const KEPT = 'wall-sound';

/** A Chinese voice of this browser; null: it has none. */
function chineseVoice(): SpeechSynthesisVoice | null {
  if (!('speechSynthesis' in window)) return null;
  return speechSynthesis.getVoices().find((one) => one.lang.toLowerCase().startsWith('zh')) ?? null;
}

/** Speaks the sentence, or sounds three tones where nobody can speak Chinese; `blocked`: the browser wants a click first. */
function sayAloud(sentence: string, blocked: () => void): void {
  const voice = chineseVoice();
  if (!voice) {
    new Audio('/alarm.wav').play().catch(blocked);
    return;
  }
  const words = new SpeechSynthesisUtterance(sentence);
  words.voice = voice;
  words.lang = voice.lang;
  words.onerror = (fault) => fault.error === 'not-allowed' && blocked();
  speechSynthesis.speak(words);
}

export interface WallVoice {
  /** does any tile of this wall speak at all? */
  wanted: boolean;
  on: boolean;
  /** to be called from a click */
  turn: (on: boolean) => void;
  /** what was said last */
  said: string;
}

/**
 * The alarms of a wall's tiles, said aloud: each at most once a minute, none in the quiet hours, none about numbers that
 * are not true any more.
 */
export function useWallVoice(
  plan: WallPlan,
  view: WallView | null,
  office: WallOffice | null,
  heard: Heard,
): WallVoice {
  const wanted = plan.tiles.some((tile) => tile.voice !== 'off');
  const [on, setOn] = useState(() => localStorage.getItem(KEPT) === 'on');
  const [said, setSaid] = useState('');
  const saidAtMs = useRef(new Map<string, number>());
  const waiting = useRef(0);

  useEffect(() => {
    // voices come late: asking for them begins to load them
    chineseVoice();
  }, []);
  useTicker(() => {
    const now = serverNow();
    // one sentence at a time, so that they can be told apart
    if (!on || !wanted || now < waiting.current || !isFresh(heard) || isQuiet(plan.quiet, now)) return;
    for (const [at, tile] of plan.tiles.entries()) {
      if (tile.voice === 'off') continue;
      const figure = figureOf(tile, view, office, now);
      const level = levelOf(tile, figure);
      const alarm = `${at}:${tile.kind}:${tile.queues.join()}`;
      if (figure === null || !speaksAt(tile, level) || !mayRepeat(saidAtMs.current.get(alarm), now)) continue;
      const sentence = alarmSentence(tile, level, figure);
      saidAtMs.current.set(alarm, now);
      waiting.current = now + 4000;
      setSaid(sentence);
      sayAloud(sentence, () => setOn(false));
      return;
    }
  });
  return {
    wanted,
    on,
    said,
    turn(next) {
      localStorage.setItem(KEPT, next ? 'on' : 'off');
      setOn(next);
      // the click that browsers ask for is used up at once
      if (next) new Audio('/alarm.wav').play().catch(() => undefined);
      else if ('speechSynthesis' in window) speechSynthesis.cancel();
    },
  };
}
