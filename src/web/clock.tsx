import { useEffect, useRef } from 'react';

/** The server's clock, as well as this browser knows it. */
let offsetMs = 0;
let bestTripMs = Infinity;

export function serverNow(): number {
  return performance.timeOrigin + performance.now() + offsetMs;
}

/** The quickest question is the truest: half of its way is the error. */
export function learnClock(serverNowMs: number, tripMs: number): void {
  if (tripMs > bestTripMs) return;
  bestTripMs = tripMs;
  offsetMs = serverNowMs + tripMs / 2 - (performance.timeOrigin + performance.now());
}

/** A new connection, perhaps to another server: what was learnt may be wrong. */
export function forgetClock(): void {
  bestTripMs = Infinity;
}

const writers = new Set<() => void>();
setInterval(() => writers.forEach((write) => write()), 200);

/** Runs five times a second and writes to the page itself: counting seconds re-renders nothing. */
export function useTicker(write: () => void): void {
  useEffect(() => {
    write();
    writers.add(write);
    return () => void writers.delete(write);
  });
}

/** A text that changes by itself with the server's clock. */
export function Ticking({ read, className }: { read: (nowMs: number) => string; className?: string }) {
  const node = useRef<HTMLSpanElement>(null);
  useTicker(() => {
    const text = read(serverNow());
    if (node.current && node.current.textContent !== text) node.current.textContent = text;
  });
  return <span ref={node} className={className} />;
}
