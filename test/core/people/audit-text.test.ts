import { expect } from 'chai';
import { anchorText, readAnchors } from '../../../src/core/people/audit-chain.ts';
import { MinuteLimit } from '../../../src/core/people/audit-limit.ts';
import { auditDetail, auditText } from '../../../src/core/people/audit-text.ts';

describe('what is written into the audit log', () => {
  it('has no whole telephone number, however it is written, and keeps what is none', () => {
    for (const [written, expected] of [
      ['13995001122', '139****1122'],
      ['查找 139 9500 1122', '查找 139****1122'],
      ['139-9500-1122', '139****1122'],
      ['１３９９５００１１２２', '139****1122'],
      ['+86 13995001122', '+86****1122'],
      ['0951-5012345', '095****2345'],
      ['09515012345', '095****2345'],
      ['HL202612010001', 'HL202612010001'],
      ['pbx-1795461314.0', 'pbx-1795461314.0'],
      ['1795461314.27', '1795461314.27'],
      ['2026-12-01 16:20:33', '2026-12-01 16:20:33'],
      ['20261201', '20261201'],
      ['PJSIP/1001 班长安排', 'PJSIP/1001 班长安排'],
      ['smtps://hotline:geheim@mail', 'smtps://hotline:•••@mail'],
    ] as const)
      expect(auditText(written), written).to.equal(expected);
    expect(auditText('来电 5012345')).to.not.contain('5012345');
  });

  it('has no secret, however deep', () => {
    const detail = {
      before: { login: 'wang', passwordHash: '$argon2id$v=19', phone: '13995001122', session_token: 'abc' },
      after: [{ secret: 'whsec', mustChange: true, number: 13995001122, count: 42 }],
    };
    expect(auditDetail(detail)).to.deep.equal({
      before: { login: 'wang', passwordHash: '•••', phone: '139****1122', session_token: '•••' },
      after: [{ secret: '•••', mustChange: true, number: '139****1122', count: 42 }],
    });
  });

  it('of a flood so many a minute; the rest is counted, and memory does not grow with it', () => {
    const limit = new MinuteLimit(2, 3);
    limit.over(0);
    expect(['a', 'a', 'a', 'b', 'c', 'd', 'e'].map((key) => limit.take(key))).to.deep.equal([
      true,
      true,
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(limit.over(30_000)).to.equal(null);
    expect(limit.over(60_000)).to.deep.equal({
      counted: [
        { key: 'a', count: 1 },
        { key: 'c', count: 1 },
      ],
      beyond: 2,
    });
    expect(limit.take('a')).to.equal(true);
  });
});

describe('an anchor of the audit log', () => {
  const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  const anchor = { id: 1234, atMs: Date.UTC(2026, 11, 1, 8, 20, 33), hash };
  const line = anchorText(anchor);

  it('is one line that people can read and send on', () => {
    expect(line).to.equal(
      '审计锚点 #1234 2026-12-01T16:20:33+08:00 9f86d0 81884c 7d659a 2feaa0 c55ad0 15a3bf 4f1b2b 0b822c d15d6c 15b0f0 0a08',
    );
    expect(readAnchors(line)).to.deep.equal([anchor]);
  });

  it('is read out of a mail, from paper, and from a file of many', () => {
    expect(readAnchors(`> 您好\n>\n> ${line.slice(0, 70)}\n> ${line.slice(70)}\n> 谢谢`)).to.deep.equal([
      anchor,
    ]);
    expect(readAnchors(`#1234 ${hash.toUpperCase()}`)).to.deep.equal([{ ...anchor, atMs: null }]);
    expect(readAnchors('1234 9f86d0 81884c 7d659a')).to.deep.equal([
      { id: 1234, atMs: null, hash: '9f86d081884c7d659a' },
    ]);
    expect(readAnchors(`2026-12-01 ${line}\n2026-12-02 ${line}\n`)).to.have.length(2);
    expect(readAnchors('＃１２３４　' + line.slice(line.indexOf('2026')))).to.deep.equal([anchor]);
  });

  it('is none when nothing of it, or too little, is there', () => {
    for (const text of ['', '锚点', '#1234 9f86d0', '13995001122', '2026-12-01 16:20:33', hash.slice(0, 12)])
      expect(readAnchors(text), text).to.deep.equal([]);
  });
});
