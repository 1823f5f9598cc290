/**
 * The composition root: settings ─▶ database ─▶ PBX ─▶ engine ─▶ http. It knows everybody; nobody knows it.
 * `npm start` comes here through setup/begin.mjs.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DateTime } from 'luxon';
import { pino } from 'pino';
import { openDesks } from './app/desks.ts';
import { recover, startEngine } from './app/engine.ts';
import { openHealth } from './app/health.ts';
import { openMetrics } from './app/metrics.ts';
import { openStore } from './app/store.ts';
import { openWall } from './app/wall.ts';
import { createChain } from './asterisk/capture.ts';
import { openCommands, type Commands } from './asterisk/commands.ts';
import { openFeed, type Feed } from './asterisk/feed.ts';
import { openJournal, recoverJournal } from './asterisk/journal.ts';
import { readConfig, type Config } from './config.ts';
import type { Fact } from './core/floor/fact.ts';
import { saveFloor } from './core/floor/saved.ts';
import { maskText } from './core/people/mask.ts';
import { openLive } from './http/live.ts';
import { createHttp } from './http/server.ts';
import { openSessions } from './http/sessions.ts';
import { createFactWriter } from './postgres/facts.ts';
import { callerHistory } from './postgres/history.ts';
import { recordsSince } from './postgres/measures.ts';
import { migrate } from './postgres/migrate.ts';
import { findPersonByLogin, listPeople } from './postgres/people.ts';
import { openPool } from './postgres/pool.ts';
import { firstAdministrator, addAgent } from './setup/people.ts';
import { startPbx, type Pbx } from './setup/pbx.ts';
import { startPostgres, type RunningPostgres } from './setup/postgres.ts';
import { SetupFailure } from './setup/progress.ts';
import { keptFolder, keptSecret, portFree, sayWhere } from './setup/start.ts';
import { startDemo, type Demo } from './setup/demo/demo.ts';

const began = Date.now();
const args = process.argv.slice(2);
const now = () => performance.timeOrigin + performance.now();
const root = resolve(import.meta.dirname, '..');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const closers: (() => Promise<void> | void)[] = [];
let stopping = false;

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

try {
  await start();
} catch (fault) {
  if (!(fault instanceof SetupFailure) && !/[\u4e00-\u9fff]/.test((fault as Error).message))
    console.error(fault);
  process.stderr.write(`${(fault as Error).message}\n`);
  await stop(1);
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const demo = args.includes('--demo') || config.DEMO === true;
  const varDir = resolve(config.VAR_DIR);
  const zone = config.TIME_ZONE;
  const log = pino(
    { level: config.LOG_LEVEL, hooks: { streamWrite: maskText } },
    pino.destination({ dest: join(keptFolder(varDir), 'hotline.log'), mkdir: true, sync: false }),
  );
  const fault = (what: string) => (cause: unknown) => log.error({ err: cause }, what);
  await portFree(config.HTTP_HOST, config.HTTP_PORT);
  const health = openHealth(now);

  // -- what it needs: a database and a PBX, side by side ------------------------------------------------------------
  const wantsPbx = config.AMI_HOST === undefined;
  const [database, pbx] = await Promise.all([
    config.DATABASE_URL === undefined
      ? startPostgres({ varDir, log: (sentence) => process.stdout.write(`· ${sentence}\n`) })
      : null,
    wantsPbx ? embeddedPbx(config, demo, fault('pbx')) : null,
  ]);
  if (database) closers.push(() => database.stop());
  const url = await databaseUrl(config.DATABASE_URL, database, demo);
  const databaseReady = await tryMigrate(url, config.DATABASE_URL !== undefined, fault('migrate'));
  const pool = openPool(url, { onBreak: fault('database connection') });
  closers.unshift(() => pool.end());

  // -- the floor, as the journal left it ----------------------------------------------------------------------------
  const settings = {
    ringCadenceMs: config.RING_CADENCE_MS,
    threeRingsMs: config.THREE_RINGS_MS,
    trunkPattern: config.TRUNK_PATTERN,
  };
  const journalDir = join(varDir, demo ? 'journal-demo' : 'journal');
  const told: Fact[] = [];
  const floor = recover(recoverJournal(journalDir), settings, createChain, (facts) => told.push(...facts));
  const journal = openJournal(
    { dir: journalDir, keepBytes: config.JOURNAL_KEEP_MB * 1e6, segmentBytes: 16e6, now },
    saveFloor(floor),
  );
  closers.unshift(() => journal.close());
  const store = openStore({
    write: createFactWriter(pool, {
      onRefused: (fact, cause) => log.error({ err: cause, fact: fact.kind }, 'fact refused'),
    }).write,
    confirm: journal.confirm,
    retell: () => retold(journalDir, settings),
    now,
    onChange: () =>
      store.awaySinceMs() === null ? health.clear('database-away') : health.raise('database-away'),
    onFailure: fault('store'),
  });
  closers.unshift(() => store.close(3000));
  if (!databaseReady) health.raise('database-away');
  const here = journal.append('close', now());
  if (told.length > 0) store.add(told, here);

  // -- who hears of facts ---------------------------------------------------------------------------------------------
  let feed: Feed | null = null;
  /** `PJSIP/1001` ─▶ who sits there */
  const names = new Map<string, string>();
  const learnNames = async () => {
    for (const { agent, name } of await listPeople(pool)) if (agent) names.set(agent, name);
  };
  const desks = openDesks(floor, (ani) => callerHistory(pool, ani));
  const sessions = openSessions(pool, config.SESSION_SECRET ?? keptSecret(varDir), config.TRUST_PROXY > 0);
  const metrics = openMetrics({
    floor,
    amiConnected: () => feed?.state() === 'live',
    journalBacklogBytes: journal.backlogBytes,
    journalFailing: () => journal.failingSinceMs() !== null,
    journalLostCount: journal.lostCount,
    databaseBacklogCount: store.backlogCount,
    databaseUp: () => store.awaySinceMs() === null,
  });
  const server = createHttp({
    pages: join(root, 'dist/web'),
    trustProxy: config.TRUST_PROXY,
    session: sessions.middleware,
    findPerson: (login) => findPersonByLogin(pool, login),
    metrics: async () => ({ type: metrics.registry.contentType, text: await metrics.registry.metrics() }),
    metricsToken: config.METRICS_TOKEN,
    notReady: () => health.alarms().map((alarm) => alarm.code),
    onFault: fault('http'),
  });
  const live = openLive(server, {
    session: sessions.middleware,
    now,
    version,
    enter: desks.enter,
    leave: desks.leave,
    hold: desks.hold,
    wall: () => wall.view(),
    alarms: health.alarms,
    painted: (callId, offerId, paintedAtMs) => {
      const offer = floor.calls.get(callId)?.offers.find((one) => one.offerId === offerId);
      if (offer) metrics.painted(paintedAtMs - offer.atMs);
    },
    onFault: fault('live'),
  });
  const wall = openWall({
    floor,
    nameOf: (agent) => names.get(agent) ?? null,
    now,
    offsetMs: (atMs) => DateTime.fromMillis(atMs, { zone }).offset * 60_000,
    heardAtMs: () => feed?.heardAtMs() ?? null,
    alarms: health.alarms,
    tell: (view) => live.watcherCount() > 0 && live.wall(view),
  });
  closers.unshift(() => wall.close());
  health.onChange((alarms) => {
    live.alarms(alarms);
    wall.touch();
  });
  const engine = startEngine(
    floor,
    (onEvent) => createChain(onEvent, { isOurs: (actionId) => feed?.isOurs(actionId) ?? false }),
    journal,
    [
      (facts) => desks.hear(facts, floor),
      (facts) => wall.hear(facts),
      (facts, position) => store.add(facts, position),
      (facts) => metrics.hear(facts, now()),
    ],
  );
  const learning = setInterval(() => void learnNames().catch(fault('names')), 60_000);
  closers.unshift(() => clearInterval(learning));
  const watch = setInterval(() => {
    engine.tick(now());
    if (journal.failingSinceMs() !== null) health.raise('journal-disk-full');
    else health.clear('journal-disk-full');
  }, 1000);
  closers.unshift(() => clearInterval(watch));

  // -- the switch -------------------------------------------------------------------------------------------------------
  const ami = amiOf(config, pbx);
  let commands: Commands | null = null;
  if (ami) {
    health.raise('pbx-disconnected');
    feed = openFeed({
      ...ami.events,
      now,
      onOpen: engine.opened,
      onBytes: engine.bytes,
      onLost: engine.lost,
      onState: (state, why) => {
        log.info({ state, why }, 'feed');
        health[state === 'live' ? 'clear' : 'raise']('pbx-disconnected');
        health[state === 'refused' ? 'raise' : 'clear']('pbx-refused');
      },
    });
    const opened = feed;
    closers.unshift(() => opened.close());
    commands = openCommands(ami.actions);
    const acting = commands;
    closers.unshift(() => acting.close());
  } else health.raise('pbx-not-configured');
  // an embedded PBX goes before the feed: how its last calls ended is still heard
  if (pbx) closers.unshift(() => pbx.stop());

  // -- the doors ----------------------------------------------------------------------------------------------------------
  server.listen(config.HTTP_PORT, config.HTTP_HOST);
  await once(server, 'listening');
  closers.unshift(async () => {
    await live.close();
    server.closeAllConnections();
    sessions.close();
  });
  let password: string | null = null;
  if (databaseReady) {
    password = await firstAdministrator(pool);
    const added = await addAgent(pool, args);
    if (added) process.stdout.write(`${added}\n`);
    await learnNames();
    wall.load(await recordsSince(pool, now() - 25 * 3_600_000));
  } else
    void laterMigrate(
      url,
      () => recordsSince(pool, now() - 25 * 3_600_000).then((records) => wall.load(records)),
      fault('migrate'),
    );
  let shown: Demo | null = null;
  if (demo && pbx && commands) {
    shown = await startDemo({ pool, pbx: pbx.site, commands, log: fault('demo') });
    const playing = shown;
    closers.unshift(() => playing.stop());
    await learnNames();
    wall.load(await recordsSince(pool, now() - 25 * 3_600_000));
  }
  sayWhere({ config, began, password, pbx, alarms: health.alarms(), logins: shown?.logins ?? [] });
}

async function embeddedPbx(
  config: Config,
  demo: boolean,
  onFault: (cause: unknown) => void,
): Promise<Pbx | null> {
  try {
    return await startPbx({
      varDir: config.VAR_DIR,
      address: config.PBX_ADDRESS,
      hotlineNumber: config.HOTLINE_NUMBER,
      // SIPp takes the question whether it is there for a call
      qualifySeconds: demo ? 0 : config.PBX_QUALIFY_SECONDS,
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

async function databaseUrl(
  given: string | undefined,
  embedded: RunningPostgres | null,
  demo: boolean,
): Promise<string> {
  const url = given ?? embedded!.url;
  if (!demo) return url;
  const { createDatabase } = await import('./postgres/pool.ts');
  return createDatabase(url, 'hotline_demo');
}

/** A given database may be away for a while: calls are taken into the journal until it comes. */
async function tryMigrate(url: string, given: boolean, onFault: (cause: unknown) => void): Promise<boolean> {
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

async function laterMigrate(
  url: string,
  then: () => Promise<void>,
  onFault: (cause: unknown) => void,
): Promise<void> {
  while (!stopping) {
    await new Promise((done) => setTimeout(done, 2000).unref());
    try {
      await migrate(url);
      return await then();
    } catch (cause) {
      onFault(cause);
    }
  }
}

function* retold(dir: string, settings: Parameters<typeof recover>[1]): Generator<Fact[]> {
  const batch: Fact[] = [];
  recover(recoverJournal(dir), settings, createChain, (facts) => batch.push(...facts));
  yield batch;
}

function amiOf(config: Config, pbx: Pbx | null) {
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

/** Ends everything in order; a second Ctrl-C does not wait. */
async function stop(code: number): Promise<void> {
  if (stopping) process.exit(code || 130);
  stopping = true;
  const force = setTimeout(() => process.exit(code || 1), 12_000);
  force.unref();
  for (const close of closers) {
    try {
      await close();
    } catch (cause) {
      process.stderr.write(`${(cause as Error).message}\n`);
    }
  }
  process.exit(code);
}
