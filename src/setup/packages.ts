import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { downloadEnvironment, programEnvironment } from './program-environment.mjs';
import { long, SetupFailure } from './progress.ts';

/** What is downloaded or built once for this user, so that a second clone needs no network. */
export const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hotline-96666');

/**
 * Programs that accounts of their own run (program-accounts.ts) lie where these can read, made once; for whoever is not
 * root, in the own cache.
 */
export function sharedCache(): string {
  if (process.getuid?.() !== 0) return cacheDir;
  const shared = '/var/cache/hotline-96666';
  mkdirSync(shared, { recursive: true });
  chmodSync(shared, 0o755);
  return shared;
}

/** A program that must be there, and the Debian package that brings it. */
interface Need {
  program: string;
  package: string;
}

const PBX: Need[] = [
  { program: '/usr/sbin/debootstrap', package: 'debootstrap' },
  // Debian's keys, and what checks with them: nothing is fetched unchecked (debian.ts)
  { program: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  { program: '/usr/bin/gpgv', package: 'gpgv' },
  { program: '/usr/bin/espeak-ng', package: 'espeak-ng' },
  { program: '/usr/bin/sox', package: 'sox' },
];
const CALLERS: Need[] = [{ program: '/usr/bin/sipp', package: 'sip-tester' }];
const TESTS: Need[] = [
  { program: '/usr/bin/chromium', package: 'chromium' },
  { program: '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc', package: 'fonts-wqy-microhei' },
  { program: '/usr/bin/promtool', package: 'prometheus' },
  { program: '/usr/sbin/dovecot', package: 'dovecot-imapd' },
  { program: '/usr/bin/baresip', package: 'baresip-core' },
  { program: '/usr/bin/linphonec', package: 'linphone-cli' },
  { program: '/usr/bin/twinkle', package: 'twinkle' },
  { program: '/usr/bin/fail2ban-regex', package: 'fail2ban' },
];

/** On the machine that serves; what only tests need is no part of it. */
export const OUR_DEBIAN_PACKAGES = [...PBX, ...CALLERS].map((need) => need.package);

export const installPbxTools = () => install('电话交换机所需的工具', PBX);
export const installCallers = () => install('模拟来电工具 SIPp', CALLERS);
/** Everything that `npm test` needs beside the npm packages. */
export const installTestTools = () => install('测试所需的工具', [...PBX, ...CALLERS, ...TESTS]);

async function install(what: string, needs: Need[]): Promise<void> {
  const missing = needs.filter((need) => !existsSync(need.program)).map((need) => need.package);
  if (missing.length === 0) return;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SetupFailure(
      `这台机器不是 Debian 或 Ubuntu，装不了${what}（${missing.join('、')}）。请自行安装这些程序，或用 AMI_HOST 指定已有的 Asterisk。`,
    );
  }
  const root = process.getuid?.() === 0;
  if (!root && !existsSync('/usr/bin/sudo')) {
    throw new SetupFailure(
      `安装${what}（${missing.join('、')}）需要 root 权限。请用 root 或 sudo 重新执行。`,
    );
  }
  needSpace('/', 1500);
  await long(`安装${what}：${missing.join(' ')}`, async () => {
    await apt(root, ['update']);
    await apt(root, ['install', '-y', '--no-install-recommends', ...missing]);
  });
}

function apt(root: boolean, args: string[]): Promise<string> {
  const command = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', ...args];
  return runDownload(root ? command : ['sudo', '-n', ...command]);
}

/** What downloads or installs: told the way out of the house, and what it installs is for everybody on the machine to run. */
export function runDownload(command: string[]): Promise<string> {
  return run(
    ['sh', '-c', 'umask 022 && exec "$@"', 'sh', ...command],
    downloadEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
  );
}

/**
 * Runs a program to its end; a failure carries the last lines it said. A text of people or of other systems stands behind
 * `--`: nobody's words become an option of the program.
 */
export function run(
  command: string[],
  environment: Record<string, string> = programEnvironment(),
  /** so much of what it says is kept */
  keptCharacters = 8000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    let said = '';
    const keep = (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-keptCharacters));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said);
      else {
        const last = said.trim().split('\n').slice(-4).join('\n  ');
        reject(
          new SetupFailure(
            `${command
              .filter((word) => word !== 'sh' && !/^(-c|umask .*)$/.test(word))
              .slice(0, 3)
              .join(' ')} 没有成功（${code}）。请检查网络、权限和磁盘后重试：\n  ${last}`,
          ),
        );
      }
    });
  });
}

/** One clear sentence before the disk is full, not after. */
export function needSpace(path: string, megabytes: number): void {
  const disk = statfsSync(path);
  const free = (disk.bavail * disk.bsize) / 1024 / 1024;
  if (free < megabytes) {
    throw new SetupFailure(
      `磁盘空间不足：${path} 只剩 ${Math.floor(free)} MB，需要 ${megabytes} MB。请腾出空间后重试。`,
    );
  }
}
