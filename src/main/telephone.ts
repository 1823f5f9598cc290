/** What keeps the telephone from being misused, put together: settings, budget, floods, who guesses passwords. */
import { Gauge } from 'prom-client';
import { followFile, type FollowedFile } from '../app/follow-file.ts';
import { openFloods } from '../app/floods.ts';
import { setDialRules } from '../core/floor/dialling.ts';
import { periodAt } from '../core/office/period.ts';
import {
  budgetState,
  extrasWritten,
  NEAR_PERCENT,
  stoppedWritten,
  type BudgetState,
} from '../core/telephone/budget.ts';
import {
  ATTEMPTS_WITHIN_MS,
  countAttempts,
  readSecurityLine,
  type SecurityEvent,
} from '../core/telephone/security-log.ts';
import { setTelephoneLimits, telephoneLimits, telephoneSettings } from '../core/telephone/settings.ts';
import { telephoneRoutes } from '../http/telephone.ts';
import { ban, liftBan, shownBans } from '../postgres/bans.ts';
import * as floods from '../postgres/floods.ts';
import { keptSettings } from '../postgres/settings.ts';
import { dialledSince } from '../postgres/telephone.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 5000;
const FLOODS_SHOWN = 50;
const MOST_ATTEMPTS = 20_000;

export const openTelephone: OpenWing = (ground) => {
  const { pool, floor, now, log, health } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'telephone');
  let budget: BudgetState = budgetState([], telephoneLimits());
  let timer: NodeJS.Timeout | null = null;
  /** what the switch was given; null: nothing since it is connected */
  let given: string | null = null;
  let attempts: { event: SecurityEvent; atMs: number }[] = [];
  let securityLog: FollowedFile | null = null;
  const alarm = (code: Parameters<typeof health.raise>[0], on: boolean) =>
    health[on ? 'raise' : 'clear'](code);

  const watch = openFloods({
    floor,
    now,
    rules: telephoneLimits,
    store: {
      standing: () => floods.standingFlood(pool),
      begin: (atMs, verdict) => floods.beginFlood(pool, atMs, verdict),
      end: (id, atMs) => floods.endFlood(pool, id, atMs),
      note: (id, calls) => floods.noteFloodCalls(pool, id, calls),
      pass: (callId, atMs) => floods.passFloodCall(pool, callId, atMs),
      recent: (sinceMs) => floods.recentArrivals(pool, sinceMs),
      trust: (number) => floods.callerTrust(pool, number),
      usual: (atMs) => floods.usualStrangers(pool, atMs),
    },
    suspect: async (channel, key) => ground.commands()?.tellChannel(channel, 'HOTLINE_SUSPECT', String(key)),
    prefer: async (channel) => ground.commands()?.tellChannel(channel, 'QUEUE_PRIO', '4'),
    ask: async (channel) => ground.commands()?.askStranger(channel),
    onChange(standing, verdict) {
      log.warn({ standing, verdict }, 'flood of forged numbers');
      alarm('number-flood', standing !== null);
    },
    onFault,
  });
  new Gauge({
    name: 'hotline_number_flood',
    help: '1 while a flood of forged numbers is told of',
    registers: [ground.registry],
    collect() {
      this.set(watch.sinceMs() === null ? 0 : 1);
    },
  });
  new Gauge({
    name: 'hotline_outbound_budget_used_ratio',
    help: 'Of the outgoing budget of today, the part of it that is used most',
    registers: [ground.registry],
    collect() {
      this.set(budget.usedPercent / 100);
    },
  });

  async function look(): Promise<void> {
    const limits = telephoneSettings(await keptSettings(pool, 'telephone'));
    setTelephoneLimits(limits);
    budget = budgetState(await dialledSince(pool, periodAt('day', now()).fromMs), limits);
    const { stopped } = budget;
    const extras = limits.extraNumbers;
    setDialRules({ extras, stopped, callsPerAgentAndHour: limits.callsPerAgentHour });
    alarm('budget-reached', budget.reached.length > 0);
    alarm('budget-near', budget.reached.length === 0 && budget.usedPercent >= NEAR_PERCENT);
    await giveSwitch({
      extras: extrasWritten(extras),
      stopped: stoppedWritten(stopped),
      perHour: limits.callsPerAgentHour,
    });
  }

  /** The switch refuses the same, though a phone dials by itself, and though we are away. */
  async function giveSwitch(rules: { extras: string; stopped: string; perHour: number }): Promise<void> {
    const commands = ground.commands();
    if (!commands?.connected()) {
      given = null;
      return;
    }
    const written = JSON.stringify(rules);
    if (written === given) return;
    if ((await commands.dialRules(rules)).ok) given = written;
  }

  function hearSecurity(line: string): void {
    const event = readSecurityLine(line);
    if (event === null || (event.address !== null && isOwn(event.address))) return;
    const atMs = now();
    attempts = [...attempts.slice(1 - MOST_ATTEMPTS), { event, atMs }].filter(
      (one) => one.atMs > atMs - ATTEMPTS_WITHIN_MS,
    );
    const { banRefusals, banMinutes } = telephoneLimits();
    const count = attempts.filter((one) => one.event.address === event.address).length;
    if (count < banRefusals) return;
    alarm('switch-attacked', true);
    // whom a forged line names is banned by nobody
    if (event.address === null) return;
    const subject = `address:${event.address}`;
    void ban(pool, { subject, why: event.kind, count: 1, atMs, untilMs: atMs + banMinutes * 60_000 }).catch(
      onFault,
    );
  }
  /** the browsers' phones come from our own address: who they are is known, and they are kept out by name (main/phones.ts) */
  const isOwn = (address: string) => address === switchHost || address === '127.0.0.1' || address === '::1';
  const switchHost = ground.switchHttp ? new URL(ground.switchHttp.url).hostname : null;

  return {
    routers: [
      telephoneRoutes({
        async state() {
          const { budgetCalls, budgetMinutes } = telephoneLimits();
          const { calls, minutes, usedPercent, stopped } = budget;
          return {
            floods: await floods.shownFloods(pool, FLOODS_SHOWN),
            budget: { calls, minutes: Math.round(minutes), usedPercent, stopped, budgetCalls, budgetMinutes },
            bans: await shownBans(pool, now()),
            security: ground.securityLog === null ? null : countAttempts(attempts, now()).slice(0, 50),
          };
        },
        liftBan: (subject) => liftBan(pool, subject),
        audit: ground.audit,
      }),
    ],
    hear: (facts) => watch.hear(facts),
    async start() {
      await look();
      await watch.start();
      timer ??= setInterval(() => {
        alarm(
          'switch-attacked',
          countAttempts(attempts, now()).some(({ count }) => count >= telephoneLimits().banRefusals),
        );
        void look().catch(onFault);
      }, LOOK_EVERY_MS);
      timer.unref();
      if (ground.securityLog !== null) securityLog ??= followFile(ground.securityLog, hearSecurity, onFault);
    },
    close() {
      if (timer) clearInterval(timer);
      securityLog?.close();
      watch.close();
    },
  };
};
