// mocha's own spec reporter, and one closing line that any reader (and CI) understands.
const { reporters } = require('mocha');
module.exports = class Count extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}\n`);
  }
};
