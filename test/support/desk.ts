import type { Page } from 'playwright-core';

/** The desk stands open: the agent signs in, and the switch has them in the queue. Who is signed in already stays so. */
export async function signInAtDesk(page: Page): Promise<void> {
  await page.waitForSelector('.state-bar .state');
  if (await page.$('.state-bar[data-state=offline]')) await page.keyboard.press('Alt+i');
  await page.waitForSelector('.state-bar:not([data-state=offline])', { timeout: 15_000 });
}

/** Writes up the last call as one with nothing to handle, so that the next is offered (Article 27). */
export async function writeUp(page: Page | undefined): Promise<void> {
  if (!page || page.isClosed() || !(await page.$('.state-bar'))) return;
  // the switch may not have said yet that the talk is over
  await page.waitForSelector('.state-bar:not([data-state=talking]):not([data-state=on-hold])');
  if (!(await page.$('.state-bar[data-state=wrap-up]'))) return;
  await page.waitForSelector('.fields');
  await page.check('.conclusion label:last-child input');
  await page.fill('#field-content', '测试电话');
  await page.waitForSelector('.save-state[data-saved=true]');
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.record[data-complete=true]');
  await page.keyboard.press('Alt+r');
  await page.waitForSelector('.state-bar:not([data-state=wrap-up])');
}
