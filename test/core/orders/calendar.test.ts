import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { bandAt, BANDS, holidaysOf } from '../../../src/core/callbacks/hours.ts';
import {
  addWorking,
  isKnownYear,
  kindOfDay,
  STATE_YEARS,
  unknownYearsBetween,
  withDay,
  worksOn,
} from '../../../src/core/orders/calendar.ts';
import { ORDER_SETTINGS } from '../../../src/core/orders/clocks.ts';
import { readStateHolidays, STATE_HOLIDAYS_FILE } from '../../../src/setup/state-holidays.ts';

const CALENDAR = ORDER_SETTINGS.calendar;
const OFFICE = { ...CALENDAR, weekdays: [1, 2, 3, 4, 5], fromMinute: 8 * 60, untilMinute: 18 * 60 };
const at = (text: string) => Date.parse(`${text}:00+08:00`);
const HOUR_MS = 3_600_000;

describe('the working calendar', () => {
  it('has the State Council’s days as the package has them (else: npx tsx src/setup/state-holidays.ts)', () => {
    expect(JSON.parse(readFileSync(STATE_HOLIDAYS_FILE, 'utf8'))).to.deep.equal(readStateHolidays());
    expect(STATE_YEARS).to.include.members([2024, 2025, 2026]);
  });

  it('knows the weekend days of holidays too, also where all seven days are worked', () => {
    for (const day of ['2026-10-01', '2026-10-03', '2026-10-04', '2026-02-15', '2026-02-21', '2026-05-02'])
      expect(worksOn(CALENDAR, at(`${day}T12:00`)), day).to.equal(false);
    for (const day of ['2026-10-08', '2026-10-10', '2026-10-11', '2026-02-14', '2026-01-04'])
      expect(worksOn(CALENDAR, at(`${day}T12:00`)), day).to.equal(true);
    expect(worksOn(OFFICE, at('2026-10-10T12:00'))).to.equal(true);
    expect(worksOn(OFFICE, at('2026-10-11T12:00'))).to.equal(false);
  });

  it('nobody is called on them either', () => {
    const days = holidaysOf(CALENDAR);
    expect(bandAt(at('2026-10-05T10:00'), BANDS, days)).to.equal(null);
    expect(bandAt(at('2026-10-10T10:00'), BANDS, days)).to.equal(0);
    expect(bandAt(at('2026-10-11T10:00'), BANDS, days)).to.equal(null);
  });

  it('the utility’s own word wins, day by day, and is taken back', () => {
    const open = { ...CALENDAR, ...withDay(CALENDAR, '2026-10-05', 'worked', '抢修值班') };
    expect(worksOn(open, at('2026-10-05T12:00'))).to.equal(true);
    const plain = { ...open, ...withDay(open, '2026-10-03', 'plain', '') };
    expect(worksOn(plain, at('2026-10-03T12:00'))).to.equal(true);
    expect(kindOfDay(plain, '2026-10-03')).to.include({ kind: 'plain', own: true });
    expect(holidaysOf(plain)).to.not.have.property('2026-10-03');
    const back = withDay(
      { ...plain, ...withDay(plain, '2026-10-03', 'holiday', '国庆节') },
      '2026-10-05',
      'holiday',
      '国庆节',
    );
    expect(back).to.deep.equal({ holidays: [], worked: [], plain: [] });
    const next = { ...CALENDAR, ...withDay(CALENDAR, '2027-02-06', 'holiday', '春节') };
    expect(worksOn(next, at('2027-02-06T12:00'))).to.equal(false);
  });

  it('says which years nobody has said anything of', () => {
    expect([isKnownYear(CALENDAR, 2026), isKnownYear(CALENDAR, 2027)]).to.deep.equal([true, false]);
    expect(isKnownYear({ years: [2027] }, 2027)).to.equal(true);
    expect(unknownYearsBetween(CALENDAR, at('2026-12-30T12:00'), at('2027-01-01T00:00'))).to.deep.equal([]);
    expect(unknownYearsBetween(CALENDAR, at('2026-12-30T12:00'), at('2027-01-01T00:01'))).to.deep.equal([
      2027,
    ]);
  });

  it('has the holidays that the law gives by date in years to come, too', () => {
    for (const day of ['2027-01-01', '2027-05-02', '2028-10-03'])
      expect(worksOn(CALENDAR, at(`${day}T12:00`)), day).to.equal(false);
    expect(worksOn(CALENDAR, at('2027-10-04T12:00'))).to.equal(true);
  });

  it('counts working time over nights, weekends, holidays and make-up days, to the minute at the borders', () => {
    const add = (from: string, hours: number) => addWorking(OFFICE, at(from), hours * HOUR_MS);
    expect(add('2026-11-25T17:00', 1)).to.equal(at('2026-11-25T18:00'));
    expect(add('2026-11-25T17:00', 2)).to.equal(at('2026-11-26T09:00'));
    expect(add('2026-11-25T18:00', 1)).to.equal(at('2026-11-26T09:00'));
    expect(add('2026-11-27T17:00', 2)).to.equal(at('2026-11-30T09:00'));
    expect(add('2026-09-30T17:00', 2)).to.equal(at('2026-10-08T09:00'));
    expect(add('2026-10-09T17:00', 2)).to.equal(at('2026-10-10T09:00'));
    expect(add('2026-10-10T17:00', 2)).to.equal(at('2026-10-12T09:00'));
    expect(add('2026-11-25T07:00', 0)).to.equal(at('2026-11-25T08:00'));
  });
});
