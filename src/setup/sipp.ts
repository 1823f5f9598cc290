import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PbxSite } from './pbx-files.ts';
import { programEnvironment } from './program-environment.mjs';
import { messagesOf, type SipMessage } from './sipp-messages.ts';

/**
 * Real SIP calls by SIPp: phones that register, ring and answer as people do, and callers of the outside. Each leg
 * says afterwards what its own SIP messages were and when: the truth that the service's measures are held to.
 */
export interface SipLeg {
  /** what this party saw, in order; times are Unix ms of this machine */
  messages: SipMessage[];
  exitCode: number | null;
}
export interface RunningLeg {
  /** when SIPp has ended by itself, or was stopped */
  done: Promise<SipLeg>;
  stop(): void;
  /** its scenario and messages.log, while it runs */
  folder: string;
}

export interface PhonePlan {
  extension: string;
  /** how long it rings before it is answered; null: it never is. A status (486, 603) refuses at once */
  ringMs: number | null;
  refuse?: number;
  /** it rings by 183 instead of 180, with a sound of its own or without */
  early?: 'media' | 'silent';
  /** how long it talks before it hangs up; null: the other side does */
  talkMs: number | null;
  /** calls before it ends; default: until stopped */
  calls?: number;
  /** after so many ms of talk, holds for so many ms */
  hold?: { afterMs: number; forMs: number };
  /** where it listens, if it is no phone of ours but one of the outside */
  at?: { address: string; port: number };
  /** where its voice is heard and spoken, if not by SIPp itself (test/support/ear.ts) */
  mediaPort?: number;
  /** after so many ms of talk, transfers blind (REFER) to this extension */
  refer?: { afterMs: number; to: string };
}

export interface CallerPlan {
  /** the user of the From header */
  from: string;
  to?: string;
  /** how long the caller stays after the PBX took the call, if nobody hangs up before; null: to the end */
  stayMs: number | null;
  /** sends back what it hears */
  echo?: boolean;
  /** where its voice is heard and spoken, if not by SIPp itself (test/support/ear.ts) */
  mediaPort?: number;
  /** keys that are pressed by SIP INFO, one after the other, each so long after the one before */
  infoKeys?: { afterMs: number; key: string }[];
  /** own address, so that callers stand side by side; default `.10`, the trunk's */
  address?: string;
}

const PHONE_HOST = 20;

/** Where the phone of an extension listens: an address of its own network, a port of its own. */
export function phonePort(extension: string): number {
  return 20000 + Number(extension);
}

export function network(site: PbxSite): string {
  return site.address.split('.').slice(0, 3).join('.');
}

/** A switch some of whose phones have passwords of their own. */
export type PlayedSite = PbxSite & { phonePasswords?: Record<string, string> };

/** What a phone that SIPp plays registers with. */
export function passwordOf(site: PlayedSite, extension: string): string {
  return site.phonePasswords?.[extension] ?? site.phoneSecret + extension;
}

/** SIPp does not repeat a REGISTER: one that a switch was not there for yet is sent anew after so long */
const REGISTER_LIMIT_MS = 5_000;
const REGISTER_TRIES = 4;

/** Registers phones; they are then reached at their ports, where {@link startPhone} listens, or all at one. */
export async function registerPhones(
  site: PlayedSite,
  extensions: string[],
  seconds = 7200,
  port: number | null = null,
): Promise<void> {
  let exitCode: number | null = null;
  for (let tries = 0; tries < REGISTER_TRIES; tries += 1) {
    exitCode = await registerOnce(site, extensions, seconds, port);
    if (exitCode === 0) return;
    // refused: another try would be, too
    if (exitCode !== null) break;
  }
  throw new Error(`SIP 话机注册失败（${extensions.join(' ')}），sipp 退出码 ${exitCode}`);
}

/** SIPp's exit code; null: nobody answered in time. */
async function registerOnce(
  site: PlayedSite,
  extensions: string[],
  seconds: number,
  port: number | null,
): Promise<number | null> {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-register-'));
  try {
    const lines = extensions.map(
      (one) =>
        `${one};[authentication username=${one} password=${passwordOf(site, one)}];${port ?? phonePort(one)}`,
    );
    writeFileSync(join(dir, 'phones.csv'), `SEQUENTIAL\n${lines.join('\n')}\n`);
    const host = `${network(site)}.${PHONE_HOST}`;
    const running = run(dir, registration(seconds), [
      `${site.address}:${site.sipPort}`,
      ...[
        '-i',
        host,
        '-p',
        '19999',
        '-inf',
        join(dir, 'phones.csv'),
        ...['-m', String(extensions.length), '-r', '50'],
      ],
    ]);
    const limit = setTimeout(running.stop, REGISTER_LIMIT_MS + extensions.length * 100);
    const { exitCode } = await running.done.finally(() => clearTimeout(limit));
    return exitCode;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A registered phone that behaves by plan. */
export function startPhone(site: PbxSite, plan: PhonePlan): RunningLeg {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-phone-'));
  const host = plan.at?.address ?? `${network(site)}.${PHONE_HOST}`;
  const port = plan.at?.port ?? phonePort(plan.extension);
  const media = String(30000 + (Number(plan.extension) % 1000) * 4);
  const args = ['-i', host, '-p', String(port), '-mi', host, '-mp', media, '-aa'];
  if (plan.calls) args.push('-m', String(plan.calls));
  const own = plan.mediaPort === undefined ? '[media_port]' : String(plan.mediaPort);
  const scenario = answering(plan, site).replaceAll('[media_port]', own);
  return cleaned(dir, run(dir, scenario, [`${site.address}:${site.sipPort}`, ...args]));
}

/** A call from outside. */
export function startCaller(site: PbxSite, plan: CallerPlan): RunningLeg {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-caller-'));
  const host = plan.address ?? `${network(site)}.10`;
  const to = plan.to ?? site.hotlineNumber;
  const args = ['-i', host, '-mi', host, '-m', '1', '-aa', '-s', to];
  if (plan.echo) args.push('-rtp_echo');
  // SIPp binds the port that it is told: one that another process listens at is only written into the SDP
  const media = plan.mediaPort === undefined ? '[media_port]' : String(plan.mediaPort);
  const scenario = calling(plan.from, to, plan.stayMs, plan.infoKeys).replaceAll('[media_port]', media);
  return cleaned(dir, run(dir, scenario, [`${site.address}:${site.sipPort}`, ...args]));
}

function cleaned(dir: string, leg: RunningLeg): RunningLeg {
  return { ...leg, done: leg.done.finally(() => rmSync(dir, { recursive: true, force: true })) };
}

export function run(dir: string, scenario: string, args: string[]): RunningLeg {
  writeFileSync(join(dir, 'scenario.xml'), scenario);
  const child: ChildProcess = spawn(
    'sipp',
    [
      '-sf',
      join(dir, 'scenario.xml'),
      '-nostdin',
      '-trace_msg',
      '-message_file',
      join(dir, 'messages.log'),
      ...args,
    ],
    { cwd: dir, stdio: 'ignore', env: programEnvironment({ TERM: 'dumb' }) },
  );
  const done = new Promise<SipLeg>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ messages: messagesOf(dir), exitCode }));
  });
  return { done, stop: () => child.kill('SIGKILL'), folder: dir };
}

export const DOCUMENT = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="hotline">\n${body}\n</scenario>\n`;
const SDP = `
      v=0
      o=sipp 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000`;

export function send(lines: string, more = ''): string {
  return `<send${more}><![CDATA[\n${lines}\n]]></send>`;
}

export const ANSWER = (status: string, sdp: boolean) => `
      SIP/2.0 ${status}
      [last_Via:]
      [last_From:]
      [last_To:];tag=[call_number]p[pid]
      [last_Call-ID:]
      [last_CSeq:]
      [last_Record-Route:]
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>
      ${sdp ? `Content-Type: application/sdp\n      Content-Length: [len]\n${SDP}` : 'Content-Length: 0'}`;

function registration(seconds: number): string {
  const register = (auth: boolean) =>
    send(
      `
      REGISTER sip:[remote_ip] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:[field0]@[remote_ip]>;tag=[call_number]
      To: <sip:[field0]@[remote_ip]>
      Call-ID: [call_id]
      CSeq: [cseq] REGISTER
      Contact: <sip:[field0]@[local_ip]:[field2]>
      Max-Forwards: 10
      Expires: ${seconds}
      ${auth ? '[field1]\n      ' : ''}Content-Length: 0
`,
    );
  // Asked once only: SIPp takes the late answer to a repeated question for the answer to the next one. (A real phone
  // knows an answer by its branch.)
  return DOCUMENT(
    `${register(false)}\n<recv response="401" auth="true"/>\n${register(true)}\n<recv response="200"/>`,
  );
}

function answering(plan: PhonePlan, site: PbxSite): string {
  if (plan.refuse !== undefined) {
    return DOCUMENT(
      `<recv request="INVITE"/>\n${send(ANSWER(`${plan.refuse} Refused`, false), ' retrans="500"')}\n<recv request="ACK"/>`,
    );
  }
  // dialogue requests of ours: the far end's From and To change places
  const request = (method: string, more: string, sdp = '') =>
    send(
      `
      ${method} [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: [$mine];tag=[call_number]p[pid]
      To: [$theirs]
      [last_Call-ID:]
      CSeq: [cseq] ${method}
      Max-Forwards: 70
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${more}      ${sdp ? `Content-Type: application/sdp\n      Content-Length: [len]\n${sdp}` : 'Content-Length: 0'}
`,
      ' retrans="500"',
    );
  const ring = plan.ringMs === null ? '' : ` timeout="${Math.max(1, plan.ringMs)}" ontimeout="10"`;
  const parts = [
    `<recv request="INVITE" rrs="true"><action>
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="mine"/>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="theirs"/>
    </action></recv>`,
    send(ANSWER(plan.early ? '183 Session Progress' : '180 Ringing', plan.early === 'media')),
    `<recv request="CANCEL"${ring}/>`,
    send(ANSWER('200 OK', false)),
    send(
      `
      SIP/2.0 487 Request Terminated
      [last_Via:]
      [last_From:]
      [last_To:];tag=[call_number]p[pid]
      [last_Call-ID:]
      CSeq: 1 INVITE
      Content-Length: 0`,
    ),
    `<nop next="90"/>`,
    `<label id="10"/>`,
    send(ANSWER('200 OK', true), ' retrans="500"'),
    `<recv request="ACK"/>`,
  ];
  const byeOr = (ms: number, label: string) =>
    `<recv request="BYE" timeout="${Math.max(1, ms)}" ontimeout="${label}" next="80"/>`;
  if (plan.hold) {
    parts.push(
      byeOr(plan.hold.afterMs, '20'),
      `<label id="20"/>`,
      request('INVITE', '', `${SDP}\n      a=sendonly`),
      `<recv response="100" optional="true"/>`,
      `<recv response="200" rtd="true"/>`,
    );
    parts.push(
      send(
        `\n      ACK [next_url] SIP/2.0\n      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n      From: [$mine];tag=[call_number]p[pid]\n      To: [$theirs]\n      [last_Call-ID:]\n      CSeq: [cseq] ACK\n      Max-Forwards: 70\n      Content-Length: 0`,
      ),
    );
    parts.push(
      byeOr(plan.hold.forMs, '21'),
      `<label id="21"/>`,
      request('INVITE', '', `${SDP}\n      a=sendrecv`),
      `<recv response="100" optional="true"/>`,
      `<recv response="200" rtd="true"/>`,
    );
    parts.push(
      send(
        `\n      ACK [next_url] SIP/2.0\n      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n      From: [$mine];tag=[call_number]p[pid]\n      To: [$theirs]\n      [last_Call-ID:]\n      CSeq: [cseq] ACK\n      Max-Forwards: 70\n      Content-Length: 0`,
      ),
    );
  }
  if (plan.refer) {
    parts.push(byeOr(plan.refer.afterMs, '30'), `<label id="30"/>`);
    parts.push(
      request(
        'REFER',
        `      Refer-To: <sip:${plan.refer.to}@${site.address}:${site.sipPort}>\n      Referred-By: <sip:${plan.extension}@${site.address}>\n`,
      ),
    );
    parts.push(`<recv response="202"/>`);
  }
  const talk = plan.talkMs === null ? '' : ` timeout="${Math.max(1, plan.talkMs)}" ontimeout="70"`;
  parts.push(
    `<recv request="BYE"${talk} next="80"/>`,
    `<label id="70"/>`,
    request('BYE', ''),
    `<recv response="200" next="90"/>`,
    `<label id="80"/>`,
    send(ANSWER('200 OK', false)),
    `<label id="90"/>`,
    `<nop/>`,
    `<Reference variables="mine,theirs"/>`,
  );
  return DOCUMENT(parts.join('\n'));
}

export function calling(
  from: string,
  to: string,
  stayMs: number | null,
  infoKeys: NonNullable<CallerPlan['infoKeys']> = [],
): string {
  const user = from.replace(/[<>&"]/g, '');
  const dialogue = (method: string) => `
      ${method} sip:${to}@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: "${user}" <sip:${user}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
      To: <sip:${to}@[remote_ip]:[remote_port]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: [cseq] ${method}
      Contact: <sip:caller@[local_ip]:[local_port]>
      Max-Forwards: 70`;
  const stay = stayMs === null ? '' : ` timeout="${Math.max(1, stayMs)}" ontimeout="70"`;
  return DOCUMENT(
    [
      send(
        `${dialogue('INVITE')}\n      Content-Type: application/sdp\n      Content-Length: [len]\n${SDP}`,
        ' retrans="500"',
      ),
      `<recv response="100" optional="true"/>`,
      `<recv response="180" optional="true"/>`,
      `<recv response="183" optional="true"/>`,
      `<recv response="404" optional="true" next="60"/>`,
      `<recv response="200" rtd="true"/>`,
      send(`${dialogue('ACK')}\n      Content-Length: 0`),
      ...infoKeys.flatMap(({ afterMs, key }) => [
        `<pause milliseconds="${afterMs}"/>`,
        send(
          `${dialogue('INFO')}\n      Content-Type: application/dtmf-relay\n      Content-Length: [len]\n\n      Signal=${key}\n      Duration=160`,
          ' retrans="500"',
        ),
        `<recv response="200"/>`,
      ]),
      `<recv request="BYE"${stay} next="80"/>`,
      `<label id="70"/>`,
      send(`${dialogue('BYE')}\n      Content-Length: 0`, ' retrans="500"'),
      `<recv response="200" next="90"/>`,
      `<label id="60"/>`,
      send(`${dialogue('ACK')}\n      Content-Length: 0`),
      `<nop next="90"/>`,
      `<label id="80"/>`,
      send(ANSWER('200 OK', false).replace(';tag=[call_number]p[pid]', '')),
      `<label id="90"/>`,
      `<nop/>`,
    ].join('\n'),
  );
}
