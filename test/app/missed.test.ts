import { expect } from 'chai';
import { openMissed } from '../../src/app/missed.ts';
import type { Fact } from '../../src/core/floor/fact.ts';
import type { MissedCaller } from '../../src/protocol/missed.ts';
import { until } from '../support/until.ts';

const ENDED = { kind: 'call-ended' } as Fact;
const caller = (number: string) => ({ number }) as MissedCaller;

describe('the callers to be called back', () => {
  it('who gives up just before a pending look is seen with the looks of their own call, not 30 s later', async () => {
    const list: MissedCaller[] = [];
    const told: string[][] = [];
    let looks = 0;
    const missed = openMissed({
      list: async () => {
        looks += 1;
        // the last look of the first call begins; another caller has just given up, and is written after it
        if (looks === 2) missed.hear([ENDED]);
        const seen = [...list];
        if (looks === 2) list.push(caller('2'));
        return seen;
      },
      tell: (callers) => void told.push(callers.map((one) => one.number)),
      onFault: (fault) => {
        throw fault;
      },
    });
    try {
      list.push(caller('1'));
      missed.hear([ENDED]);
      await until('the looks', () => told.some((numbers) => numbers.includes('2')));
      expect(told).to.deep.equal([['1'], ['1', '2']]);
    } finally {
      missed.close();
    }
  });

  it('who gives up while a look is pending has looks after it, too', async () => {
    const heardAtMs: number[] = [];
    const looksAtMs: number[] = [];
    const missed = openMissed({
      list: async () => {
        looksAtMs.push(performance.now());
        return [];
      },
      tell: () => undefined,
      onFault: () => undefined,
    });
    const hear = () => {
      heardAtMs.push(performance.now());
      missed.hear([ENDED]);
    };
    try {
      hear();
      // the first look has been; the second is still pending
      await until('the looks', () => looksAtMs.length === 1);
      hear();
      await until('the looks', () => looksAtMs.length >= 4);
      expect(looksAtMs.at(-1)! - heardAtMs.at(-1)!).to.be.at.least(1499);
    } finally {
      missed.close();
    }
  });

  it('a slow answer does not replace a later one', async () => {
    const answers: ((callers: MissedCaller[]) => void)[] = [];
    const told: string[][] = [];
    const missed = openMissed({
      list: () => new Promise((resolve) => answers.push(resolve)),
      tell: (callers) => void told.push(callers.map((one) => one.number)),
      onFault: () => undefined,
    });
    try {
      missed.touch();
      missed.touch();
      answers[0]!([caller('old')]);
      await until('the looks', () => answers.length === 2);
      answers[1]!([caller('new')]);
      await until('the looks', () => told.length === 2);
      expect(told).to.deep.equal([['old'], ['new']]);
    } finally {
      missed.close();
    }
  });
});
