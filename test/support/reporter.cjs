// mocha's own spec reporter; what it counted goes to where check.ts adds up, or is said in one closing line
const { appendFileSync } = require('node:fs');
const { reporters } = require('mocha');
module.exports = class Count extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // a test that passed at its second try is no secret
    this.retried = [];
    runner.on('retry', (test, fault) =>
      this.retried.push(`${test.fullTitle()}: ${String(fault?.message).split('\n')[0]}`),
    );
  }
  epilogue() {
    super.epilogue();
    if (this.retried.length > 0)
      process.stdout.write(`tried more than once:\n  ${this.retried.join('\n  ')}\n`);
    const { passes, failures, pending } = this.stats;
    const counts = process.env.HOTLINE_TEST_COUNTS;
    if (counts) appendFileSync(counts, `${passes} ${failures} ${pending}\n`);
    else
      process.stdout.write(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}\n`);
  }
};
