import { expect } from 'chai';
import { measure, RATE, silencesOf, talkOversOf } from '../../../src/core/recordings/measures.ts';

/** A clip whose truth is known: who speaks from when to when, a tone with a little noise under it. */
function clip(
  seconds: number,
  caller: [number, number][],
  agent: [number, number][],
  loud = 0.2,
): Int16Array {
  const samples = new Int16Array(seconds * RATE * 2);
  let seed = 1;
  const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 0.004;
  for (let n = 0; n < seconds * RATE; n += 1) {
    const at = n / RATE;
    const voice = (spans: [number, number][], hz: number) =>
      spans.some(([from, until]) => at >= from && at < until) ? loud * Math.sin(2 * Math.PI * hz * at) : 0;
    samples[2 * n] = Math.round((voice(caller, 440) + noise()) * 32767);
    samples[2 * n + 1] = Math.round(Math.max(-1, Math.min(1, voice(agent, 300) + noise())) * 32767);
  }
  return samples;
}
/** the error that is claimed: two frames */
const ERROR_MS = 40;

describe('what is measured of a recorded call', () => {
  it('who spoke how long, and when the agent’s first word was', () => {
    const { measures, ms } = measure(
      clip(
        20,
        [
          [3, 6],
          [10, 11],
        ],
        [
          [1, 3],
          [7, 9.5],
        ],
      ),
    );
    expect(ms).to.equal(20_000);
    expect(measures.callerMs).to.be.closeTo(4000, 2 * ERROR_MS);
    expect(measures.agentMs).to.be.closeTo(4500, 2 * ERROR_MS);
    expect(measures.firstWordMs).to.be.closeTo(1000, ERROR_MS);
    expect(measures.talkOvers).to.deep.equal([]);
    expect(measures.callerDb).to.be.closeTo(-17, 1);
  });
  it('who talks over whom: the one who began second', () => {
    const { measures } = measure(
      clip(
        20,
        [
          [2, 6],
          [12, 15],
        ],
        [
          [5, 8],
          [11, 13],
        ],
      ),
    );
    expect(measures.talkOvers.map((one) => one.by)).to.deep.equal(['agent', 'caller']);
    expect(measures.talkOvers[0]!.atMs).to.be.closeTo(5000, ERROR_MS);
    expect(measures.talkOvers[0]!.ms).to.be.closeTo(1000, 2 * ERROR_MS);
  });
  it('a “yes” of a third of a second while the other speaks is no talking over', () =>
    expect(talkOversOf([{ fromMs: 0, untilMs: 5000 }], [{ fromMs: 2000, untilMs: 2330 }])).to.deep.equal([]));
  it('silence of more than ten seconds, at the end, too', () => {
    const { measures } = measure(clip(40, [[1, 2]], [[14, 15]]));
    expect(measures.silences).to.have.length(2);
    expect(measures.silences[0]!.fromMs).to.be.closeTo(2000, ERROR_MS);
    expect(measures.silences[1]!.untilMs).to.equal(40_000);
    expect(silencesOf([], 9000)).to.deep.equal([]);
  });
  it('pauses inside a sentence are no new burst; how hurried the agent speaks is', () => {
    const slow = measure(
      clip(
        20,
        [],
        [
          [1, 3],
          [3.2, 5],
        ],
      ),
    ).measures;
    expect(slow.burstsPerMinute).to.be.closeTo(60 / 4, 1);
  });
  it('an agent who is much too loud is clipped', () => {
    expect(measure(clip(5, [], [[1, 4]], 1.5)).measures.clipped).to.be.above(0.5);
    expect(measure(clip(5, [], [[1, 4]])).measures.clipped).to.equal(0);
  });
  it('nobody spoke: nothing is invented', () => {
    const { measures } = measure(clip(5, [], []));
    expect(measures).to.deep.include({
      callerMs: 0,
      agentMs: 0,
      firstWordMs: null,
      callerDb: null,
      talkOvers: [],
    });
    expect(measure(new Int16Array(0)).ms).to.equal(0);
  });
});
