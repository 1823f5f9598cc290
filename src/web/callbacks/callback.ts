import { minuteText as minuteOf } from '../../core/zone.ts';
import { ratio, shareText } from '../../core/figures.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useTold } from '../shell/line.tsx';

/** A row of Annex 2's form, as the server gives it. */
export interface Callback {
  id: number;
  orderNo: string;
  acceptedAtMs: number;
  calledBackAtMs: number | null;
  caller: string;
  number: string | null;
  extension: string | null;
  address: string;
  category: string;
  content: string;
  department: string;
  handledBy: string;
  handling: string;
  solved: boolean | null;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  words: string | null;
  recording: string | null;
  channel: 'machine' | 'person' | null;
  state: string;
  why: string | null;
  dueAtMs: number | null;
  tries: number;
}
export interface Figures {
  by: string;
  population: number;
  drawn: number;
  called: number;
  reached: number;
  valid: number;
  satisfied: number;
  fair: number;
  dissatisfied: number;
  notSolved: number;
  people: number;
}

/** Asks again for everything of callbacks when the server says that something moved. */
export function useMoved(): void {
  const client = useQueryClient();
  useTold('callbacksMoved', () => void client.invalidateQueries({ queryKey: ['callbacks'] }));
}

export function minuteText(ms: number | null): string {
  return ms === null ? '' : minuteOf(ms);
}
export function ratioText(part: number, whole: number): string {
  return shareText(ratio(part, whole));
}
