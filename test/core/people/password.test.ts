import { expect } from 'chai';
import { passwordFault } from '../../../src/core/people/password.ts';

const KNOWN = new Set(['dragon', 'monkey', 'sunshine', 'password', 'iloveyou', 'letmein']);
const fault = (password: string) => passwordFault(password, '1001', '马晓燕', KNOWN);

describe('a password', () => {
  it('is a sentence of one’s own, in any signs, with nothing demanded but length', () => {
    for (const password of [
      '清水长流到千家万户都满意',
      'correct horse battery staple',
      'wo jia men qian you tiao he',
      'the tap drips on tuesdays',
      'k7mpx2hq9rwd',
      'Zx9!vQ2#Lp4$Tm',
    ])
      expect(fault(password), password).to.equal(null);
  });

  it('is long enough, counted in signs', () => {
    expect(fault('k7mpx2hq9rw')).to.match(/至少 12 个字符/);
    expect(fault('清水长流到千家万户都满')).to.match(/至少 12 个字符/);
    expect(fault('清'.repeat(201))).to.match(/最多 200/);
  });

  it('is none that everybody uses, however it is dressed up', () => {
    for (const password of [
      'password123456',
      'Password@2026!',
      'P@ssw0rd!!2026',
      'woaini1314520',
      'Woaini5201314!',
      'wodemima123456',
      'zhangwei19881010',
      'qq1234567890',
      'qwertyasdf1234',
      '1qaz2wsx3edc',
      'dragonmonkey12',
      '147258369147258',
      'aaaaaaaaaaaa',
      '123456789012',
      'abcdefghijkl',
      'yinchuan96666!',
      'zilaishui96666',
      'admin@96666.cn',
      '马晓燕1001马晓燕1001',
      'maxiaoyan1001',
      'ningxia20261201',
    ])
      expect(fault(password), password).to.be.a('string');
  });
});
