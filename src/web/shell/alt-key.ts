import { useEffect, useRef } from 'react';

/** Alt and a key (`KeyH`) do this while the component stands; the newest `deed` is done. */
export function useAltKey(code: string, deed: () => unknown): void {
  const latest = useRef(deed);
  useEffect(() => {
    latest.current = deed;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.code !== code) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [code]);
}
