import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PbxSite } from '../../src/setup/pbx-files.ts';
import { network } from '../../src/setup/sipp.ts';
import { startBaresip } from './baresip.ts';
import { until } from './until.ts';

/** A real desk phone of some make, without a screen or a sound card, and the keys that a person presses on it. */
export interface DeskPhone {
  /** it has registered, and says so itself */
  registered(): Promise<void>;
  /** it rings */
  rings(): Promise<void>;
  answer(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  hangUp(): Promise<void>;
  /** does not want this call */
  refuse(): Promise<void>;
  /** `kill -9`: no BYE, no un-registering, its port is dead */
  kill(): Promise<void>;
  log(): string;
}

export type Make = 'baresip' | 'linphone' | 'twinkle';
export const MAKES: readonly Make[] = ['baresip', 'linphone', 'twinkle'];

export function startDeskPhone(make: Make, site: PbxSite, extension: string): DeskPhone {
  if (make === 'linphone') return startLinphone(site, extension);
  if (make === 'twinkle') return startTwinkle(site, extension);
  const phone = startBaresip(site, { extension });
  return {
    ...phone,
    answer: () => phone.command('accept'),
    hold: () => phone.command('hold'),
    resume: () => phone.command('resume'),
    hangUp: () => phone.command('hangup'),
    refuse: () => phone.command('hangup'),
  };
}

/** Each phone has a range of ports of its own: SIP, TCP, TLS, and a hundred for voice. */
function portsOf(extension: string, from: number) {
  const first = from + (Number(extension) % 20) * 200;
  return { sip: first, tcp: first + 1, tls: first + 2, voice: first + 100 };
}

/** linphonec: it speaks what it is told to play, here a minute of nothing, and hears into no file. */
function startLinphone(site: PbxSite, extension: string): DeskPhone {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-linphone-'));
  const host = `${network(site)}.20`;
  const port = portsOf(extension, 36_000);
  // its own database; without the folder it complains
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true });
  writeFileSync(
    join(folder, 'linphonerc'),
    `[sip]
default_proxy=0
sip_port=${port.sip}
sip_tcp_port=${port.tcp}
sip_tls_port=${port.tls}
bind_address=${host}
guess_hostname=0
contact="${extension}" <sip:${extension}@${host}>
register_only_when_network_is_up=0
inc_timeout=120
media_encryption=none
[rtp]
audio_rtp_port=${port.voice}-${port.voice + 98}
bind_address=${host}
[sound]
echocancellation=0
[video]
enabled=0
capture=0
display=0
[auth_info_0]
username=${extension}
userid=${extension}
passwd=${site.phoneSecret}${extension}
realm=hotline
[proxy_0]
reg_proxy=<sip:${site.address}:${site.sipPort};transport=udp>
reg_identity=sip:${extension}@${site.address}
reg_expires=600
reg_sendregister=1
publish=0
`,
  );
  const phone = atKeys(folder, 'linphonec', ['-c', join(folder, 'linphonerc')]);
  phone.press('soundcard use files');
  return {
    ...phone,
    registered: () =>
      phone.says('registered', /registered, identity=/, () => phone.press('status register'), 20_000),
    rings: () => phone.says('rings', /Receiving new incoming call/),
    answer: () => phone.answered('answer', /connected\./),
    hold: () => phone.answered('pause', /is now paused/),
    resume: () => phone.answered('resume', /Media streams established[^]*Media streams established/),
    hangUp: () => phone.answered('terminate', /ended/),
    refuse: () => phone.answered('terminate', /ended/),
  };
}

/** twinkle in its command line; where there is no sound card it neither speaks nor hears, and all else is as at a desk. */
function startTwinkle(site: PbxSite, extension: string): DeskPhone {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-twinkle-'));
  const port = portsOf(extension, 42_000);
  mkdirSync(join(folder, '.twinkle'));
  writeFileSync(join(folder, '.asoundrc'), 'pcm.!default { type null }\nctl.!default { type null }\n');
  const sound = ['ringtone', 'speaker', 'mic'].map((device) => `dev_${device}=alsa:default\n`).join('');
  writeFileSync(
    join(folder, '.twinkle/twinkle.sys'),
    `${sound}validate_audio_dev=no\nsip_port=${port.sip}\nsip_udp_port=${port.sip}\nrtp_port=${port.voice}\nplay_ringtone=no\nplay_ringback=no\ngui_use_systray=no\n`,
  );
  const server = `${site.address}${site.sipPort === 5060 ? '' : `:${site.sipPort}`}`;
  writeFileSync(
    join(folder, `.twinkle/${extension}.cfg`),
    `user_name=${extension}\nuser_domain=${site.address}\nauth_name=${extension}\nauth_pass=${site.phoneSecret}${extension}\nregistrar=${server}\noutbound_proxy=${server}\nregistration_time=600\nregister_at_startup=yes\ncodecs=g711a,g711u\nsip_transport=udp\nzrtp_enabled=no\nmwi_sollicited=no\n`,
  );
  const phone = atKeys(folder, 'twinkle', ['-c', '--force', '-f', extension]);
  return {
    ...phone,
    registered: () => phone.says('registered', /registration succeeded/, undefined, 20_000),
    rings: () => phone.says('rings', /incoming call/),
    answer: () => phone.answered('answer', /call established/),
    hold: () => phone.answered('hold', /re-INVITE successful/),
    resume: () => phone.answered('retrieve', /re-INVITE successful[^]*re-INVITE successful/),
    hangUp: () => phone.answered('bye', /call ended/),
    refuse: () => phone.answered('reject', /call rejected/),
  };
}

/** A phone that is worked by lines of text. */
function atKeys(folder: string, program: string, args: string[]) {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: folder,
    env: { ...process.env, HOME: folder, QT_QPA_PLATFORM: 'offscreen', TERM: 'dumb', LC_ALL: 'C' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const press = (line: string) => void child.stdin.write(`${line}\n`);

  async function says(what: string, words: RegExp, meanwhile?: () => void, withinMs = 30_000): Promise<void> {
    let nextMs = 0;
    await until(
      `${program}: ${what}`,
      () => {
        if (words.test(text)) return true;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${program} ended: ${text}`);
        // it does not say by itself: it is asked each second
        if (meanwhile && performance.now() > nextMs) {
          nextMs = performance.now() + 1000;
          meanwhile();
        }
        throw new Error(text);
      },
      withinMs,
    );
  }
  return {
    press,
    says,
    async answered(line: string, words: RegExp) {
      press(line);
      await says(line, words);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    log: () => text,
  };
}
