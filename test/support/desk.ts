import type { Page } from 'playwright-core';

/** The desk stands open: the agent signs in, and the switch has them in the queue. Who is signed in already stays so. */
export async function signInAtDesk(page: Page): Promise<void> {
  await page.waitForSelector('.state-bar .state');
  if (await page.$('.state-bar[data-state=offline]')) await page.keyboard.press('Alt+i');
  await page.waitForSelector('.state-bar:not([data-state=offline])', { timeout: 15_000 });
}
