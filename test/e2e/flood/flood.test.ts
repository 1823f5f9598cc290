import { expect } from 'chai';
import { runFlood } from '../../support/flood.ts';

describe('a flood of forged numbers on a real Asterisk, the small sister of `npm run proof -- flood`', function () {
  this.timeout(240_000);

  it('thirty forged callers, silent: a customer and a stranger who presses the key are served', async () => {
    const told = await runFlood({ forged: 30, overMs: 10_000, threshold: 10, say: () => undefined });
    // who called before it was told of may have been answered; the rest of them never came to the queue
    expect(told.forgedAnswered).to.be.lessThan(15);
    expect(told.mostWaiting).to.be.lessThan(20);
  });
});
