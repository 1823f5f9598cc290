import type { UpdateKnowledge } from '../core/security-updates.ts';

/** What the hotline stands on: 管理 › 系统版本. */
export interface SystemView {
  versions: { name: 'hotline' | 'node' | 'postgres' | 'asterisk'; version: string | null; own: boolean }[];
  updates: UpdateKnowledge;
  /** the lock file held against published faults (npm run advisories); null: never */
  advisories: {
    lookedAtMs: number;
    newestAtMs: number | null;
    advisoryCount: number;
    findings: {
      id: string;
      name: string;
      version: string;
      severity: string;
      fixedIn: string | null;
      dev: boolean;
    }[];
  } | null;
}
