import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';

const src = resolve(import.meta.dirname, '../src');
const files = walk(src).filter((f) => /\.(ts|tsx)$/.test(f));

/** Who may import whom (DESIGN): `main.ts`, its parts in `main/`, `replay.ts` and `read.ts` know everybody; nobody imports them. */
const may: Record<string, string[]> = {
  core: ['core'],
  protocol: ['core'],
  config: [],
  postgres: ['core', 'protocol'],
  asterisk: ['core'],
  threads: [],
  documents: ['core', 'threads'],
  mail: ['core', 'threads'],
  wechat: ['core'],
  webhooks: ['core'],
  speech: ['core'],
  app: ['core', 'protocol'],
  http: ['core', 'app', 'protocol'],
  web: ['core', 'protocol'],
  setup: ['core', 'config', 'postgres'],
};

describe('the house keeps its order', () => {
  it('every import goes from an outer layer to one it may know', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = layer(file);
      if (from === 'main' || from === 'replay' || from === 'read') continue;
      for (const target of imports(file)) {
        const to = layer(target);
        if (to !== from && !may[from]?.includes(to)) wrong.push(`${relative(src, file)} imports ${to}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });

  /** tables of the world behind plain functions: as pure as our own */
  const PURE_PACKAGES = new Set(['libphonenumber-js/max']);

  it('core is pure: no packages but tables, no clock, no randomness, no timers, no process, no await', () => {
    const banned =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bperformance\b|\bprocess\.|\bawait\b|\basync\b|\bcrypto\b|\bfetch\(/;
    const wrong: string[] = [];
    for (const file of files.filter((f) => layer(f) === 'core')) {
      const code = withoutComments(readFileSync(file, 'utf8'));
      const hit = banned.exec(code);
      if (hit) wrong.push(`${relative(src, file)}: ${hit[0]}`);
      for (const name of packages(file).filter((one) => !PURE_PACKAGES.has(one)))
        wrong.push(`${relative(src, file)} imports package ${name}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it('no file of src is longer than 400 lines', () => {
    const long = files
      .map((f) => [relative(src, f), readFileSync(f, 'utf8').split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 400);
    expect(long).to.deep.equal([]);
  });
});

function walk(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}
function layer(file: string): string {
  return relative(src, file)
    .split(/[\\/]/)[0]!
    .replace(/\.(ts|tsx|mjs)$/, '');
}
function specifiers(file: string): string[] {
  const code = withoutComments(readFileSync(file, 'utf8'));
  return [...code.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1]!);
}
function imports(file: string): string[] {
  return specifiers(file)
    .filter((s) => s.startsWith('.'))
    .map((s) => resolve(dirname(file), s))
    .filter((t) => t.startsWith(src));
}
function packages(file: string): string[] {
  return specifiers(file).filter((s) => !s.startsWith('.'));
}
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
