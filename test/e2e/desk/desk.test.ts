import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { writeUp } from '../../support/desk.ts';
import { tellStory } from '../../support/story.ts';
import { until } from '../../support/until.ts';
import { callIs, openShift, type Shift } from '../browser-phone/shift.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('a shift at the desk, on a real Asterisk, in a real browser', function () {
  this.timeout(300_000);
  let shift: Shift;
  let context: BrowserContext;
  let desk: Page;
  before(async () => {
    shift = await openShift();
    await shift.hire('1001', '马晓燕');
    await shift.hireAtDesk('1002', '李建国');
    desk = await shift.sitDown('1001');
    context = desk.context();
  });
  after(async () => await shift?.close());
  /** Each test begins at a ready desk, with no call, whatever became of the one before. */
  beforeEach(async () => {
    await shift.endCalls();
    if (desk.isClosed()) desk = await shift.sitDown('1001', context);
    await context.setOffline(false);
    await writeUp(desk);
    if (await desk.$('.state-bar[data-state=paused]')) await desk.keyboard.press('Alt+r');
    await stateIs(desk, 'ready');
  });
  afterEach(async () => await shift.endCalls());

  const stateIs = (page: Page, state: string) =>
    page.waitForSelector(`.state-bar[data-state=${state}]`, { timeout: 40_000 });
  const ready = async (page: Page) => {
    if (await page.$('.state-bar[data-state=wrap-up]')) {
      await page.check('.conclusion label:last-child input');
      await page.fill('#field-content', '测试电话');
      await page.waitForSelector('.save-state[data-saved=true]');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.record[data-complete=true]');
      await page.keyboard.press('Alt+r');
    }
    await stateIs(page, 'ready');
  };
  const recordOf = async (from: string) =>
    (
      await shift.pool.query<{ id: number; content: string; caller: string; category: string; item: number }>(
        'select id::int, content, caller, category, item from records where phone = $1 order by id desc limit 1',
        [from],
      )
    ).rows[0];
  /** the first press reminds that the caller hangs up first (Article 11), the second one does it */
  const hangUp = async () => {
    await desk.keyboard.press('F4');
    await desk.waitForSelector('.call-bar .note.warn');
    await desk.keyboard.press('F4');
    await callIs(desk, 'none');
  };
  const answered = async (from: string) => {
    // a caller without a voice is ended by the trunk's RTP time-out after a minute
    const caller = shift.caller({ from, echo: true });
    await callIs(desk, 'ringing');
    await desk.keyboard.press('F2');
    await callIs(desk, 'talking');
    return caller;
  };

  it('signing in puts the agent into the queue; a pause has a reason; ready again by a key', async () => {
    await stateIs(desk, 'ready');
    await desk.selectOption('#pause-reason', '就餐');
    await stateIs(desk, 'paused');
    expect(await desk.textContent('.state-bar .state')).to.include('就餐');
    await desk.keyboard.press('Alt+r');
    await stateIs(desk, 'ready');
  });

  tellStory('a call, its record, its handover, two who write, and the wrap-up', (step) => {
    step(
      'a call brings its record, which is filled by keyboard; each keystroke is in the database within a moment',
      async () => {
        await answered('13912340001');
        await desk.waitForSelector('.fields');
        expect(await desk.inputValue('#field-phone')).to.equal('13912340001');
        // the cursor is where the matter is written
        await desk.waitForFunction(() => document.activeElement?.id === 'field-category');
        await desk.keyboard.type('ts zt');
        await desk.fill('#field-category', '2 1');
        await desk.keyboard.press('Enter');
        expect(await desk.inputValue('#field-category')).to.include('停水');
        expect(await desk.textContent('.guidance')).to.include('是否买水');
        await desk.keyboard.press('Alt+f');
        await desk.keyboard.type('整栋楼从早上开始没有水', { delay: 15 });
        await until('the words are in the database', async () => {
          const record = await recordOf('13912340001');
          return (
            record?.content === '整栋楼从早上开始没有水' &&
            record.category === 'no-water' &&
            record.item === 1
          );
        });
      },
    );

    step('what the next shift must know is written into the handover in mid-call, by keys', async () => {
      await desk.keyboard.press('Alt+g');
      await desk.keyboard.type('这户明早要回话');
      await desk.keyboard.press('Enter');
      await desk.waitForSelector('footer [role=status]');
      const { rows } = await shift.pool.query<{ text: string }>(
        `select text from handover_items where section = 'pinned'`,
      );
      expect(rows.map(({ text }) => text)).to.deep.equal([
        `受理记录 ${(await recordOf('13912340001'))!.id}（停水）：这户明早要回话`,
      ]);
    });

    step(
      'a second tab and another machine see the same record, and nobody overwrites the other silently',
      async () => {
        const record = (await recordOf('13912340001'))!;
        const elsewhere = await shift.newContext();
        const other = await elsewhere.newPage();
        await other.goto(`${shift.service.url}/desk`);
        await other.fill('input[name=login]', '1002');
        await other.fill('input[name=password]', 'shui-96666-phone');
        await other.keyboard.press('Enter');
        await other.waitForSelector('.desk');
        const saved = await other.evaluate(
          (id) =>
            fetch(`/api/records/${id}`).then(
              (answer) => answer.json() as Promise<{ fields: { content: string } }>,
            ),
          record.id,
        );
        expect(saved.fields.content).to.equal('整栋楼从早上开始没有水');
        await elsewhere.close();
        // the same field is changed in the database while this tab is cut off
        await context.setOffline(true);
        await desk.fill('#field-caller', '王秀兰');
        await shift.pool.query(`update records set caller = '王秀英', version = version + 1 where id = $1`, [
          record.id,
        ]);
        await context.setOffline(false);
        await desk.waitForSelector('[data-field=caller] .conflict', { timeout: 30_000 });
        expect(await desk.textContent('[data-field=caller] .conflict')).to.include('王秀英');
        await desk.click('[data-field=caller] .conflict button >> nth=0');
        await until('mine was taken', async () => (await recordOf('13912340001'))!.caller === '王秀兰');
      },
    );

    step(
      'the record must be complete before the next call: wrap-up, done by a key, refused while something is missing',
      async () => {
        await shift.endCalls();
        await stateIs(desk, 'wrap-up');
        await desk.keyboard.press('Alt+r');
        await desk.waitForSelector('.state-bar .fault');
        expect(await desk.textContent('.state-bar .fault')).to.include('第二十七条');
        await desk.keyboard.press('Alt+e');
        await desk.keyboard.press('Control+Enter');
        await desk.waitForFunction(() =>
          document.querySelector('.save-state')?.textContent?.includes('还缺'),
        );
        await desk.keyboard.press('Alt+a');
        await desk.fill('#field-answer', '抢修预计两小时恢复');
        await desk.keyboard.press('Control+Enter');
        await desk.waitForSelector('.record[data-complete=true]');
        await desk.keyboard.press('Alt+r');
        await stateIs(desk, 'ready');
      },
    );
  });

  it('the page is clean for axe, in light and dark', async () => {
    for (const shade of ['dark', 'light']) {
      await desk.evaluate((to) => localStorage.setItem('shade', to), shade);
      await desk.reload();
      await desk.waitForSelector('.call-bar[data-line=ready]');
      await desk.evaluate(axe);
      const found = await desk.evaluate(async () => {
        const run = (
          globalThis as unknown as {
            axe: {
              run(
                options: object,
              ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
            };
          }
        ).axe;
        const { violations } = await run.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] });
        return violations.map(
          (one) =>
            `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`,
        );
      });
      expect(found.join('\n'), shade).to.equal('');
    }
  });

  it('fifty reloads in mid-call: every time the caller is still there, and is given back to the same agent', async function () {
    this.timeout(900_000);
    const reloads = Number(process.env['RELOADS'] ?? 50);
    const from = '13912340002';
    let ended = false;
    const caller = await answered(from);
    void caller.done.then(() => (ended = true));
    for (let count = 0; count < reloads; count += 1) {
      await desk.reload();
      await callIs(desk, 'talking').catch(async (cause: unknown) => {
        throw new Error(`reload ${count + 1}: ${await desk.textContent('.call-bar')}, ended: ${ended}`, {
          cause,
        });
      });
      await until(
        'the browser has the voice again',
        () =>
          desk.evaluate(
            () =>
              (
                globalThis as unknown as { hotlinePhone: { connection(): RTCPeerConnection | null } }
              ).hotlinePhone.connection()?.connectionState === 'connected',
          ),
        40_000,
      ).catch(async (cause: unknown) => {
        throw new Error(`reload ${count + 1}: ${await desk.textContent('.call-bar')}, ended: ${ended}`, {
          cause,
        });
      });
      expect(ended, `the caller after reload ${count + 1}`).to.equal(false);
    }
    const live = await shift.pool.query('select call_id from calls where ani = $1', [from]);
    expect(live.rows).to.have.length(1);
    await hangUp();
    await until(
      'one call, one record',
      async () => {
        const { rows } = await shift.pool.query<{ outcome: string; records: number; anomalies: string[] }>(
          `select outcome, anomalies, (select count(*)::int from records r where r.call_id = c.call_id) as records
           from calls c where ani = $1`,
          [from],
        );
        return rows.length === 1 && rows[0]!.outcome === 'answered' && rows[0]!.records === 1;
        // the caller is asked how it was before the line is let go
      },
      30_000,
    );
    await ready(desk);
  });

  it('a browser that dies and does not come back: the caller goes to the head of the queue, to another agent', async () => {
    const from = '13912340003';
    let ended = false;
    const caller = await answered(from);
    void caller.done.then(() => (ended = true));
    await desk.fill('#field-content', '写到一半');
    await until('the half sentence is safe', async () => (await recordOf(from))?.content === '写到一半');
    await desk.close();
    const second = await shift.newContext();
    const other = await second.newPage();
    await other.goto(`${shift.service.url}/desk`);
    await other.fill('input[name=login]', '1002');
    await other.fill('input[name=password]', 'shui-96666-phone');
    await other.keyboard.press('Enter');
    await other.waitForSelector('.state-bar');
    shift.rings({ extension: '1002', ringMs: 500, talkMs: null });
    await other.keyboard.press('Alt+i');
    await other.waitForSelector('.state-bar[data-state=talking]', { timeout: 40_000 });
    expect(ended).to.equal(false);
    await other.waitForFunction(
      () => (document.querySelector('#field-content') as HTMLTextAreaElement | null)?.value === '写到一半',
      undefined,
      { timeout: 40_000 },
    );
    await until('the missing heartbeat is counted', async () =>
      /hotline_presence_mismatches_total\{kind="no-heartbeat"\} [1-9]/.test(
        await (await fetch(`${shift.service.url}/metrics`)).text(),
      ),
    );
    await second.close();
    await shift.endCalls();
    desk = await shift.sitDown('1001', context);
    await ready(desk);
  });
});
