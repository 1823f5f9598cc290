import { expect } from 'chai';
import { isLike, judgeFlood, keyFor, signsOf, type Arrival } from '../../../src/core/telephone/flood.ts';

const RULES = { floodNumbers: 30, floodTimes: 3, floodShare: 60 };
const arrival = (ani: string | null, more: Partial<Arrival> = {}): Arrival => ({
  callId: `c-${ani}-${Math.abs(more.atMs ?? 0)}`,
  atMs: 0,
  ani,
  trusted: false,
  strangeBlock: false,
  noIdentity: false,
  gaveUpAfterMs: null,
  passed: false,
  ...more,
});
/** of strangers who have nothing in common */
const apart = (at: number) => `1${[39, 58, 86, 77][at % 4]}${String(10_000_019 + at * 7_919_003).slice(-8)}`;
const many = (count: number, make: (at: number) => Arrival) =>
  Array.from({ length: count }, (_, at) => make(at));

describe('a flood of forged numbers', () => {
  it('is many strangers, most of whom bear a sign', () => {
    const row = many(30, (at) => arrival(`139000001${String(at).padStart(2, '0')}`));
    expect(judgeFlood(row, RULES, 0, false)).to.deep.include({ flood: true, strangers: 30, suspicious: 30 });
    expect(judgeFlood(row.slice(1), RULES, 0, false).flood).to.equal(false);
    const invalid = many(40, (at) => arrival(`${at}99`));
    expect(judgeFlood(invalid, RULES, 0, false)).to.deep.include({
      flood: true,
      signs: { 'invalid-number': 40 },
    });
    const withheld = many(30, (at) => arrival(null, { callId: `w${at}` }));
    expect(judgeFlood(withheld, RULES, 0, false).flood).to.equal(true);
    const strange = many(30, (at) => arrival(apart(at), { strangeBlock: true }));
    expect(judgeFlood(strange, RULES, 0, false).flood).to.equal(true);
    const unproven = many(30, (at) => arrival(apart(at), { noIdentity: true }));
    expect(judgeFlood(unproven, RULES, 0, false).flood).to.equal(true);
    const short = many(30, (at) => arrival(apart(at), { gaveUpAfterMs: 900 }));
    expect(judgeFlood(short, RULES, 0, false).flood).to.equal(true);
  });

  it('is no burst main: strangers without a sign, and customers', () => {
    expect(
      judgeFlood(
        many(90, (at) => arrival(apart(at))),
        RULES,
        0,
        false,
      ).flood,
    ).to.equal(false);
    expect(
      judgeFlood(
        many(300, (at) => arrival(`139000${String(at).padStart(5, '0')}`, { trusted: true })),
        RULES,
        0,
        false,
      ),
    ).to.deep.include({ flood: false, strangers: 0 });
    // what is usual at this time is no flood
    const row = many(60, (at) => arrival(`139000001${String(at).padStart(2, '0')}`));
    expect(judgeFlood(row, RULES, 25, false).flood).to.equal(false);
    // but strangers without end are one, whatever their numbers
    expect(
      judgeFlood(
        many(120, (at) => arrival(apart(at))),
        RULES,
        0,
        false,
      ).flood,
    ).to.equal(true);
  });

  it('is none while most callers are served', () => {
    const row = many(40, (at) => arrival(`139000001${String(at).padStart(2, '0')}`));
    const served = (count: number) => many(count, (at) => arrival(apart(at), { passed: true }));
    expect(
      [39, 41].map((count) => judgeFlood([...row, ...served(count)], RULES, 0, false).flood),
    ).to.deep.equal([...[true, false]]);
  });

  it('is over at half of what it began with, not at one less', () => {
    const row = (count: number) => many(count, (at) => arrival(`139000001${String(at).padStart(2, '0')}`));
    expect([29, 15, 14].map((count) => judgeFlood(row(count), RULES, 0, true).flood)).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('counts nobody who pressed the key', () => {
    const row = many(40, (at) => arrival(`139000001${String(at).padStart(2, '0')}`, { passed: at < 20 }));
    expect(judgeFlood(row, RULES, 0, false).strangers).to.equal(20);
  });

  it('has signs that name each call', () => {
    const signs = signsOf([
      arrival('13912340001'),
      arrival('13912340002'),
      arrival('13912340021'),
      arrival('13912350021'),
      arrival('12'),
      arrival(null),
      arrival('13912340003', { trusted: true }),
    ]);
    expect([...signs.values()]).to.deep.equal([
      ...[['in-a-row'], ['in-a-row'], ['in-a-row'], [], ['invalid-number'], ['no-number']],
    ]);
  });

  it('is like a call that bears one of its common signs; a caller by chance is none of it', () => {
    const row = many(30, (at) => arrival(`139000001${String(at).padStart(2, '0')}`));
    const byChance = arrival('13712345678', { gaveUpAfterMs: 2000 });
    const all = signsOf([...row, byChance]);
    expect(isLike(all.get(row[3]!.callId)!, all)).to.equal(true);
    expect(all.get(byChance.callId)).to.deep.equal(['hung-up-at-once']);
    expect(isLike(all.get(byChance.callId)!, all)).to.equal(false);
    expect(isLike([], all)).to.equal(false);
  });

  it('asks for one of nine keys, not always the same', () => {
    const keys = new Set(many(200, (at) => arrival(apart(at))).map((one) => keyFor(one.callId)));
    expect([...keys].sort()).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
