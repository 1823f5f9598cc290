/** What the hotline stands on, and whether Debian has security updates of it: asked once a day. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Gauge } from 'prom-client';
import { updateAlarms, type UpdateKnowledge } from '../core/security-updates.ts';
import { systemRoutes } from '../http/system.ts';
import type { SystemView } from '../protocol/system.ts';
import { LOOK_FILE } from '../setup/advisories.ts';
import { asteriskVersion, askUpdates, keptUpdates } from '../setup/security-updates.ts';
import type { OpenWing } from './wings.ts';

const FIRST_AFTER_MS = 600_000;
const EVERY_MS = 86_400_000;
const root = resolve(import.meta.dirname, '../..');

export const openSystem: OpenWing = ({
  config,
  pool,
  varDir,
  version,
  now,
  log,
  health,
  registry,
  audit,
}) => {
  const embedded = config.AMI_HOST === undefined;
  const timers: NodeJS.Timeout[] = [];
  let known = keptUpdates(varDir, now());
  let asking: Promise<UpdateKnowledge> | null = null;

  function tell(): void {
    const alarms = updateAlarms(known, now());
    for (const code of ['security-updates-out', 'security-updates-unknown'] as const)
      health[alarms.includes(code) ? 'raise' : 'clear'](code);
  }

  function look(): Promise<UpdateKnowledge> {
    asking ??= askUpdates(varDir, embedded, now())
      .then((heard) => {
        known = heard;
        tell();
        return heard;
      })
      .finally(() => (asking = null));
    return asking;
  }

  new Gauge({
    name: 'hotline_security_updates',
    help: 'Packages for which Debian has a security update, as far as known',
    labelNames: ['where'],
    registers: [registry],
    collect() {
      this.set({ where: 'machine' }, known.machine.length);
      this.set({ where: 'pbx' }, known.pbx?.length ?? 0);
    },
  });

  async function view(): Promise<SystemView> {
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    const file = join(varDir, LOOK_FILE);
    return {
      versions: [
        { name: 'hotline', version, own: true },
        { name: 'node', version: process.versions.node, own: true },
        {
          name: 'postgres',
          version: rows[0]?.server_version ?? null,
          own: config.DATABASE_URL === undefined,
        },
        { name: 'asterisk', version: embedded ? asteriskVersion() : null, own: embedded },
      ],
      updates: known,
      advisories: existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as SystemView['advisories'])
        : null,
    };
  }

  return {
    routers: [systemRoutes({ view, look, sbomFile: join(root, 'dist/sbom.cdx.json'), audit })],
    start() {
      tell();
      if (config.SECURITY_UPDATE_CHECK === false) return Promise.resolve();
      const again = () => void look().catch((cause: unknown) => log.warn({ err: cause }, 'security updates'));
      timers.push(setTimeout(again, FIRST_AFTER_MS), setInterval(again, EVERY_MS));
      for (const timer of timers) timer.unref();
      return Promise.resolve();
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
