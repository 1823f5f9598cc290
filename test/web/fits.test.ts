import { expect } from 'chai';
import { fits, type Category, type Spelled } from '../../src/web/desk/fits.ts';

const spelled = (no: number, zh: string, en: string, pinyin: string, initials: string): Spelled => ({
  ...{ no, zh, en, pinyin, initials },
});
const meter = spelled(1, 'IC卡表故障', 'IC card meter fault', 'ickabiaoguzhang', 'ickbgz');
const category: Category = { ...meter, code: 'ic-card', items: [], questions: [], guidance: '', routes: [] };
const itself = spelled(11, '表自转', 'Meter turns by itself', 'biaozizhuan', 'bzz');
const noWater = spelled(1, '停水', 'No water', 'tingshui', 'ts');

describe('what is found in Annex 1 by what was typed', () => {
  it('by numbers, pinyin, initials and words', () => {
    for (const words of [['1'], ['1', '1'], ['ts'], ['tingshui'], ['停水'], ['no'], ['ickb', 'ts']])
      expect(fits({ category, item: noWater }, words), words.join(' ')).to.equal(true);
    expect(fits({ category, item: noWater }, ['1', '2'])).to.equal(false);
  });
  it('initials do not meet the middle of an English word', () => {
    expect(fits({ category, item: itself }, ['ts'])).to.equal(false);
    expect(fits({ category, item: itself }, ['itself'])).to.equal(true);
  });
});
