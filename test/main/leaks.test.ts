/**
 * What leaves the service, read as every role on a database in which every field and every text names the same customers. The
 * walk is made of the declared routes: one that is added is walked, and must be given what it asks for in ASKED.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { may, ROLES, type Role } from '../../src/core/people/may.ts';
import { PRIVATE_KINDS, WHO_SEES } from '../../src/core/people/sight.ts';
import { MOST_SEARCHES } from '../../src/http/number-searches.ts';
import type { SignedIn } from '../../src/http/sessions.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';
import { WEEK } from '../support/eventful-week.ts';
import { ADDRESS, fillTown, found, NAME, NUMBER, TEXT } from '../support/private-town.ts';
import { until } from '../support/until.ts';
import { openWholeHouse, waysIn, type WholeHouse } from '../support/whole-house.ts';

const jszip = createRequire(createRequire(import.meta.url).resolve('exceljs'))('jszip') as {
  loadAsync(bytes: Buffer): Promise<{ files: Record<string, { async(as: 'string'): Promise<string> }> }>;
};
const NOW = WEEK.untilMs - 3_600_000;
/** in the table `people`, by login; who has a unit belongs to the first of all units, or to another */
const PEOPLE: Record<string, { role: Role; unit: 'own' | 'other' | null }> = {
  agent: { role: 'agent', unit: null },
  supervisor: { role: 'supervisor', unit: null },
  administrator: { role: 'administrator', unit: null },
  manager: { role: 'manager', unit: null },
  dispatcher: { role: 'dispatcher', unit: 'own' },
  stranger: { role: 'dispatcher', unit: 'other' },
  worker: { role: 'field-worker', unit: 'own' },
};
const WHOLE = ['supervisor', 'administrator', 'agent'];
/** `nobody`: not signed in */
const MASKED = ['manager', 'stranger', 'dispatcher', 'worker', 'nobody'];
/** what gives sounds, or files that are not in this house */
const NOT_READ = [
  '/api/report-previews/:id/file',
  // lists as files have a test of their own below
  '/api/exports/:id/file',
  // of programs, not of people
  '/api/system/sbom',
  // billing lists: only for who sees all
  '/api/customer-imports/:id',
  '/api/customer-imports/:id/bad.csv',
  // what is in a photo or a sound can't be masked; its name is, and was read
  '/api/orders/:orderNo/files/:id',
  '/api/cases/:id/files/:file',
  '/api/callbacks/items/:id/recording',
  '/api/ivr/words/:callId/sound',
  '/api/ivr/prompts/:name/sound',
  '/api/recordings/:callId/sound',
  '/api/recordings/:callId/file',
  // nobody composed a wall or drew a week
  '/api/walls/:id',
  '/api/walls/:id/televisions',
  '/api/quality/draw',
];
const SPAN = `fromMs=${WEEK.fromMs}&untilMs=${WEEK.untilMs}`;
const PERIOD = `period=${encodeURIComponent(WEEK.key)}`;
const REPORTS = ['daily', 'weekly', 'callbacks'];

describe('nothing private leaves for who may not see it', function () {
  this.timeout(300_000);
  this.retries(0);
  let house: WholeHouse;
  let nowMs = NOW;
  const people = new Map<string, SignedIn>();

  before(async () => {
    const url = await cloneDatabase();
    const pool = openPool(url);
    const { rows: units } = await pool.query<{ id: number }>('select id::int from units order by id');
    for (const [login, { role, unit }] of Object.entries(PEOPLE)) {
      const agent = role === 'agent' ? 'PJSIP/1001' : null;
      const unitId = unit === 'own' ? units[0]!.id : unit === 'other' ? units[9]!.id : null;
      const made = await createPerson(pool, {
        login,
        name: `工作人员${role}`,
        role,
        agent,
        passwordHash: 'x',
      });
      await pool.query('update people set unit_id = $2, must_change = false where id = $1', [
        made!.id,
        unitId,
      ]);
      people.set(login, { id: made!.id, login, name: login, role, agent, unitId, mustChange: false });
    }
    await fillTown(pool, people.get('supervisor')!.id);
    await pool.end();
    house = await openWholeHouse(url, () => nowMs, people);
    const all = async (what: string, from: string) =>
      (
        await house.pool.query<{ id: string }>(`select ${what}::text as id from ${from} order by 1 limit 2`)
      ).rows.map(({ id }) => id);
    const own = await all('order_no', 'orders where unit_id = (select min(id) from units)');
    const files = own.map((orderNo) => `/api/orders/${orderNo}/files/${'ab12'.repeat(16)}`);
    const cases = await all('id', 'outside_cases');
    const words = encodeURIComponent(NAME);
    Object.assign(ASKED, {
      '/api/settings/:name': ['/api/settings/desk'],
      '/api/report-versions/:id': ['/api/report-versions/1'],
      '/api/report-versions/:id/file': ['csv', 'xlsx', 'docx'].map(
        (as) => `/api/report-versions/1/file?as=${as}`,
      ),
      '/api/offers': [`/api/offers?${PERIOD}&list=offers`],
      '/api/talks': [`/api/talks?${PERIOD}`],
      '/api/agent-times': [`/api/agent-times?${PERIOD}&state=talking`],
      '/api/reports/:report': REPORTS.map((report) => `/api/reports/${report}?${PERIOD}`),
      '/api/reports/:report/file': REPORTS.flatMap((report) =>
        ['csv', 'xlsx', 'docx'].map((as) => `/api/reports/${report}/file?${PERIOD}&as=${as}`),
      ),
      '/api/receipts': [`/api/receipts?${PERIOD}`],
      '/api/calls': [`/api/calls?${PERIOD}&list=offered`, `/api/calls?${PERIOD}&list=missed`],
      '/api/customers': [`/api/customers?words=${words}`, `/api/customers?words=100200`],
      '/api/customers/:id': (await all('id', 'customers')).map((id) => `/api/customers/${id}`),
      '/api/records/:id': (await all('id', 'records')).map((id) => `/api/records/${id}`),
      '/api/records/past': [`/api/records/past?phone=${NUMBER}`],
      '/api/orders': [`/api/orders?list=all`, `/api/orders?list=all&words=${words}`],
      '/api/orders/similar': [
        `/api/orders/similar?phone=${NUMBER}&category=leak&address=${encodeURIComponent(ADDRESS)}`,
      ],
      '/api/orders/workers': ['/api/orders/workers?unitId=1'],
      '/api/orders/:orderNo': own.map((orderNo) => `/api/orders/${orderNo}`),
      '/api/orders/:orderNo/files/:id': files,
      '/api/outages/:id': ['/api/outages/1'],
      '/api/cases': ['/api/cases?list=all'],
      '/api/cases/looks': ['/api/cases/looks?day=2026-11-29'],
      '/api/cases/:id': cases.map((id) => `/api/cases/${id}`),
      '/api/cases/:id/files/:file': cases.map((id) => `/api/cases/${id}/files/${'cd34'.repeat(16)}`),
      '/api/callbacks/campaigns/:id': ['/api/callbacks/campaigns/1'],
      '/api/callbacks/figures': ['/api/callbacks/figures?by=department'],
      '/api/callbacks/list': ['/api/callbacks/list?campaign=1&list=population'],
      '/api/callbacks/annex2.xlsx': ['/api/callbacks/annex2.xlsx?campaign=1&list=population'],
      '/api/callbacks/items/:id/recording': ['/api/callbacks/items/1/recording'],
      '/api/callbacks/today/:number': [`/api/callbacks/today/${NUMBER}`],
      '/api/handovers/:id': (await all('id', 'handovers')).map((id) => `/api/handovers/${id}`),
      '/api/handovers': [`/api/handovers`, `/api/handovers?words=${words}`],
      '/api/ivr/figures': [`/api/ivr/figures?from=${WEEK.fromMs}&until=${WEEK.untilMs}`],
      '/api/recordings': [
        `/api/recordings?${SPAN}`,
        `/api/recordings?${SPAN}&words=${encodeURIComponent('电话')}`,
      ],
      '/api/recordings/:callId': (await all('call_id', 'recordings')).map((id) => `/api/recordings/${id}`),
      '/api/outward/deliveries/:id': (await all('id', 'deliveries')).map(
        (id) => `/api/outward/deliveries/${id}`,
      ),
      '/api/roster': ['/api/roster?month=2026-11'],
      '/api/roster/file': ['/api/roster/file?month=2026-11'],
      '/api/roster/day': ['/api/roster/day?date=2026-11-25'],
      '/api/conduct': [`/api/conduct?${SPAN}`],
      '/api/conduct/file': ['/api/conduct/file?month=2026-11'],
      '/api/quality/draw': ['/api/quality/draw?week=2026-W48'],
      '/api/quality/calls/:callId': (await all('call_id', 'recordings')).map(
        (id) => `/api/quality/calls/${id}`,
      ),
      '/api/quality/trends': [`/api/quality/trends?${SPAN}`],
      '/api/quality/file': [`/api/quality/file?${SPAN}`],
      '/api/decision-table/versions/:version': ['/api/decision-table/versions/1'],
    });
  });
  after(() => house.close());

  const ASKED: Record<string, string[]> = {};
  const ask = async (login: string, path: string) => {
    const answer = await fetch(house.url + path, {
      headers: { 'x-login': login },
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, text: await textOf(answer) };
  };

  const send = async (login: string, path: string, body: object) => {
    const answer = await fetch(house.url + path, {
      method: 'POST',
      headers: { 'x-login': login, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, text: await answer.text() };
  };

  it('no answer and no file that a route gives', async () => {
    const leaks: string[] = [];
    const unread: string[] = [];
    for (const { method, path } of waysIn(house.wings).pages) {
      if (method !== 'GET') continue;
      let read = false;
      for (const [at, address] of (ASKED[path] ?? [path]).entries()) {
        for (const login of MASKED) {
          const { status, text } = await ask(login, address);
          read ||= status === 200;
          const own = ['dispatcher', 'worker'].includes(login) && path.startsWith('/api/orders');
          const seen = found(text);
          if (seen.length > 0 && !own)
            leaks.push(`${login} ${status} ${decodeURIComponent(address)}: ${seen.join(' ')}`);
        }
        for (const login of WHOLE) if (!read && at === 0) read = (await ask(login, address)).status === 200;
      }
      if (!read && !NOT_READ.includes(path)) unread.push(path);
    }
    expect(leaks).to.deep.equal([]);
    expect(unread, 'routes that gave nothing: say in ASKED what they are asked for').to.deep.equal([]);
  });

  it('who needs them to go there sees them whole, in the orders of the own unit', async () => {
    const [order] = ASKED['/api/orders/:orderNo']!;
    for (const login of ['dispatcher', 'worker', 'agent', 'supervisor']) {
      const { text } = await ask(login, order!);
      expect(found(text), login).to.deep.equal([NUMBER, '09516284719', NAME, ADDRESS]);
    }
    expect((await ask('stranger', order!)).status).to.equal(404);
  });

  it('no event on a line, and no mail, message or other system that is told of it', async () => {
    // what is told outside must have happened today
    nowMs = Date.now();
    const heard = new Map<string, { event: string; text: string }[]>();
    const lines = [...people.keys()].map((login) => {
      const line = io(house.url, { transports: ['websocket'], extraHeaders: { 'x-login': login } });
      heard.set(login, []);
      line.onAny(
        (event: string, ...values) => void heard.get(login)!.push({ event, text: JSON.stringify(values) }),
      );
      return line;
    });
    const came = (login: string, event: string) => heard.get(login)!.some((one) => one.event === event);
    await until('all sit there', () => [...people.keys()].every((login) => came(login, 'hello')));
    const orderNo = ASKED['/api/orders/:orderNo']![0]!.split('/').at(-1)!;
    const step = await send('supervisor', `/api/orders/${orderNo}/steps`, { kind: 'note', note: TEXT });
    expect(step.status, step.text).to.equal(200);
    const sent = async () =>
      (
        await house.pool.query<{ channel: string; text: string }>(
          `select channel, message::text as text from deliveries where channel <> 'screen' and kind = 'order-stepped'`,
        )
      ).rows;
    await until('it goes out', async () => (await sent()).length >= 3, 30_000);
    for (const login of ['manager', 'dispatcher', 'worker', 'supervisor'])
      await until(`${login} hears of the order`, () => came(login, 'order'));
    await until(
      'a notice stands on the screens',
      () => came('manager', 'told') && came('supervisor', 'told'),
      30_000,
    );
    // whatever is told to whoever sits there
    const whole = [{ number: NUMBER, name: NAME, address: ADDRESS, words: TEXT, lines: [[{ note: TEXT }]] }];
    for (const { id } of people.values()) house.live.tell(`person:${id}`, 'missed', whole as never);
    await until('everybody hears', () => [...people.keys()].every((login) => came(login, 'missed')));
    const leaks = [...heard].flatMap(([login, events]) =>
      WHOLE.includes(login)
        ? []
        : events
            .filter(({ event }) => event !== 'order' || !['dispatcher', 'worker'].includes(login))
            .flatMap(({ event, text }) => found(text).map((what) => `${login} ${event} ${what} ${text}`)),
    );
    expect(leaks).to.deep.equal([]);
    expect(heard.get('stranger')!.some(({ event }) => event === 'order')).to.equal(false);
    const order = (login: string) => heard.get(login)!.find(({ event }) => event === 'order')!.text;
    for (const login of ['supervisor', 'dispatcher']) expect(found(order(login))).to.include(NUMBER);
    expect(
      (await sent()).flatMap(({ channel, text }) => found(text).map((what) => `${channel} ${what}`)),
    ).to.deep.equal([]);
    for (const line of lines) line.close();
  });

  it('no list that is taken along', async () => {
    const wanted = [
      { list: 'receipts', filter: { period: WEEK.key } },
      { list: 'calls', filter: { period: WEEK.key, list: 'offered' } },
      { list: 'talks', filter: { period: WEEK.key } },
      { list: 'orders', filter: { list: 'all' } },
    ];
    for (const login of ['manager', 'supervisor'])
      for (const { list, filter } of wanted)
        for (const format of ['csv', 'xlsx']) {
          const asked = await send(login, '/api/exports', { list, format, filter });
          expect(asked.status, asked.text).to.equal(201);
          const { id } = JSON.parse(asked.text) as { id: string };
          let got = { status: 0, text: '' };
          await until(`${list} is made`, async () => {
            got = await ask(login, `/api/exports/${id}/file`);
            return got.status === 200;
          });
          if (login === 'manager') expect(found(got.text), `${list} ${format}`).to.deep.equal([]);
          else if (list !== 'talks') expect(found(got.text), `${list} ${format}`).to.include(NUMBER);
        }
  });

  it('no answer to another system without the right', async () => {
    const token = async (system: string, unitId: number | null, more: string[]) => {
      const secret = `token-of-${system}-0123456789`;
      await house.pool.query(
        `insert into api_tokens (system, prefix, hash, scopes, unit_id, per_minute) values ($1, 'x', $2, $3, $4, 1000)`,
        [
          system,
          createHash('sha256').update(secret).digest(),
          ['calls:read', 'customers:read', 'orders:read', 'orders:create', 'cases:read', ...more],
          unitId,
        ],
      );
      return secret;
    };
    const own = people.get('dispatcher')!.unitId;
    const [none, bound, whole] = [
      await token('none', null, []),
      await token('bound', own, []),
      await token('whole', null, ['numbers:read']),
    ];
    const orderNo = ASKED['/api/orders/:orderNo']![0]!.split('/').at(-1)!;
    const { rows: calls } = await house.pool.query<{ id: string }>(
      `select call_id as id from calls where ani = $1 limit 1`,
      [NUMBER],
    );
    const given: Record<string, string> = { orderNo, callId: calls[0]!.id, account: '100200', id: '1' };
    for (const { method, path } of waysIn(house.wings).systems) {
      if (method !== 'GET') continue;
      const address = path.replace(/:(\w+)/g, (_, name: string) => given[name]!);
      const read = async (secret: string) => {
        const answer = await fetch(house.url + address, { headers: { authorization: `Bearer ${secret}` } });
        return { status: answer.status, seen: found(await answer.text()) };
      };
      expect(await read(none), address).to.deep.equal({ status: 200, seen: [] });
      const unit = await read(bound);
      expect(unit.seen, address).to.not.include(NUMBER);
      if (path.startsWith('/api/v1/orders')) expect(unit.seen, address).to.include(ADDRESS);
      if (!/categories/.test(path)) expect((await read(whole)).seen, address).to.include(NUMBER);
    }
  });

  it('no search that is answered by trying digits', async () => {
    const hits = async (login: string, path: string) => (await ask(login, path)).status;
    for (const path of [
      `/api/customers?words=${NUMBER.slice(3, 7)}`,
      `/api/customers?words=${NUMBER.slice(0, 8)}`,
      `/api/orders?list=all&words=${encodeURIComponent('４８２９')}`,
      `/api/recordings?${SPAN}&number=${NUMBER.slice(2, 8)}`,
      `/api/recordings?${SPAN}&words=4829`,
      `/api/cases?list=all&words=829`,
    ]) {
      expect(await hits('manager', path), path).to.equal(400);
      expect(await hits('supervisor', path), path).to.equal(200);
    }
    const part = { list: 'orders', format: 'csv', filter: { list: 'all', words: '4829' } };
    expect((await send('manager', '/api/exports', part)).status).to.equal(400);
    for (const words of [NAME, '7号楼', 'HL202611250001'])
      expect(await hits('manager', `/api/orders?list=all&words=${encodeURIComponent(words)}`)).to.equal(200);
    let whole = 200;
    for (let count = 0; whole === 200 && count <= MOST_SEARCHES; count += 1)
      whole = await hits('manager', `/api/customers?words=${NUMBER}`);
    expect(whole).to.equal(429);
    // a unit finds its own orders by any part of a number
    expect(await hits('dispatcher', `/api/orders?list=all&words=${NUMBER.slice(3, 7)}`)).to.equal(200);
  });

  it('no line of the log', () => {
    expect(house.log.flatMap((line) => found(line).map((what) => `${what} in ${line}`))).to.deep.equal([]);
  });

  it('one table says who sees what', () => {
    for (const role of ROLES)
      for (const kind of PRIVATE_KINDS)
        expect(WHO_SEES[role][kind] === 'whole', `${role} ${kind}`).to.equal(may(role, 'see-full-number'));
  });
});

/** The whole of an answer as text: of a file what lies in it. */
async function textOf(answer: Response): Promise<string> {
  const head = decodeURIComponent(answer.headers.get('content-disposition') ?? '');
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (bytes.subarray(0, 2).toString() !== 'PK') return head + bytes.toString('utf8');
  const { files } = await jszip.loadAsync(bytes);
  return head + (await Promise.all(Object.values(files).map((file) => file.async('string')))).join('\n');
}
