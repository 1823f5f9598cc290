import { expect } from 'chai';
import { injectIntoLists, lookAtHeaders, walkOut } from './attack.ts';
import { serve, type Served } from './served.ts';

/** Long, with sqlmap and the fuzzers: npm run proof -- security. */
describe('a service that is attacked', function () {
  this.timeout(180_000);
  let served: Served;
  before(async () => (served = await serve()));
  after(() => served.stop());

  it('says the same headers with every answer: no inline script or style, no frame, no guessing, no referrer', async () => {
    expect(await lookAtHeaders(served)).to.deep.equal([]);
  });

  it('lets no name lead out of its folder', async () => {
    expect(await walkOut(served)).to.be.above(100);
  });

  it('takes no word for its own language, and says nothing of its insides', async () => {
    const few = ["' or '1'='1", "';select pg_sleep(9)--", '\u0000', '9'.repeat(400), '\\', '{{7*7}}'];
    expect(await injectIntoLists(served, few)).to.be.above(80);
  });
});
