import { expect } from 'chai';
import { fillersIn, inOrder, type Said } from '../../../src/core/recordings/transcript.ts';

const said = (side: Said['side'], fromMs: number, untilMs: number, text: string): Said => ({
  ...{ side, fromMs, untilMs, text },
});

describe('what was said in a call', () => {
  it('is one conversation, whoever was heard first', () => {
    const both = inOrder([
      said('caller', 3000, 4000, ' 我家停水了 '),
      said('caller', 4000, 4100, ' '),
      said('agent', 0, 2000, '您好，供水热线'),
    ]);
    expect(both.map((one) => one.text)).to.deep.equal(['您好，供水热线', '我家停水了']);
  });
  it('Article 10: the agent’s 吭, 啦, 唉, 哟 are found, each with its second', () => {
    const found = fillersIn([
      said('agent', 10_000, 14_000, '哟，这个知道啦'),
      said('caller', 5000, 6000, '唉，又停水啦'),
      said('agent', 2000, 3000, '唉'),
    ]);
    expect(found.map(({ word, atMs }) => [word, atMs])).to.deep.equal([
      ['唉', 2000],
      ['哟', 10_000],
      ['啦', 13_429],
    ]);
    expect(found[1]!.text).to.equal('哟，这个知道啦');
  });
  it('inside a word they are no interjection', () => {
    expect(fillersIn([said('agent', 0, 1000, '水哗啦哗啦地流，他一声不吭，唉声叹气')])).to.deep.equal([]);
  });
});
