/**
 * Tests of a file in reverse, to see that each stands alone: npx mocha --require test/support/other-order.cjs FILE.
 */
function turn(suite) {
  suite.tests.reverse();
  suite.suites.reverse();
  for (const inner of suite.suites) turn(inner);
}

exports.mochaHooks = {
  beforeAll() {
    turn(this.test.parent);
  },
};
