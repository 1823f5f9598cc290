import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '..');
/** As people call it; the shell is left out. */
function read(...given: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/read.ts', ...given],
    {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    },
  );
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  return { lines, stderr, status };
}

describe('npm run read', function () {
  this.timeout(120_000);

  it('prints a row a line and the file last, with neither database nor server', () => {
    const { lines, status } = read('cases', 'test/documents/samples/s06-datetime.xlsx');
    expect(status).to.equal(0);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.deep.include({ row: 2 });
    expect(lines[0]!['taken']).to.deep.equal({
      ...{
        number: 'YC2611240077',
        receivedAt: '2026-11-24T16:30:00+08:00',
        dueAt: '2026-11-27T12:00:00+08:00',
      },
      ...{ caller: '', phone: '13995001122', address: '', kind: '', content: '金凤区某小区三单元水压低' },
    });
    expect(lines[1]!['file']).to.deep.include({
      ...{ kind: 'xlsx', sheet: '工单', encoding: null, delimiter: null, headerRow: 1, notes: [] },
    });
    const [told] = read('customers', 'test/documents/samples/s09-encrypted-ole.xlsx').lines;
    expect(told!['file']).to.deep.include({ kind: 'encrypted' });
  });

  it('reads a mail; without a date of its own its deadline is not doubted', () => {
    const { lines } = read('mail', 'test/mail/samples/6-html-table.eml');
    expect(lines).to.have.length(1);
    expect(lines[0]!['taken']).to.deep.include({
      ...{ number: 'YC2611240077', caller: '周某', receivedAt: null, dueAt: '2026-11-27T12:00:00+08:00' },
    });
  });

  it('says how it is used, and that a file is not there', () => {
    expect(read()).to.deep.include({ status: 2, lines: [] });
    expect(read('cases', 'no-such-file.xlsx').stderr).to.match(/没有这个文件/);
    expect(read('number', '13995001122').lines[0]!['numbers']).to.have.length(1);
  });
});
