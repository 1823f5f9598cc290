import { useQuery } from '@tanstack/react-query';
import type { CaseClock, CaseClockName } from '../../core/office/case-clocks.ts';
import type { CaseFields, CaseMood, CaseState, CaseStepKind } from '../../core/office/cases.ts';
import { ask } from '../ask.ts';
import type { OrderFile } from '../orders/files.tsx';

export interface OutsideCase extends CaseFields {
  id: number;
  state: CaseState;
  version: number;
  firstDueAtMs: number | null;
  pasted: string;
  dueAsked: string;
  orderNo: string | null;
  orderState: string | null;
  joined: boolean;
  answeredAtMs: number | null;
  reply: string;
  madeBy: string;
  next: { name: CaseClockName; dueAtMs: number } | null;
}
export interface CaseView extends OutsideCase {
  steps: {
    ordinal: number;
    kind: CaseStepKind;
    state: CaseState;
    atMs: number;
    personName: string;
    note: string;
    body: { untilMs?: number; orderNo?: string; changed?: string[] };
    files: OrderFile[];
  }[];
  clocks: CaseClock[];
  may: CaseStepKind[];
}

export const MOOD_WORDS: Record<CaseMood, string> = {
  ...{ none: '无时限', calm: '', warning: '将到时限', late: '已超时限' },
  ...{ 'in-time': '按时', 'answered-late': '超时回复' },
};

export function useCase(id: string | undefined) {
  return useQuery({
    queryKey: ['cases', 'one', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => ask<CaseView>('GET', `/api/cases/${id}`, undefined, signal),
  });
}

export { minuteText } from '../../core/zone.ts';
