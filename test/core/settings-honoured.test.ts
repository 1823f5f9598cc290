import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { CALL_CONDITIONS, isOfferCounted } from '../../src/core/floor/call-conditions.ts';
import { setMeasureLimits } from '../../src/core/limits.ts';
import { caseClockNotice } from '../../src/core/office/case-clocks.ts';
import { dateAt, periodAt } from '../../src/core/office/period.ts';
import { cellText } from '../../src/core/office/written.ts';
import { addWorking } from '../../src/core/orders/calendar.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import { hourOfWeek } from '../../src/core/outages/burst.ts';
import { readConfig } from '../../src/config.ts';
import { readPortalText } from '../../src/core/office/portal-text.ts';
import { homeAreaCode, setHomeArea, YINCHUAN } from '../../src/core/people/home-area.ts';
import { callerNumber, soughtNumber, writtenNumber } from '../../src/core/people/number.ts';
import { takeSettings, withSettings } from '../../src/core/page-settings.ts';
import { setHotlineZone, SHANGHAI, zoneNamed } from '../../src/core/zone.ts';
import { conditionSql, CALL_COLUMNS } from '../../src/postgres/measure-conditions.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { clock, hour, isLate, ringCount, when } from '../../src/web/view.ts';
import { cloneDatabase } from '../support/database.ts';

/** 02:30 in Ürümqi on the 25th, 04:30 in Shanghai; 22:30 UTC on the 24th */
const AT = Date.parse('2026-11-24T20:30:00Z');

describe('another zone and other limits', () => {
  before(() => {
    setHotlineZone(zoneNamed('Asia/Urumqi')!);
    setMeasureLimits({ ringCadenceMs: 4000, threeRingsMs: 12_000, shortAbandonMs: 3000 });
    setHomeArea('0991');
  });
  after(() => {
    setHotlineZone(SHANGHAI);
    setMeasureLimits({});
    setHomeArea(YINCHUAN);
  });

  it('are those of numbers: of the trunk, of people, of portals, of what is searched', () => {
    expect(callerNumber('5012345')).to.equal('09915012345');
    expect(callerNumber('9915012345')).to.equal('09915012345');
    expect(writtenNumber('5012345转3')).to.equal('09915012345');
    expect(soughtNumber('0951-5012345')).to.equal('09515012345');
    const pasted = (text: string) => readPortalText(text, AT, ORDER_SETTINGS.calendar).phone;
    expect(pasted('来电人马建国，09915012345，反映停水')).to.equal('09915012345');
    expect(readConfig({ HOME_AREA: '010' }).HOME_AREA).to.equal('010');
    expect(readConfig({}).HOME_AREA).to.equal('0951');
    expect(() => readConfig({ HOME_AREA: '951' })).to.throw('HOME_AREA: 要写带 0 的区号，如 0951');
  });

  it('are those of days, periods, hours of the week, working time and words', () => {
    expect(dateAt(AT)).to.deep.equal({ year: 2026, month: 11, day: 25 });
    expect(periodAt('day', AT).fromMs).to.equal(Date.parse('2026-11-24T18:00:00Z'));
    expect(hourOfWeek(AT)).to.equal(2);
    expect(addWorking(ORDER_SETTINGS.calendar, AT, 3_600_000)).to.equal(
      Date.parse('2026-11-25T09:00:00+06:00'),
    );
    expect(cellText(AT, 'instant')).to.equal('2026-11-25 02:30');
    const notice = caseClockNotice(
      { channel: '12345', outsideNo: '1', content: '' },
      { name: 'reply', dueAtMs: AT },
      'warning',
    );
    expect(notice.text).to.contain('11-25 02:30');
  });

  it('are those of the browser, which has them from its page', () => {
    const page = withSettings('<!doctype html><html><head></head></html>');
    const content = /content="([^"]*)"/.exec(page)![1]!.replaceAll('&quot;', '"');
    setHotlineZone(SHANGHAI);
    setMeasureLimits({});
    setHomeArea(YINCHUAN);
    takeSettings(content);
    expect(homeAreaCode()).to.equal('0991');
    expect([clock(AT).slice(0, 5), hour(AT), when(AT, AT + 3_600_000)]).to.deep.equal([
      '02:30',
      '2时',
      '今天 02:30',
    ]);
    expect([isLate(0, 11_999), isLate(0, 12_000), ringCount(0, 8000)]).to.deep.equal([false, true, 3]);
  });

  it('are those of lists and reports, in core and in SQL', async () => {
    const offer = (ringMs: number) => ({ outcome: 'answered', ringMs }) as never;
    expect([
      isOfferCounted('offersWithin', offer(11_999)),
      isOfferCounted('offersWithin', offer(12_000)),
    ]).to.deep.equal([...[true, false]]);
    const pool = openPool(await cloneDatabase());
    try {
      const short = conditionSql(CALL_CONDITIONS.shortAbandoned, CALL_COLUMNS);
      const { rows } = await pool.query<{ short: boolean; hour: number; rings: string }>(
        `select ${short} as short, extract(hour from to_timestamp($1::float8 / 1000) at time zone current_setting('TimeZone'))::int as hour,
                current_setting('hotline.three_rings_ms') as rings
           from (values ('abandoned', null::timestamptz, 2999), ('abandoned', null, 3000)) as calls (outcome, answered_at, wait_ms)`,
        [AT],
      );
      expect(rows.map((row) => [row.short, row.hour, row.rings])).to.deep.equal([
        [true, 2, '12000'],
        [false, 2, '12000'],
      ]);
      const view = await pool.query<{ sql: string }>(`select pg_get_viewdef('receipts'::regclass) as sql`);
      expect(view.rows[0]!.sql).to.not.contain('Asia/Shanghai');
    } finally {
      await pool.end();
    }
  });

  it('stand in no file by themselves', () => {
    const src = resolve(import.meta.dirname, '../../src');
    const walk = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? walk(path) : [path];
      });
    const banned =
      /'0951'|'Asia\/Shanghai'|\b8 \* 3_?600_?000\b|\b28_?800_?000\b|\b28800\b|threeRings\w*: 15_?000|THREE_RINGS_MS = /;
    const mayHave = [
      'core/zone.ts',
      'core/people/home-area.ts',
      'core/limits.ts',
      'config.ts',
      'core/office/time-words.ts',
      'setup/postgres.ts',
    ];
    const wrong = walk(src)
      .filter((file) => /\.(ts|tsx)$/.test(file) && !mayHave.includes(relative(src, file)))
      .filter((file) => banned.test(readFileSync(file, 'utf8')));
    expect(wrong.map((file) => relative(src, file))).to.deep.equal([]);
  });
});
