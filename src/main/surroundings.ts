/** What the service stands on: a database and a PBX, its own or given ones. Parts of main.ts. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { migrate } from '../postgres/migrate.ts';
import { createDatabase } from '../postgres/pool.ts';
import { startPbx, type Pbx } from '../setup/pbx.ts';
import type { DatabaseUrls } from '../setup/database-roles.ts';
import type { RunningPostgres } from '../setup/postgres.ts';
import { SetupFailure } from '../setup/progress.ts';
import type { SwitchHttp } from './wings.ts';

export async function embeddedPbx(config: Config, onFault: (cause: unknown) => void): Promise<Pbx | null> {
  try {
    return await startPbx({
      varDir: config.VAR_DIR,
      address: config.PBX_ADDRESS,
      hotlineNumber: config.HOTLINE_NUMBER,
      holdSound: config.HOLD_SOUND,
      supervise: true,
    });
  } catch (cause) {
    // Without a PBX the service still runs, and says so on every screen.
    onFault(cause);
    process.stderr.write(
      `内嵌交换机没有启动：${(cause as Error).message}\n服务照常运行，页面会显示“交换机未连接”。\n`,
    );
    return null;
  }
}

/** The database's addresses, by role; a given database may have one address for all. */
export async function databaseUrls(
  config: Config,
  embedded: RunningPostgres | null,
  demo: boolean,
): Promise<DatabaseUrls> {
  const name = demo ? 'hotline_demo' : 'hotline';
  if (embedded) return embedded.prepare(name);
  const service = config.DATABASE_URL!;
  const migration = config.MIGRATION_DATABASE_URL ?? service;
  const reports = config.REPORTS_DATABASE_URL ?? service;
  if (!demo) return { migration, service, reports };
  try {
    const { pathname } = new URL(await createDatabase(migration, name));
    const inDemo = (url: string) => Object.assign(new URL(url), { pathname }).href;
    // it is thrown away: whoever makes it plays all parts
    return { migration: inDemo(migration), service: inDemo(migration), reports: inDemo(migration) };
  } catch (cause) {
    throw new SetupFailure(
      `演示要一个连得上的数据库（${(cause as Error).message}）。请检查 DATABASE_URL 和数据库，再重新启动。`,
      { cause },
    );
  }
}

/** A given database may be away for a while: calls are taken into the journal until it comes. */
export async function tryMigrate(
  url: string,
  given: boolean,
  onFault: (cause: unknown) => void,
): Promise<boolean> {
  try {
    await migrate(url);
    return true;
  } catch (cause) {
    if (!given) throw cause;
    onFault(cause);
    process.stderr.write('数据库连不上，通话先记在流水里，连上后自动补存。请检查 DATABASE_URL 和数据库。\n');
    return false;
  }
}

/** Waits until the database is there and migrated; false: the service stopped before. */
export async function laterMigrate(
  url: string,
  onFault: (cause: unknown) => void,
  stopped: () => boolean,
): Promise<boolean> {
  while (!stopped()) {
    await new Promise((done) => setTimeout(done, 2000).unref());
    try {
      await migrate(url);
      return true;
    } catch (cause) {
      onFault(cause);
    }
  }
  return false;
}

export function amiOf(config: Config, pbx: Pbx | null) {
  if (pbx) {
    const at = { host: pbx.site.address, port: pbx.site.amiPort };
    return {
      events: { ...at, user: 'hotline-events', secret: pbx.site.eventsSecret },
      actions: { ...at, user: 'hotline-actions', secret: pbx.site.actionsSecret },
    };
  }
  if (config.AMI_HOST === undefined || config.AMI_HOST === 'none') return null;
  const at = { host: config.AMI_HOST, port: config.AMI_PORT };
  return {
    events: { ...at, user: config.AMI_EVENTS_USER, secret: config.AMI_EVENTS_SECRET ?? '' },
    actions: { ...at, user: config.AMI_ACTIONS_USER, secret: config.AMI_ACTIONS_SECRET ?? '' },
  };
}

/** The switch's own folders, of an embedded one or of a given one on this machine. */
export function foldersOf(config: Config, pbx: Pbx | null): { sounds: string; spool: string } | null {
  if (pbx) return { sounds: join(pbx.dir, 'lib/sounds'), spool: join(pbx.dir, 'spool') };
  const { PBX_SOUNDS_DIR: sounds, PBX_SPOOL_DIR: spool } = config;
  return sounds !== undefined && spool !== undefined ? { sounds, spool } : null;
}

/** Where the switch writes who guessed a password; null: not on this machine. */
export function securityLogOf(config: Config, pbx: Pbx | null): string | null {
  return pbx ? join(pbx.dir, 'log/security.log') : (config.PBX_SECURITY_LOG ?? null);
}

/** Where the phones are given, of an embedded switch or a given one. */
export function httpOf(config: Config, pbx: Pbx | null, demo: boolean): SwitchHttp | null {
  if (pbx) {
    const { address, httpPort, ariSecret } = pbx.site;
    // SIPp takes the question whether it is there for a call
    const qualifySeconds = demo ? 0 : config.PBX_QUALIFY_SECONDS;
    return {
      url: `http://${address}:${httpPort}`,
      user: 'hotline-phones',
      secret: ariSecret,
      qualifySeconds,
      // the demo's phones are played by SIPp: nobody was given such a password
      sharedPhoneSecret: demo ? null : pbx.site.phoneSecret,
    };
  }
  if (config.AMI_HOST === undefined || config.AMI_HOST === 'none') return null;
  return {
    url: config.ARI_URL ?? `http://${config.AMI_HOST}:8088`,
    user: config.ARI_USER,
    secret: config.ARI_SECRET ?? '',
    qualifySeconds: config.PBX_QUALIFY_SECONDS,
    sharedPhoneSecret: null,
  };
}
