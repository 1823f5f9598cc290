import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openJournal, recoverJournal } from '../../src/asterisk/journal.ts';

describe('the journal', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'hotline-test-journal-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const open = (floor = '{}') =>
    openJournal({ dir, keepBytes: 1000, segmentBytes: 500, now: () => 1_700_000_000_000 }, floor);
  const entries = () =>
    [...recoverJournal(dir).entries].map((entry) => `${entry.kind}:${entry.bytes.toString()}`);

  it('gives back what was said since the last confirmed position, with the floor to begin from', () => {
    const journal = open('{"first":1}');
    journal.append('open', 1);
    journal.confirm(journal.append('bytes', 2, Buffer.from('one')));
    journal.rotate('{"second":2}');
    const position = journal.append('bytes', 3, Buffer.from('two'));
    expect(recoverJournal(dir).savedFloor).to.equal('{"first":1}');
    expect(entries()).to.deep.equal(['open:', 'bytes:one', 'bytes:two']);
    journal.confirm(position);
    expect(recoverJournal(dir).savedFloor).to.equal('{"second":2}');
    expect(entries()).to.deep.equal(['bytes:two']);
    journal.close();
  });

  it('is read up to the tear when the service was killed in mid-write', () => {
    const journal = open();
    journal.append('bytes', 1, Buffer.from('whole'));
    journal.close();
    const file = join(
      dir,
      readdirSync(dir).find((name) => name.endsWith('.journal'))!,
    );
    appendFileSync(file, Buffer.from([0x62, 1, 2, 3]));
    expect(entries()).to.deep.equal(['bytes:whole']);
  });

  it('can not be forged by bytes that look like a record', () => {
    const journal = open();
    journal.append('bytes', 1, Buffer.from('HOTLINE-JOURNAL 1\n2\n{}\nc'));
    expect(entries()).to.have.length(1);
    journal.close();
  });

  it('removes confirmed segments beyond what is kept, and nothing that is not confirmed', () => {
    const journal = open();
    for (let at = 0; at < 8; at += 1) {
      journal.append('bytes', at, Buffer.alloc(600));
      journal.rotate('{}');
    }
    expect(readdirSync(dir).filter((name) => name.endsWith('.journal'))).to.have.length(9);
    journal.confirm(journal.append('bytes', 9, Buffer.from('x')));
    expect(readdirSync(dir).filter((name) => name.endsWith('.journal')).length).to.be.lessThan(4);
    journal.close();
  });

  it('says a full disk, keeps what it could, and goes on when there is room again', function () {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'ignore' });
    } catch {
      this.skip(); // mounting needs root
    }
    const journal = open();
    try {
      journal.append('bytes', 1, Buffer.alloc(20_000, 'a'));
      for (let at = 0; at < 5; at += 1) journal.append('bytes', 2, Buffer.alloc(30_000, 'b'));
      expect(journal.failingSinceMs()).to.equal(1_700_000_000_000);
      expect(journal.lostCount()).to.be.greaterThan(0);
      expect(journal.holds()).to.equal(false);
      // the floor begins a new segment: what follows can be read without what is missing
      journal.rotate('{"floor":2}');
      journal.append('bytes', 3, Buffer.from('small'));
      expect(journal.failingSinceMs()).to.equal(null);
      const kept = [...recoverJournal(dir).entries];
      expect(kept[0]!.bytes.toString('latin1', 0, 3)).to.equal('aaa');
      const hole = kept.find((entry) => entry.kind === 'hole');
      expect(hole?.bytes.toString()).to.equal('{"floor":2}');
      expect(kept.at(-1)!.bytes.toString()).to.equal('small');
    } finally {
      journal.close();
      execFileSync('umount', [dir]);
    }
    expect(readFileSync('/proc/mounts', 'utf8')).to.not.contain(dir);
  });
});
