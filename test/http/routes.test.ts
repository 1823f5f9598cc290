import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const folder = resolve(import.meta.dirname, '../../src/http');
/** Who has no session yet comes in by these; each proves who it is in its own way. */
const OPEN = [
  '/sign-in',
  '/sign-out',
  '/sign-in-ways',
  '/oidc/start',
  '/oidc/callback',
  '/field/enter',
  // also who is to set up a second factor before they are in
  '/factors/totp',
  '/factors/passkeys',
  '/notice',
  '/v1',
];

/** Every route of the house with what stands between its path and its handler. */
function routes(): { file: string; path: string; doors: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const code = readFileSync(join(folder, name), 'utf8');
      const named = [...code.matchAll(/const (\w+) = allow\(/g)].map((found) => found[1]!);
      return [
        ...code.matchAll(/(?:router\.(?:get|post|put|patch|delete)|deed)\(\s*'([^']+)',([\s\S]{0,200})/g),
      ].map(([, path, rest]) => {
        // up to the handler: what comes after it is its own business
        const doors = rest!.split(/async \(|\(request|\(_request|=>/)[0]!;
        const known = named.some((one) => new RegExp(`\\b${one}\\b`).test(doors));
        return { file: name, path: path!, doors: known ? `allow(…) ${doors}` : doors };
      });
    });
}

describe('every route has a door', () => {
  const all = routes();
  it('that asks who it is and what they may do, or is one of the ways in', () => {
    expect(all.length).to.be.above(80);
    const without = all.filter(
      ({ path, doors }) =>
        !/allow\(|signedIn|\.\.\.saveUnit/.test(doors) &&
        !OPEN.some((open) => path === open || path.startsWith(`${open}/`)),
    );
    expect(without.map(({ file, path }) => `${file} ${path}`)).to.deep.equal([]);
  });
});
