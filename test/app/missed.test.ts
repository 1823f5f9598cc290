import { expect } from 'chai';
import { openMissed } from '../../src/app/missed.ts';
import type { MissedCaller } from '../../src/protocol/missed.ts';
import { until } from '../support/until.ts';

describe('the callers to be called back, as every desk is told', () => {
  const list = (...numbers: string[]) => numbers.map((number) => ({ number }) as unknown as MissedCaller);

  it('are told when a call has ended or a claim was made, and only where they changed', async () => {
    let now = list('13900000001');
    let asked = 0;
    const told: MissedCaller[][] = [];
    const missed = openMissed({
      list: () => {
        asked += 1;
        return Promise.resolve(now);
      },
      tell: (callers) => told.push(callers),
      onFault: (fault) => {
        throw fault;
      },
    });
    try {
      missed.touch();
      await until('they are told', () => told.length === 1);
      missed.touch();
      await until('they were asked for again', () => asked === 2);
      expect(told, 'nothing changed').to.have.length(1);
      now = list('13900000001', '13900000002');
      missed.hear([{ kind: 'call-ended' } as never]);
      await until('the second one is told', () => told.length === 2);
      expect(told[1]).to.deep.equal(now);
    } finally {
      missed.close();
    }
  });

  it('a database that is away is a fault that is told, and what is closed tells nothing more', async () => {
    const faults: unknown[] = [];
    const missed = openMissed({
      list: () => Promise.reject(new Error('away')),
      tell: () => undefined,
      onFault: (fault) => faults.push(fault),
    });
    missed.touch();
    await until('it is told', () => faults.length === 1);
    missed.touch();
    missed.close();
    await new Promise((done) => setImmediate(done));
    expect(faults).to.have.length(1);
  });
});
