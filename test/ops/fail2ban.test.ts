import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { readSecurityLine } from '../../src/core/telephone/security-log.ts';

const FILTER = resolve(import.meta.dirname, '../../ops/fail2ban/filter.d/hotline-asterisk.conf');
const LOG = resolve(import.meta.dirname, 'security-log.txt');

describe("fail2ban's filter of the switch's security log", () => {
  it('bans whom the service counts, and nobody else: by its own expression', () => {
    const filter = readFileSync(FILTER, 'utf8');
    const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(filter)![1]!;
    const expression = value('failregex')
      .replace('%(_tail)s', value('_tail'))
      .replace('<HOST>', '(?<host>[0-9a-fA-F.:]+)');
    // fail2ban takes the date out first
    const banned = (line: string) =>
      new RegExp(expression).exec(line.replace(/^\[[^\]]*\] ?/, ''))?.groups?.['host'] ?? null;
    const lines = readFileSync(LOG, 'utf8').trim().split('\n');
    expect(lines.map(banned)).to.deep.equal(lines.map((line) => readSecurityLine(line)?.address ?? null));
    expect(lines.map(banned).filter(Boolean)).to.have.length(3);
  });

  it('is read by fail2ban itself', function () {
    this.timeout(60_000);
    const told = execFileSync('/usr/bin/fail2ban-regex', [LOG, FILTER], { encoding: 'utf8' });
    expect(told).to.contain('7 lines, 0 ignored, 3 matched, 4 missed');
    const jail = spawnSync('/usr/bin/fail2ban-client', ['--version'], { encoding: 'utf8' });
    expect(jail.status).to.equal(0);
  });
});
