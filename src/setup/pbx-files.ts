import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { writeHoldSound } from './hold-sound.ts';
import { cacheDir, installPbxTools, needSpace, run } from './packages.ts';
import { long, SetupFailure } from './progress.ts';
import { speak } from './speech.ts';

/**
 * A real Asterisk 22 from Debian's packages. Debian 12 and 13 do not have it, sid does: a minimal sid is put into the
 * user's cache once, and Asterisk runs from there with its own loader and libraries, no chroot. What belongs to one
 * clone (configuration, state, logs, sounds) lies under VAR_DIR/pbx.
 */
const dialplan = resolve(import.meta.dirname, '../../dialplan');

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
  /** desk phones that are made by the setup (`--add-agent`, the demo): their password is this and the extension */
  phoneSecret: string;
}

const ARCHITECTURES: Record<string, { debian: string; triplet: string; loader: string }> = {
  x64: { debian: 'amd64', triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { debian: 'arm64', triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Brings Asterisk into the cache if it is not there; a half-made one is never used. */
export async function obtainAsterisk(): Promise<PbxRelease> {
  const machine = ARCHITECTURES[process.arch];
  if (!machine)
    throw new SetupFailure(
      `没有适合 ${process.arch} 的内嵌 Asterisk。请用 AMI_HOST 指定已有的 Asterisk 20 或 22。`,
    );
  const root = join(cacheDir, `asterisk-22-${machine.debian}`);
  const libraries = join(root, 'usr/lib', machine.triplet);
  const release = {
    root,
    loader: join(libraries, machine.loader),
    libraries,
    modules: join(libraries, 'asterisk/modules'),
  };
  if (existsSync(join(root, '.complete'))) return release;
  await installPbxTools();
  if (process.getuid?.() !== 0) {
    throw new SetupFailure(
      '第一次安装内嵌 Asterisk 需要 root 权限。请用 root 或 sudo 执行一次 npm start，或用 AMI_HOST 指定已有的 Asterisk。',
    );
  }
  mkdirSync(cacheDir, { recursive: true });
  needSpace(cacheDir, 1500);
  const building = `${root}.building-${process.pid}`;
  await long('下载并安装 Asterisk 22（Debian sid，约 600 MB，只此一次）', async () => {
    try {
      await run(['/usr/sbin/debootstrap', '--variant=minbase', 'sid', building, debianMirror()]);
      await run(
        ['chroot', building, 'apt-get', 'install', '-y', '-q', '--no-install-recommends', 'asterisk'],
        {
          DEBIAN_FRONTEND: 'noninteractive',
        },
      );
      rmSync(join(building, 'var/cache/apt/archives'), { recursive: true, force: true });
      writeFileSync(join(building, '.complete'), '');
      if (existsSync(root)) rmSync(root, { recursive: true, force: true });
      renameSync(building, root);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
  });
  return release;
}

/** The machine's own Debian mirror, in either format of apt's sources; an Ubuntu machine has none, and needs one named. */
function debianMirror(): string {
  const named = process.env['DEBIAN_MIRROR'];
  if (named) return named;
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  for (const file of files.filter((one) => existsSync(one) && statSync(one).isFile())) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const uri = /^\s*(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/.exec(line)?.[1];
      if (uri) return uri;
    }
  }
  throw new SetupFailure(
    '没有找到 Debian 软件源的地址。请设置环境变量 DEBIAN_MIRROR（一个 Debian 镜像），或用 AMI_HOST 指定已有的 Asterisk。',
  );
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
    'etc',
    'lib',
    'run',
    'log',
    'spool',
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
    writeFileSync(join(dir, 'etc', name), text, { mode: 0o600 });
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
  writeFileSync(
    join(dir, 'etc/asterisk.conf'),
    `[directories]\nastmoddir => ${release.modules}\n${lines.join('\n')}\n[options]\n${options.join('\n')}\n`,
  );
  await speakPrompts(join(dir, 'lib/sounds/zh/hotline'), 'zh');
  await speakPrompts(join(dir, 'lib/sounds/en/hotline'), 'en');
  await makeTone(join(dir, 'lib/sounds/zh/hotline'));
  await writeHoldSound(join(dir, 'lib/moh'), holdSound);
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
    cpSync(spoken, file);
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
