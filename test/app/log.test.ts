import { expect } from 'chai';
import { maskValue, openLog } from '../../src/app/log.ts';

/** What is logged, as a program reads it. */
function linesOf(work: (log: ReturnType<typeof openLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = openLog('info', { write: (line: string) => void lines.push(line) });
  work(log);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const MOBILE = '13912345678';

describe('the log', () => {
  it('is JSON line by line, with the time as a number and the ids of calls whole', () => {
    const [line] = linesOf((log) =>
      log.error({ callId: 'pbx2-1795461314.0', linkedId: '1795461314.12', number: MOBILE }, `ring ${MOBILE}`),
    );
    expect(line!['time']).to.be.a('number');
    expect(line!['time'] as number).to.be.greaterThan(1e12);
    expect(line!['level']).to.equal(50);
    expect(line!['pid']).to.equal(process.pid);
    expect(line).to.include({
      callId: 'pbx2-1795461314.0',
      linkedId: '1795461314.12',
      number: '139****5678',
      msg: 'ring 139****5678',
    });
  });

  it('masks numbers wherever they stand', () => {
    class PgError extends Error {
      detail = `Key (number)=(${MOBILE}) already exists.`;
      code = '23505';
    }
    const cause = new PgError(`no route to ${MOBILE}`);
    cause.cause = new Error(`because of 09515012345`);
    const circular: Record<string, unknown> = { ani: MOBILE };
    circular['self'] = circular;
    const lines = linesOf((log) => {
      log.info({ deep: { list: [{ phone: MOBILE }, MOBILE], [MOBILE]: 1 } }, 'nested');
      log.info({ figure: 13_912_345_678, atMs: 1_795_461_314_123, bytes: 13_912_345_678 }, 'figures');
      log.error({ err: cause }, 'error');
      log.error(cause);
      log.info('%s calls %d and %o', MOBILE, 13_912_345_678, { to: MOBILE });
      log.info({ circular, bytes: Buffer.from(MOBILE), map: new Map([[MOBILE, new Set([MOBILE])]]) }, 'odd');
      log.child({ caller: MOBILE }).info('child');
      log.warn(new AggregateError([new Error(MOBILE)], MOBILE));
    });
    const text = JSON.stringify(lines.map(({ bytes: _bytes, ...line }) => line));
    expect(text).to.not.contain(MOBILE).and.not.contain('5012345');
    expect(text.split('139****5678').length).to.be.greaterThan(14);
    expect(lines[1]).to.deep.include({
      atMs: 1_795_461_314_123,
      bytes: 13_912_345_678,
      figure: '139****5678',
    });
    const { err } = lines[2] as { err: Record<string, unknown> };
    expect(err).to.include({ type: 'PgError', code: '23505', message: 'no route to 139****5678' });
    expect(err['detail']).to.equal('Key (number)=(139****5678) already exists.');
    expect(err['stack']).to.contain('log.test.ts').and.to.contain('no route to 139****5678');
    expect((err['cause'] as Record<string, unknown>)['message']).to.equal('because of 095****2345');
    expect(lines[3]!['msg']).to.equal('no route to 139****5678');
  });

  const TEXTS: [string, string][] = [
    // telephone numbers, as they are written
    ['13912345678', '139****5678'],
    ['+8613912345678', '+86****5678'],
    ['008613912345678', '008****5678'],
    ['+86 139 1234 5678', '+86****5678'],
    ['139-1234-5678', '139****5678'],
    ['139 1234 5678', '139****5678'],
    ['１３９１２３４５６７８', '１３９****５６７８'],
    ['0951-5012345', '095****2345'],
    ['0951 501 2345', '095****2345'],
    ['010-12345678', '010****5678'],
    ['5012345', '5****2345'],
    ['sip:13912345678@10.0.0.1:5060', 'sip:139****5678@10.0.0.1:5060'],
    ['"x" <tel:13912345678>;tag=as5f3e', '"x" <tel:139****5678>;tag=as5f3e'],
    ['来电13912345678，回拨09515012345', '来电139****5678，回拨095****2345'],
    ['a13912345678b', 'a139****5678b'],
    ['{"ani":"13912345678"}', '{"ani":"139****5678"}'],
    ['number=13912345678&x=1', 'number=139****5678&x=1'],
    ['PJSIP/13912345678-0000001a', 'PJSIP/139****5678-0000001a'],
    ['Local/13912345678@out-00000012;1', 'Local/139****5678@out-00000012;1'],
    // what names a call, a channel, a row or a moment
    ['pbx2-1795461314.0', 'pbx2-1795461314.0'],
    ['1795461316.1', '1795461316.1'],
    ['survey-1795461316.17:answered', 'survey-1795461316.17:answered'],
    ['call 1795461316.1 lost', 'call 1795461316.1 lost'],
    ['PJSIP/trunk-00000012', 'PJSIP/trunk-00000012'],
    ['PJSIP/1001-0000001a', 'PJSIP/1001-0000001a'],
    ['cc67d336-6bf9-4411-b46d-62314288d248', 'cc67d336-6bf9-4411-b46d-62314288d248'],
    ['12345678-1234-1234-1234-123456789012', '12345678-1234-1234-1234-123456789012'],
    ['2026-12-01T13:00:00.123Z', '2026-12-01T13:00:00.123Z'],
    ['2026-12-01 13:00:00', '2026-12-01 13:00:00'],
    ['at x (/work/src/app/store.ts:123:45)', 'at x (/work/src/app/store.ts:123:45)'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
    ['96666', '96666'],
    ['extension 1001', 'extension 1001'],
    ['', ''],
  ];
  for (const [given, masked] of TEXTS)
    it(`${given || 'nothing'} ─▶ ${masked || 'nothing'}`, () => {
      expect(maskValue(given)).to.equal(masked);
      expect(linesOf((log) => log.info(given))[0]!['msg']).to.equal(masked);
    });

  it('a value that can not be read ends no line', () => {
    const odd = {
      get broken(): string {
        throw new Error('no');
      },
      big: 13_912_345_678n,
      when: new Date(NaN),
      nothing: undefined,
    };
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 50; level += 1) deep = { deep };
    const [line] = linesOf((log) => log.info({ odd, deep }, 'odd'));
    expect(line!['odd']).to.deep.include({ broken: '[unreadable]', big: '139****5678', when: null });
    expect(JSON.stringify(line)).to.contain('[deeper]');
  });
});
