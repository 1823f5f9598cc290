// mocha's own spec reporter; what it counted goes to where check.ts adds up, or is said in one closing line
const { appendFileSync } = require('node:fs');
const { reporters } = require('mocha');
module.exports = class Count extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const counts = process.env.HOTLINE_TEST_COUNTS;
    if (counts) appendFileSync(counts, `${passes} ${failures} ${pending}\n`);
    else
      process.stdout.write(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}\n`);
  }
};
