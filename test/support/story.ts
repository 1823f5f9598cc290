/**
 * One story of several steps, each of which goes on from the one before: one test, so that no test needs another. A step
 * that fails is named.
 */
export function tellStory(
  title: string,
  tell: (step: (what: string, deed: () => Promise<void>) => void) => void,
): void {
  const steps: { what: string; deed: () => Promise<void> }[] = [];
  tell((what, deed) => steps.push({ what, deed }));
  it(title, async () => {
    for (const { what, deed } of steps)
      await deed().catch((cause: unknown) => {
        throw new Error(
          `${what}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
        );
      });
  });
}
