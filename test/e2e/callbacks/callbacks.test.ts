import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { openPool } from '../../../src/postgres/pool.ts';
import { add } from '../../../src/setup/people.ts';
import type { CalleePlan } from '../../../src/setup/sipp-callees.ts';
import { openBrowser } from '../../support/browser.ts';
import { openCallbackRoom, type CallbackRoom } from '../../support/callbacks.ts';
import { signedIn } from '../../support/sign-in.ts';
import { startService, type Service } from '../../support/service.ts';
import { until } from '../../support/until.ts';

const press = (afterMs: number, key: string) => ({ afterMs, press: key });
const hangUp = (afterMs: number) => ({ afterMs, hangUp: true as const });

/** Who is called, by the end of their number, and what is to come of it. */
const PEOPLE: Record<string, { plan: Omit<CalleePlan, 'ending'>; result: string; state: string }> = {
  '01 is satisfied': {
    plan: { ringMs: 200, steps: [press(1500, '1'), press(1500, '1'), press(1500, '1')] },
    result: 'complete',
    state: 'done',
  },
  '02 is dissatisfied and says why': {
    plan: {
      ringMs: 200,
      steps: [
        press(1500, '1'),
        press(1500, '2'),
        press(1500, '3'),
        { afterMs: 7000, talkMs: 3000 },
        hangUp(3500),
      ],
    },
    result: 'complete',
    state: 'done',
  },
  '03 is busy': { plan: { ringMs: 0, refuse: 486 }, result: 'busy', state: 'waiting' },
  '04 declines': { plan: { ringMs: 0, refuse: 603 }, result: 'declined', state: 'people' },
  '05 does not answer': { plan: { ringMs: null }, result: 'no-answer', state: 'waiting' },
  '06 presses nothing': { plan: { ringMs: 200 }, result: 'nodigit', state: 'people' },
  '07 presses a wrong key, then the right one': {
    plan: {
      ringMs: 200,
      steps: [press(1500, '1'), press(1500, '5'), press(2000, '1'), press(1500, '2'), hangUp(3000)],
    },
    result: 'complete',
    state: 'done',
  },
  '08 hangs up in the greeting': {
    plan: { ringMs: 200, steps: [hangUp(1500)] },
    result: 'hung-up',
    state: 'people',
  },
  '09 hangs up when asked whether it was solved': {
    plan: { ringMs: 200, steps: [press(1500, '1'), hangUp(1500)] },
    result: 'hung-up',
    state: 'people',
  },
  '10 hangs up when asked whether they are satisfied': {
    plan: { ringMs: 200, steps: [press(1500, '1'), press(1500, '1'), hangUp(1500)] },
    result: 'partly',
    state: 'people',
  },
  '11 hangs up before the tone': {
    plan: { ringMs: 200, steps: [press(1500, '1'), press(1500, '1'), press(1500, '3'), hangUp(1000)] },
    result: 'complete',
    state: 'done',
  },
  '12 wants a person': {
    plan: { ringMs: 200, steps: [press(1500, '0')] },
    result: 'asks-person',
    state: 'people',
  },
  '13 is a mailbox that talks': {
    plan: { ringMs: 200, steps: [{ afterMs: 200, talkMs: 8000 }] },
    result: 'nodigit',
    state: 'people',
  },
  '14 wants no calls': {
    plan: { ringMs: 200, steps: [press(1500, '9')] },
    result: 'do-not-call',
    state: 'replaced',
  },
};

interface Said {
  rows?: { draftId: number; orderNo: string }[];
}

describe('a weekly callback campaign, on a real Asterisk, with real SIP people', function () {
  this.timeout(400_000);
  let service: Service;
  let pool: pg.Pool;
  let room: CallbackRoom | undefined;
  let password = '';

  before(async () => {
    service = await startService('--add-agent', '1001', '马晓燕');
    pool = openPool(service.databaseUrl);
    password = /初始密码 (\w+)（只显示这一次）/.exec(service.said())![1]!;
    room = await openCallbackRoom(service, pool, password, {
      people: Object.keys(PEOPLE).map((who) => who.slice(0, 2)),
      plans: Object.entries(PEOPLE).map(([who, { plan }]) => ({ ending: who.slice(0, 2), ...plan })),
    });
    await until(
      'everybody was called and has a result',
      async () => {
        const { rows } = await pool.query<{ open: string }>(
          `select i.order_no as open from survey_items i
            where i.drawn and not exists (select from survey_attempts a where a.item_id = i.id and a.result is not null)`,
        );
        if (rows.length > 0) throw new Error(rows.map(({ open }) => open).join(' '));
        return true;
      },
      360_000,
    );
  });
  after(async () => {
    await room?.close();
    await pool?.end();
    await service?.stop();
  });

  for (const [who, { result, state }] of Object.entries(PEOPLE)) {
    it(`who ${who.slice(3)}: ${result}`, async () => {
      const { rows } = await pool.query<{ result: string; state: string }>(
        `select a.result, i.state from survey_items i join survey_attempts a on a.item_id = i.id
          where i.order_no = $1 order by a.id limit 1`,
        [`GD${who.slice(0, 2)}`],
      );
      expect(rows[0]).to.deep.equal({ result, state });
    });
  }

  it('keeps the answers, drafts an order to redo with the word that was left, and calls nobody at 9 again', async () => {
    const { rows } = await pool.query<{
      no: string;
      solved: boolean;
      satisfied: string;
      recording: string;
      reason: string;
    }>(
      `select order_no as no, solved, satisfied, recording, r.reason from survey_items i
         left join redo_drafts r on r.item_id = i.id where i.satisfied is not null order by 1`,
    );
    expect(rows.map(({ no, solved, satisfied, reason }) => [no, solved, satisfied, reason])).to.deep.equal([
      ['GD01', true, 'satisfied', null],
      ['GD02', false, 'dissatisfied', 'not-solved'],
      ['GD07', true, 'fair', null],
      ['GD11', true, 'dissatisfied', 'dissatisfied'],
    ]);
    const word = join(service.varDir, 'pbx/spool/survey', `${rows[1]!.recording}.wav`);
    expect(statSync(word).size).to.be.above(16_000);
    const stopped = await pool.query<{ number: string }>('select number from do_not_call');
    expect(stopped.rows).to.deep.equal([{ number: '13900000014' }]);
  });

  it('rings an agent for who pressed 0', async () => {
    const agent = await until('the call with the agent is kept', async () => {
      const { rows } = await pool.query<{ agent: string }>(
        `select o.agent from calls c join offers o on o.call_id = c.call_id and o.outcome = 'answered'
          where c.dnis = '13900000012' or c.ani = '13900000012'`,
      );
      return rows[0]?.agent;
    });
    expect(agent).to.match(/^PJSIP\/100\d$/);
  });

  it('is drawn again to the same, and its draft to redo becomes the next round of the order by one key', async () => {
    await add(pool, { login: 'banzhang', name: '班长', role: 'supervisor', agent: null }, password);
    const cookie = await signedIn(service.url, 'banzhang', password);
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${service.url}/api/callbacks/${path}`, {
        method,
        headers: { cookie, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, said: (await answer.json()) as Said };
    };
    await look(service.url, cookie);
    const again = await ask('POST', 'campaigns/1/again', {});
    expect(again.said).to.include({ same: true, drawn: 14 });
    const redo = await ask('GET', 'redo');
    expect(redo.status, JSON.stringify(redo.said)).to.equal(200);
    const drafts = redo.said.rows!;
    expect(drafts.map((one) => one.orderNo)).to.have.members(['GD02', 'GD11']);
    const sent = await ask('POST', `redo/${drafts[0]!.draftId}`, { send: true });
    expect(sent).to.deep.equal({ status: 200, said: { orderNo: drafts[0]!.orderNo } });
    expect((await ask('POST', `redo/${drafts[0]!.draftId}`, { send: true })).status).to.equal(409);
    const { rows } = await pool.query('select state, round from orders where order_no = $1', [
      drafts[0]!.orderNo,
    ]);
    expect(rows).to.deep.equal([{ state: 'dispatched', round: 2 }]);
    const figures = (await ask('GET', 'figures?by=department&campaign=1')).said.rows!;
    expect(figures[0]).to.include({ population: 14, drawn: 14, valid: 4, satisfied: 1, dissatisfied: 2 });
    const file = await fetch(`${service.url}/api/callbacks/annex2.xlsx?campaign=1`, { headers: { cookie } });
    expect(file.status).to.equal(200);
  });
});

/** Only by hand: SHOTS=folder takes pictures of the pages. */
async function look(url: string, cookie: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (!folder) return;
  const browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  await context.addCookies(
    cookie
      .split('; ')
      .map((one) => ({ name: one.split('=')[0]!, value: one.slice(one.indexOf('=') + 1), url })),
  );
  const page = await context.newPage();
  for (const path of ['', '/people', '/redo', '/annex2?campaign=1', '/certificate/1']) {
    await page.goto(`${url}/callbacks${path}`);
    await page.waitForSelector('main.callbacks :is(table, .form, .ant-empty)');
    await page.screenshot({ path: join(folder, `callbacks${path.replace(/\W+/g, '-')}.png`) });
  }
  await browser.close();
}
