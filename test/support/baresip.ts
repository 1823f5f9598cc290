import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { network, passwordOf, type PlayedSite } from '../../src/setup/sipp.ts';
import { until } from './until.ts';

/** A real desk phone: baresip, without a screen or a sound card. Who talks with it hears themselves. */
export interface Baresip {
  /** it has registered, and says so itself */
  registered(): Promise<void>;
  /** it rings */
  rings(): Promise<void>;
  /** presses a key or a menu's word: `accept`, `hangup`, `hold`, `mute` … */
  command(name: string, parameters?: string): Promise<void>;
  /** `kill -9`: no BYE, no un-registering, its port is dead */
  kill(): Promise<void>;
  log(): string;
}

export interface BaresipPlan {
  extension: string;
  /** its SIP port, of ten that are its own; not said: the extension's */
  port?: number;
  /** answers by itself */
  answers?: boolean;
  /** modules of its codecs; default g711 */
  codecs?: string[];
}

export function startBaresip(site: PlayedSite, plan: BaresipPlan): Baresip {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-baresip-'));
  const host = `${network(site)}.20`;
  // the next port is its TLS
  const port = plan.port ?? 23_000 + (Number(plan.extension) % 1000) * 10;
  const control = port + 5;
  mkdirSync(folder, { recursive: true });
  const modules = [...(plan.codecs ?? ['g711']), 'aubridge'];
  writeFileSync(
    join(folder, 'config'),
    [
      'poll_method epoll',
      `sip_listen ${host}:${port}`,
      'call_local_timeout 120',
      'call_max_calls 2',
      `audio_player aubridge,${plan.extension}`,
      `audio_source aubridge,${plan.extension}`,
      `audio_alert aubridge,alert`,
      'audio_level no',
      'rtp_stats no',
      `net_interface ${host}`,
      'module_path /usr/lib/baresip/modules',
      ...modules.map((name) => `module ${name}.so`),
      'module_tmp account.so',
      'module_app menu.so',
      'module_app ctrl_tcp.so',
      `ctrl_tcp_listen ${host}:${control}`,
    ].join('\n') + '\n',
  );
  const { extension } = plan;
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${extension}@${site.address}:${site.sipPort};transport=udp>;auth_user=${extension};auth_pass=${passwordOf(site, extension)};regint=600;answermode=${plan.answers ? 'auto' : 'manual'};mwi=no\n`,
  );
  writeFileSync(join(folder, 'contacts'), '');
  let said = '';
  const child: ChildProcess = spawn('baresip', ['-f', folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'dumb' },
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise<void>((done) => child.on('close', () => done()));

  let socket: Socket | null = null;
  let told = '';
  async function line(): Promise<Socket> {
    if (socket) return socket;
    return (socket = await until('the phone takes commands', () => {
      if (child.exitCode !== null) throw new Error(`baresip ended: ${said}`);
      return new Promise<Socket>((done, fail) => {
        const made = connect(control, host, () => done(made));
        made.on('data', (bytes: Buffer) => (told += bytes.toString()));
        made.on('error', fail);
      });
    }));
  }
  void line().catch(() => undefined);

  return {
    registered: async () =>
      void (await until('the phone has registered', () => {
        if (!/200 OK|REGISTER_OK/.test(said + told)) throw new Error(said + told);
        return true;
      })),
    rings: async () =>
      void (await until(
        'the phone rings',
        () => {
          if (/CALL_INCOMING/.test(told)) return true;
          throw new Error(`${said}\n${told}`);
        },
        30_000,
      )),
    async command(name, parameters) {
      const body = JSON.stringify({ command: name, ...(parameters ? { params: parameters } : {}) });
      (await line()).write(`${body.length}:${body},`);
    },
    async kill() {
      socket?.destroy();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    log: () => `${said}\n${told}`,
  };
}
