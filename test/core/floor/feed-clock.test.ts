import { expect } from 'chai';
import { createFeedClock } from '../../../src/core/floor/feed-clock.ts';

const T0 = 1_800_000_000_000;

describe("the switch's clock beside ours", () => {
  it('is missing when no event has an instant, and not because of one that was forged', () => {
    const clock = createFeedClock();
    clock.hear(NaN, T0);
    expect(clock.state()).to.equal('unknown');
    for (let at = 0; at < 3; at += 1) clock.hear(NaN, T0 + at);
    expect(clock.state()).to.equal('missing');
    clock.hear(T0 + 10, T0 + 10);
    expect(clock.state()).to.equal('right');
  });

  it('is missing when the switch was set so while we listen, and not by what a caller forges between true events', () => {
    const clock = createFeedClock();
    for (let at = 0; at < 10; at += 1) clock.hear(T0 + at, T0 + at);
    for (let at = 0; at < 24; at += 1) clock.hear(NaN, T0 + 20 + at);
    expect(clock.state(), 'forged in one burst').to.equal('right');
    clock.hear(T0 + 60, T0 + 60);
    for (let at = 0; at < 4; at += 1) clock.hear(NaN, T0 + 1000 + at * 1000);
    expect(clock.state()).to.equal('missing');
    clock.hear(T0 + 9000, T0 + 9000);
    expect(clock.state()).to.equal('right');
  });

  it('is off when even the event that came quickest shows it, in either direction', () => {
    for (const offMs of [30_000, -30_000, 2500, -2500]) {
      const clock = createFeedClock();
      for (let at = 0; at < 10; at += 1) clock.hear(T0 + at * 1000, T0 + at * 1000 + offMs + (at % 3) * 400);
      expect(clock.state(), String(offMs)).to.equal('off');
    }
  });

  it('is right though we were busy for some seconds', () => {
    const clock = createFeedClock();
    for (let at = 0; at < 60; at += 1) clock.hear(T0 + at * 100, T0 + at * 100 + (at < 30 ? 5 : 4000));
    expect(clock.state()).to.equal('right');
  });

  it('is right again when it was set, and unknown on another connection', () => {
    const clock = createFeedClock();
    for (let at = 0; at < 10; at += 1) clock.hear(T0 + at * 1000, T0 + at * 1000 + 60_000);
    expect(clock.state()).to.equal('off');
    for (let at = 10; at < 20; at += 1) clock.hear(T0 + at * 1000 + 60_000, T0 + at * 1000 + 60_000);
    expect(clock.state()).to.equal('right');
    clock.opened();
    expect(clock.state()).to.equal('unknown');
  });
});
