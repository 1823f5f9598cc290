import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { followFile } from '../../src/app/follow-file.ts';

describe('a file that a program adds to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-follow-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is read from now on, line by line, also after logrotate put it aside or emptied it', () => {
    const path = join(folder, 'security.log');
    writeFileSync(path, 'before\n');
    const lines: string[] = [];
    const followed = followFile(
      path,
      (line) => lines.push(line),
      (fault) => {
        throw fault;
      },
    );
    try {
      const add = (text: string) => {
        appendFileSync(path, text);
        followed.look();
      };
      add('a\nb');
      add('c\n');
      renameSync(path, `${path}.1`);
      followed.look();
      add('new\n');
      truncateSync(path);
      add('x\n');
      expect(lines).to.deep.equal(['a', 'bc', 'new', 'x']);
    } finally {
      followed.close();
    }
  });

  it('may not be there yet: what comes is read from its beginning', () => {
    const path = join(folder, 'later.log');
    const lines: string[] = [];
    const followed = followFile(
      path,
      (line) => lines.push(line),
      () => undefined,
    );
    writeFileSync(path, 'first\n');
    followed.look();
    followed.close();
    expect(lines).to.deep.equal(['first']);
  });
});
