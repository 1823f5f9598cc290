/** The desk's rules that the customer service centre sets (table settings, `desk`); what is not set has a default. */
import type pg from 'pg';

export interface DeskSettings {
  pauseReasons: string[];
  /** wrap-up after a call, its extensions, and how many of them */
  wrapUpSeconds: number;
  extendSeconds: number;
  mostExtensions: number;
}

export const DESK_SETTINGS: DeskSettings = {
  pauseReasons: ['小休', '就餐', '培训', '会议', '其他'],
  wrapUpSeconds: 60,
  extendSeconds: 60,
  mostExtensions: 3,
};

export async function deskSettings(pool: pg.Pool): Promise<DeskSettings> {
  const { rows } = await pool.query<{ value: Partial<DeskSettings> }>(
    `select value from settings where name = 'desk'`,
  );
  return { ...DESK_SETTINGS, ...rows[0]?.value };
}
