/** How the parts of the house begin once the database is there: each by itself, so that none waits for another's fault. */
import type { Health } from '../app/health.ts';

export interface Part {
  name: string;
  begin: () => Promise<unknown>;
}

export interface BeginPorts {
  health: Health;
  onFault: (fault: unknown, part: string) => void;
  stopped: () => boolean;
  againMs?: number;
}

/**
 * Begins each part once, in order; one that fails is told, and tried again by itself until it has begun. Answers when each
 * was tried.
 */
export async function beginParts(parts: readonly Part[], ports: BeginPorts): Promise<void> {
  const notBegun = new Set<string>();
  for (const part of parts) {
    if (await begun(part)) continue;
    notBegun.add(part.name);
    ports.health.raise('subject-not-begun');
    void again(part);
  }

  async function begun({ name, begin }: Part): Promise<boolean> {
    try {
      await begin();
      return true;
    } catch (fault) {
      ports.onFault(fault, name);
      return false;
    }
  }

  async function again(part: Part): Promise<void> {
    do {
      await new Promise((done) => setTimeout(done, ports.againMs ?? 5000).unref());
      if (ports.stopped()) return;
    } while (!(await begun(part)));
    notBegun.delete(part.name);
    if (notBegun.size === 0) ports.health.clear('subject-not-begun');
  }
}
