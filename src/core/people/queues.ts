/** The hotline's own queue (dialplan/queues.conf). */
export const HOTLINE_QUEUE = 'hotline';

/** The queues that an agent serves. Nobody named: the hotline is everybody's, another queue is nobody's. */
export function queuesServed(
  agent: string,
  queues: Iterable<string>,
  named: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  return [...new Set([HOTLINE_QUEUE, ...queues])].filter((queue) => {
    const people = named.get(queue);
    return people === undefined || people.size === 0 ? queue === HOTLINE_QUEUE : people.has(agent);
  });
}
