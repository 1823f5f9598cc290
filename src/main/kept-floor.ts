import type { Logger } from 'pino';
import type pg from 'pg';
import { HOLE, recover, retell, type Position } from '../app/engine.ts';
import type { Health } from '../app/health.ts';
import { openStore, type Store } from '../app/store.ts';
import { createChain } from '../asterisk/capture.ts';
import { openJournal, recoverJournal, type Journal } from '../asterisk/journal.ts';
import type { Config } from '../config.ts';
import type { Fact } from '../core/floor/fact.ts';
import type { Floor } from '../core/floor/floor.ts';
import { saveFloor } from '../core/floor/saved.ts';
import { createFactWriter } from '../postgres/facts.ts';

/** The floor as the journal left it, the journal that goes on from there, and the database's queue behind both. */
export function openKeptFloor(ports: {
  config: Config;
  journalDir: string;
  pool: pg.Pool;
  health: Health;
  log: Logger;
  now: () => number;
  onFailure: (cause: unknown) => void;
}): { floor: Floor; journal: Journal; store: Store; begunAt: Position } {
  const { config, journalDir, pool, health, log, now } = ports;
  const settings = {
    ringCadenceMs: config.RING_CADENCE_MS,
    threeRingsMs: config.THREE_RINGS_MS,
    trunkPattern: config.TRUNK_PATTERN,
  };
  const recovery = recoverJournal(journalDir);
  /** what is read again at the start comes out of the journal itself */
  let openedJournal: Journal | null = null;
  const store = openStore({
    write: createFactWriter(pool, {
      onRefused: (fact, cause) => log.error({ err: cause, fact: fact.kind }, 'fact refused'),
    }).write,
    confirm: (position) => openedJournal?.confirm(position),
    confirmed: recovery.confirmed,
    inJournal: () => openedJournal?.holds() ?? true,
    retell: () => retell(recoverJournal(journalDir), settings, createChain),
    now,
    onChange: () =>
      store.awaySinceMs() === null ? health.clear('database-away') : health.raise('database-away'),
    onFailure: ports.onFailure,
    onLost(facts) {
      health.raise('facts-lost');
      log.error({ facts }, 'facts are lost: neither memory nor the journal has them');
    },
  });
  const last: Fact[] = [];
  const floor = recover(recovery, settings, createChain, (facts, position, atMs) => {
    if (facts.some((fact) => fact.kind === 'anomaly' && fact.name === HOLE)) {
      health.raise('facts-lost');
      log.error({ position }, 'a piece of the journal is missing');
    }
    if (position) store.add(facts, position, atMs);
    else last.push(...facts);
  });
  const journal = openJournal(
    { dir: journalDir, keepBytes: config.JOURNAL_KEEP_MB * 1e6, segmentBytes: 16e6, now },
    saveFloor(floor),
  );
  openedJournal = journal;
  // when we stopped listening is not known: the floor's own last time stands for it
  const begunAt = journal.append('close', NaN);
  store.add(last, begunAt);
  return { floor, journal, store, begunAt };
}
