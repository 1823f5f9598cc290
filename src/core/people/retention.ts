/** How long what has no report of its own is kept (管理 › 设置 › 数据保存). */
import { SETTINGS, settingValues } from './settings.ts';

/** What goes by itself when its time is over. */
export const KEPT_FOR_A_TIME = [
  'facts',
  'states',
  'anomalies',
  'deliveries',
  'notices',
  'imports',
  'words',
  'askers',
  'audit',
] as const;
export type KeptForATime = (typeof KEPT_FOR_A_TIME)[number];

const DAY_MS = 86_400_000;

/** Everything older than its instant (Unix ms) has had its time, by the settings as they are kept. */
export function retentionEnds(kept: Record<string, unknown>, nowMs: number): Record<KeptForATime, number> {
  const days = settingValues(SETTINGS['retention']!, kept) as Record<string, number>;
  return Object.fromEntries(
    KEPT_FOR_A_TIME.map((what) => [what, nowMs - days[`${what}Days`]! * DAY_MS]),
  ) as Record<KeptForATime, number>;
}
