import { expect } from 'chai';
import { parseApart, parseOneApart, Refused } from '../../src/threads/parse-apart.ts';

const PARSER = new URL('./parser.ts', import.meta.url);
const LIMITS = { timeMs: 20_000, memoryMb: 64 };
type Job = { yields?: number; spins?: true; eats?: true; refuses?: string; throws?: true; dies?: true };
const all = async (job: Job, limits = LIMITS) => {
  const values: number[] = [];
  for await (const value of parseApart<number>(PARSER, job, limits)) values.push(value);
  return values;
};
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (cause: Error) => cause,
  );

describe('foreign bytes are read in a thread of its own', function () {
  this.timeout(60_000);

  it('hands its values back in order, a few at a time, and another job follows in the same thread', async () => {
    expect(await all({ yields: 1000 })).to.deep.equal(Array.from({ length: 1000 }, (_, at) => at));
    expect(await parseOneApart<number>(PARSER, { yields: 1 }, LIMITS)).to.equal(0);
    expect(await Promise.all(Array.from({ length: 9 }, () => all({ yields: 3 })))).to.deep.equal(
      Array(9).fill([0, 1, 2]),
    );
  });

  it('what never ends is ended in Chinese words, while the loop turns; who reads slowly uses nothing of the time', async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 10);
    const fault = await faultOf(all({ spins: true }, { timeMs: 1000, memoryMb: 64 }));
    clearInterval(turning);
    expect(fault).to.be.instanceOf(Refused);
    expect(fault!.message).to.match(/读了 1 秒还没有读完/);
    expect(turns).to.be.greaterThan(5);
    expect(await all({ yields: 2 })).to.deep.equal([0, 1]);
  });

  it('what eats all memory ends its thread only', async () => {
    const fault = await faultOf(all({ eats: true }));
    expect(fault).to.be.instanceOf(Refused);
    expect(fault!.message).to.match(/内存超过 64 MB/);
  });

  it('a refusal keeps its words, a fault of ours its place, a thread that dies is told', async () => {
    const refused = await faultOf(all({ yields: 2, refuses: '文件打不开' }));
    expect([refused instanceof Refused, refused!.message]).to.deep.equal([true, '文件打不开']);
    const fault = await faultOf(all({ throws: true }));
    expect(fault).not.to.be.instanceOf(Refused);
    expect(fault!.message).to.match(/parser\.ts/);
    expect((await faultOf(all({ dies: true })))!.message).to.match(/ended with 7/);
    expect(await all({ yields: 2 })).to.deep.equal([0, 1]);
  });

  it('who has seen enough may leave', async () => {
    for await (const value of parseApart<number>(PARSER, { yields: 100_000 }, LIMITS)) if (value === 5) break;
    expect(await all({ yields: 2 })).to.deep.equal([0, 1]);
  });
});
