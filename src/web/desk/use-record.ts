import { useEffect, useRef, useState } from 'react';
import type { FieldName, RecordFields } from '../../core/orders/records.ts';
import type { RecordAnswer } from '../../protocol/records.ts';
import { useConnected, useLine, useTold } from '../shell/line.tsx';
import {
  answered,
  chosen,
  draftOf,
  heard,
  nextChange,
  typed,
  unsavedOf,
  type Draft,
  type Unsaved,
} from './record.ts';

/** Which record the desk shows: a call's, or one by its number. */
export type Which = { callId: string } | { recordId: number };

export interface RecordDesk {
  draft: Draft | null;
  /** everything that was typed is on the server */
  saved: boolean;
  fault: string | null;
  missing: FieldName[];
  type<Name extends FieldName>(field: Name, value: RecordFields[Name]): void;
  choose(field: FieldName, which: 'mine' | 'theirs'): void;
  complete(): void;
}

interface Shown {
  key: string | null;
  draft: Draft | null;
  fault: string | null;
  missing: FieldName[];
}
const nothing = (key: string | null): Shown => ({ key, draft: null, fault: null, missing: [] });

const SAVE_MS = 200;
const ANSWER_MS = 4000;
const AGAIN_MS = 1500;
const keyOf = (id: number) => `record-draft:${id}`;

/**
 * A record that is being filled: each keystroke goes to the server within a moment, and stays in this browser until the
 * server has said that it has it.
 */
export function useRecord(which: Which | null, onCompleted: () => void): RecordDesk {
  const line = useLine();
  const key = which ? JSON.stringify(which) : null;
  const [shown, setShown] = useState<Shown>(nothing(key));
  // another record was asked for: nothing of the one before is shown for it
  const { draft, fault, missing } = shown.key === key ? shown : nothing(key);
  const now = useRef<Draft | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const change = (more: Partial<Shown>) =>
    setShown((before) => ({ ...(before.key === key ? before : nothing(key)), ...more }));
  const setFault = (said: string | null) => change({ fault: said });
  const setMissing = (names: FieldName[]) => change({ missing: names });

  function put(next: Draft | null): void {
    now.current = next;
    if (next) remember(next);
    change({ draft: next });
  }

  function open(): void {
    if (!key) return;
    line
      .timeout(ANSWER_MS)
      .emit('openRecord', JSON.parse(key) as Which, (late: Error | null, told: RecordAnswer) => {
        if (late) return void setTimeout(() => now.current === null && line.connected && open(), AGAIN_MS);
        if (!told.ok) {
          setFault(told.refusal.message);
          if (told.refusal.code === 'database-away') setTimeout(open, AGAIN_MS);
          return;
        }
        setFault(null);
        const open_ = now.current;
        // after a torn connection: what was on its way may or may not have come; asking again is safe
        put(
          open_ && open_.record.id === told.record.id
            ? heard({ ...open_, sending: null }, told.record)
            : draftOf(told.record, remembered(told.record.id)),
        );
        plan();
      });
  }

  useEffect(() => {
    now.current = null;
    if (line.connected) open();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another record is opened when its key changes, and only then
  }, [key]);
  // also one that was asked for while the line was torn
  useConnected(open);
  useTold('record', (record) => {
    if (now.current) put(heard(now.current, record));
  });
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );

  function plan(ms = SAVE_MS): void {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      send();
    }, ms);
  }

  function send(): void {
    const one = now.current;
    const change = one && nextChange(one);
    if (!one || !change || !line.connected) return;
    put({ ...one, sending: change });
    const id = one.record.id;
    line
      .timeout(ANSWER_MS)
      .emit('saveRecord', { recordId: id, changes: [change] }, (late: Error | null, told: RecordAnswer) => {
        const after = now.current;
        if (!after || after.record.id !== id) return;
        if (late || !told.ok) {
          put({ ...after, sending: null });
          setFault(late || told.ok ? 'slow' : told.refusal.message);
          return plan(AGAIN_MS);
        }
        setFault(null);
        put(answered(after, told.record, told.conflicts));
        if (now.current && nextChange(now.current)) plan(0);
      });
  }

  return {
    draft,
    saved: draft !== null && Object.keys(unsavedOf(draft)).length === 0,
    fault,
    missing,
    type(field, value) {
      if (!now.current) return;
      put(typed(now.current, field, value));
      if (missing.length > 0) change({ missing: missing.filter((one) => one !== field), fault: null });
      plan();
    },
    choose(field, which_) {
      if (!now.current) return;
      put(chosen(now.current, field, which_));
      plan(0);
    },
    complete() {
      const one = now.current;
      if (!one) return;
      if (Object.keys(unsavedOf(one)).length > 0) {
        send();
        setTimeout(() => now.current && this.complete(), SAVE_MS);
        return;
      }
      line
        .timeout(ANSWER_MS)
        .emit('completeRecord', { recordId: one.record.id }, (late: Error | null, told: RecordAnswer) => {
          if (late) return setFault('slow');
          if (!told.ok) {
            setFault(told.refusal.message);
            const gaps = told.refusal.missing ?? [];
            goTo(gaps[0]);
            return setMissing(gaps);
          }
          setFault(null);
          setMissing([]);
          if (now.current) put(heard(now.current, told.record));
          onCompleted();
        });
    },
  };
}

/** The cursor stands in the first field that is missing. */
function goTo(field: FieldName | undefined): void {
  if (field) document.getElementById(`field-${field === 'item' ? 'category' : field}`)?.focus();
}

function remember(draft: Draft): void {
  const unsaved = unsavedOf(draft);
  try {
    if (Object.keys(unsaved).length === 0) localStorage.removeItem(keyOf(draft.record.id));
    else localStorage.setItem(keyOf(draft.record.id), JSON.stringify(unsaved));
  } catch {
    // a full or forbidden storage: the server still has all but the last moment
  }
}

function remembered(id: number): Unsaved {
  try {
    return JSON.parse(localStorage.getItem(keyOf(id)) ?? '{}') as Unsaved;
  } catch {
    return {};
  }
}
