import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { APT_SIGNED, bootstrap, DEBIAN_KEYRING, debianMirror } from './debian.ts';
import { writeHoldSound } from './hold-sound.ts';
import { cacheDir, installPbxTools, needSpace, run, runDownload, sharedCache } from './packages.ts';
import { programEnvironment } from './program-environment.mjs';
import { long, SetupFailure } from './progress.ts';
import { speak } from './speech.ts';

/**
 * A real Asterisk 22 from Debian's packages. Debian 12 and 13 do not have it, sid does: a minimal sid is put into the
 * user's cache once, and Asterisk runs from there with its own loader and libraries, no chroot. What belongs to one
 * clone (configuration, state, logs, sounds) lies under VAR_DIR/pbx.
 */
const dialplan = resolve(import.meta.dirname, '../../dialplan');

/** Asterisk's own, below VAR_DIR/pbx; what lies beside them is the service's. */
export const PBX_FOLDERS = ['etc', 'lib', 'run', 'log', 'spool'];

export interface PbxRelease {
  /** the minimal sid that holds Asterisk */
  root: string;
  loader: string;
  libraries: string;
  modules: string;
}

export interface PbxSite {
  address: string;
  sipPort: number;
  amiPort: number;
  httpPort: number;
  rtpFirst: number;
  rtpLast: number;
  /** from which address calls of the outside come, and where ours go */
  trunkMatch: string;
  trunkContact: string;
  hotlineNumber: string;
  eventsSecret: string;
  actionsSecret: string;
  /** gives agents their phones (dialplan/ari.conf) */
  ariSecret: string;
  /**
   * Phones that SIPp plays (the demo, tests): their password is this and the extension. An earlier version gave such
   * passwords to real phones, too: these are listed on the page of the phones until they have a new one.
   */
  phoneSecret: string;
}

const ARCHITECTURES: Record<string, { debian: string; triplet: string; loader: string }> = {
  x64: { debian: 'amd64', triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { debian: 'arm64', triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Brings Asterisk into the cache if it is not there; a half-made one is never used. */
export async function obtainAsterisk({ anew = false } = {}): Promise<PbxRelease> {
  const machine = ARCHITECTURES[process.arch];
  if (!machine)
    throw new SetupFailure(
      `没有适合 ${process.arch} 的内嵌 Asterisk。请用 AMI_HOST 指定已有的 Asterisk 20 或 22。`,
    );
  const root = join(sharedCache(), folderName(machine.debian));
  const libraries = join(root, 'usr/lib', machine.triplet);
  const release = {
    root,
    loader: join(libraries, machine.loader),
    libraries,
    modules: join(libraries, 'asterisk/modules'),
  };
  if (!anew && existsSync(join(root, '.complete'))) return release;
  await installPbxTools();
  if (process.getuid?.() !== 0) {
    throw new SetupFailure(
      '第一次安装内嵌 Asterisk 需要 root 权限。请用 root 或 sudo 执行一次 npm start，或用 AMI_HOST 指定已有的 Asterisk。',
    );
  }
  if (!anew && takeOver(join(cacheDir, basename(root)), root)) return release;
  needSpace(dirname(root), 1500);
  const building = `${root}.building-${process.pid}`;
  await long('下载并安装 Asterisk 22（Debian sid，约 600 MB，只此一次）', async () => {
    try {
      await bootstrap(building, debianMirror());
      await runDownload([
        'chroot',
        building,
        ...APT_SIGNED,
        'install',
        '-y',
        '--no-install-recommends',
        'asterisk',
      ]);
      rmSync(join(building, 'var/cache/apt/archives'), { recursive: true, force: true });
      writeFileSync(join(building, '.complete'), '');
      // what runs has its files open; those of its folder are gone a moment later
      const old = `${root}.old-${process.pid}`;
      if (existsSync(root)) renameSync(root, old);
      renameSync(building, root);
      rmSync(old, { recursive: true, force: true });
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
  });
  return release;
}

const folderName = (architecture: string) => `asterisk-22-${architecture}`;

/** Where the embedded Asterisk's Debian lies; null: it was not fetched yet. */
export function asteriskRoot(): string | null {
  const machine = ARCHITECTURES[process.arch];
  const root = machine && join(sharedCache(), folderName(machine.debian));
  return root !== undefined && existsSync(join(root, '.complete')) ? root : null;
}

/**
 * An earlier version kept it in root's own cache, where no other account may read: its files are linked, not copied. One
 * that may have been fetched unchecked, for want of Debian's keys, is fetched anew.
 */
function takeOver(earlier: string, root: string): boolean {
  if (earlier === root || !existsSync(join(earlier, '.complete')) || !existsSync(DEBIAN_KEYRING))
    return false;
  const copying = `${root}.building-${process.pid}`;
  const linked = spawnSync('cp', ['-al', '--', earlier, copying], { env: programEnvironment() });
  if (linked.status === 0 && !existsSync(root)) renameSync(copying, root);
  else rmSync(copying, { recursive: true, force: true });
  return existsSync(join(root, '.complete'));
}

/** where the embedded switch sends copies of its SIP messages, on its own address */
export const SIP_CAPTURE_PORT = 9060;

/** Writes the configuration of one instance; the same templates that dialplan/install.sh puts into /etc/asterisk. */
export async function writePbxFiles(
  release: PbxRelease,
  dir: string,
  site: PbxSite,
  holdSound = 'music',
): Promise<void> {
  for (const folder of [
    ...PBX_FOLDERS,
    'spool/words',
    'spool/recordings',
    'lib/keys',
    'lib/sounds/zh/hotline',
    'lib/sounds/en/hotline',
    'lib/moh',
  ]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  for (const shared of ['documentation', 'static-http']) {
    const link = join(dir, 'lib', shared);
    if (!existsSync(link)) symlinkSync(join(release.root, 'usr/share/asterisk', shared), link);
  }
  // what the second language does not have is heard in Chinese, never silence
  const fallback = join(dir, 'lib/sounds/hotline');
  if (!existsSync(fallback)) symlinkSync('zh/hotline', fallback);
  const values: Record<string, string | number> = {
    HOTLINE_NUMBER: site.hotlineNumber,
    BIND_ADDRESS: site.address,
    SIP_PORT: site.sipPort,
    AMI_ADDRESS: site.address,
    AMI_PORT: site.amiPort,
    HTTP_ADDRESS: site.address,
    HTTP_PORT: site.httpPort,
    RTP_FIRST: site.rtpFirst,
    RTP_LAST: site.rtpLast,
    TRUNK_MATCH: site.trunkMatch,
    TRUNK_CONTACT: site.trunkContact,
    TRUST_PAI: 0,
    HEP_ADDRESS: `${site.address}:${SIP_CAPTURE_PORT}`,
    CALLS_PER_HOUR: 60,
    SURVEY_WAIT_SECONDS: 6,
    EVENTS_SECRET: site.eventsSecret,
    ACTIONS_SECRET: site.actionsSecret,
    ARI_SECRET: site.ariSecret,
  };
  for (const name of readdirSync(dialplan).filter((one) => one.endsWith('.conf'))) {
    const text = readFileSync(join(dialplan, name), 'utf8').replace(/@([A-Z_]+)@/g, (_, key: string) => {
      if (values[key] === undefined) throw new SetupFailure(`dialplan/${name} 用到了未知的设置 ${key}`);
      return String(values[key]);
    });
    writeConfiguration(join(dir, 'etc', name), text);
  }
  const folders = {
    astetcdir: 'etc',
    astvarlibdir: 'lib',
    astdbdir: 'lib',
    astkeydir: 'lib',
    astdatadir: 'lib',
    astagidir: 'lib',
    astspooldir: 'spool',
    astrundir: 'run',
    astlogdir: 'log',
  };
  const lines = Object.entries(folders).map(([key, folder]) => `${key} => ${join(dir, folder)}`);
  const options = [
    'defaultlanguage = zh',
    'documentation_language = en_US',
    'verbose = 0',
    'systemname = pbx',
  ];
  writeConfiguration(
    join(dir, 'etc/asterisk.conf'),
    `[directories]\nastmoddir => ${release.modules}\n${lines.join('\n')}\n[options]\n${options.join('\n')}\n`,
  );
  await speakPrompts(join(dir, 'lib/sounds/zh/hotline'), 'zh');
  await speakPrompts(join(dir, 'lib/sounds/en/hotline'), 'en');
  await makeTone(join(dir, 'lib/sounds/zh/hotline'));
  await writeHoldSound(join(dir, 'lib/moh'), holdSound);
}

/** A file in a folder that Asterisk may write to: made anew, so that no link that stands there leads us elsewhere. */
function writeConfiguration(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

/**
 * The prompts' texts (dialplan/prompts.json, prompts-en.json), spoken: pinyin with tone numbers into espeak-ng, sox to 8 kHz. A file
 * that people recorded and put in its place stays; `synthetic.json` beside them says which are the machine's.
 */
async function speakPrompts(into: string, language: 'zh' | 'en'): Promise<void> {
  const from = join(dialplan, language === 'zh' ? 'prompts.json' : 'prompts-en.json');
  const texts = JSON.parse(readFileSync(from, 'utf8')) as Record<string, string>;
  const list = join(into, 'synthetic.json');
  const synthetic = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>)
    : {};
  const store = join(cacheDir, 'prompts');
  mkdirSync(store, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    const key = createHash('sha256')
      .update(`3 ${language === 'zh' ? '' : language}${text}`)
      .digest('hex')
      .slice(0, 24);
    const file = join(into, `${name}.wav`);
    if (existsSync(file) && synthetic[name] === undefined) continue;
    if (existsSync(file) && synthetic[name] === key) continue;
    // a text that people changed (main/prompts.ts)
    if (existsSync(file) && synthetic[name] === 'changed') continue;
    const spoken = join(store, `${key}.wav`);
    if (!existsSync(spoken)) await speak(text, spoken, language);
    copyFileSync(spoken, file);
    chmodSync(file, 0o600);
    synthetic[name] = key;
  }
  writeFileSync(list, JSON.stringify(synthetic, null, 1));
}

/** The tone before a word. */
async function makeTone(into: string): Promise<void> {
  const tone = join(into, 'tone.wav');
  if (existsSync(tone)) return;
  const shape = [
    '-n',
    '-r',
    '8000',
    '-c',
    '1',
    '-b',
    '16',
    tone,
    'synth',
    '0.4',
    'sine',
    '880',
    'vol',
    '0.4',
  ];
  await run(['sox', '-q', ...shape]);
}
