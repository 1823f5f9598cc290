import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PbxSite } from '../../src/setup/pbx-files.ts';
import { network, type RunningLeg } from '../../src/setup/sipp.ts';

/**
 * The caller hangs up now: a BYE in the call that SIPp has set up, from its address. (SIPp itself can only be told
 * beforehand when to.)
 */
export async function hangUp(site: PbxSite, leg: RunningLeg): Promise<void> {
  const log = readFileSync(join(leg.folder, 'messages.log'), 'latin1');
  const answer = /SIP\/2\.0 200 [^]*?CSeq: *\d+ +INVITE[^]*?\r?\n\r?\n/.exec(log);
  if (!answer) throw new Error('the call was not answered yet');
  const header = (name: string) => new RegExp(`^${name}: *(.*?)\r?$`, 'm').exec(answer[0])![1]!;
  const host = `${network(site)}.10`;
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((done) => socket.bind(0, host, done));
    const told = new Promise<void>((done, fail) => {
      socket.on('message', (bytes) => {
        if (/^SIP\/2\.0 200/.test(bytes.toString())) done();
        else fail(new Error(`the switch refused the BYE: ${bytes.toString().split('\r\n')[0]}`));
      });
    });
    const bye = [
      `BYE sip:${site.hotlineNumber}@${site.address}:${site.sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP ${host}:${socket.address().port};branch=z9hG4bK-bye-${socket.address().port};rport`,
      ...['From', 'To', 'Call-ID'].map((name) => `${name}: ${header(name)}`),
      ...['CSeq: 99 BYE', 'Max-Forwards: 70', 'Content-Length: 0', '', ''],
    ];
    socket.send(bye.join('\r\n'), site.sipPort, site.address);
    await told;
  } finally {
    socket.close();
    leg.stop();
  }
}
