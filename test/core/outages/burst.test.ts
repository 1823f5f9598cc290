import { expect } from 'chai';
import fc from 'fast-check';
import { sameMatter, suspect, tail, type Caller, type Usual } from '../../../src/core/outages/burst.ts';
import { simulate } from '../../bench/bursts.bench.ts';

const NOON = Date.parse('2026-11-25T12:00:00+08:00');
const usual: Usual = {
  perHour: new Map([['兴庆区', new Array<number>(48).fill(6)]]),
  share: new Map([['丽景园', 0.05]]),
};
const caller = (n: number, more: Partial<Caller> = {}): Caller => ({
  ...{
    callId: `c${n}`,
    number: `139000000${n}`,
    atMs: NOON - n * 20_000,
    district: '兴庆区',
    community: '',
    address: '',
  },
  ...more,
});
const many = (count: number, more: Partial<Caller> = {}) =>
  Array.from({ length: count }, (_, n) => caller(n, more));

describe('a burst main is suspected from who calls', () => {
  it('five neighbours within three minutes are no chance', () => {
    const found = suspect(many(5, { community: '丽景园' }), usual, NOON)!;
    expect(found).to.include({ district: '兴庆区', community: '丽景园', count: 5 });
  });
  it('the same five from all over a busy district may be', () =>
    expect(suspect(many(5), usual, NOON)).to.equal(null));
  it('one caller who rings again and again is one caller', () =>
    expect(suspect(many(12, { number: '13900000001' }), usual, NOON)).to.equal(null));
  it('a whole district is named when no community explains it', () => {
    const found = suspect(
      many(16).map((one, n) => ({ ...one, atMs: NOON - n * 15_000, community: `小区${n}` })),
      usual,
      NOON,
    )!;
    expect(found).to.include({ district: '兴庆区', community: '' });
  });
  it('what is over is no longer suspected', () =>
    expect(suspect(many(8, { community: '丽景园', atMs: NOON - 3_600_000 }), usual, NOON)).to.equal(null));
  it('more callers never make it less suspicious', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        (n, mean) => {
          expect(tail(n + 1, mean)).to.be.at.most(tail(n, mean) + 1e-12);
          expect(tail(n, mean)).to.be.within(0, 1);
        },
      ),
    ));
  it('the tail is Poisson’s', () => {
    expect(tail(1, 1)).to.be.closeTo(1 - Math.exp(-1), 1e-12);
    expect(tail(5, 0.5)).to.be.closeTo(1.7211e-4, 1e-7);
  });
  it('a community is the same matter as its district, and not as another community', () => {
    const place = (district: string, community: string) => ({ district, community });
    expect(sameMatter(place('兴庆区', ''), place('兴庆区', '丽景园'))).to.equal(true);
    expect(sameMatter(place('兴庆区', '丽景园'), place('兴庆区', '望远'))).to.equal(false);
    expect(sameMatter(place('兴庆区', ''), place('金凤区', ''))).to.equal(false);
  });
  it('in eight ordinary weeks at most four false alarms; at two more calls a minute mostly within six minutes', () => {
    const { falseAlarms, delaysMs } = simulate(56, 60);
    expect(falseAlarms).to.be.at.most(4);
    const sorted = [...delaysMs].sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.95)]).to.be.below(6 * 60_000);
  });
});
