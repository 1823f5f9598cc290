/** The watch over the clocks of cases from outside, and over portals that nobody looked at today. */
import type pg from 'pg';
import type { CaseClockRules } from '../core/office/case-clocks.ts';
import { DAILY_PLACES, unlookedPlaces } from '../core/office/cases.ts';
import { periodAt } from '../core/office/period.ts';
import type { Calendar } from '../core/orders/calendar.ts';
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import { fireCaseClocks, setCaseClocks, unsetCaseClocks } from '../postgres/case-clocks.ts';
import { listLooks } from '../postgres/channel-looks.ts';
import { deliver } from '../postgres/deliveries.ts';
import { orderSettings } from '../postgres/order-rules.ts';
import { inTransaction } from '../postgres/pool.ts';
import { keptSettings } from '../postgres/settings.ts';
import { firedNotices, onScreens } from './case-notices.ts';

const LOOK_EVERY_MS = 10_000;
const AT_ONCE = 500;

/** The lengths that hold now, and the calendar in which they are counted. */
export async function caseClockRules(pool: pg.Pool): Promise<{ rules: CaseClockRules; calendar: Calendar }> {
  const [kept, { body }] = await Promise.all([keptSettings(pool, 'cases'), orderSettings(pool)]);
  const rules = settingValues(SETTINGS['cases']!, kept) as unknown as CaseClockRules;
  return { rules, calendar: body.calendar };
}

export interface CaseWatch {
  /** looks once: sets clocks, fires what is due, reminds of portals */
  look: () => Promise<void>;
  start: () => Promise<void>;
  close: () => Promise<void>;
}

export function openCaseWatch(on: {
  pool: pg.Pool;
  now: () => number;
  onFault: (cause: unknown) => void;
}): CaseWatch {
  const { pool, now, onFault } = on;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let set = '';

  async function look(): Promise<void> {
    await watchClocks();
    await watchPlaces();
  }

  async function watchClocks(): Promise<void> {
    const found = await caseClockRules(pool);
    const { rules, calendar } = found;
    if (set !== JSON.stringify(found)) {
      // also at the start: the rules may have changed while nobody watched
      await unsetCaseClocks(pool);
      set = JSON.stringify(found);
    }
    for (let more = true; more;)
      more = await inTransaction(pool, async (client) => {
        const clocked = await setCaseClocks(client, rules, calendar, AT_ONCE);
        const fired = await fireCaseClocks(client, now(), AT_ONCE);
        await deliver(client, fired.flatMap(firedNotices));
        return clocked === AT_ONCE || fired.length === AT_ONCE;
      });
  }

  /** Each place once for each reminder, whatever restarts. */
  async function watchPlaces(): Promise<void> {
    const nowMs = now();
    const day = periodAt('day', nowMs);
    const looks = await listLooks(pool, day.fromMs, day.untilMs);
    const told = unlookedPlaces(looks, nowMs).flatMap(({ place, remindAtMs }) =>
      onScreens(
        `look:${place}:${remindAtMs}`,
        'channel-unlooked',
        '每日登录提醒',
        `${DAILY_PLACES[place].article}：今天还没有人查看“${DAILY_PLACES[place].zh}”，请登录查看后在“外部来件 › 每日登录”登记。`,
        '/cases/looks',
        null,
      ),
    );
    await inTransaction(pool, (client) => deliver(client, told));
  }

  const again = () => {
    looking ??= look()
      .catch(onFault)
      .finally(() => (looking = null));
    return looking;
  };
  return {
    look,
    start() {
      timer ??= setInterval(() => void again(), LOOK_EVERY_MS);
      return again();
    },
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
