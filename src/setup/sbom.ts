/**
 * `npm run sbom`, and part of each build: what this service is made of, for whoever must know whether a fault that was
 * published is in it. `dist/sbom.cdx.json` (CycloneDX 1.5, by npm itself of the lock file, with the Debian packages that the
 * set-up brought added) and `dist/licences.txt`. Needs no network.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OUR_DEBIAN_PACKAGES, run } from './packages.ts';
import { asteriskRoot } from './pbx-files.ts';
import { downloadEnvironment } from './program-environment.mjs';
import { debianPackages, type DebianPackage } from './dpkg.ts';

const root = resolve(import.meta.dirname, '../..');

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  purl?: string;
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
  [more: string]: unknown;
}

/** A package of Debian as CycloneDX says it. `where`: of the machine, or of the folder that holds Asterisk. */
export function debianComponent(one: DebianPackage, where: 'machine' | 'asterisk'): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(one.name)}@${encodeURIComponent(one.version)}?arch=${one.architecture}`;
  return {
    'bom-ref': `${where}:${purl}`,
    type: 'application',
    name: one.name,
    version: one.version,
    purl,
    properties: [{ name: 'hotline:where', value: where }],
  };
}

/** One line a package: its name, its version, its licence. */
export function licenceLines(components: Component[]): string[] {
  return components
    .filter((one) => one.purl?.startsWith('pkg:npm/'))
    .map(({ name, version, licenses }) => {
      const licence = (licenses ?? [])
        .map((entry) => entry.expression ?? entry.license?.id ?? entry.license?.name ?? '')
        .filter((word) => word !== '')
        .join(' AND ');
      return `${name}\t${version}\t${licence || 'see its LICENSE file'}`;
    })
    .sort();
}

async function write(): Promise<void> {
  const made = join(root, 'dist');
  mkdirSync(made, { recursive: true });
  const said = await run(
    ['npm', 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--prefix', root],
    downloadEnvironment({ npm_config_loglevel: 'error' }),
    Infinity,
  );
  const sbom = JSON.parse(said.slice(said.indexOf('{'))) as { components: Component[] };
  // Asterisk's Debian holds nothing else; of the machine's, what the set-up installs
  const pbx = asteriskRoot();
  sbom.components.push(
    ...debianPackages('/')
      .filter(({ name }) => OUR_DEBIAN_PACKAGES.includes(name))
      .map((one) => debianComponent(one, 'machine')),
    ...(pbx === null ? [] : debianPackages(pbx).map((one) => debianComponent(one, 'asterisk'))),
  );
  writeFileSync(join(made, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 1)}\n`);
  const title = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  writeFileSync(join(made, 'licences.txt'), `${title.name}\n${licenceLines(sbom.components).join('\n')}\n`);
  process.stdout.write(`dist/sbom.cdx.json：${sbom.components.length} 个组件；dist/licences.txt\n`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) await write();
