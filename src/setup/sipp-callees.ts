import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PbxSite } from './pbx-files.ts';
import { ANSWER, DOCUMENT, network, run, send, type RunningLeg } from './sipp.ts';

/** What somebody does who is called, once they picked up; each after a while. */
export type CalleeStep = { afterMs: number } & ({ press: string } | { talkMs: number } | { hangUp: true });

export interface CalleePlan {
  /** the called numbers that end so behave like this */
  ending: string;
  /** null: rings until given up. A status (486, 603) refuses at once */
  ringMs: number | null;
  refuse?: number;
  steps?: CalleeStep[];
}

/**
 * The people at the far end of the trunk: one SIPp that answers every number by its plan, presses keys as telephones do
 * (RFC 4733) and talks.
 */
export function startCallees(site: PbxSite, plans: CalleePlan[]): RunningLeg {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-test-callees-'));
  const host = `${network(site)}.10`;
  const args = ['-i', host, '-p', '5060', '-mi', host, '-mp', '7000', '-aa'];
  const leg = run(dir, scenario(dir, plans), [`${site.address}:${site.sipPort}`, ...args]);
  return { ...leg, done: leg.done.finally(() => rmSync(dir, { recursive: true, force: true })) };
}

const REASONS: Record<number, string> = { 486: 'Busy Here', 603: 'Decline', 503: 'Service Unavailable' };
const BYE = send(
  `
      BYE [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: [$mine];tag=[call_number]p[pid]
      To: [$theirs]
      [last_Call-ID:]
      CSeq: 1 BYE
      Max-Forwards: 70
      Content-Length: 0
`,
  ' retrans="500"',
);

function scenario(dir: string, plans: CalleePlan[]): string {
  const marks = plans.map(
    ({ ending }, at) =>
      `<ereg regexp="sip:[0-9]*${ending}@" search_in="hdr" header="To:" assign_to="is${at}"/>`,
  );
  const parts = [
    `<recv request="INVITE" rrs="true"><action>
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="mine"/>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="theirs"/>
      <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
      ${marks.join('\n      ')}
    </action></recv>`,
    ...plans.map((_, at) => `<nop next="${(at + 1) * 100}" test="is${at}"/>`),
    send(ANSWER('404 Not Found', false), ' retrans="500"'),
    `<recv request="ACK" next="9000"/>`,
    ...plans.flatMap((plan, at) => behaviour(dir, plan, (at + 1) * 100)),
    `<label id="8000"/>`,
    send(ANSWER('200 OK', false)),
    `<label id="9000"/>`,
    `<nop/>`,
    `<Reference variables="mine,theirs,cseq"/>`,
  ];
  return DOCUMENT(parts.join('\n'));
}

function behaviour(dir: string, plan: CalleePlan, label: number): string[] {
  const begin = `<label id="${label}"/>`;
  if (plan.refuse !== undefined)
    return [
      begin,
      send(ANSWER(`${plan.refuse} ${REASONS[plan.refuse] ?? 'No'}`, false), ' retrans="500"'),
      `<recv request="ACK" next="9000"/>`,
    ];
  if (plan.ringMs === null)
    return [
      begin,
      send(ANSWER('180 Ringing', false)),
      `<recv request="CANCEL"/>`,
      send(ANSWER('200 OK', false)),
      send(ANSWER('487 Request Terminated', false).replace('[last_CSeq:]', 'CSeq:[$cseq]')),
      `<recv request="ACK" next="9000"/>`,
    ];
  const parts = [begin, send(ANSWER('180 Ringing', false))];
  if (plan.ringMs > 0) parts.push(`<pause milliseconds="${plan.ringMs}"/>`);
  parts.push(send(ANSWER('200 OK', true), ' retrans="500"'), `<recv request="ACK"/>`);
  let streamMs = 0;
  for (const [at, step] of (plan.steps ?? []).entries()) {
    const next = label + at + 1;
    parts.push(
      `<recv request="BYE" timeout="${Math.max(1, step.afterMs)}" ontimeout="${next}" next="8000"/>`,
      `<label id="${next}"/>`,
    );
    streamMs += step.afterMs;
    if ('hangUp' in step) {
      parts.push(BYE, `<recv response="200" next="9000"/>`);
      return parts;
    }
    const file = join(dir, `${label}-${at}.pcap`);
    const sound = 'press' in step ? keyPackets(step.press, streamMs) : talkPackets(step.talkMs, streamMs);
    streamMs += 'press' in step ? 200 : step.talkMs;
    writeFileSync(file, pcap(sound));
    parts.push(`<nop><action><exec play_pcap_audio="${file}"/></action></nop>`);
  }
  parts.push(`<recv request="BYE" next="8000"/>`);
  return parts;
}

interface Packet {
  atMs: number;
  rtp: Buffer;
}

/** A key held for 160 ms; its timestamp is where it stands in the call, or the far end drops it as told before. */
function keyPackets(key: string, streamMs: number): Packet[] {
  const event = '0123456789*#'.indexOf(key);
  return Array.from({ length: 11 }, (_, at) => {
    const over = at >= 8;
    const payload = Buffer.from([event, (over ? 0x80 : 0) | 10, 0, 0]);
    payload.writeUInt16BE((Math.min(at, 7) + 1) * 160, 2);
    return { atMs: at * 20, rtp: rtp(101, at === 0, streamMs / 20 + at, streamMs * 8, payload) };
  });
}

/** A voice: noise in bursts of A-law, as loud as speech. */
function talkPackets(talkMs: number, streamMs: number): Packet[] {
  return Array.from({ length: Math.floor(talkMs / 20) }, (_, at) => {
    const payload = Buffer.alloc(160, 0xd5);
    if (at % 25 < 18) for (let one = 0; one < 160; one += 1) payload[one] = (one * 73 + at * 31) & 0xff;
    return { atMs: at * 20, rtp: rtp(8, at === 0, streamMs / 20 + at, streamMs * 8 + at * 160, payload) };
  });
}

function rtp(type: number, marker: boolean, sequence: number, stamp: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = (marker ? 0x80 : 0) | type;
  head.writeUInt16BE(Math.floor(sequence) & 0xffff, 2);
  head.writeUInt32BE(Math.floor(stamp) >>> 0, 4);
  head.writeUInt32BE(0x96666000, 8);
  return Buffer.concat([head, payload]);
}

/** What SIPp plays: Ethernet, IPv4, UDP, RTP; SIPp puts its own addresses in. */
function pcap(packets: Packet[]): Buffer {
  const file = Buffer.alloc(24);
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(65535, 16);
  file.writeUInt32LE(1, 20);
  const records = packets.map(({ atMs, rtp: data }) => {
    const frame = Buffer.alloc(42);
    frame.writeUInt16BE(0x0800, 12);
    frame[14] = 0x45;
    frame.writeUInt16BE(28 + data.length, 16);
    frame[22] = 64;
    frame[23] = 17;
    frame.writeUInt32BE(0x7f000001, 26);
    frame.writeUInt32BE(0x7f000001, 30);
    frame.writeUInt16BE(7000, 34);
    frame.writeUInt16BE(7000, 36);
    frame.writeUInt16BE(8 + data.length, 38);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(Math.floor(atMs / 1000), 0);
    head.writeUInt32LE((atMs % 1000) * 1000, 4);
    head.writeUInt32LE(frame.length + data.length, 8);
    head.writeUInt32LE(frame.length + data.length, 12);
    return Buffer.concat([head, frame, data]);
  });
  return Buffer.concat([file, ...records]);
}
