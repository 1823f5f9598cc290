import { expect } from 'chai';
import { openHealth } from '../../src/app/health.ts';
import { beginParts } from '../../src/main/beginning.ts';
import { until } from '../support/until.ts';

describe('the parts of the house begin', () => {
  it('each once; one that fails is alarmed and tried again by itself, and nobody else begins twice', async () => {
    const begun: string[] = [];
    const faults: string[] = [];
    const health = openHealth(Date.now);
    let failures = 3;
    await beginParts(
      [
        { name: 'orders', begin: () => Promise.resolve(begun.push('orders')) },
        {
          name: 'callbacks',
          begin: () =>
            (failures -= 1) > 0
              ? Promise.reject(new Error('away'))
              : Promise.resolve(begun.push('callbacks')),
        },
        { name: 'walls', begin: () => Promise.resolve(begun.push('walls')) },
      ],
      {
        health,
        onFault: (fault, part) => faults.push(`${part}: ${String(fault)}`),
        stopped: () => false,
        againMs: 5,
      },
    );
    expect(begun).to.deep.equal(['orders', 'walls']);
    expect(health.alarms().map(({ code }) => code)).to.deep.equal(['subject-not-begun']);
    await until('it has begun', () => begun.includes('callbacks'));
    expect(begun).to.deep.equal(['orders', 'walls', 'callbacks']);
    await until('the alarm is gone', () => health.alarms().length === 0);
    expect(faults).to.deep.equal(['callbacks: Error: away', 'callbacks: Error: away']);
  });
});
