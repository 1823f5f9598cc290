import { expect } from 'chai';
import { readHep } from '../../../src/asterisk/hep.ts';
import { parseMessage } from '../../../src/asterisk/message.ts';
import { translate } from '../../../src/asterisk/translate.ts';
import type { Fact } from '../../../src/core/floor/fact.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { createSipWitness, type SipWitness } from '../../../src/core/floor/sip-witness.ts';
import { BACK, hepOf, WAY } from '../../support/hep.ts';

const ID = '1-30013@127.0.66.10';
const sip = (start: string, ...headers: string[]) => [start, ...headers, '', ''].join('\r\n');
const invite = (from = '<sip:13995002009@192.0.2.1>;tag=1', ...more: string[]) =>
  sip(
    'INVITE sip:96666@127.0.66.1:5060 SIP/2.0',
    `From: ${from}`,
    'To: <sip:96666@127.0.66.1>',
    `Call-ID: ${ID}`,
    'CSeq: 1 INVITE',
    ...more,
  );
const answer = (status: string, ...more: string[]) =>
  sip(`SIP/2.0 ${status}`, `Call-ID: ${ID}`, 'CSeq: 1 INVITE', ...more);

const heardBy = (witness: SipWitness, text: string, way: readonly [string, string] = wayOf(text)) =>
  witness.hear({ text, source: way[0], destination: way[1] });
const wayOf = (text: string) => (text.startsWith('SIP/2.0') ? BACK : WAY);

describe('what the switch’s own SIP messages tell: callers whom it refuses, and phones that begin anew', () => {
  it('an invitation and its 488 are such a caller, once though both are sent again', () => {
    const witness = createSipWitness();
    const heard = [invite(), invite(), answer('100 Trying'), answer('488 Not Acceptable Here')].map(
      (message) => heardBy(witness, message),
    );
    expect(heard.slice(0, 3)).to.deep.equal([null, null, null]);
    expect(heard[3]).to.deep.equal({ sipCallId: ID, number: '13995002009', called: '96666' });
    expect(heardBy(witness, invite())).to.equal(null);
    expect(heardBy(witness, answer('488 Not Acceptable Here'))).to.equal(null);
  });

  for (const [says, messages] of [
    ['the dialplan’s own refusal has a reason', [invite(), answer('488 Not', 'Reason: Q.850;cause=58')]],
    ['a phone of ours says a password', [invite(undefined, 'Authorization: Digest x'), answer('488 Not')]],
    ['a call that was answered may refuse a change', [invite(), answer('200 OK'), answer('488 Not')]],
    ['another status is told by events', [invite(), answer('404 Not Found')]],
    ['an answer to nothing we saw', [answer('488 Not')]],
  ] as const)
    it(`it is none of them: ${says}`, () => {
      const witness = createSipWitness();
      expect(messages.map((message) => heardBy(witness, message)).filter(Boolean)).to.deep.equal([]);
    });

  for (const [from, number] of [
    ['"<sip:110@a>" <sip:13995001161@192.0.2.1>', '13995001161'],
    ['<tel:+86-139-9500-1171;ext=12>', '+8613995001171'],
    ['"Anonymous" <sip:anonymous@anonymous.invalid>', null],
    ['<sip:1%0d%0aEvent%3a%20x@192.0.2.1>', null],
    ['', null],
  ] as const)
    it(`${from || 'no From'} is ${number ?? 'no number'}`, () => {
      const witness = createSipWitness();
      heardBy(witness, invite(from));
      expect(heardBy(witness, answer('488 Not'))?.number).to.equal(number);
    });

  it('an answer that a stranger sends to the switch is none', () => {
    const witness = createSipWitness();
    heardBy(witness, invite());
    expect(heardBy(witness, answer('488 Not'), WAY)).to.equal(null);
    expect(heardBy(witness, answer('488 Not'), ['7f004201', '7f004263'])).to.equal(null);
  });

  it('a phone’s registration is known by its id once the switch has taken it, and a new one is another', () => {
    const witness = createSipWitness();
    const register = (id: string) =>
      sip(
        'REGISTER sip:127.0.66.1 SIP/2.0',
        'To: <sip:1001@127.0.66.1>',
        `Call-ID: ${id}`,
        'CSeq: 1 REGISTER',
      );
    const taken = (id: string, status = '200 OK') =>
      sip(`SIP/2.0 ${status}`, 'To: <sip:1001@127.0.66.1>;tag=x', `Call-ID: ${id}`, 'CSeq: 2 REGISTER');
    heardBy(witness, register('a'));
    heardBy(witness, taken('a', '401 Unauthorized'));
    expect(witness.registrationOf('1001')).to.equal(null);
    heardBy(witness, taken('a'));
    expect(witness.registrationOf('1001')).to.equal('a');
    heardBy(witness, register('b'));
    heardBy(witness, taken('b'), WAY);
    expect(witness.registrationOf('1001'), 'a stranger says so').to.equal('a');
    heardBy(witness, taken('b'));
    expect(witness.registrationOf('1001')).to.equal('b');
  });

  it('a packet of the capture carries the message; anything else carries none', () => {
    expect(readHep(hepOf(invite()))).to.deep.equal({ text: invite(), source: WAY[0], destination: WAY[1] });
    const whole = hepOf(invite());
    for (let end = 0; end < whole.length; end += 7) expect(readHep(whole.subarray(0, end))).to.equal(null);
    expect(readHep(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).to.equal(null);
  });

  it('told in the feed it is one call that ended as blocked, with the reason', () => {
    const floor = openFloor({ ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' });
    const event = parseMessage(
      Buffer.from(
        'Event: UserEvent\r\nPrivilege: user,all\r\nTimestamp: 1800000000.5\r\nUserEvent: CallRefused\r\nCallid: refused-ab\r\nNumber: 13995002009\r\nCalled: 96666',
      ),
    );
    const facts = translate(event).flatMap((translated) => step(floor, translated));
    const ended = facts.find(
      (fact): fact is Extract<Fact, { kind: 'call-ended' }> => fact.kind === 'call-ended',
    );
    expect(ended?.record).to.deep.include({ outcome: 'blocked', anomalies: ['no-common-codec'] });
    expect(ended?.record.ani).to.equal('13995002009');
    expect([...floor.calls.values()].filter((call) => call.endedAtMs === null)).to.deep.equal([]);
  });
});
