import type pg from 'pg';
import { dateAt, DAY_MS, dateText } from '../../core/office/period.ts';
import { datesOfMonth, PATTERNS, patternShift, type Pattern } from '../../core/shifts/roster.ts';
import { inTransaction } from '../../postgres/pool.ts';
import { fillRoster, rosterPeople, saveMembers } from '../../postgres/roster.ts';
import { keepSettings, keptSettings } from '../../postgres/settings.ts';
import { DEMO_AGENTS } from './history.ts';

const TEAMS = ['甲班', '乙班', '丙班', '丁班'];

/** Four teams that rotate, this month and the next; once. */
export async function saveDemoRoster(pool: pg.Pool, nowMs: number): Promise<void> {
  if ('pattern' in (await keptSettings(pool, 'roster'))) return;
  const month = dateText(dateAt(nowMs)).slice(0, 7);
  const next = dateText(dateAt(Date.parse(`${month}-28T12:00:00+08:00`) + 5 * DAY_MS)).slice(0, 7);
  const { cycle, step } = PATTERNS['fourTeams']!;
  const pattern: Pattern = { teams: TEAMS, cycle, step, beginDate: `${month}-01` };
  const agents = (await rosterPeople(pool)).filter((one) => DEMO_AGENTS.includes(one.agent?.slice(6) ?? ''));
  const members = agents.map((one, at) => ({ personId: one.id, team: at % TEAMS.length }));
  const [first] = agents;
  if (!first) return;
  await inTransaction(pool, async (client) => {
    await keepSettings(client, 'roster', { pattern }, '演示');
    // who looks at the demo signs in at any hour
    await keepSettings(client, 'attendance', { byRoster: false }, '演示');
    await saveMembers(client, members);
    for (const which of [month, next])
      await fillRoster(
        client,
        datesOfMonth(which).flatMap((date) =>
          members.map(({ personId, team }) => ({ personId, date, code: patternShift(pattern, team, date) })),
        ),
        first.id,
      );
  });
}
