import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { APT_SIGNED, bootstrap, DEBIAN_KEYRING } from '../../src/setup/debian.ts';
import { run } from '../../src/setup/packages.ts';
import { downloadEnvironment, programEnvironment } from '../../src/setup/program-environment.mjs';

const src = resolve(import.meta.dirname, '../../src');

describe('programs that we start', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-programs-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are told places and the way out of the house, no setting', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      SESSION_SECRET: 'sign',
      DATABASE_URL: 'postgres://a:b@c/d',
      https_proxy: 'p',
    });
    try {
      expect(programEnvironment({ LC_ALL: 'C.UTF-8' })).to.include({
        LC_ALL: 'C.UTF-8',
        PATH: process.env['PATH']!,
      });
      for (const told of [programEnvironment(), downloadEnvironment()])
        expect(told).not.to.have.any.keys('SESSION_SECRET', 'DATABASE_URL');
      expect(programEnvironment()).not.to.have.property('https_proxy');
      expect(downloadEnvironment()).to.include({ https_proxy: 'p' });
      expect(await run(['env'])).not.to.match(/SESSION_SECRET|DATABASE_URL/);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  /** the service itself, which reads its settings; the developer's own tools */
  const MAY_KNOW = ['setup/supervise.mjs', 'setup/check.ts'];

  it('none in the whole tree is begun with our own environment', () => {
    const wrong: string[] = [];
    for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      const file = join(src, name);
      if (!/\.(ts|mjs)$/.test(name) || statSync(file).isDirectory() || MAY_KNOW.includes(name)) continue;
      const code = readFileSync(file, 'utf8');
      const begun = [
        ...code.matchAll(/\b(spawn|spawnSync|execFile|execFileSync|exec|execSync|fork|new Worker)\(/g),
      ];
      // a regular expression's exec is none
      const programs = begun.filter(({ index }) => !/[.\w]$/.test(code.slice(0, index)));
      for (const { 0: call, index } of programs)
        if (!/\benv\b|\boptions\b/.test(code.slice(index, index + 500))) wrong.push(`${name}: ${call}`);
      if (/\.\.\.process\.env/.test(code)) wrong.push(`${name}: process.env is handed on`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it('Debian is fetched only if its Release is signed by Debian', async function () {
    if (!existsSync('/usr/sbin/debootstrap') || process.getuid?.() !== 0) this.skip();
    const dist = join(folder, 'mirror/dists/sid');
    mkdirSync(dist, { recursive: true });
    writeFileSync(
      join(dist, 'Release'),
      'Suite: sid\nCodename: sid\nComponents: main\nArchitectures: amd64 arm64\n',
    );
    const refused = await bootstrap(join(folder, 'sid'), `file://${join(folder, 'mirror')}`).catch(
      (cause: unknown) => cause,
    );
    expect((refused as Error).message).to.match(/debootstrap .*没有成功[^]*(sign|InRelease|Release\.gpg)/i);
    expect(existsSync(join(folder, 'sid/bin'))).to.equal(false);
  });

  it('an address that is none, or looks like an option, is refused in words', async () => {
    const refused = await bootstrap(join(folder, 'sid'), '--include=x').catch((cause: unknown) => cause);
    expect((refused as Error).message).to.match(/DEBIAN_MIRROR 要以/);
  });

  it('without Debian’s keys nothing is fetched, and it is said what to install', async () => {
    expect(existsSync(DEBIAN_KEYRING) || process.getuid?.() !== 0).to.equal(true);
    const refused = await bootstrap(join(folder, 'sid'), 'file:///nowhere', join(folder, 'no.gpg')).catch(
      (cause: unknown) => cause,
    );
    expect((refused as Error).message).to.match(
      /缺少 Debian 的签名公钥.*apt-get install debian-archive-keyring/,
    );
  });

  it('nowhere is a package taken without its signature', () => {
    expect(APT_SIGNED.join(' ')).to.include('APT::Get::AllowUnauthenticated=false');
    for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|mjs)$/.test(name)) continue;
      const code = readFileSync(join(src, name), 'utf8');
      expect(code, name).not.to.match(
        /AllowUnauthenticated=(true|1|yes)|trusted=yes|--no-check-gpg|allow-unauthenticated/i,
      );
    }
  });
});
