/**
 * The composition root: settings ─▶ database ─▶ PBX ─▶ engine ─▶ http. It knows everybody; nobody knows it.
 * `npm start` comes here through setup/begin.mjs.
 */
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DateTime } from 'luxon';
import { pino } from 'pino';
import { openAccounts } from './app/accounts.ts';
import { openDesks } from './app/desks.ts';
import { recover, startEngine } from './app/engine.ts';
import { openHealth } from './app/health.ts';
import { openMetrics } from './app/metrics.ts';
import { openStore } from './app/store.ts';
import { openWall } from './app/wall.ts';
import { createChain } from './asterisk/capture.ts';
import { digestOf } from './asterisk/phones.ts';
import { openCommands, type Commands } from './asterisk/commands.ts';
import { openFeed, type Feed } from './asterisk/feed.ts';
import { openJournal, recoverJournal } from './asterisk/journal.ts';
import { readConfig } from './config.ts';
import type { Fact } from './core/floor/fact.ts';
import { saveFloor } from './core/floor/saved.ts';
import { maskText } from './core/people/mask.ts';
import { openLive, type LiveEdge } from './http/live.ts';
import { createHttp } from './http/server.ts';
import { openSessions } from './http/sessions.ts';
import {
  amiOf,
  databaseUrl,
  embeddedPbx,
  foldersOf,
  httpOf,
  laterMigrate,
  retold,
  tryMigrate,
} from './main/surroundings.ts';
import { openWings } from './main/wings.ts';
import { listAccounts } from './postgres/accounts.ts';
import { writeAudit } from './postgres/audit.ts';
import { createFactWriter } from './postgres/facts.ts';
import { callerHistory, openHistoryPool, warmHistory } from './postgres/history.ts';
import { recordsSince } from './postgres/measures.ts';
import { listPeople } from './postgres/people.ts';
import { openPool } from './postgres/pool.ts';
import { firstAdministrator, addAgent } from './setup/people.ts';
import { startPostgres } from './setup/postgres.ts';
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
    // an open file: one that pino opens by itself breaks a process that ends before it is open
    pino.destination({ dest: openSync(join(keptFolder(varDir), 'hotline.log'), 'a', 0o600), sync: false }),
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
    wantsPbx ? embeddedPbx(config, fault('pbx')) : null,
  ]);
  if (database) closers.push(() => database.stop());
  const url = await databaseUrl(config.DATABASE_URL, database, demo);
  const databaseReady = await tryMigrate(url, config.DATABASE_URL !== undefined, fault('migrate'));
  const pool = openPool(url, { onBreak: fault('database connection') });
  const lookUps = openHistoryPool(url, fault('database connection'));
  closers.unshift(() => Promise.all([pool.end(), lookUps.end()]).then(() => undefined));

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
  let namesLearntMs = 0;
  const learnNames = async () => {
    namesLearntMs = now();
    for (const { agent, name } of await listPeople(pool)) if (agent) names.set(agent, name);
  };
  /** somebody new is known by name within a second or two */
  function nameOf(agent: string): string | null {
    const name = names.get(agent) ?? null;
    if (name === null && now() - namesLearntMs > 1000) void learnNames().catch(fault('names'));
    return name;
  }
  const desks = openDesks(floor, (ani) => callerHistory(lookUps, ani));
  /** signed out everywhere, or the account was closed: sockets and phones go at once */
  const drop = (personId: number) => {
    line.edge?.drop(personId);
    for (const wing of wings) wing.dropped?.(personId);
  };
  const accounts = openAccounts({
    list: () => listAccounts(pool),
    onEnded: drop,
    onFault: fault('accounts'),
  });
  closers.unshift(() => accounts.close());
  const sessions = openSessions(
    pool,
    config.SESSION_SECRET ?? keptSecret(varDir),
    config.TRUST_PROXY > 0,
    accounts.stands,
  );
  const metrics = openMetrics({
    floor,
    amiConnected: () => feed?.state() === 'live',
    journalBacklogBytes: journal.backlogBytes,
    journalFailing: () => journal.failingSinceMs() !== null,
    journalLostCount: journal.lostCount,
    databaseBacklogCount: store.backlogCount,
    databaseUp: () => store.awaySinceMs() === null,
  });
  let commands: Commands | null = null;
  const line: { edge: LiveEdge | null } = { edge: null };
  const wings = openWings({
    config,
    pool,
    databaseUrl: url,
    varDir,
    now,
    log,
    floor,
    agentsToday: () => wall.agentsToday(),
    nameOf,
    commands: () => commands,
    switchHttp: httpOf(config, pbx, demo),
    switchFolders: foldersOf(config, pbx),
    live: {
      tell(room, event, ...said) {
        line.edge?.tell(room, event, ...said);
        for (const wing of wings) wing.overhear?.(event);
      },
      drop,
      audience: (room) => line.edge?.audience(room) ?? 0,
    },
    health,
    registry: metrics.registry,
    version,
    accounts,
    async peopleChanged() {
      await learnNames();
      for (const wing of wings) await wing.peopleAdded?.();
    },
    audit: (personId, what, about) => writeAudit(pool, { personId, what, about }),
  });
  for (const wing of wings) if (wing.close) closers.unshift(wing.close);
  const server = createHttp({
    pages: join(root, 'dist/web'),
    trustProxy: config.TRUST_PROXY,
    session: sessions.middleware,
    metrics: async () => ({ type: metrics.registry.contentType, text: await metrics.registry.metrics() }),
    metricsToken: config.METRICS_TOKEN,
    notReady: () => health.alarms().map((alarm) => alarm.code),
    routers: wings.flatMap((wing) => wing.routers ?? []),
    open: wings.flatMap((wing) => wing.open ?? []),
    publicPages: wings.flatMap((wing) => wing.pages ?? []),
    onFault: fault('http'),
  });
  for (const wing of wings) wing.serve?.(server, sessions.middleware);
  const live = openLive(server, {
    session: sessions.middleware,
    now,
    version,
    enter: desks.enter,
    look: desks.look,
    leave: desks.leave,
    hold: desks.hold,
    wall: () => wall.view(),
    alarms: health.alarms,
    wings: wings.flatMap((wing) => wing.line ?? []),
    painted: (callId, offerId, paintedAtMs) => {
      const offer = floor.calls.get(callId)?.offers.find((one) => one.offerId === offerId);
      if (offer) metrics.painted(paintedAtMs - offer.atMs);
    },
    onFault: fault('live'),
  });
  line.edge = live;
  const wall = openWall({
    floor,
    nameOf,
    now,
    offsetMs: (atMs) => DateTime.fromMillis(atMs, { zone }).offset * 60_000,
    heardAtMs: () => feed?.heardAtMs() ?? null,
    alarms: health.alarms,
    tell(view) {
      if (live.watcherCount() > 0) live.wall(view);
      for (const wing of wings) wing.wall?.(view);
    },
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
      ...wings.flatMap((wing) => wing.hear ?? []),
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
  const loadWall = async () => wall.load(await recordsSince(pool, now() - 25 * 3_600_000));
  // no wall that comes back after a restart is shown a day without calls
  if (databaseReady) await loadWall();
  server.listen(config.HTTP_PORT, config.HTTP_HOST);
  await once(server, 'listening');
  closers.unshift(async () => {
    for (const wing of wings) wing.stopServing?.();
    await live.close();
    server.closeAllConnections();
    sessions.close();
  });
  const begin = async () => {
    await Promise.all([learnNames(), accounts.refresh(), warmHistory(lookUps)]);
    for (const wing of wings) await wing.start?.();
  };
  /** agents whom the setup adds get a desk phone at once, whose password SIPp can reckon too */
  const deskDigest = pbx && ((extension: string) => digestOf(extension, pbx.site.phoneSecret + extension));
  let password: string | null = null;
  if (databaseReady) {
    password = await firstAdministrator(pool);
    const added = await addAgent(pool, args, deskDigest);
    if (added) process.stdout.write(`${added}\n`);
    await begin();
  } else
    void laterMigrate(
      url,
      () => loadWall().then(begin),
      fault('migrate'),
      () => stopping,
    );
  let shown: Demo | null = null;
  if (demo && pbx && commands) {
    shown = await startDemo({
      pool,
      pbx: pbx.site,
      commands,
      deskDigest: deskDigest!,
      async givePhones() {
        for (const wing of wings) await wing.peopleAdded?.();
      },
      log: fault('demo'),
    });
    const playing = shown;
    closers.unshift(() => playing.stop());
    await learnNames();
    await loadWall();
  }
  sayWhere({ config, began, password, pbx, alarms: health.alarms(), logins: shown?.logins ?? [] });
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
