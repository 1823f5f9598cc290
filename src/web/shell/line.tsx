import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { ServerToClient } from '../../protocol.ts';
import { openLine, type Line, type LineState } from '../line.ts';

/** The one socket of this tab, through all its pages: opened by the first that asks, when somebody is signed in. */
let shared: Line | null = null;
let state: LineState = { connected: false, hello: null, alarms: [] };
const watchers = new Set<() => void>();

export function useLine(): Line {
  shared ??= openLine((next) => {
    state = next;
    watchers.forEach((watch) => watch());
  });
  return shared;
}

/** Is the server there, who does it say we are, what is wrong now. */
export function useLineState(): LineState {
  useLine();
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => void watchers.delete(watch);
    },
    () => state,
  );
}

/** Hears one event as long as the page stands; the newest `hear` is called. */
export function useTold<E extends keyof ServerToClient>(event: E, hear: ServerToClient[E]): void {
  const line = useLine();
  const newest = useRef(hear);
  useEffect(() => {
    newest.current = hear;
  });
  useEffect(() => {
    const listener = (...said: unknown[]) => (newest.current as (...said: unknown[]) => void)(...said);
    line.on(event, listener as never);
    return () => void line.off(event, listener as never);
  }, [line, event]);
}

/** Runs at each (re)connection, and at once where there is one: asks for what this page shows, again for what was missed. */
export function useConnected(then: (line: Line) => void): void {
  const line = useLine();
  const newest = useRef(then);
  useEffect(() => {
    newest.current = then;
  });
  useEffect(() => {
    const run = () => newest.current(line);
    if (line.connected) run();
    line.on('connect', run);
    return () => void line.off('connect', run);
  }, [line]);
}
