import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startPbx, type Pbx } from '../../../src/setup/pbx.ts';
import { startOddCaller } from '../../support/sip-caller.ts';
import { hearEvents, setGlobal } from '../../support/switch.ts';
import { until } from '../../support/until.ts';

const NOBODY = '<unknown>';

/** The From header as it is sent, and the number that goes on. */
const FROM: readonly (readonly [from: string, number: string])[] = [
  ['<sip:13995001161@192.0.2.1>', '13995001161'],
  ['sip:13995001161@192.0.2.1', '13995001161'],
  ['<sips:13995001161@192.0.2.1>', '13995001161'],
  ['<tel:13995001171>', '13995001171'],
  ['<TEL:13995001171>', '13995001171'],
  ['<tel:+86-139-9500-1171;ext=12>', '+8613995001171'],
  ['<tel:6012345;phone-context=+86951>', '6012345'],
  ['"x<y" <sip:13995001162@192.0.2.1>', '13995001162'],
  ['"a, b" <sip:13995001162@192.0.2.1>', '13995001162'],
  ['"110" <sip:13995001161@192.0.2.1>', '13995001161'],
  ['"<sip:110@a>" <sip:13995001161@192.0.2.1>', '13995001161'],
  ['"a\\"b<sip:110@a>" <sip:13995001163@192.0.2.1>', '13995001163'],
  ['"a\\\\" <sip:13995001163@192.0.2.1>', '13995001163'],
  ['"${HOTLINE} ${CHANNEL(name)}" <sip:13995001163@192.0.2.1>', '13995001163'],
  ['马晓燕 <sip:13995001164@192.0.2.1>', '13995001164'],
  ['<sip:13995001164@192.0.2.1>;x="<sip:110@a>"', '13995001164'],
  ['<sip:+8613995001164;phone-context=+86@192.0.2.1;user=phone>', '+8613995001164'],
  ['<sip:13995001165;isub=1234@192.0.2.1>', '13995001165'],
  ['<sip:13995001165;ext=8@192.0.2.1>', '13995001165'],
  ['<sip:13995001166:110@192.0.2.1>', '13995001166'],
  ['<sip:%2B8613995001167@192.0.2.1>', '+8613995001167'],
  ['<sip:139%2D9500%201168@192.0.2.1>', '13995001168'],
  ['<sip:(0951)6012345@192.0.2.1>', '09516012345'],
  ['"Anonymous" <sip:anonymous@anonymous.invalid>', NOBODY],
  ['"13995001161" <sip:anonymous@anonymous.invalid>', NOBODY],
  ['<sip:192.0.2.1>', NOBODY],
  ['<sip:alice42@192.0.2.1>', NOBODY],
  ['<sip:13995001169%40x@192.0.2.1>', NOBODY],
  ['<sip:13912345678901234567890@192.0.2.1>', NOBODY],
  ['<sip:1%0d%0a%0d%0aEvent%3a%20AgentConnect%0d%0a@192.0.2.1>', NOBODY],
];

describe('the caller’s number out of a From header as carriers, phones and jokers write it, on a real Asterisk', function () {
  this.timeout(240_000);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-from-'));
  let pbx: Pbx;

  before(async () => {
    pbx = await startPbx({ varDir, address: `127.0.${120 + (process.pid % 30)}.1` });
  });
  after(async () => {
    await pbx?.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  /** Calls a number that is not ours: it is refused as soon as the caller's number is read. */
  async function numberOf(from: string, headers: string[] = []): Promise<string> {
    const events = await hearEvents(pbx.site);
    try {
      const { exitCode } = await startOddCaller(pbx.site, { from, headers, to: '12300' }).done;
      expect(exitCode, 'the call was refused in order').to.equal(0);
      const numbers = await until('the channel has ended', () => {
        const ended = events.values('Hangup', 'CallerIDNum').length > 0;
        return ended && events.values('NewCallerid', 'CallerIDNum');
      });
      expect(events.values('AgentConnect', 'Event'), 'no event is forged').to.deep.equal([]);
      return numbers.at(-1) ?? 'none told';
    } finally {
      events.close();
    }
  }

  for (const [from, number] of FROM)
    it(`${from} is ${number}`, async () => {
      expect(await numberOf(from)).to.equal(number);
    });

  describe('where the carrier’s P-Asserted-Identity is trusted', () => {
    const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';
    before(() => setGlobal(pbx.site, 'TRUST_PAI', '1'));
    after(() => setGlobal(pbx.site, 'TRUST_PAI', '0'));

    for (const [said, from, headers, number] of [
      ['it says who calls', ANONYMOUS, ['P-Asserted-Identity: <tel:+8613995001172>'], '+8613995001172'],
      [
        'its display name says nothing',
        ANONYMOUS,
        ['P-Asserted-Identity: "x, y <sip:110@a>" <sip:+8613995001172@c;user=phone>'],
        '+8613995001172',
      ],
      [
        'it stands before a forged From',
        '<sip:110@192.0.2.1>',
        ['P-Asserted-Identity: <sip:13995001172@c>'],
        '13995001172',
      ],
      [
        'who hides their number stays hidden',
        ANONYMOUS,
        ['P-Asserted-Identity: <sip:13995001172@c>', 'Privacy: id'],
        NOBODY,
      ],
      ['without it the From stands', '<sip:13995001173@192.0.2.1>', [], '13995001173'],
    ] as const)
      it(said, async () => {
        expect(await numberOf(from, [...headers])).to.equal(number);
      });
  });

  it('and it is not believed where it is not trusted', async () => {
    const headers = ['P-Asserted-Identity: <sip:13995001172@c>'];
    expect(await numberOf('"Anonymous" <sip:anonymous@anonymous.invalid>', headers)).to.equal(NOBODY);
  });
});
