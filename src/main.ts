/**
 * The composition root: settings ─▶ database ─▶ PBX ─▶ engine ─▶ http. It knows everybody; nobody knows it.
 * `npm start` comes here through setup/begin.mjs.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openDesks } from './app/desks.ts';
import { startEngine, type Engine } from './app/engine.ts';
import { notReady, openHealth } from './app/health.ts';
import { openLog } from './app/log.ts';
import { openMetrics } from './app/metrics.ts';
import { openWall } from './app/wall.ts';
import { createChain } from './asterisk/capture.ts';
import { digestOf } from './asterisk/phones.ts';
import { openCommands, type Commands } from './asterisk/commands.ts';
import { openFeed, type Feed } from './asterisk/feed.ts';
import { readConfig } from './config.ts';
import { createFeedClock } from './core/floor/feed-clock.ts';
import { recheckAnswers } from './http/answers.ts';
import { openLive, type LiveEdge } from './http/live.ts';
import { createHttp } from './http/server.ts';
import { openSessions } from './http/sessions.ts';
import { openUpgrades } from './http/upgrades.ts';
import { auditDoorOf } from './main/audit.ts';
import { beginParts, type Part } from './main/beginning.ts';
import { catchFaults, logTo } from './main/faults.ts';
import { openNames } from './main/names.ts';
import { openKeptFloor } from './main/kept-floor.ts';
import { setProcessSettings } from './main/process-settings.ts';
import {
  amiOf,
  databaseUrls,
  embeddedPbx,
  foldersOf,
  httpOf,
  laterMigrate,
  securityLogOf,
  tryMigrate,
} from './main/surroundings.ts';
import { openSipWitness } from './main/sip-witness.ts';
import { openWings } from './main/wings.ts';
import { writeAudit } from './postgres/audit.ts';
import { callerHistory, openHistoryPool, warmHistory } from './postgres/history.ts';
import { recordsSince } from './postgres/measures.ts';
import { FIRST_START, openPool } from './postgres/pool.ts';
import { accountsOf } from './main/accounts.ts';
import { firstAdministrator, addAgent } from './setup/people.ts';
import { startPostgres } from './setup/postgres.ts';
import { keepFilesPrivate } from './setup/private-folders.ts';
import { failureWords, sayIfSlow } from './setup/progress.ts';
import { passwordOf } from './setup/sipp.ts';
import { keptSecret, portFree, sayAdministrator, sayWhere } from './setup/start.ts';
import { startDemo, type Demo } from './setup/demo/demo.ts';

keepFilesPrivate();
// who watches over us (setup/supervise.mjs) is gone: as if killed, and what runs beside us is adopted by the next start
process.on('disconnect', () => process.exit(1));
// all is loaded: a second process that stands by begins when the first has ended
if (process.env['HOTLINE_STANDS_BY']) await once(process, 'message');
const began = Date.now();
const args = process.argv.slice(2);
const now = () => performance.timeOrigin + performance.now();
const root = resolve(import.meta.dirname, '..');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const closers: (() => Promise<void> | void)[] = [];
let stopping = false;
let saidWhere = false;
let logFailure: (fault: unknown) => void = () => undefined;

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
// a terminal that was closed is no fault
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await start();
} catch (fault) {
  // who pressed Ctrl-C in the middle of a start is not told that it failed
  if (!stopping) {
    logFailure(fault);
    process.stderr.write(`${failureWords(fault)}\n`);
    await stop(1);
  }
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const demo = args.includes('--demo') || config.DEMO === true;
  const varDir = resolve(config.VAR_DIR);
  setProcessSettings(config);
  const log = openLog(config.LOG_LEVEL, logTo(varDir));
  const fault = (what: string) => (cause: unknown) => log.error({ err: cause }, what);
  logFailure = fault('start');
  await portFree(config.HTTP_HOST, config.HTTP_PORT);
  const health = openHealth(now);

  // -- what it needs: a database and a PBX, side by side ------------------------------------------------------------
  const wantsPbx = config.AMI_HOST === undefined;
  const [database, pbx] = await sayIfSlow('启动数据库和交换机', () =>
    Promise.all([
      config.DATABASE_URL === undefined
        ? startPostgres({ varDir, log: (sentence) => process.stdout.write(`· ${sentence}\n`) })
        : null,
      wantsPbx ? embeddedPbx(config, fault('pbx')) : null,
    ]),
  );
  if (database) closers.push(() => database.stop());
  const urls = await databaseUrls(config, database, demo);
  const url = urls.service;
  const databaseReady = await sayIfSlow('整理数据库', () =>
    tryMigrate(urls.migration, config.DATABASE_URL !== undefined, fault('migrate')),
  );
  const pool = openPool(url, { onBreak: fault('database connection') });
  const lookUps = openHistoryPool(url, fault('database connection'));
  const setup = openPool(url, { ...FIRST_START, onBreak: fault('database connection') });
  closers.unshift(() => Promise.all([pool.end(), lookUps.end(), setup.end()]).then(() => undefined));

  // -- the floor, as the journal left it ----------------------------------------------------------------------------
  const journalDir = join(varDir, demo ? 'journal-demo' : 'journal');
  const { floor, journal, store, begunAt } = openKeptFloor({
    ...{ config, journalDir, pool, health, log, now, onFailure: fault('store') },
  });
  closers.unshift(() => journal.close());
  closers.unshift(async () => {
    const left = await store.close(3000);
    if (left > 0) log.warn({ facts: left }, 'not stored yet: the journal has them');
  });
  if (!databaseReady) health.raise('database-away');

  // -- who hears of facts ---------------------------------------------------------------------------------------------
  let feed: Feed | null = null;
  let engine: Engine | null = null;
  const names = openNames(pool, now, fault('names'));
  closers.unshift(names.close);
  const feedClock = createFeedClock();
  const desks = openDesks(floor, (ani) => callerHistory(lookUps, ani));
  const { accounts, close: closeAccounts } = accountsOf(url, {
    openSids: () => line.edge?.openSids() ?? [],
    ...{ now, onFault: fault('accounts') },
  });
  closers.unshift(closeAccounts);
  accounts.onMoved(() => {
    line.edge?.recheck();
    recheckAnswers();
    for (const wing of wings) wing.rightsMoved?.();
  });
  const sessions = openSessions(
    pool,
    config.SESSION_SECRET ?? keptSecret(varDir),
    config.TRUST_PROXY > 0,
    accounts,
  );
  const metrics = openMetrics({
    floor,
    amiConnected: () => feed?.state() === 'live',
    journalBacklogBytes: journal.backlogBytes,
    journalFailing: () => journal.failingSinceMs() !== null,
    journalLostCount: journal.lostCount,
    databaseBacklogCount: store.backlogCount,
    databaseOldestMs: () => (store.oldestMs() === null ? null : now() - store.oldestMs()!),
    factsLostCount: store.lostCount,
    databaseUp: () => store.awaySinceMs() === null,
  });
  const faults = catchFaults({
    ...{ health, log, journalDir, registry: metrics.registry, now },
    journalAt: () => engine?.position() ?? begunAt,
  });
  closers.push(faults.close);
  let commands: Commands | null = null;
  const sip = openSipWitness({ config, pbx, commands: () => commands, onFault: fault('sip capture') });
  closers.unshift(sip.close);
  const line: { edge: LiveEdge | null } = { edge: null };
  const wings = openWings({
    config,
    pool,
    databaseUrl: url,
    reportsUrl: urls.reports,
    varDir,
    now,
    log,
    floor,
    agentsToday: () => wall.agentsToday(),
    nameOf: names.of,
    commands: () => commands,
    registrationOf: sip.registrationOf,
    switchHttp: httpOf(config, pbx, demo),
    switchFolders: foldersOf(config, pbx),
    securityLog: securityLogOf(config, pbx),
    live: {
      tell(room, event, ...said) {
        line.edge?.tell(room, event, ...said);
        for (const wing of wings) wing.overhear?.(event);
      },
      audience: (room) => line.edge?.audience(room) ?? 0,
    },
    health,
    registry: metrics.registry,
    version,
    accounts,
    isBrowserPhone: (personId) => wings.some((wing) => wing.isBrowserPhone?.(personId)),
    async peopleChanged() {
      await names.learn();
      for (const wing of wings) await wing.peopleAdded?.();
    },
    audit: (personId, what, about) => writeAudit(pool, { personId, what, about }),
  });
  for (const wing of wings) if (wing.close) closers.unshift(wing.close);
  const auditDoor = auditDoorOf(pool, now, fault('audit'));
  closers.unshift(auditDoor.close);
  const server = createHttp({
    audit: auditDoor,
    pages: join(root, 'dist/web'),
    trustProxy: config.TRUST_PROXY,
    session: sessions.middleware,
    metrics: async () => ({ type: metrics.registry.contentType, text: await metrics.registry.metrics() }),
    metricsToken: config.METRICS_TOKEN,
    notReady: () => notReady(health),
    routers: wings.flatMap((wing) => wing.routers ?? []),
    open: wings.flatMap((wing) => wing.open ?? []),
    publicPages: wings.flatMap((wing) => wing.pages ?? []),
    onFault: fault('http'),
  });
  const upgrades = openUpgrades(server, fault('upgrade'), config.TRUST_PROXY);
  for (const wing of wings) wing.serve?.(upgrades, sessions.middleware);
  const live = openLive(upgrades, {
    session: sessions.middleware,
    stands: accounts.stands,
    now,
    version,
    enter: desks.enter,
    look: desks.look,
    leave: desks.leave,
    hold: desks.hold,
    wall: () => wall.view(),
    alarms: health.alarms,
    events: wings.flatMap((wing) => wing.events ?? []),
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
    nameOf: names.of,
    now,
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
  engine = startEngine(
    floor,
    (onEvent) => createChain(onEvent, { onStamp: feedClock.hear }),
    journal,
    [
      (facts) => desks.hear(facts, floor),
      (facts) => wall.hear(facts),
      (facts, position) => store.add(facts, position),
      (facts) => metrics.hear(facts, now()),
      ...wings.flatMap((wing) => wing.hear ?? []),
    ],
    faults.unforeseen,
  );
  const watch = setInterval(() => {
    engine.tick(now());
    if (journal.failingSinceMs() !== null) health.raise('journal-disk-full');
    else health.clear('journal-disk-full');
    const clock = feedClock.state();
    health[clock === 'missing' ? 'raise' : 'clear']('pbx-no-timestamps');
    health[clock === 'off' ? 'raise' : 'clear']('pbx-clock-off');
  }, 1000);
  closers.unshift(() => clearInterval(watch));

  // -- the switch -------------------------------------------------------------------------------------------------------
  const ami = amiOf(config, pbx);
  if (ami) {
    health.raise('pbx-disconnected');
    feed = openFeed({
      ...ami.events,
      now,
      onOpen: (atMs) => {
        feedClock.opened();
        engine.opened(atMs);
      },
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
  const loadWall = async () => wall.load(await recordsSince(setup, now() - 25 * 3_600_000));
  // no wall that comes back after a restart is shown a day without calls
  if (databaseReady) await loadWall();
  server.listen(config.HTTP_PORT, config.HTTP_HOST);
  await once(server, 'listening');
  closers.unshift(async () => {
    for (const wing of wings) wing.stopServing?.();
    server.close();
    await live.close();
    server.closeAllConnections();
    sessions.close();
  });
  let password: string | null = null;
  const firstPeople = async () => {
    password = await firstAdministrator(setup);
    const added = await addAgent(setup, args, pbx && digestOf);
    if (added) process.stdout.write(`${added}\n`);
    // the database may come after the last words of the start, which say it too
    if (saidWhere && password !== null) sayAdministrator(password);
  };
  const begin = (first: Part[]) =>
    beginParts(
      [
        ...first,
        { name: 'names', begin: names.learn },
        { name: 'accounts', begin: accounts.refresh },
        { name: 'history', begin: () => warmHistory(lookUps) },
        ...wings.map(({ name, start }) => ({ name, begin: async () => start?.() })),
      ],
      { health, stopped: () => stopping, onFault: (cause, part) => fault(`begin ${part}`)(cause) },
    );
  if (databaseReady) {
    await firstPeople();
    await begin([]);
  } else {
    const first = [
      { name: 'wall', begin: loadWall },
      { name: 'people', begin: firstPeople },
    ];
    void laterMigrate(urls.migration, fault('migrate'), () => stopping).then(async (there) => {
      if (!there) return;
      if (store.awaySinceMs() === null) health.clear('database-away');
      await begin(first);
    });
  }
  let shown: Demo | null = null;
  if (demo && pbx && commands) {
    shown = await sayIfSlow('准备演示数据', () =>
      startDemo({
        pool: setup,
        pbx: pbx.site,
        commands,
        deskDigest: (extension) => digestOf(extension, passwordOf(pbx.site, extension)),
        async givePhones() {
          for (const wing of wings) await wing.peopleAdded?.();
        },
        log: fault('demo'),
      }),
    );
    const playing = shown;
    closers.unshift(() => playing.stop());
    await names.learn();
    await loadWall();
  }
  sayWhere({ config, began, password, pbx, alarms: health.alarms(), logins: shown?.logins ?? [] });
  saidWhere = true;
  // the watch over us begins
  process.send?.('up');
  if (process.send) setInterval(() => process.send!('beat'), 1000).unref();
}

/** Ends everything in order; a second Ctrl-C does not wait. */
async function stop(code: number): Promise<void> {
  if (stopping) process.exit(code || 130);
  stopping = true;
  const force = setTimeout(() => process.exit(code || 1), 45_000);
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
