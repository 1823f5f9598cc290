import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { closeFolder } from '../../../src/setup/private-folders.ts';
import { startServiceWith, type Service } from '../../support/service.ts';

const SECRETS = {
  SESSION_SECRET: 'sign-me-0123456789-0123456789-0123456789',
  METRICS_TOKEN: 'read-me-0123456789',
  STT_TOKEN: 'hear-me-0123456789',
};

describe('what the service starts and writes is nobody else’s to read', function () {
  this.timeout(240_000);
  let service: Service;
  before(async () => {
    // everything embedded, as `npm start` has it
    service = await startServiceWith({ DATABASE_URL: '', ...SECRETS }, '--add-agent', '1001', '马晓燕');
  });
  after(() => service.stop());

  it('folders below VAR_DIR are passed by nobody else, files read by nobody else', () => {
    const open: string[] = [];
    const walk = (path: string) => {
      const { mode } = lstatSync(path);
      const kind = mode & 0o170000;
      if (kind === 0o120000) return;
      // the group of the embedded programs passes through, and reads nothing
      if (mode & (kind === 0o040000 ? 0o067 : 0o077)) open.push(`${(mode & 0o777).toString(8)} ${path}`);
      if (kind === 0o040000) for (const name of readdirSync(path)) walk(join(path, name));
    };
    walk(service.varDir);
    expect(open.join('\n')).to.equal('');
    expect(readdirSync(service.varDir)).to.include.members(['hotline.log', 'journal', 'pbx', 'postgres']);
  });

  it('a folder of an earlier version is closed down to its last file; one that is the machine’s stays', () => {
    const earlier = mkdtempSync(join(tmpdir(), 'hotline-test-earlier-'));
    const foreign = mkdtempSync(join(tmpdir(), 'hotline-test-foreign-'));
    try {
      for (const folder of [earlier, foreign]) chmodSync(folder, 0o755);
      mkdirSync(join(earlier, 'exports'), { mode: 0o755 });
      for (const file of ['hotline.log', 'exports/list.xlsx'].map((name) => join(earlier, name)))
        writeFileSync(file, 'private', { mode: 0o644 });
      writeFileSync(join(foreign, 'somebody.txt'), 'theirs');
      for (const folder of [earlier, foreign]) closeFolder(folder);
      const modes = ['', 'hotline.log', 'exports', 'exports/list.xlsx'].map(
        (name) => statSync(join(earlier, name)).mode & 0o777,
      );
      expect(modes).to.deep.equal([0o700, 0o600, 0o700, 0o600]);
      expect(statSync(foreign).mode & 0o777).to.equal(0o755);
    } finally {
      for (const folder of [earlier, foreign]) rmSync(folder, { recursive: true });
    }
  });

  it('no program has a setting or a password in its arguments or its environment', () => {
    const site = service.site();
    const password = readFileSync(join(service.varDir, 'postgres/password'), 'utf8').trim();
    const secrets = [...Object.values(SECRETS), ...secretsOf(site), password];
    const children = programsOf(service);
    expect(children.map(({ line }) => line).join('\n')).to.match(/asterisk[^]*postgres|postgres[^]*asterisk/);
    for (const { line, environment } of children)
      for (const secret of secrets) {
        expect(line, 'arguments').not.to.include(secret);
        expect(environment, line).not.to.include(secret);
      }
    for (const { environment, line } of children)
      for (const name of ['DATABASE_URL', 'VAR_DIR', 'HTTP_PORT', 'SESSION_SECRET'])
        expect(environment, line).not.to.include(`${name}=`);
  });

  it('started as root, switch and database run under accounts of their own', function () {
    if (process.getuid?.() !== 0) this.skip();
    const users = programsOf(service).map(({ line, uid }) => [/asterisk/.test(line) ? 'pbx' : 'db', uid]);
    const names = Object.fromEntries(
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((entry) => entry.split(':'))
        .map(([name, , uid]) => [uid, name]),
    ) as Record<string, string>;
    for (const [program, uid] of users)
      expect(names[String(uid)]).to.equal(program === 'pbx' ? 'hotline-pbx' : 'hotline-db');
  });
});

function secretsOf(site: object): string[] {
  return Object.entries(site)
    .filter(([name]) => /secret/i.test(name))
    .map(([, value]) => String(value));
}

/** The embedded switch and database with their own children. */
function programsOf(service: Service): { line: string; environment: string; uid: number }[] {
  const found: { line: string; environment: string; uid: number }[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (!line.includes(service.varDir) || !/asterisk|postgres/.test(line)) continue;
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      found.push({ line, environment, uid: statSync(`/proc/${pid}`).uid });
    } catch {
      continue; // it ended while we looked
    }
  }
  return found;
}
