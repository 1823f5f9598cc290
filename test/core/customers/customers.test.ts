import { expect } from 'chai';
import fc from 'fast-check';
import { communityOf } from '../../../src/core/customers/community.ts';
import { customerQuestion, customerWords } from '../../../src/core/customers/card.ts';
import {
  besideCustomerColumns,
  furtherPhoneColumns,
  guessColumns,
  readRow,
} from '../../../src/core/customers/import.ts';
import { searchQuery } from '../../../src/core/search.ts';
import { soundsOf } from '../../../src/main/spelling.ts';

const RULES = {
  districts: ['兴庆区', '金凤区', '西夏区', '永宁', '贺兰', '灵武', '河东'],
  units: new Map([['兴庆区管网维护中心', 7]]),
};
const HEADERS = ['用户编号', '户名', '联系电话', '用水地址', '水表类型', '责任单位'];
const row = (...cells: string[]) => readRow(cells, guessColumns(HEADERS), RULES);

describe('a list of the billing system', () => {
  it('is understood by its headers, however they are called', () => {
    expect(guessColumns(HEADERS)).to.deep.equal({
      ...{ account: 0, name: 1, phones: 2, address: 3, meterKind: 4, unitId: 5 },
    });
  });

  it('gives a customer with numbers in one spelling, district and community out of the address', () => {
    const read = row(
      'YC1',
      '马建国',
      '139 0951 1234、0951-6012345',
      '兴庆区解放东街丽景园3号楼',
      'IC卡表',
      '兴庆区管网维护中心',
    );
    expect(read).to.deep.equal({
      ok: true,
      card: {
        ...{
          account: 'YC1',
          name: '马建国',
          address: '兴庆区解放东街丽景园3号楼',
          community: '丽景园',
          district: '兴庆区',
        },
        ...{ meterKind: 'ic-card', meterPlace: '', unitId: 7, phones: ['09516012345', '13909511234'] },
      },
    });
  });

  for (const [why, cells, words] of [
    ['no account', ['', '马', '', '兴庆区'], '缺户号'],
    ['an account that a spreadsheet spoilt', ['1.23E+11', '马', '', '兴庆区'], '科学计数'],
    ['no district', ['1', '马', '', '某处'], '没有辖区'],
    ['a number that lacks a digit', ['1', '马', '1390951123', '兴庆区'], '手机号是 11 位'],
    ['a number that a spreadsheet spoilt', ['1', '马', '1.39095E+10', '兴庆区'], '科学计数'],
    ['one number of two', ['1', '马', '13909511234/601234', '兴庆区'], '601234'],
    ['a unit that nobody knows', ['1', '马', '', '兴庆区', '', '火星站'], '不在单位列表里'],
    ['a meter that nobody knows', ['1', '马', '', '兴庆区', '？？'], '表型'],
  ] as const)
    it(`names the reason of a bad row: ${why}`, () => {
      const read = row(...cells);
      expect(read.ok).to.equal(false);
      expect((read as { reason: string }).reason).to.contain(words);
    });

  it('takes a customer of whom the list says that there is no number, and keeps extensions apart', () => {
    const phones = (cell: string) => {
      const read = row('1', '马', cell, '兴庆区');
      return read.ok && read.card.phones;
    };
    for (const none of ['', '-', '无', '0', '匿名']) expect(phones(none), none).to.deep.equal([]);
    expect(phones('0951-6012345-8001、13909511234')).to.deep.equal(['09516012345-8001', '13909511234']);
  });

  describe('with telephones in several columns', () => {
    const headers = ['户号', '户名', '地址', '联系电话', '固定电话', '手机2', '物业电话'];
    const columns = guessColumns(headers);
    const read = (cells: string[], faults?: Record<number, string>) =>
      readRow(cells, columns, RULES, faults, furtherPhoneColumns(headers, columns));

    it("takes all of the customer's own, and says so", () => {
      const cells = ['1', '马', '兴庆区', '13909511234', '6012345', '无', '09516099999'];
      const answer = read(cells);
      expect(answer.ok && answer.card.phones).to.deep.equal(['09516012345', '13909511234']);
      expect(besideCustomerColumns(headers, columns).join('；')).to.match(
        /“固定电话”、“手机2”也是电话.*“物业电话”没有读/,
      );
    });

    it('refuses the row when any of them is none, and when its cell is spoilt', () => {
      const cells = ['1', '马', '兴庆区', '13909511234', '601', '', ''];
      expect(read(cells)).to.have.property('reason').that.contains('601');
      expect(read([...cells.slice(0, 4), '', '', ''], { 4: '是日期' })).to.have.property(
        'reason',
        '电话：是日期',
      );
    });

    it('leaves out what people have taught to be none', () => {
      expect(furtherPhoneColumns(headers, columns, { 固定电话: '' })).to.deep.equal([5]);
    });
  });

  it('never throws, whatever stands in the cells', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), (cells) => {
        expect(row(...cells).ok).to.be.a('boolean');
      }),
    );
  });
});

describe('a name is found by every sound it has', () => {
  const finds = (name: string, asked: string) => {
    const words = customerWords(
      { account: null, name, address: '', community: '', district: '', phones: [] },
      soundsOf,
    );
    return (searchQuery(asked) ?? 'nothing').split(' & ').every((term) => {
      const word = /'(.*)'/.exec(term)![1]!;
      return term.endsWith(':*') ? words.some((kept) => kept.startsWith(word)) : words.includes(word);
    });
  };
  for (const [name, ...asked] of [
    ['单红', 'shanhong', 'danhong', 'sh', 'dh', '单红'],
    ['曾晓', 'zengxiao', 'cengxiao', 'zx', 'cx'],
    ['仇伟', 'qiuwei', 'chouwei', 'qw'],
    ['解放军', 'xiefangjun', 'jiefangjun', 'xfj', 'jfj'],
    ['区志强', 'ouzhiqiang', 'quzhiqiang', 'ozq'],
    ['尉迟恭', 'yuchigong', 'weichigong', 'ycg', 'wcg'],
    ['朴树', 'piaoshu', 'pushu'],
    ['查良镛', 'zhaliangyong', 'chaliangyong', 'zly'],
    ['盖聂', 'genie', 'gainie'],
    ['翟天', 'zhaitian', 'ditian', 'dt'],
    ['乐嘉', 'yuejia', 'lejia', 'yj', 'lj'],
    ['任重', 'renzhong', 'renchong'],
    ['员半千', 'yunbanqian', 'yuanbanqian'],
    ['缪荣', 'miaorong', 'mourong'],
    ['覃辉', 'qinhui', 'tanhui', 'th'],
    ['吕布', 'lvbu', 'lubu', 'lübu', 'LÜBU', 'lyubu', 'lǚbù', 'lb'],
    ['女娲', 'nvwa', 'nuwa'],
    ['黑亮', 'heliang', 'heiliang'],
    ['长孙无忌', 'zhangsunwuji', 'zswj'],
    ['万俟卨', 'moqixie', 'mqx'],
    ['马建国', 'ma jianguo', 'majian', 'jianguo', 'mjg'],
    ...[
      '马·依布拉欣',
      '马•依布拉欣',
      '马・依布拉欣',
      '马．依布拉欣',
      '马/依布拉欣',
      '马-依布拉欣',
      '马 依布拉欣',
    ].map((name) => [
      ...[name, '马依布拉欣', '马·依布拉欣', '马•依布拉欣', '马/依布拉欣', '马-依布拉欣', 'mayibulaxin'],
      ...['ma·yibulaxin', 'myblx', '依布拉欣', 'yiblx'.slice(0, 2)],
    ]),
  ] as [string, ...string[]][])
    it(`${name}: ${asked.join(' · ')}`, () => {
      for (const words of asked) expect(finds(name, words), words).to.equal(true);
      expect(finds(name, 'zzz')).to.equal(false);
    });

  it('in a long name, too, without growing over all measure', () => {
    expect(soundsOf('单宁夏银川中房集团有限责任公司').length).to.be.below(100);
  });
});

describe('a customer', () => {
  const one = {
    ...{ account: 'YC100000037', name: '马晓燕', address: '兴庆区解放东街丽景园12号楼', community: '丽景园' },
    ...{ district: '兴庆区', phones: ['13909511234'] },
  };
  const words = new Set(customerWords(one, soundsOf));
  const finds = (asked: string) =>
    (searchQuery(asked) ?? 'nothing').split(' & ').every((term) => {
      const word = /'(.*)'/.exec(term)![1]!;
      return term.endsWith(':*') ? [...words].some((kept) => kept.startsWith(word)) : words.has(word);
    });
  for (const asked of [
    '马晓燕',
    '晓燕',
    'mxy',
    'maxiao',
    '1234',
    '13909511234',
    'yc100',
    '0037',
    '丽景园',
    'ljy',
    '丽景园12',
  ])
    it(`is found by ${asked}`, () => expect(finds(asked)).to.equal(true));
  it('is not found by what is not in it', () => expect(finds('李')).to.equal(false));

  it('is asked for in a district that is named beside', () => {
    const asked = (words: string, district: string | null = null) =>
      customerQuestion({ words, district }, RULES.districts);
    expect(asked('兴庆区')).to.deep.equal({ words: '', district: '兴庆区' });
    expect(asked(' 马 兴庆区 ')).to.deep.equal({ words: '马', district: '兴庆区' });
    expect(asked('马 兴庆区', '金凤区')).to.deep.equal({ words: '马 兴庆区', district: '金凤区' });
  });

  it('lives in the community of its address', () => {
    expect(communityOf('金凤区正源北街长城花园3号楼2单元')).to.equal('长城花园');
    expect(communityOf('永宁宁和街')).to.equal('');
    for (const [address, community] of Object.entries({
      满城北街满城人家5号楼: '满城人家',
      '银川市金凤区银河丽景12-2-301': '银河丽景',
      兴庆区民生城市花园6号楼: '民生城市花园',
      阅海万家B区3号楼: '阅海万家',
      观湖壹号8号楼: '观湖壹号',
      西夏区西夏景园二期5栋: '西夏景园',
      解放西街12号丽景园3号楼: '丽景园',
      丽景园东门: '丽景园',
      '灵武市西昌路 东塔小区 3号楼': '东塔小区',
      宁夏银川市兴庆区新华街道新华街小区: '新华街小区',
      '贺兰县习岗镇银河小区1-1-101': '银河小区',
      解放西街12号: '',
      解放西街12号楼: '',
      良田镇园林村三队: '',
      兴庆区: '',
      小区门口: '',
      '': '',
    }))
      expect(communityOf(address), address).to.equal(community);
  });
});
