import { expect } from 'chai';
import fc from 'fast-check';
import { judgeSip, LONGEST_SIP } from '../../../src/core/floor/sip.ts';

const CONTACT = '<sip:1001@a1b2c3.invalid;transport=ws>';

function message(start: string, more: Record<string, string | null> = {}, body = ''): string {
  const method = start.split(' ')[0]!;
  const headers: Record<string, string | null> = {
    Via: 'SIP/2.0/WS a1b2c3.invalid;branch=z9hG4bK1',
    From: '<sip:1001@hotline>;tag=abc',
    To: '<sip:1001@hotline>',
    'Call-ID': 'x1',
    CSeq: `1 ${method === 'SIP/2.0' ? 'INVITE' : method}`,
    Contact: `${CONTACT};+sip.ice;reg-id=1;+sip.instance="<urn:uuid:f67dd3dd-9d25>";expires=300`,
    ...more,
    'Content-Length': String(body.length),
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null);
  return `${start}\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`;
}
const verdict = (text: string) => {
  const told = judgeSip(text, '1001');
  return told.ok ? 'passes' : told.refusal;
};

describe('what a browser may say to the switch', () => {
  it('is its own registration, its answers, and the end of its calls', () => {
    expect(verdict(message('REGISTER sip:hotline SIP/2.0'))).to.equal('passes');
    expect(
      verdict(
        message('REGISTER sip:hotline SIP/2.0', { Authorization: 'Digest username="1001", realm="hotline"' }),
      ),
    ).to.equal('passes');
    expect(
      verdict(
        message('SIP/2.0 200 OK', { From: '<sip:13912345678@pbx>;tag=1', To: '<sip:1001@a.invalid>;tag=2' }),
      ),
    ).to.equal('passes');
    expect(verdict(message('SIP/2.0 486 Busy Here', { Contact: null }))).to.equal('passes');
    expect(
      verdict(
        message('BYE sip:asterisk@127.0.77.1:5060 SIP/2.0', { To: '<sip:139@x>;tag=9', Contact: null }),
      ),
    ).to.equal('passes');
    expect(verdict(message('INVITE sip:asterisk@127.0.77.1 SIP/2.0', { To: '<sip:139@x>;tag=9' }))).to.equal(
      'passes',
    );
    expect(verdict('\r\n\r\n')).to.equal('passes');
  });

  it('is one call by itself: to hear its own voice', () => {
    expect(verdict(message('INVITE sip:echo@hotline SIP/2.0', { To: '<sip:echo@hotline>' }))).to.equal(
      'passes',
    );
    expect(
      verdict(message('INVITE sip:13912345678@hotline SIP/2.0', { To: '<sip:13912345678@hotline>' })),
    ).to.equal('number-not-allowed');
    expect(verdict(message('INVITE sip:13912345678@hotline SIP/2.0', { To: '<sip:echo@hotline>' }))).to.equal(
      'number-not-allowed',
    );
  });

  it("is nothing in another's name", () => {
    const register = 'REGISTER sip:hotline SIP/2.0';
    expect(verdict(message(register, { From: '<sip:1002@hotline>;tag=1' }))).to.equal('not-your-phone');
    expect(verdict(message(register, { To: '<sip:1002@hotline>' }))).to.equal('not-your-phone');
    expect(verdict(message(register, { From: '"<sip:1001@x>" <sip:1002@hotline>;tag=1' }))).to.equal(
      'not-your-phone',
    );
    expect(verdict(message(register, { Authorization: 'Digest username="1002"' }))).to.equal(
      'not-your-phone',
    );
    expect(verdict(message(register, { f: '<sip:1002@hotline>' }))).to.equal('header-repeated');
    expect(verdict(message(register, { From: null }))).to.equal('header-missing');
  });

  it('leads no call elsewhere', () => {
    const register = 'REGISTER sip:hotline SIP/2.0';
    for (const contact of [
      '<sip:1001@10.0.0.9:5060>',
      '<sip:1002@a.invalid;transport=ws>',
      `${CONTACT}, <sip:1001@10.0.0.9>`,
      '<sip:1001@a.invalid;transport=udp>',
    ])
      expect(verdict(message(register, { Contact: contact })), contact).to.equal('contact-not-yours');
    expect(verdict(message('SIP/2.0 200 OK', { Contact: '<sip:1001@10.0.0.9>' }))).to.equal(
      'contact-not-yours',
    );
    expect(verdict(message(register, { Route: '<sip:10.0.0.9;lr>' }))).to.equal('header-not-allowed');
    expect(
      verdict(message('INVITE sip:echo@hotline SIP/2.0', { Replaces: 'x;to-tag=1;from-tag=2' })),
    ).to.equal('header-not-allowed');
    expect(verdict(message('REFER sip:1002@hotline SIP/2.0', { To: '<sip:1@x>;tag=1' }))).to.equal(
      'method-not-allowed',
    );
  });

  it('has one reading only', () => {
    const register = message('REGISTER sip:hotline SIP/2.0');
    expect(verdict(register.replace('Via:', 'Via:\r\n '))).to.equal('not-sip');
    expect(verdict(register.replace('Call-ID', 'X: 1\nFrom: <sip:1002@x>\r\nCall-ID'))).to.equal('not-sip');
    expect(verdict(register + 'x'.repeat(LONGEST_SIP))).to.equal('too-long');
    expect(verdict('GET / HTTP/1.1\r\n\r\n')).to.equal('not-sip');
  });

  it('is one message in a frame, as long as it says', () => {
    const register = message('REGISTER sip:hotline SIP/2.0');
    const call = message('INVITE sip:13912345678@hotline SIP/2.0', { To: '<sip:13912345678@hotline>' });
    expect(verdict(register + call)).to.equal('more-than-one-message');
    expect(verdict(`\r\n\r\n${call}`)).to.not.equal('passes');
    expect(verdict(`${register}\r\n${call}`)).to.equal('more-than-one-message');
    expect(verdict(register.replace('Content-Length: 0', 'Content-Length: 9'))).to.equal('length-mismatch');
    expect(verdict(register.replace('Content-Length: 0', 'Content-Length: -1'))).to.equal('length-mismatch');
    expect(verdict(register.replace('Content-Length: 0', 'Content-Length: 0\r\nl: 900'))).to.equal(
      'header-repeated',
    );
    // in octets, not in characters
    const answer = { From: '<sip:139@pbx>;tag=1', To: '<sip:1001@a.invalid>;tag=2' };
    const sdp = message('SIP/2.0 200 OK', { ...answer, 'Content-Type': 'application/sdp' }, 's=话机');
    expect(verdict(sdp)).to.equal('more-than-one-message');
    expect(verdict(sdp.replace('Content-Length: 4', 'Content-Length: 8'))).to.equal('passes');
    expect(
      verdict(message('SIP/2.0 200 OK', { ...answer, 'Content-Type': 'message/sipfrag' }, 'x')),
    ).to.equal('body-not-allowed');
  });

  it('has a tag of To where a tag stands, and not within the address', () => {
    const call = 'INVITE sip:13912345678@hotline SIP/2.0';
    for (const to of [
      '<sip:13912345678@hotline;tag=9>',
      '"a;tag=9" <sip:13912345678@hotline>',
      '<sip:13912345678@hotline?tag=9>',
      'sip:13912345678@hotline;tag=9',
      '<sip:13912345678@hotline>;x=";tag=9"',
      '<sip:13912345678@hotline>;tag=',
      '<sip:13912345678@hotline>;tag',
      '<sip:13912345678@hotline>;tag=1;tag=2',
    ])
      expect(verdict(message(call, { To: to })), to).to.not.equal('passes');
  });

  it('takes no call of another over, sends no caller elsewhere, and asks for nothing outside a call', () => {
    const within = { To: '<sip:139@x>;tag=9' };
    const inCall = 'INVITE sip:asterisk@127.0.77.1:5060;transport=ws SIP/2.0';
    expect(verdict(message(inCall, within))).to.equal('passes');
    for (const [name, value] of Object.entries({
      Replaces: 'x;to-tag=1;from-tag=2',
      Join: 'x;to-tag=1;from-tag=2',
      r: '<sip:139@x?Replaces=y>',
      'Refer-To': '<sip:139@x>',
      b: '<sip:139@x>',
      Route: '<sip:10.0.0.9;lr>',
      'Record-Route': '<sip:10.0.0.9;lr>',
      Path: '<sip:10.0.0.9;lr>',
      'P-Asserted-Identity': '<sip:110@x>',
      'P-Preferred-Identity': '<sip:110@x>',
      y: 'x',
      'Remote-Party-ID': '<sip:110@x>',
      Diversion: '<sip:110@x>',
      'X-Anything': '1',
      Event: 'refer',
    }))
      expect(verdict(message(inCall, { ...within, [name]: value })), name).to.equal('header-not-allowed');
    for (const method of ['REFER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'NOTIFY', 'invite'])
      expect(verdict(message(`${method} sip:1002@hotline SIP/2.0`, within)), method).to.not.equal('passes');
    for (const method of ['OPTIONS', 'INFO', 'UPDATE', 'BYE', 'ACK', 'PRACK'])
      expect(
        verdict(message(`${method} sip:1002@hotline SIP/2.0`, { To: '<sip:1002@hotline>' })),
        method,
      ).to.equal('number-not-allowed');
    for (const status of [
      '300 Multiple Choices',
      '301 Moved',
      '302 Moved Temporarily',
      '305 Use Proxy',
      '380 Alternative',
    ])
      expect(
        verdict(message(`SIP/2.0 ${status}`, { Contact: CONTACT, To: '<sip:1001@a.invalid>;tag=2' })),
      ).to.equal('status-not-allowed');
    expect(verdict(message('SIP/2.0 200 OK', { To: '<sip:1002@a.invalid>;tag=2' }))).to.equal(
      'not-your-phone',
    );
  });

  it('has a target that is read in one way only', () => {
    for (const target of [
      'sip:echo@hotline?Replaces=x',
      'sip:echo@evil',
      'sip:%65cho@hotline',
      'sip:echo:x@hotline',
      'sip:echo@hotline SIP/2.0 x',
      'tel:13912345678',
      'sip:echo;x=1@hotline',
      'sip:13912345678@echo@hotline',
    ])
      expect(verdict(message(`INVITE ${target} SIP/2.0`, { To: '<sip:echo@hotline>' })), target).to.not.equal(
        'passes',
      );
    expect(verdict(message('REGISTER sip:1002@hotline SIP/2.0'))).to.equal('not-your-phone');
    expect(verdict(message('REGISTER sip:hotline SIP/2.0', { Via: 'SIP/2.0/UDP 10.0.0.9' }))).to.equal(
      'not-sip',
    );
    const digest = (text: string) => message('REGISTER sip:hotline SIP/2.0', { Authorization: text });
    expect(verdict(digest('Digest username="1002", nonce="username=\\"1001\\""'))).to.equal('not-your-phone');
    expect(verdict(digest('Digest username="1001", username="1002"'))).to.equal('not-your-phone');
  });

  it('never makes us throw, whatever is said', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void judgeSip(text, '1001')));
    const words = fc.constantFrom(
      'SIP/2.0',
      'INVITE',
      ' ',
      '\r\n',
      'From: ',
      '<sip:',
      '1001',
      '@',
      '>',
      ':',
      ';',
      '"',
      ',',
      'm: ',
      '*',
    );
    fc.assert(fc.property(fc.array(words), (parts) => void judgeSip(parts.join(''), '1001')));
  });

  it('is refused whenever From names another phone', () => {
    const other = fc.stringMatching(/^[0-9a-z]{1,6}$/).filter((one) => one !== '1001');
    fc.assert(
      fc.property(other, fc.constantFrom('REGISTER', 'INVITE', 'BYE', 'INFO'), (who, method) => {
        const text = message(`${method} sip:echo@hotline SIP/2.0`, { From: `<sip:${who}@hotline>;tag=1` });
        expect(verdict(text)).to.equal('not-your-phone');
      }),
    );
  });
});
