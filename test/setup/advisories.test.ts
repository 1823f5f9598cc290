import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { findingsOf, type Advisory } from '../../src/setup/advisory-match.ts';
import { look } from '../../src/setup/advisories.ts';

const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/ws': { version: '8.16.0' },
    'node_modules/jssip/node_modules/ws': { version: '7.5.10' },
    'node_modules/mocha': { version: '11.0.0', dev: true },
    'node_modules/renamed': { version: '2.0.0', name: 'real-name' },
    'node_modules/early': { version: '2.0.0-beta.3' },
  },
};
const advisory = (
  name: string,
  events: Record<string, string>[],
  more: Partial<Advisory> = {},
): Advisory => ({
  id: `GHSA-${name}`,
  modified: '2026-11-20T00:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events }] }],
  ...more,
});
const hits = (...advisories: Advisory[]) =>
  findingsOf(lock, advisories).map(({ name, version, fixedIn }) => `${name}@${version} ${fixedIn ?? 'none'}`);

describe('published faults are held against the lock file, without a network', () => {
  it('by ranges: from where it came to where it was mended, several of them, each copy for itself', () => {
    const ranges = [
      { introduced: '8.0.0' },
      { fixed: '8.17.1' },
      { introduced: '7.0.0' },
      { fixed: '7.5.10' },
    ];
    expect(hits(advisory('ws', ranges))).to.deep.equal(['ws@8.16.0 8.17.1']);
    expect(hits(advisory('ws', [{ introduced: '0' }]))).to.deep.equal(['ws@8.16.0 none', 'ws@7.5.10 none']);
    expect(hits(advisory('ws', [{ introduced: '0' }, { fixed: '7.5.10' }]))).to.deep.equal([]);
  });

  it('the last version that has it has it; the one after has not', () => {
    expect(hits(advisory('ws', [{ introduced: '8.0.0' }, { last_affected: '8.16.0' }]))).to.have.length(1);
    expect(hits(advisory('ws', [{ introduced: '8.0.0' }, { last_affected: '8.15.9' }]))).to.have.length(0);
  });

  it('early versions lie before the version itself', () => {
    expect(hits(advisory('early', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }]))).to.deep.equal([
      'early@2.0.0-beta.3 2.0.0',
    ]);
    expect(hits(advisory('early', [{ introduced: '2.0.0' }]))).to.deep.equal([]);
  });

  it('by versions alone, and by the package’s own name where it is installed under another', () => {
    const named: Advisory = {
      id: 'MAL-1',
      affected: [{ package: { ecosystem: 'npm', name: 'real-name' }, versions: ['2.0.0'] }],
    };
    expect(hits(named)).to.deep.equal(['real-name@2.0.0 none']);
  });

  it('what was withdrawn, or is of another ecosystem, is no finding', () => {
    const events = [{ introduced: '0' }];
    expect(hits(advisory('ws', events, { withdrawn: '2026-01-01T00:00:00Z' }))).to.deep.equal([]);
    const python: Advisory = {
      id: 'X',
      affected: [{ package: { ecosystem: 'PyPI', name: 'ws' }, ranges: [{ type: 'ECOSYSTEM', events }] }],
    };
    expect(hits(python)).to.deep.equal([]);
  });

  it('reads what is published: one entry, an array, lines, a folder; says what is none of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotline-test-advisories-'));
    try {
      const one = JSON.stringify(advisory('ws', [{ introduced: '8.0.0' }, { fixed: '8.17.1' }]));
      const files = { 'one.json': one, 'many.json': `[${one},${one}]`, 'lines.jsonl': `${one}\n\n${one}\n` };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      for (const [name, count] of Object.entries({
        'one.json': 1,
        'many.json': 2,
        'lines.jsonl': 2,
        '': 3,
      })) {
        const looked = await look(lock, [join(folder, name)], 0);
        expect(looked.advisoryCount, name).to.equal(count);
        expect(looked.newestAtMs).to.equal(Date.parse('2026-11-20T00:00:00Z'));
        expect(looked.findings[0]).to.include({ name: 'ws', version: '8.16.0', fixedIn: '8.17.1' });
      }
      writeFileSync(join(folder, 'page.json'), '<html>');
      const refused = await look(lock, [join(folder, 'page.json')], 0).catch((cause: unknown) => cause);
      expect((refused as Error).message).to.match(/不是 JSON/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Licences under which a package may be taken: none asks that our own source be given away. */
const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
  ...[
    'Unlicense',
    'CC0-1.0',
    'CC-BY-3.0',
    'CC-BY-4.0',
    'Python-2.0',
    'PSF-2.0',
    'MIT/X11',
    'WTFPL',
    'EUPL-1.1+',
  ],
  // asks that changes to its own files be published: we change none
  'MPL-2.0',
]);
/** The lock file is silent; their LICENSE files, read by a person, are not. */
const READ_BY_HAND: Record<string, string> = {
  'asterisk-manager': 'MIT',
  busboy: 'MIT',
  streamsearch: 'MIT',
  'xmlhttprequest-ssl': 'MIT',
};
/** Name none anywhere: exceljs brings it to unpack zip files, which we do by yauzl; it is installed and never loaded. */
const NAMES_NONE = new Set(['buffers']);

describe('licences', () => {
  it('every package of the lock file may be taken', () => {
    const { packages } = JSON.parse(
      readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { license?: string; version?: string }> };
    const wrong = Object.entries(packages).flatMap(([path, { license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const licence = license ?? READ_BY_HAND[name] ?? 'none named';
      return path === '' || NAMES_NONE.has(name) || mayBeTaken(licence) ? [] : [`${path}: ${licence}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('a choice needs one that is allowed, a sum all of them', () => {
    expect(mayBeTaken('(MIT OR GPL-3.0-or-later)')).to.equal(true);
    expect(mayBeTaken('(MIT AND Zlib)')).to.equal(true);
    for (const licence of ['GPL-3.0-or-later', 'MIT AND AGPL-3.0-only', 'UNLICENSED', 'none named'])
      expect(mayBeTaken(licence), licence).to.equal(false);
  });
});

function mayBeTaken(licence: string): boolean {
  const choices = licence.replace(/^\(|\)$/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((name) => ALLOWED.has(name)));
}
