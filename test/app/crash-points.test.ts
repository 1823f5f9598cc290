import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { CRASH_POINTS } from '../../src/core/crash-point.ts';

const root = resolve(import.meta.dirname, '../..');
const textsOf = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'web' ? [] : textsOf(path);
    return name.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });

describe('the named crash points', () => {
  it('each stands in the code and is walked by a test', () => {
    const code = textsOf(join(root, 'src')).filter((text) => text.includes('crashPoint('));
    const tests = textsOf(join(root, 'test')).filter((text) => text.includes('watchCrashPoints('));
    for (const point of CRASH_POINTS) {
      expect(
        code.some((text) => text.includes(`crashPoint('${point}')`)),
        `in the code: ${point}`,
      ).to.equal(true);
      expect(
        tests.some((text) => text.includes(`'${point}'`)),
        `in a test: ${point}`,
      ).to.equal(true);
    }
  });
});
