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
    expect(verdict('GET / HTTP/1.1\r\n\r\n')).to.equal('header-missing');
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
