/**
 * A listener or a timer's work whose fault ends nothing: it goes to `onFault`, whether thrown at once or later, and whoever
 * called goes on.
 */
export function guarded<Args extends unknown[]>(
  onFault: (fault: unknown) => void,
  work: (...args: Args) => unknown,
): (...args: Args) => void {
  return (...args) => {
    try {
      const done = work(...args);
      if (done instanceof Promise) done.catch(onFault);
    } catch (fault) {
      onFault(fault);
    }
  };
}
