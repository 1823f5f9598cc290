import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { PbxSite } from './pbx-files.ts';
import { needSpace } from './packages.ts';
import { closeFolder } from './private-folders.ts';
import { SetupFailure } from './progress.ts';

/** VAR_DIR, made if it is not there. */
export function keptFolder(varDir: string): string {
  try {
    closeFolder(varDir);
  } catch (cause) {
    throw new SetupFailure(
      `建不了数据目录 ${varDir}（${(cause as Error).message}）。请检查权限和磁盘，或用 VAR_DIR 换一个目录。`,
    );
  }
  needSpace(varDir, 300);
  return varDir;
}

/** Signs the sessions; made once. */
export function keptSecret(varDir: string): string {
  const file = join(varDir, 'session-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

export function portFree(host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `端口 ${host}:${port} 已被占用，可能热线服务已经在运行。请先停掉它，或用 HTTP_PORT 换一个端口。`
          : `不能监听 ${host}:${port}（${cause.message}）。请检查 HTTP_HOST、HTTP_PORT 和权限。`;
      fail(new SetupFailure(why));
    });
    probe.listen(port, host, () => probe.close(() => done()));
  });
}

export interface Started {
  config: Config;
  began: number;
  /** of the first administrator, once */
  password: string | null;
  pbx: { site: PbxSite; adopted: boolean } | null;
  alarms: { code: string }[];
  logins: { login: string; password: string; who: string }[];
}

function administratorLine(password: string): string {
  return `  管理员    admin　初始密码 ${password}（只显示这一次，请记下）`;
}

/** The database came after the last words of a first start. */
export function sayAdministrator(password: string): void {
  process.stdout.write(`数据库已连上，第一个管理员已建立：\n${administratorLine(password)}\n`);
}

/** The last words of the start: where it is, and what is missing. */
export function sayWhere({ config, began, password, pbx, alarms, logins }: Started): void {
  const host = config.HTTP_HOST === '0.0.0.0' ? '本机地址' : config.HTTP_HOST;
  const lines = [
    ``,
    `供水热线 ${config.HOTLINE_NUMBER} 已启动，用时 ${((Date.now() - began) / 1000).toFixed(1)} 秒`,
  ];
  lines.push(`  打开      http://${host}:${config.HTTP_PORT}/`);
  if (pbx)
    lines.push(
      `  交换机    SIP ${pbx.site.address}:${pbx.site.sipPort}${pbx.adopted ? '（接管了仍在运行的交换机，通话未中断）' : ''}`,
    );
  if (alarms.some((alarm) => alarm.code === 'pbx-not-configured')) lines.push('  交换机    未接入');
  if (password) lines.push(administratorLine(password));
  for (const { login, password: secret, who } of logins)
    lines.push(`  演示登录  ${login} / ${secret}　${who}`);
  lines.push('  停止      Ctrl-C', '');
  process.stdout.write(lines.join('\n'));
}
