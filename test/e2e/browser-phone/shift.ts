import type pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { digestOf } from '../../../src/asterisk/phones.ts';
import type { Role } from '../../../src/core/people/may.ts';
import { giveFirstDeskPhone } from '../../../src/postgres/phones.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { add } from '../../../src/setup/people.ts';
import {
  network,
  registerPhones,
  startCaller,
  startPhone,
  type CallerPlan,
  type PhonePlan,
  type RunningLeg,
} from '../../../src/setup/sipp.ts';
import { openBrowser } from '../../support/browser.ts';
import { signInAtDesk } from '../../support/desk.ts';
import { startService, type Service } from '../../support/service.ts';
import { endCalls, liveChannels, type LiveChannel } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

/** A shift of browser phones on a real switch: agents who sign in, callers, colleagues at desk phones, the outside. */
export interface Shift {
  service: Service;
  pool: pg.Pool;
  /** an agent is added, as an administrator does; nothing else is done for their phone */
  hire(extension: string, name: string, role?: Role): Promise<void>;
  /** a colleague whose desk phone SIPp plays */
  hireAtDesk(extension: string, name: string, role?: Role): Promise<void>;
  /** signs in and opens the desk; the phone of this browser is ready */
  sitDown(extension: string, context?: BrowserContext): Promise<Page>;
  /** signs in and opens the desk */
  signIn(extension: string, context?: BrowserContext): Promise<Page>;
  /** the SIP channels that live on the switch now */
  channels(): Promise<LiveChannel[]>;
  newContext(): Promise<BrowserContext>;
  caller(plan: Partial<CallerPlan> & { from: string }): RunningLeg;
  rings(plan: PhonePlan): RunningLeg;
  outside(plan: Omit<PhonePlan, 'extension' | 'at'>): RunningLeg;
  endCalls(): Promise<void>;
  close(): Promise<void>;
}

export const PASSWORD = 'shui-96666-phone';

export async function openShift(): Promise<Shift> {
  const service = await startService();
  const pool = openPool(service.databaseUrl);
  const browser: Browser = await openBrowser('allowed');
  const legs: RunningLeg[] = [];
  const tracked = (leg: RunningLeg) => {
    legs.push(leg);
    return leg;
  };
  const shift: Shift = {
    service,
    pool,
    async hire(extension, name, role = 'agent') {
      await add(pool, { login: extension, name, role, agent: `PJSIP/${extension}` }, PASSWORD);
    },
    async hireAtDesk(extension, name, role) {
      await shift.hire(extension, name, role);
      const site = service.site();
      await giveFirstDeskPhone(pool, extension, digestOf(extension, site.phoneSecret + extension));
      await until(
        'the switch has the new phone',
        async () => {
          await registerPhones(site, [extension]);
          return true;
        },
        40_000,
      );
    },
    newContext: () => browser.newContext({ viewport: { width: 1366, height: 768 } }),
    async sitDown(extension, given) {
      const page = await shift.signIn(extension, given);
      await page.waitForSelector('.call-bar[data-line=ready]', { timeout: 40_000 });
      return page;
    },
    channels: async () =>
      (await liveChannels(service.site())).filter(({ name }) => name.startsWith('PJSIP/')),
    async signIn(extension, given) {
      const context = given ?? (await shift.newContext());
      const page = await context.newPage();
      const known = (await context.cookies()).length > 0;
      await page.goto(`${service.url}${known ? '/desk' : '/sign-in?to=/desk'}`);
      if (!known) {
        await page.fill('input[name=login]', extension);
        await page.fill('input[name=password]', PASSWORD);
        await page.keyboard.press('Enter');
      }
      await page.waitForSelector('.call-bar', { timeout: 40_000 });
      await signInAtDesk(page);
      return page;
    },
    caller: (plan) => tracked(startCaller(service.site(), { stayMs: null, ...plan })),
    rings: (plan) => tracked(startPhone(service.site(), plan)),
    outside: (plan) =>
      tracked(
        startPhone(service.site(), {
          extension: '9000',
          at: { address: `${network(service.site())}.10`, port: 5060 },
          ...plan,
        }),
      ),
    async endCalls() {
      await endCalls(service.site());
      for (const leg of legs) leg.stop();
      await Promise.all(legs.splice(0).map((leg) => leg.done));
    },
    async close() {
      await shift.endCalls();
      await browser.close();
      await pool.end();
      await service.stop();
    },
  };
  return shift;
}

/** The call bar's word of the call: `talking`, `ringing`, `none`. */
export function callIs(page: Page, state: string): Promise<unknown> {
  return page.waitForSelector(`.call-bar[data-call=${state}]`, { timeout: 40_000 });
}

export function barSays(page: Page, words: string): Promise<unknown> {
  return until(
    `the call bar says ${words}`,
    async () => {
      const says = (await page.textContent('.call-bar')) ?? '';
      if (!says.includes(words)) throw new Error(says);
      return true;
    },
    40_000,
  );
}
