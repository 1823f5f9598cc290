import { expect } from 'chai';
import fc from 'fast-check';
import {
  asksForNotice,
  noticePage,
  noticeText,
  outageState,
  touches,
  type Outage,
} from '../../../src/core/outages/outage.ts';
import { beginOf } from '../../../src/core/office/period.ts';

const HOUR = 3_600_000;
const T0 = beginOf({ year: 2026, month: 11, day: 25 }) + 14.5 * HOUR;
const BURST: Outage = {
  ...{ id: 1, kind: 'sudden', districts: ['兴庆区'], communities: ['丽景园'], streets: [], buildings: 6 },
  ...{
    cause: 'DN300 管道爆管抢修',
    unitId: 7,
    unit: '兴庆区管网维护中心',
    beginAtMs: T0,
    expectedAtMs: T0 + 4 * HOUR,
  },
  ...{ notice: '停水', endedAtMs: null, publishedAtMs: null, version: 1 },
};

describe('an outage', () => {
  it('touches who lives in its area, and nobody else', () => {
    const at = (district: string, community: string, address: string) =>
      touches(BURST, { district, community, address });
    expect(at('兴庆区', '丽景园', '解放东街丽景园3号楼')).to.equal(true);
    expect(at('兴庆区', '', '兴庆区解放东街丽景园3号楼'), 'read out of the address').to.equal(true);
    expect(at('', '', '兴庆区解放东街丽景园3号楼'), 'no district written').to.equal(true);
    expect(at('兴庆区', '凤凰新村', '解放东街凤凰新村')).to.equal(false);
    expect(at('金凤区', '丽景园', '丽景园'), 'a community of the same name elsewhere').to.equal(false);
    expect(
      touches({ ...BURST, communities: [] }, { district: '兴庆区', community: '', address: '' }),
      'the whole district',
    ).to.equal(true);
  });

  it('is past its time from the instant that was promised, until somebody says more', () => {
    expect(outageState(BURST, T0 - 1)).to.equal('coming');
    expect(outageState(BURST, T0)).to.equal('running');
    expect(outageState(BURST, BURST.expectedAtMs - 1)).to.equal('running');
    expect(outageState(BURST, BURST.expectedAtMs)).to.equal('overrun');
    expect(outageState({ ...BURST, endedAtMs: T0 }, BURST.expectedAtMs)).to.equal('over');
  });

  it('of more than one building unit asks for its notice (Article 26)', () => {
    expect(asksForNotice(BURST)).to.equal(true);
    expect(asksForNotice({ ...BURST, buildings: 1 })).to.equal(false);
    expect(asksForNotice({ ...BURST, publishedAtMs: T0 })).to.equal(false);
  });

  it('is written as the utility writes it', () => {
    expect(noticeText(BURST)).to.equal(
      '因DN300 管道爆管抢修，兴庆区丽景园将于11月25日14:30至11月25日18:30停水，请提前储水。给您带来不便，敬请谅解。咨询请拨打供水热线 96666。',
    );
  });

  it('says on the public page never that water comes at an hour that is past, and runs nothing that was typed', () => {
    expect(noticePage([BURST], T0)).to.contain('预计 11月25日18:30 恢复');
    const told = { ...BURST, notice: '停水至18:30' };
    expect(noticePage([told], T0)).to.contain('停水至18:30');
    expect(noticePage([told], BURST.expectedAtMs)).to.not.contain('18:30');
    expect(noticePage([], T0)).to.contain('目前没有停水通知');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (notice) => {
        const page = noticePage(
          [{ ...BURST, notice: `<script>${notice}`, communities: [notice || 'x'] }],
          T0,
        );
        expect(page).to.not.contain('<script');
      }),
    );
  });
});
