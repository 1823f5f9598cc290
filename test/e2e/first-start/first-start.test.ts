import { expect } from 'chai';
import { firstStart, type FirstStart } from '../../support/first-start.ts';
import { signedIn } from '../../support/sign-in.ts';
import { until } from '../../support/until.ts';

describe('a first start on a machine that has little time for it', function () {
  this.timeout(420_000);
  let start: FirstStart | undefined;
  afterEach(async () => {
    await start?.stop();
    start = undefined;
  });

  it('makes database, switch and administrator, says meanwhile that it is slow, and serves', async () => {
    start = await firstStart({
      args: [],
      share: 0.4,
      withinMs: 300_000,
      settings: { HOTLINE_SAY_SLOW_MS: '1000' },
    });
    expect(start.said()).to.match(/启动数据库和交换机：已经 \d+ 秒，还在进行（负载 [\d.]+，\d+ 核），请稍等/);
    const password = /管理员 +admin　初始密码 (\S+?)（/.exec(start.said())?.[1];
    expect(password, start.said()).to.be.a('string');
    await signedIn(start.url, 'admin', password!);
    await until(
      'the switch is heard',
      async () => (await (await fetch(`${start!.url}/metrics`)).text()).includes('hotline_ami_connected 1'),
      60_000,
    );
  });
});
