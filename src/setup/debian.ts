/** What is fetched from Debian is checked against Debian's own keys, or not fetched at all. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runDownload } from './packages.ts';
import { SetupFailure } from './progress.ts';

/** Debian's keys, as the package debian-archive-keyring brings them (also on Ubuntu). */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** apt that takes nothing whose signature is missing, weak or wrong, whatever the machine's own settings say. */
export const APT_SIGNED = [
  'apt-get',
  '-q',
  ...[
    'APT::Get::AllowUnauthenticated=false',
    'Acquire::AllowInsecureRepositories=false',
    'Acquire::AllowWeakRepositories=false',
    'Acquire::AllowDowngradeToInsecureRepositories=false',
  ].flatMap((option) => ['-o', option]),
];

/** A minimal Debian sid in the folder; refused where its Release is not signed by Debian. */
export async function bootstrap(
  folder: string,
  mirror: string,
  keyring: string = DEBIAN_KEYRING,
): Promise<void> {
  if (!existsSync(keyring)) {
    throw new SetupFailure(
      `缺少 Debian 的签名公钥 ${keyring}，无法验证下载的 Asterisk，因此没有下载。请先安装 debian-archive-keyring（apt-get install debian-archive-keyring），再重新启动；或用 AMI_HOST 指定已有的 Asterisk。`,
    );
  }
  // debootstrap knows no `--`
  if (!/^(https?|file):\/\//.test(mirror))
    throw new SetupFailure(
      `DEBIAN_MIRROR 要以 http:// 或 https:// 开头，现在是 ${mirror}。请改正后重新启动。`,
    );
  const checked = ['--variant=minbase', '--force-check-gpg', `--keyring=${keyring}`];
  await runDownload(['/usr/sbin/debootstrap', ...checked, 'sid', folder, mirror]);
}

/** The machine's own Debian mirror, in either format of apt's sources; an Ubuntu machine has none, and needs one named. */
export function debianMirror(): string {
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
