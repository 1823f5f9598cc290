import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Counter } from 'prom-client';
import { KEPT_FOR_A_TIME, retentionEnds, type KeptForATime } from '../core/people/retention.ts';
import { writeAudit } from '../postgres/audit.ts';
import { retireAudit } from '../postgres/audit-chain.ts';
import { LONG_WORK, openPool } from '../postgres/pool.ts';
import * as kept from '../postgres/retention.ts';
import { keptSettings } from '../postgres/settings.ts';
import type { Ground, OpenWing, Wing } from './wings.ts';

const LOOK_EVERY_MS = 3_600_000;
const FIRST_AFTER_MS = 60_000;
const AT_ONCE = 1000;
/** each step is a row of the log itself */
const AUDIT_AT_ONCE = 50_000;
/** between two steps: whoever waits for the disk comes first */
const BREATHE_MS = 50;

/** What has had its time goes, hourly and in small steps, over a connection of its own. */
export const openRetention: OpenWing = (ground) => retentionFrom(ground, FIRST_AFTER_MS);

export function retentionFrom(
  {
    databaseUrl,
    switchFolders,
    now,
    log,
    registry,
  }: Pick<Ground, 'databaseUrl' | 'switchFolders' | 'now' | 'log' | 'registry'>,
  firstAfterMs: number,
): Wing {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'retention');
  const own = openPool(databaseUrl, { ...LONG_WORK, most: 1, onBreak: onFault });
  const deleted = new Counter({
    name: 'hotline_retention_deleted_total',
    help: 'Rows whose time was over, by what they are',
    labelNames: ['what'],
    registers: [registry],
  });
  const timers: NodeJS.Timeout[] = [];
  /** of this look, for the audit log */
  const counts = new Map<KeptForATime, number>();
  let closed = false;
  let looking: Promise<void> | null = null;

  async function inSteps(what: KeptForATime, step: () => Promise<number>): Promise<void> {
    for (;;) {
      const count = closed ? 0 : await step();
      deleted.inc({ what }, count);
      if (count > 0) counts.set(what, (counts.get(what) ?? 0) + count);
      if (count === 0) return;
      await new Promise((resolve) => setTimeout(resolve, BREATHE_MS).unref());
    }
  }

  async function dropWords(beforeMs: number): Promise<number> {
    // without the switch's folder the sound is not on this machine: it is not called deleted
    if (switchFolders === null) return 0;
    const callIds = await kept.oldWords(own, beforeMs, AT_ONCE);
    for (const callId of callIds) {
      rmSync(join(switchFolders.spool, 'words', `${callId}.wav`), { force: true });
      await kept.noteSoundDeleted(own, callId);
    }
    return callIds.length;
  }

  async function emptyImports(beforeMs: number): Promise<number> {
    const [old] = await kept.oldImports(own, beforeMs, 1);
    if (!old) return 0;
    const count = await kept.emptyImport(own, old.id, AT_ONCE);
    if (count > 0) return count;
    rmSync(old.path, { force: true });
    await kept.noteEmptied(own, old.id);
    return 1;
  }

  async function look(): Promise<void> {
    const ends = retentionEnds(await keptSettings(own, 'retention'), now());
    const steps: Record<KeptForATime, () => Promise<number>> = {
      ...(Object.fromEntries(
        kept.OLD_ROWS.map((what) => [what, () => kept.deleteOld(own, what, ends[what], AT_ONCE)]),
      ) as Record<(typeof kept.OLD_ROWS)[number], () => Promise<number>>),
      words: () => dropWords(ends.words),
      imports: () => emptyImports(ends.imports),
      audit: () => retireAudit(own, ends.audit, AUDIT_AT_ONCE),
    };
    counts.clear();
    // one that fails is tried again in an hour, and stops no other
    for (const what of KEPT_FOR_A_TIME) await inSteps(what, steps[what]).catch(onFault);
    if (counts.size > 0)
      await writeAudit(own, {
        personId: null,
        what: 'retention-deleted',
        detail: Object.fromEntries(counts),
      });
    await kept.deleteLapsed(own);
  }

  const again = () => {
    looking ??= look()
      .catch(onFault)
      .finally(() => (looking = null));
  };

  return {
    start() {
      timers.push(setTimeout(again, firstAfterMs), setInterval(again, LOOK_EVERY_MS));
      for (const timer of timers) timer.unref();
      return Promise.resolve();
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await looking;
      await own.end();
    },
  };
}
