import type pg from 'pg';
import { listPeople } from '../postgres/people.ts';

const LEARN_EVERY_MS = 60_000;
const SOONEST_MS = 1000;

/** Who sits at `PJSIP/1001`. */
export interface Names {
  learn(): Promise<void>;
  /** null: nobody is known there (yet); somebody new is known within a second or two */
  of(agent: string): string | null;
  close(): void;
}

export function openNames(pool: pg.Pool, now: () => number, onFault: (fault: unknown) => void): Names {
  const names = new Map<string, string>();
  let learntMs = 0;
  const learning = setInterval(() => void learn().catch(onFault), LEARN_EVERY_MS);

  async function learn(): Promise<void> {
    learntMs = now();
    for (const { agent, name } of await listPeople(pool)) if (agent) names.set(agent, name);
  }

  return {
    learn,
    of(agent) {
      const name = names.get(agent) ?? null;
      if (name === null && now() - learntMs > SOONEST_MS) void learn().catch(onFault);
      return name;
    },
    close: () => clearInterval(learning),
  };
}
