/** The audit log watched over: each day its head is written down outside, and the chain held against every anchor there is. */
import type pg from 'pg';
import { storeAnchor, storedAnchors } from '../app/anchor-file.ts';
import { anchorText, isWhole, readAnchors, verdictWords } from '../core/people/audit-chain.ts';
import { zonedIso } from '../core/zone.ts';
import { auditRoutes } from '../http/audit.ts';
import { openAuditDoor } from '../http/audit-door.ts';
import { countingAudit, searchAudit, writeAudit } from '../postgres/audit.ts';
import { auditHead, canChangeAudit, tellAnchor, verifyAudit } from '../postgres/audit-chain.ts';
import { LONG_WORK, openPool } from '../postgres/pool.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 600_000;

/** What stands before every route, so that no deed is left out of the log. */
export function auditDoorOf(pool: pg.Pool, now: () => number, onFault: (cause: unknown) => void) {
  return openAuditDoor({
    counting: countingAudit,
    write: (entry) => writeAudit(pool, entry),
    now,
    onFault,
  });
}

export const openAudit: OpenWing = ({ pool, databaseUrl, varDir, now, log, health }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'audit');
  const reading = openPool(databaseUrl, { ...LONG_WORK, most: 1, onBreak: onFault });
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  /** the day on which all of it was last held against what was; a start does it too */
  let verifiedOn: string | null = null;

  const verify = (given: string) =>
    verifyAudit(reading, [...readAnchors(given), ...readAnchors(storedAnchors(varDir))], now());

  /** Once a day: what the log is now goes to the file and to whom the rules name; then all of it is held against what was. */
  async function look(): Promise<void> {
    health[(await canChangeAudit(pool)) ? 'raise' : 'clear']('audit-changeable');
    const day = zonedIso(now()).slice(0, 10);
    if (verifiedOn === day) return;
    const verdict = await verify('');
    const whole = isWhole(verdict);
    health[whole ? 'clear' : 'raise']('audit-broken');
    if (!whole) log.error({ words: verdictWords(verdict) }, 'audit log is not what was written');
    verifiedOn = day;
    const head = await auditHead(pool);
    // a second start of the same day
    if (head.id === 0 || storedAnchors(varDir).includes(`${day} 审计锚点`)) return;
    await tellAnchor(pool, day, head);
    storeAnchor(varDir, `${day} ${anchorText(head)}`);
  }
  const again = () => {
    looking ??= look()
      .catch(onFault)
      .finally(() => (looking = null));
    return looking;
  };

  return {
    routers: [
      auditRoutes({
        search: (query) => searchAudit(pool, query),
        async verify(given, by) {
          const verdict = await verify(given);
          const sentences = verdictWords(verdict);
          const whole = isWhole(verdict);
          await writeAudit(pool, { ...by, what: 'audit-verified', about: sentences[0]! });
          return { whole, sentences };
        },
        async anchor() {
          const head = await auditHead(pool);
          return head.id === 0 ? null : anchorText(head);
        },
      }),
    ],
    async start() {
      if (await canChangeAudit(pool)) {
        health.raise('audit-changeable');
        log.warn('the service’s database role could change the audit log: see ops/database-roles.sql');
        process.stderr.write(
          '审计可被改动：服务所用的数据库角色能改动或删除审计日志。请数据库管理员运行 ops/database-roles.sql，再把 DATABASE_URL 改成 hotline_service，MIGRATION_DATABASE_URL 设成 hotline_owner。\n',
        );
      }
      timer ??= setInterval(() => void again(), LOOK_EVERY_MS);
      timer.unref();
      void again();
    },
    async close() {
      clearInterval(timer);
      await looking;
      await reading.end();
    },
  };
};
