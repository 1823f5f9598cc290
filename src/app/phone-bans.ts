/** Counts what browsers' phone lines were refused, and keeps out whoever goes on and on. */
export interface PhoneBans {
  refused(extension: string, refusal: string): void;
}

export interface PhoneBanPorts {
  now: () => number;
  limits: () => { banRefusals: number; banMinutes: number };
  /** ends the line that stands */
  cut: (extension: string) => void;
  ban: (one: { subject: string; why: string; count: number; atMs: number; untilMs: number }) => Promise<void>;
  onFault: (cause: unknown) => void;
}

const REFUSALS_WITHIN_MS = 600_000;

export function openPhoneBans(ports: PhoneBanPorts): PhoneBans {
  /** when each line was refused lately */
  const refusals = new Map<string, number[]>();
  return {
    refused(extension, refusal) {
      const atMs = ports.now();
      const { banRefusals, banMinutes } = ports.limits();
      const lately = [...(refusals.get(extension) ?? []), atMs].filter(
        (refusedAtMs) => refusedAtMs > atMs - REFUSALS_WITHIN_MS,
      );
      refusals.set(extension, lately);
      if (lately.length < banRefusals) return;
      refusals.delete(extension);
      ports.cut(extension);
      const untilMs = atMs + banMinutes * 60_000;
      const subject = `phone:${extension}`;
      void ports.ban({ subject, why: refusal, count: lately.length, atMs, untilMs }).catch(ports.onFault);
    },
  };
}
