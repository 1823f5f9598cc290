import { expect } from 'chai';
import { caseFileType } from '../../../src/core/office/case-files.ts';

describe('the files that a case keeps', () => {
  const MAIL = 'Return-Path: <ma@yinchuan.gov.cn>\r\nSubject: =?utf-8?B?...?=\r\n';
  it('are photos, papers and mails, by their bytes first and by their name where the bytes do not say', () => {
    const types = (
      [
        ['截图.png', 'image/png', ''],
        ['截图.txt', 'image/png', ''],
        ['函.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'PK'],
        ['函.doc', 'application/x-cfb', ''],
        ['台账.XLS', 'application/x-cfb', ''],
        ['回复.msg', 'application/x-cfb', ''],
        ['已发送.eml', null, MAIL],
      ] as const
    ).map(([name, found, head]) => caseFileType(name, found, head));
    expect(types).to.deep.equal([
      ...[
        'image/png',
        'image/png',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      ],
      ...['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-outlook', 'message/rfc822'],
    ]);
  });
  it('are no programs, no archives and no pages, whatever they are called', () => {
    for (const [name, found, head] of [
      ['照片.png', 'application/x-msdownload', 'MZ'],
      ['照片.zip', 'application/zip', 'PK'],
      ['安装.msi', 'application/x-cfb', ''],
      ['页.html', null, '<html>'],
      ['页.svg', 'image/svg+xml', '<svg'],
      ['页.eml', null, '<html>'],
      ['无名', null, ''],
    ] as const)
      expect(caseFileType(name, found, head), name).to.equal(null);
  });
});
