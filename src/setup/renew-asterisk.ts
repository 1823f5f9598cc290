/**
 * `npm run renew-asterisk`: the embedded Asterisk is fetched anew from Debian, beside the one that runs, and takes its place
 * when it is whole. Calls go on with the old one until the service is stopped and started again.
 */
import { obtainAsterisk } from './pbx-files.ts';
import { asteriskVersion } from './security-updates.ts';
import { failureWords } from './progress.ts';

const before = asteriskVersion();
try {
  await obtainAsterisk({ anew: true });
  process.stdout.write(
    `内嵌 Asterisk：${before ?? '没有'} → ${asteriskVersion() ?? '没有'}。请在话务少的时候停止并重新启动服务，新版本才开始使用。\n`,
  );
} catch (cause) {
  process.stderr.write(`${failureWords(cause)}\n正在使用的 Asterisk 没有改动。\n`);
  process.exitCode = 1;
}
