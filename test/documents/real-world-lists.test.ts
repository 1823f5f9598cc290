import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import iconv from 'iconv-lite';
import { readCases } from '../../src/read/cases.ts';
import { readCustomers } from '../../src/read/customers.ts';
import { packed, rowXml, workbookParts } from '../support/packed.ts';

const NOW = Date.parse('2026-11-28T10:00:00+08:00');
const HEAD = ['户号', '户名', '联系电话', '用水地点', '辖区'];
const MA = ['30215502', '马秀兰', '13995003344', '金凤区正源街8号', '金凤区'];
const CASE_HEAD = ['工单编号', '诉求内容', '联系电话', '受理时间', '办理时限'];

interface Line {
  row: number;
  taken?: Record<string, unknown>;
  refused?: string;
}
interface File {
  kind: string;
  sheet: string | null;
  encoding: string | null;
  delimiter: string | null;
  headerRow: number | null;
  columns: Record<string, string>;
  notes: string[];
  refused?: string;
}

describe('lists of the real world', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'hotline-lists-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function read(kind: 'customers' | 'cases', bytes: Buffer | string) {
    const path = join(folder, 'list');
    writeFileSync(path, bytes);
    const answers = kind === 'customers' ? await readCustomers(path) : await readCases(path, NOW);
    const { file } = answers.at(-1) as { file: File };
    return { lines: answers.slice(0, -1) as Line[], file };
  }
  const customers = (bytes: Buffer | string) => read('customers', bytes);
  const cases = (bytes: Buffer | string) => read('cases', bytes);
  const accounts = ({ lines }: { lines: Line[] }) =>
    lines.map(({ taken, refused }) => taken?.['account'] ?? refused);
  /** one tab of these rows */
  const book = (
    rows: string[],
    more: { before?: string; after?: string; formats?: string[]; shared?: string; from1904?: boolean } = {},
  ) =>
    packed(
      workbookParts(
        [
          {
            name: '客户',
            xml: `${more.before ?? ''}<sheetData>${rows.join('')}</sheetData>${more.after ?? ''}`,
          },
        ],
        more,
      ),
    );

  describe('as workbooks', () => {
    it('the first visible tab in the order of the tabs, whatever stands first in the zip; charts and hidden tabs are passed over', async () => {
      const notes = `<sheetData>${rowXml(1, ['填写说明'])}${rowXml(2, ['请勿修改'])}</sheetData>`;
      const list = `<sheetData>${rowXml(1, HEAD)}${rowXml(2, MA)}</sheetData>`;
      const parts = workbookParts([
        { name: '图', xml: '', chart: true },
        { name: '字典', xml: notes, state: 'veryHidden' },
        { name: '旧', xml: notes, state: 'hidden' },
        { name: '客户', xml: list },
        { name: '说明', xml: notes },
      ]);
      const turned = Object.fromEntries(Object.entries(parts).reverse());
      const { file, ...found } = await customers(packed(turned));
      expect(accounts(found)).to.deep.equal(['30215502']);
      expect(file.sheet).to.equal('客户');
      expect(file.notes.join('\n'))
        .to.match(/没有读：“说明”/)
        .and.to.match(/隐藏的工作表没有读：“字典”、“旧”/);
    });

    it('names with a prefix, paths with \\ and from the root, no r on rows and cells, strict OOXML', async () => {
      const parts = workbookParts([{ name: '客户', xml: '' }]);
      const cell = (text: string) => `<x:c t="inlineStr"><x:is><x:t>${text}</x:t></x:is></x:c>`;
      const row = (cells: string[]) => `<x:row>${cells.map(cell).join('')}</x:row>`;
      const turned = Object.fromEntries(
        Object.entries({
          ...parts,
          'xl/worksheets/sheet1.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>${row(HEAD)}${row(MA)}</x:sheetData></x:worksheet>`,
          'xl/workbook.xml': parts['xl/workbook.xml']!.replaceAll('<', '<x:')
            .replaceAll('<x:/', '</x:')
            .replace('<x:?', '<?')
            .replace('xmlns=', 'xmlns:x=')
            .replaceAll('r:id', 'rel:id'),
          'xl/_rels/workbook.xml.rels': parts['xl/_rels/workbook.xml.rels']!.replaceAll(
            'http://schemas.openxmlformats.org/officeDocument/2006',
            'http://purl.oclc.org/ooxml/officeDocument',
          ).replace('worksheets/', '/xl/worksheets/'),
        }).map(([name, text]) => [name.replaceAll('/', '\\').replace('xl\\workbook', 'XL\\Workbook'), text]),
      );
      const found = await customers(packed(turned));
      expect(accounts(found), found.file.refused).to.deep.equal(['30215502']);
    });

    it('rich text, guides to the sound, _xHHHH_, spaces that nobody sees', async () => {
      const shared = [
        '<si><t>周建设</t><rPh sb="1" eb="3"><t>jiànshè</t></rPh><phoneticPr fontId="1"/></si>',
        '<si><r><t>兴庆区</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 胜利街12号</t></r></si>',
        '<si><t>13995001122_x000D_\n13895003344</t></si>',
        '<si><t>\u200b30215501\ufeff\u00a0</t></si>',
        '<si><t>a_x005F_x000D_b</t></si>',
      ];
      const cells = [3, 0, 2, 1].map((at, column) => `<c r="${'ABCD'[column]}2" t="s"><v>${at}</v></c>`);
      const { lines } = await customers(
        book([rowXml(1, HEAD), `<row r="2">${cells.join('')}</row>`], { shared: shared.join('') }),
      );
      expect(lines[0]!.taken).to.deep.include({
        ...{ account: '30215501', name: '周建设', address: '兴庆区 胜利街12号' },
        phones: ['13895003344', '13995001122'],
      });
    });

    const formatted = async (
      format: string | null,
      value: string,
      more: { type?: string; from1904?: boolean } = {},
    ) => {
      const style = format === null ? 0 : 1;
      const cell = `<c r="D2" s="${style}" ${more.type ? `t="${more.type}"` : ''}><v>${value}</v></c>`;
      const { lines } = await cases(
        book([rowXml(1, CASE_HEAD), rowXml(2, ['A1', '停水', '', cell])], {
          formats: [format ?? '0'],
          from1904: more.from1904 ?? false,
        }),
      );
      return lines[0]!.taken?.['receivedAt'] ?? lines[0]!.refused;
    };
    it('dates are whole instants, in every way that China’s Excel and WPS write them', async () => {
      for (const format of [
        'yyyy/m/d h:mm',
        'yyyy"年"m"月"d"日" h:mm',
        '[$-804]yyyy"年"m"月"d"日"\\ h"时"mm"分";@',
        'yyyy\\-mm\\-dd\\ hh:mm:ss',
        'm/d/yy h:mm',
        '[$-F400]h:mm:ss AM/PM',
        '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy',
        '上午/下午h"时"mm"分"',
        'yyyy-mm-dd',
        'm"月"d"日"',
        'd-mmm-yy',
      ])
        expect(await formatted(format, '46350.6875'), format).to.equal('2026-11-24T16:30:00+08:00');
      expect(await formatted('yyyy-mm-dd hh:mm', '46350.68749999999')).to.equal('2026-11-24T16:30:00+08:00');
      expect(await formatted('yyyy-mm-dd hh:mm', '44888.6875', { from1904: true })).to.equal(
        '2026-11-24T16:30:00+08:00',
      );
      expect(await formatted(null, '2026-11-24T16:30:00', { type: 'd' })).to.equal(
        '2026-11-24T16:30:00+08:00',
      );
    });
    it('a date with a zone can be meant in two ways: it is asked', async () => {
      expect(await formatted(null, '2026-11-24T16:30:00.000Z', { type: 'd' })).to.match(
        /带时区，说不准是几点/,
      );
    });
    it('a time without a date, a date that is none, a length of time: said, not taken', async () => {
      expect(await formatted('h:mm', '0.6875')).to.match(/来件时间“16:30”看不懂/);
      expect(await formatted('yyyy-mm-dd', '13995001122')).to.match(/来件时间：.*数值不是日期/);
      expect(await formatted('[h]:mm', '1.5')).to.match(/看不懂/);
    });
    it('a deadline at 0:00 is that instant, a date alone is the day’s end', async () => {
      const due = async (style: number, value: string) => {
        const xml = [
          rowXml(1, CASE_HEAD),
          rowXml(2, ['A1', '停水', '', '2026-11-20', `<c r="E2" s="${style}"><v>${value}</v></c>`]),
        ];
        return (await cases(book(xml, { formats: ['yyyy-mm-dd', 'yyyy-mm-dd hh:mm'] }))).lines[0]!.taken?.[
          'dueAt'
        ];
      };
      expect(await due(1, '46353')).to.equal('2026-11-28T00:00:00+08:00');
      expect(await due(2, '46353')).to.equal('2026-11-27T00:00:00+08:00');
      expect(await due(1, '46353.5')).to.equal('2026-11-27T12:00:00+08:00');
    });

    const account = async (format: string | null, value: string, type = '') => {
      const cell = `<c r="A2" s="${format === null ? 0 : 1}" ${type}>${value}</c>`;
      return accounts(
        await customers(
          book([rowXml(1, HEAD), rowXml(2, [cell, ...MA.slice(1)])], { formats: [format ?? '0'] }),
        ),
      )[0];
    };
    it('numbers are what they show; what lost digits is refused', async () => {
      expect(await account('00000000', '<v>30215</v>')).to.equal('00030215');
      expect(await account('"NX"000000', '<v>30215</v>')).to.equal('NX030215');
      expect(await account(null, '<v>12345678901234</v>')).to.equal('12345678901234');
      expect(await account('0.00E+00', '<v>123456789012</v>')).to.equal('123456789012');
      expect(await account('#,##0', '<v>30215501</v>')).to.equal('30215501');
      expect(await account('G/通用格式', '<v>30215501</v>')).to.equal('30215501');
      expect(await account('0_ ', '<v>3.0215501E7</v>')).to.equal('30215501');
      expect(await account('@', '<v>30215501</v>')).to.equal('30215501');
      expect(await account(null, '<v>999999999999999</v>')).to.equal('999999999999999');
      for (const digits of ['640104000123457000', '1234567890123456', '6.4010400012345702E17', '1E15'])
        expect(await account('0', `<v>${digits}</v>`), digits).to.match(/只保留前 15 位/);
      expect(await account('0%', '<v>0.5</v>')).to.match(/户号“50%”/);
      expect(await account(null, '<v>12.5</v>')).to.match(/户号“12\.5”/);
    });
    it('formulas: what they show; errors, and what was never reckoned, are said', async () => {
      expect(await account(null, '<f>A9</f><v>30215501</v>')).to.equal('30215501');
      expect(await account(null, '<f>"YC"&amp;1</f><v>YC1</v>', 't="str"')).to.equal('YC1');
      expect(await account(null, '<f>VLOOKUP(1,B:C,2)</f><v>#N/A</v>', 't="e"')).to.match(
        /公式出错，显示为 #N\/A/,
      );
      expect(await account(null, '<f>A9</f>')).to.match(/公式还没有算出结果/);
      expect(await account(null, '<f>A9</f><v></v>', 't="str"')).to.equal('缺户号');
      expect(await account(null, '<v>7</v>', 't="s"')).to.match(/文字不在文件里/);
      expect(await account(null, '<v>1</v>', 't="b"')).to.equal('TRUE');
    });

    it('a title above, an empty first column, two rows of names, joined cells, a sum below', async () => {
      const rows = [
        rowXml(1, ['', '2026年11月客户清单']),
        rowXml(2, ['', '导出时间：2026-11-24 16:30', '导出人：周某']),
        rowXml(4, ['', '户号', '户名', '联系方式', '', '用水地点', '辖区']),
        rowXml(5, ['', '', '', '手机', '固定电话']),
        rowXml(6, ['', '1', '马', '13995003344', '', '正源街8号', '金凤区']),
        rowXml(7, ['', '2', '周', '13995003355', '', '正源街9号', '']),
        rowXml(8, ['', '合计', '', '2 户']),
      ];
      const after =
        '<mergeCells count="7"><mergeCell ref="B1:G1"/><mergeCell ref="B4:B5"/><mergeCell ref="C4:C5"/><mergeCell ref="D4:E4"/><mergeCell ref="F4:F5"/><mergeCell ref="G4:G5"/><mergeCell ref="G6:G7"/></mergeCells>';
      const { lines, file } = await customers(book(rows, { after }));
      expect(file.columns).to.include({ account: '户号', phones: '联系方式 手机', district: '辖区' });
      expect(file.headerRow).to.equal(5);
      expect(file.notes.join()).to.match(/第 4 行.*2026年11月客户清单/);
      expect(lines.map(({ row, taken }) => [row, taken?.['account'], taken?.['district']])).to.deep.equal([
        [6, '1', '金凤区'],
        [7, '2', '金凤区'],
        [8, undefined, undefined],
      ]);
    });

    it('hidden rows, and rows that a filter hides, are said and not taken; hidden columns are not read', async () => {
      const rows = [
        rowXml(1, ['户号', ...HEAD]),
        rowXml(2, ['旧1', ...MA]),
        rowXml(3, ['旧2', '9', ...MA.slice(1)], 'hidden="1"'),
      ];
      const { lines, file } = await customers(
        book(rows, { before: '<cols><col min="1" max="1" hidden="1"/></cols>' }),
      );
      expect(lines.map(({ taken, refused }) => taken?.['account'] ?? refused!.slice(0, 12))).to.deep.equal([
        '30215502',
        '这一行在表格里是隐藏的（',
      ]);
      expect(file.notes.join())
        .to.match(/1 行是隐藏的/)
        .and.to.match(/隐藏的列没有读：A/);
    });

    it('formatting down to the last row, cells far to the right, a dimension that is not true', async () => {
      const empty = Array.from(
        { length: 20_000 },
        (_, at) => `<row r="${at + 3}" s="1" customFormat="1"><c r="A${at + 3}" s="1"/></row>`,
      );
      const { lines, file } = await customers(
        book(
          [rowXml(1, HEAD), rowXml(2, [...MA, '<c r="XFD2"><v>1</v></c>']), ...empty, '<row r="1048576"/>'],
          { before: '<dimension ref="A1:XFD1048576"/>' },
        ),
      );
      expect(lines.map(({ taken }) => taken?.['account'])).to.deep.equal(['30215502']);
      expect(file.notes.join()).to.match(/第 500 列以后/);
    });

    it('an .ods: its first visible tab, repeated cells and rows, whole dates', async () => {
      const cell = (text: string, more = '') =>
        `<table:table-cell office:value-type="string" ${more}><text:p>${text}</text:p></table:table-cell>`;
      const row = (cells: string[], more = '') =>
        `<table:table-row ${more}>${cells.join('')}</table:table-row>`;
      const content = `<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
        <table:table table:name="字典" table:style-name="ta2">${row([cell('x')])}</table:table>
        <table:table table:name="工单">${row(CASE_HEAD.map((name) => cell(name)))}${row([cell('A1'), cell('停水<text:s/>两天'), '<table:table-cell/>', '<table:table-cell office:value-type="date" office:date-value="2026-11-24T16:30:00"><text:p>24/11/26</text:p></table:table-cell>', '<table:table-cell table:number-columns-repeated="16380"/>'])}
        ${row(['<table:table-cell table:number-columns-repeated="16384"/>'], 'table:number-rows-repeated="1048570"')}</table:table></office:spreadsheet></office:body></office:document-content>`;
      const { lines, file } = await cases(
        packed({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': content }),
      );
      expect(file).to.include({ kind: 'ods', sheet: '工单' });
      expect(lines[0]!.taken).to.include({
        number: 'A1',
        content: '停水 两天',
        receivedAt: '2026-11-24T16:30:00+08:00',
      });
      expect(lines).to.have.length(1);
    });
  });

  describe('as text', () => {
    const csv = (rows: string[][], delimiter = ',', end = '\r\n') =>
      rows.map((cells) => cells.join(delimiter)).join(end);
    it('every encoding, with a mark and without', async () => {
      const text = csv([HEAD, MA]);
      for (const [name, bytes] of [
        ['UTF-8', Buffer.from(text)],
        ['UTF-8', Buffer.from(`\ufeff${text}`)],
        ['GB18030', iconv.encode(text, 'gbk')],
        ['UTF-16LE', Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode(text, 'utf-16le')])],
        ['UTF-16LE', iconv.encode(text, 'utf-16le')],
        ['UTF-16BE', Buffer.concat([Buffer.from([0xfe, 0xff]), iconv.encode(text, 'utf-16be')])],
        ['UTF-16BE', iconv.encode(text, 'utf-16be')],
      ] as const) {
        const { lines, file } = await customers(bytes);
        expect(file.encoding, name).to.equal(name);
        expect(lines[0]!.taken, name).to.include({ account: '30215502', name: '马秀兰' });
      }
    });
    it('every delimiter and line end, with a line “sep=”', async () => {
      for (const delimiter of [',', '\t', ';', '，', '|'])
        for (const end of ['\n', '\r\n', '\r']) {
          const { file, ...found } = await customers(
            csv([HEAD, MA, [...MA.slice(0, 0), '3', ...MA.slice(1)]], delimiter, end),
          );
          expect(file.delimiter).to.equal(delimiter);
          expect(accounts(found)).to.deep.equal(['30215502', '3']);
        }
      const { file, ...found } = await customers(`sep=^\r\n${csv([HEAD, MA], '^')}`);
      expect([file.delimiter, file.headerRow, accounts(found)]).to.deep.equal(['^', 1, ['30215502']]);
    });
    it('a title above, empty lines, row numbers as a spreadsheet shows them', async () => {
      const { lines, file } = await customers(csv([['客户清单'], [], HEAD, [], MA, [',,']]));
      expect([file.headerRow, lines.map(({ row }) => row)]).to.deep.equal([3, [5]]);
    });
    it('marks that keep a spreadsheet from changing a number', async () => {
      const marks = [
        '="302155"',
        "'302156",
        '302157\t',
        '`302158',
        '"=""302159"""',
        '\u200b302160',
        '３０２１６１',
      ];
      const found = await customers(csv([HEAD, ...marks.map((mark) => [mark, ...MA.slice(1)])]));
      expect(accounts(found)).to.deep.equal([
        '302155',
        '302156',
        '302157',
        '302158',
        '302159',
        '302160',
        '302161',
      ]);
      const numbers = await cases(
        csv([CASE_HEAD, ...marks.map((mark) => [mark, '停水', "'13995001122", '', ''])]),
      );
      expect(numbers.lines.map(({ taken }) => [taken!['number'], taken!['phone']])).to.deep.equal(
        ['302155', '302156', '302157', '302158', '302159', '302160', '302161'].map((number) => [
          number,
          '13995001122',
        ]),
      );
    });
    it('scientific notation is refused, for cases and telephones too', async () => {
      const { lines } = await cases(
        csv([CASE_HEAD, ['2.02611E+15', '停水', '', '', ''], ['A1', '停水', '1.39950E+10', '', '']]),
      );
      expect(lines.map(({ refused }) => refused))
        .to.match(/编号“2\.02611E\+15”被表格软件写成了科学计数/)
        .and.to.match(/电话“1\.39950E\+10”/);
    });
    it('quotes and commas that shift cells are said; what stands between quotes is whole', async () => {
      const whole = await customers(`${csv([HEAD])}\n1,马,,"正源街8号,3单元\n2楼",金凤区`);
      expect(whole.lines[0]!.taken!['address']).to.equal('正源街8号,3单元\n2楼');
      const shifted = await customers(csv([HEAD, ['1', '马', '', '正源街8号', '3单元', '金凤区']]));
      expect(shifted.lines[0]!.refused).to.match(/有 6 格，列名只有 5 个/);
      const swallowed = await customers(
        `${csv([HEAD])}\n1,马,,"正源街8号,金凤区\n2,周,,正源街9号,金凤区\n3,丁,,"正源街10号",金凤区`,
      );
      expect(swallowed.lines.every(({ refused }) => refused !== undefined)).to.equal(true);
      expect(swallowed.lines[0]!.refused).to.match(/引号没有成对/);
      const open = await customers(`${csv([HEAD, MA])}\n1,马,,"正源街8号`);
      expect(open.file.refused).to.match(/第 3 行起引号没有成对/);
    });
    it('a broken byte, and a few NULs, spoil nothing else', async () => {
      const bytes = Buffer.from(csv([HEAD, MA, ['7', '周建设', '', '兴庆区胜利街', '']]));
      const at = bytes.indexOf(Buffer.from('胜'));
      const cut = await customers(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
      expect(cut.file).to.include({ encoding: 'UTF-8' });
      expect(cut.file.notes.join())
        .to.match(/字节坏了/)
        .and.to.match(/第 3 行第 4 格/);
      expect(cut.lines[0]!.taken!['account']).to.equal('30215502');
      const nul = await customers(`${csv([HEAD, MA, MA.with(0, '5'), MA.with(0, '6'), MA.with(0, '8')])}\0`);
      expect(nul.lines).to.have.length(4);
      expect(nul.file.notes.join()).to.match(/空字节/);
    });
  });

  describe('that are none', () => {
    const ole = (name: string) =>
      Buffer.concat([
        Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        Buffer.alloc(1016),
        iconv.encode(name, 'utf-16le'),
        Buffer.alloc(400),
      ]);
    const good = packed(
      workbookParts([{ name: 'a', xml: `<sheetData>${rowXml(1, HEAD)}${rowXml(2, MA)}</sheetData>` }]),
    );
    for (const [name, bytes, kind, words] of [
      ['a workbook with a password', ole('EncryptedPackage'), 'encrypted', /密码/],
      ['an old workbook', ole('Workbook'), 'xls', /旧的 \.xls.*另存为 \.xlsx/],
      [
        'a page called .xls',
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gb2312></head><table><tr><td>户号</td></tr></table></html>',
        'html',
        /网页（HTML）/,
      ],
      [
        'a bare table called .xls',
        '\ufeff<table border=1><tr><td>户号</td></tr></table>',
        'html',
        /网页（HTML）/,
      ],
      [
        'XML of 2003',
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
        'xml',
        /XML 表格 2003/,
      ],
      [
        'a binary workbook',
        packed({ 'xl/workbook.bin': 'x', '[Content_Types].xml': '<Types/>' }),
        'xlsb',
        /\.xlsb/,
      ],
      ['a packed file of something else', packed({ 'a.txt': 'x' }), 'unknown', /不是 Excel/],
      ['a workbook cut in half', good.subarray(0, good.length / 2), 'xlsx', /没有传完整/],
      ['a workbook without its last byte', good.subarray(0, -1), 'xlsx', /没有传完整/],
      ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), 'unknown', /不是表格/],
      ['nothing', '', 'csv', /没有数据/],
      ['names only', HEAD.join(','), 'csv', /没有数据/],
    ] as const)
      it(`${name}: is told with what to do`, async () => {
        const { lines, file } = await customers(bytes);
        expect(lines).to.deep.equal([]);
        expect(file.kind).to.equal(kind);
        expect(file.refused).to.match(words);
      });
    for (const [name, text] of [
      ['flat OpenDocument', '<?xml version="1.0"?><office:document xmlns:office="o"></office:document>'],
      ['SYLK', 'ID;PWXL;N;E\nC;Y1;X1;K"户号"\nE'],
      ['DIF', 'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,5\n""'],
      ['JSON', '[{"户号":"1","户名":"马"},{"户号":"2"}]'],
    ] as const)
      it(`${name}: is no table of ours, and is told`, async () => {
        expect((await customers(text)).file.refused).to.match(/不是表格文件/);
      });
    it('all tabs hidden, a first tab without rows, XML that breaks off', async () => {
      const hidden = workbookParts([{ name: 'a', xml: '<sheetData/>', state: 'hidden' }]);
      expect((await customers(packed(hidden))).file.refused).to.match(/都是隐藏的/);
      expect(
        (await customers(packed(workbookParts([{ name: 'a', xml: '<sheetData/>' }])))).file.refused,
      ).to.match(/没有数据/);
      const torn = {
        ...workbookParts([{ name: 'a', xml: '' }]),
        'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rowXml(1, HEAD)}${rowXml(2, MA)}<row`,
      };
      const { lines, file } = await customers(packed(torn));
      expect([lines, file.refused]).to.satisfy(() => lines.length === 0 && /坏了/.test(file.refused!));
    });
  });

  describe('that are too much', () => {
    it('a megabyte that unpacks to gigabytes of shared texts ends in words, not in the service', async () => {
      const text = '水'.repeat(30_000);
      const shared = `<si><t>${text}</t></si>`.repeat(2500);
      const { file } = await customers(book([rowXml(1, HEAD), rowXml(2, MA)], { shared }));
      expect(file.refused).to.match(/文件太大：文字超过 6000 万字/);
    });
    it('entities that grow, a list of definitions', async () => {
      const parts = workbookParts([{ name: 'a', xml: '' }]);
      parts['xl/worksheets/sheet1.xml'] =
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>';
      expect((await customers(packed(parts))).file.refused).to.match(/坏了|读不下去/);
    });
    it('a part that says less than it unpacks to', async () => {
      const bytes = packed(
        workbookParts([
          {
            name: 'a',
            xml: `<sheetData>${rowXml(1, HEAD)}${rowXml(2, MA)}</sheetData>${' '.repeat(5_000_000)}`,
          },
        ]),
      );
      const at = bytes.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
      bytes.writeUInt32LE(1000, at + 24);
      expect((await customers(bytes)).file.refused).to.match(/没有传完整，或已损坏/);
    });
    it('more rows, more columns, more characters in a cell than a list has', async () => {
      const wide = await customers([HEAD.join(','), Array(600).fill('1').join(',')].join('\n'));
      expect(wide.file.refused).to.match(/超过 500 列/);
      const long = await customers([HEAD.join(','), `1,马,,${'水'.repeat(40_000)},金凤区`].join('\n'));
      expect(long.lines[0]!.refused).to.match(/超过 32767 字/);
    });
  });

  it('other cities’ names of columns are known', async () => {
    const head = [
      '办件编号',
      '诉求人',
      '来电号码',
      '事发地点',
      '诉求详情',
      '派发时间',
      '承诺完成时间',
      '承办人电话',
      '回复内容',
    ];
    const { lines, file } = await cases(
      [
        head,
        [
          'LS1',
          '周某',
          '13995001122',
          '正源街',
          '停水',
          '2026-11-24 09:00',
          '2026-11-27 12:00',
          '13800000000',
          '已修',
        ],
      ]
        .map((cells) => cells.join(','))
        .join('\n'),
    );
    expect(file.columns).to.deep.equal({
      number: '办件编号',
      caller: '诉求人',
      phone: '来电号码',
      address: '事发地点',
      content: '诉求详情',
      receivedAt: '派发时间',
      dueAt: '承诺完成时间',
    });
    expect(lines[0]!.taken).to.include({
      number: 'LS1',
      phone: '13995001122',
      dueAt: '2026-11-27T12:00:00+08:00',
    });
    const { file: other } = await cases('流水号*,事项描述（必填）,市民联系电话,身份证号码\nA,停水,1,2');
    expect(other.columns).to.deep.equal({
      number: '流水号*',
      content: '事项描述（必填）',
      phone: '市民联系电话',
    });
    const { file: billing } = await customers(
      '客户编号,客户名称,证件号码,银行账号,手机号1,装表地址,抄表员电话\n1,马,64,62,13995001122,兴庆区,1',
    );
    expect(billing.columns).to.deep.equal({
      account: '客户编号',
      name: '客户名称',
      phones: '手机号1',
      address: '装表地址',
    });
  });

  it('names that nobody knows stand below a title; a list in a packed file, and Big5, are told', async () => {
    const { file, lines } = await customers('客户清单\n甲列,乙列,丙列\n1,2,3');
    expect([file.headerRow, lines.map(({ row }) => row)]).to.deep.equal([2, [3]]);
    expect((await customers(packed({ '客户/list.xlsx': 'x' }))).file.refused).to.match(/压缩包.*先解压/);
    expect((await customers(iconv.encode('戶號,戶名,電話,地址\n1,馬,2,3', 'big5'))).file.refused).to.match(
      /Big5/,
    );
    const word = Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
      Buffer.alloc(1020),
      iconv.encode('WordDocument', 'utf-16le'),
    ]);
    expect((await customers(word)).file.refused).to.match(/不是表格/);
    const empty = workbookParts([
      { name: '封面', xml: '<sheetData/>' },
      { name: '客户', xml: `<sheetData>${rowXml(1, HEAD)}${rowXml(2, MA)}</sheetData>` },
    ]);
    expect((await customers(packed(empty))).file.refused).to.match(
      /第一个可见的工作表“封面”里没有数据.*拖到最前面/,
    );
  });

  it('what a database writes for nothing is nothing; a deadline before the receipt is asked', async () => {
    const { lines } = await cases(
      [
        CASE_HEAD,
        ['A1', '停水', 'NULL', '2026-11-24 09:00', '-'],
        ['A2', '停水', '', '2026-11-24 09:00', '2026-11-20'],
      ]
        .map((cells) => cells.join(','))
        .join('\n'),
    );
    expect(lines[0]!.taken).to.include({ phone: '', dueAt: null });
    expect(lines[1]!.refused).to.match(/时限“2026-11-20”看不懂：早于收到的时间/);
  });

  it('one cut byte among few Chinese characters is still UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('account,name,address,district\n1,马秀'),
      Buffer.from([0xe5, 0x85]),
      Buffer.from(',x,兴庆区'),
    ]);
    const { file, lines } = await customers(bytes);
    expect([file.encoding, lines[0]!.taken!['account']]).to.deep.equal(['UTF-8', '1']);
  });

  it('the cases of real lists', async () => {
    const sample = (name: string) => readFileSync(join(import.meta.dirname, 'samples', name));
    expect(accounts(await customers(sample('s02-zip-order.xlsx')))).to.deep.equal(['30215501', '30215502']);
    expect((await customers(sample('s04-phonetic.xlsx'))).lines[0]!.taken!['name']).to.equal('周建设');
    expect((await cases(sample('s06-datetime.xlsx'))).lines[0]!.taken).to.include({
      receivedAt: '2026-11-24T16:30:00+08:00',
      dueAt: '2026-11-27T12:00:00+08:00',
    });
    expect(
      (await cases(sample('s07-long-number.xlsx'))).lines.every(({ refused }) => /已经丢了/.test(refused!)),
    ).to.equal(true);
    expect((await customers(sample('s09-encrypted-ole.xlsx'))).file.refused).to.match(/密码/);
    expect(accounts(await customers(sample('s11-semicolon.csv')))).to.deep.equal(['30215501', '30215502']);
    expect((await customers(sample('s14-list.csv'))).lines[1]!.taken!['address']).to.match(/^金凤区正源/);
    expect((await customers(sample('s14-ascii-header.csv'))).lines[0]!.taken!['account']).to.equal(
      '30215501',
    );
    expect(accounts(await customers(sample('s15-forced-text.csv')))).to.deep.equal([
      '30215501',
      '30215502',
      '30215503',
      '30215504',
    ]);
    expect((await customers(sample('s19-escapes.xlsx'))).lines[0]!.taken!['phones']).to.have.members([
      '13995001122',
      '13895003344',
    ]);
  });
});
