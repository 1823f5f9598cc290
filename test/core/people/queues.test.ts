import { expect } from 'chai';
import { queuesServed } from '../../../src/core/people/queues.ts';

describe('who serves which queue', () => {
  const named = new Map([['english', new Set(['PJSIP/1002'])]]);
  it('nobody named: the hotline is everybody’s', () => {
    expect(queuesServed('PJSIP/1001', ['hotline', 'vip'], new Map())).to.deep.equal(['hotline']);
    expect(queuesServed('PJSIP/1001', [], new Map()), 'the switch has not told yet').to.deep.equal([
      'hotline',
    ]);
  });
  it('who is named serves also the other one', () => {
    expect(queuesServed('PJSIP/1002', ['hotline', 'english'], named)).to.deep.equal(['hotline', 'english']);
    expect(queuesServed('PJSIP/1001', ['hotline', 'english'], named)).to.deep.equal(['hotline']);
  });
  it('a hotline with names is only theirs', () => {
    const only = new Map([['hotline', new Set(['PJSIP/1002'])]]);
    expect(queuesServed('PJSIP/1001', ['hotline'], only)).to.deep.equal([]);
  });
});
