/** A real IMAP server on loopback: Debian's Dovecot as a process of its own, with its own settings in its own folder. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { ImapFlow } from 'imapflow';
import { until } from './until.ts';

const USER = '96666@example.cn';
const PASSWORD = 'shui:guan/1';

export async function openDovecot() {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-dovecot-'));
  const port = await freePort();
  const root = process.getuid!() === 0;
  // Dovecot keeps no mail as root: then it is nobody's
  const [uid, gid] = root ? [65534, 65534] : [process.getuid!(), process.getgid!()];
  const mails = join(folder, 'mails');
  mkdirSync(mails);
  if (root) chownSync(mails, uid, gid);
  chmodSync(folder, 0o755);
  const me = userInfo().username;
  const unrooted = ['anvil', 'imap-login', 'stats'].map((name) => `service ${name} {\n  chroot =\n}`);
  writeFileSync(
    join(folder, 'dovecot.conf'),
    [
      `base_dir = ${folder}/run`,
      `state_dir = ${folder}/state`,
      `log_path = ${folder}/log`,
      'protocols = imap',
      'listen = 127.0.0.1',
      'ssl = no',
      'disable_plaintext_auth = no',
      // a wrong password is answered at once
      'auth_failure_delay = 0',
      'service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}',
      'first_valid_uid = 1',
      `mail_location = maildir:${mails}`,
      `passdb {\n  driver = static\n  args = user=${USER} password=${PASSWORD}\n}`,
      `userdb {\n  driver = static\n  args = uid=${uid} gid=${gid} home=${mails}\n}`,
      `service imap-login {\n  inet_listener imap {\n    port = ${port}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}`,
      ...(root ? [] : [`default_internal_user = ${me}`, `default_login_user = ${me}`, ...unrooted]),
      '',
    ].join('\n'),
  );
  let running = start();

  function start() {
    const server = spawn('/usr/sbin/dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'pipe' });
    let said = '';
    server.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    return { server, said: () => said };
  }
  async function asOwner<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const auth = { user: USER, pass: PASSWORD };
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, logger: false, auth });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout().catch(() => undefined);
    }
  }
  async function stop() {
    if (running.server.exitCode !== null) return;
    running.server.kill('SIGTERM');
    await once(running.server, 'exit');
  }
  const up = () =>
    until('Dovecot answers', () => asOwner(() => Promise.resolve(true)).catch(() => false), 20_000).catch(
      (cause) => {
        throw new Error(running.said(), { cause });
      },
    );
  await up();

  return {
    url: `imap://${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    address: USER,
    /** a mail arrives */
    put: (mail: string | Buffer, date = new Date('2026-11-25T09:30:00+08:00')) =>
      asOwner((client) => client.append('INBOX', Buffer.from(mail), [], date)),
    /** the subjects of what lies unseen, and of what is seen */
    inbox: () =>
      asOwner(async (client) => {
        await client.mailboxOpen('INBOX', { readOnly: true });
        const mails =
          client.mailbox && client.mailbox.exists > 0
            ? await client.fetchAll('1:*', { flags: true, envelope: true })
            : [];
        const subjects = (seen: boolean) =>
          mails
            .filter(({ flags }) => flags!.has('\\Seen') === seen)
            .map(({ envelope }) => envelope?.subject ?? '');
        return { unseen: subjects(false), seen: subjects(true) };
      }),
    stop,
    async again() {
      running = start();
      await up();
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
