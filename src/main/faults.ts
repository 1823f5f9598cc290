/** Where faults that nobody foresaw end up: in the log with what replays them, and in `openFaults` (app/faults.ts). */
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Position } from '../app/engine.ts';
import { openFaults, type Faults } from '../app/faults.ts';
import type { Health } from '../app/health.ts';
import { keptFolder } from '../setup/start.ts';

/** The exit code of a process that can't go on; it is begun anew (setup/supervise.mjs). */
const HOPELESS = 70;
/** lines that wait for a disk that takes none; more are dropped */
const MOST_WAITING_BYTES = 8_000_000;

/** hotline.log of this folder. A disk that is full loses lines of the log, never a call. */
export function logTo(varDir: string): DestinationStream {
  const destination = pino.destination({
    // an open file: one that pino opens by itself breaks a process that ends before it is open
    dest: openSync(join(keptFolder(varDir), 'hotline.log'), 'a', 0o600),
    sync: false,
    maxLength: MOST_WAITING_BYTES,
  });
  destination.on('error', () => undefined);
  return destination;
}

export function catchFaults(ports: {
  health: Health;
  log: Logger;
  registry: Registry;
  journalDir: string;
  now: () => number;
  journalAt: () => Position | null;
}): Faults {
  const { log, journalDir } = ports;
  const faults = openFaults({
    ...ports,
    log(cause, where, at) {
      // what was heard last ends there: `npm run replay -- FOLDER/SEGMENT.journal`
      log.error({ err: cause, where, journal: { folder: journalDir, ...at } }, 'a fault that nobody foresaw');
    },
    onHopeless() {
      log.fatal('too many faults: this process ends, and is begun anew');
      log.flush(() => process.exit(HOPELESS));
      // a disk that takes no line keeps nobody waiting
      setTimeout(() => process.exit(HOPELESS), 500);
    },
  });
  // rejections that nobody catches come here too
  process.on('uncaughtException', (cause, origin) => faults.unforeseen(cause, origin));
  return faults;
}
