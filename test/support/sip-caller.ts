import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PbxSite } from '../../src/setup/pbx-files.ts';
import { DOCUMENT, network, run, send, type RunningLeg } from '../../src/setup/sipp.ts';

/** A caller of the outside by SIPp whose headers and SDP are what a test says, to the letter. */
export interface OddCaller {
  /** the whole From header's value, without a tag */
  from?: string;
  headers?: string[];
  to?: string;
  /** the lines of the SDP from `m=` on */
  media?: string[];
  /** what is done after the answer: how long the caller stays; not there: to the end */
  stayMs?: number;
}

const PCMA_AND_KEYS = [
  'm=audio [media_port] RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
];

/** Ends with exit code 0 when the call was answered and ended, or was refused by a final status. */
export function startOddCaller(site: PbxSite, caller: OddCaller, mediaPort?: number): RunningLeg {
  const folder = mkdtempSync(join(tmpdir(), 'hotline-test-odd-caller-'));
  const to = caller.to ?? site.hotlineNumber;
  const from = caller.from ?? '<sip:13900000001@[local_ip]:[local_port]>';
  const dialogue = (method: string, more: string[] = []) =>
    [
      `${method} sip:${to}@[remote_ip]:[remote_port] SIP/2.0`,
      'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
      `From: ${from};tag=[pid]c[call_number]`,
      `To: <sip:${to}@[remote_ip]:[remote_port]>[peer_tag_param]`,
      'Call-ID: [call_id]',
      `CSeq: [cseq] ${method}`,
      'Contact: <sip:caller@[local_ip]:[local_port]>',
      'Max-Forwards: 70',
      ...more,
    ].join('\n');
  const sdp = [
    'v=0',
    'o=sipp 1 1 IN IP4 [local_ip]',
    's=-',
    'c=IN IP4 [media_ip]',
    't=0 0',
    ...(caller.media ?? PCMA_AND_KEYS),
  ].map((line) => line.replace('[media_port]', String(mediaPort ?? '[media_port]')));
  const offer = [...(caller.headers ?? []), 'Content-Type: application/sdp', 'Content-Length: [len]', ''];
  const refused = [400, 403, 404, 480, 486, 488, 500, 503, 603];
  const stay = caller.stayMs === undefined ? '' : ` timeout="${caller.stayMs}" ontimeout="70"`;
  const ok = [
    'SIP/2.0 200 OK',
    '[last_Via:]',
    '[last_From:]',
    '[last_To:]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    'Content-Length: 0',
  ].join('\n');
  const scenario = DOCUMENT(
    [
      send([dialogue('INVITE', offer), ...sdp].join('\n'), ' retrans="500"'),
      '<recv response="100" optional="true"/>',
      '<recv response="180" optional="true"/>',
      '<recv response="183" optional="true"/>',
      ...refused.map((status) => `<recv response="${status}" optional="true" next="60"/>`),
      '<recv response="200"/>',
      send(dialogue('ACK', ['Content-Length: 0'])),
      `<recv request="BYE"${stay} next="80"/>`,
      '<label id="70"/>',
      send(dialogue('BYE', ['Content-Length: 0']), ' retrans="500"'),
      '<recv response="200" next="90"/>',
      '<label id="60"/>',
      send(dialogue('ACK', ['Content-Length: 0'])),
      '<nop next="90"/>',
      '<label id="80"/>',
      send(ok),
      '<label id="90"/>',
      '<nop/>',
    ].join('\n'),
  );
  const host = `${network(site)}.10`;
  const leg = run(folder, scenario, [
    `${site.address}:${site.sipPort}`,
    ...['-i', host, '-mi', host, '-m', '1', '-aa', '-s', to],
  ]);
  return { ...leg, done: leg.done.finally(() => rmSync(folder, { recursive: true, force: true })) };
}
