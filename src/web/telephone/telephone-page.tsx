import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Progress, Table } from 'antd';
import { SIGNS, type Sign } from '../../core/telephone/flood.ts';
import type { BanShown, FloodShown, TelephoneState } from '../../protocol/telephone.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { wordsOf } from '../shell/words.ts';
import { when } from '../view.ts';

const EVERY_MS = 5000;

const useWords = wordsOf(
  'telephone',
  {
    floods: '疑似伪造号码的来电',
    floodsWhy:
      '陌生号码短时间大量涌入且多数有伪造特征时记一次。期间陌生来电按一个键再排队，按了就和别的来电一样；老客户优先。来电仍算在来电总数里，这里单列。',
    noFloods: '没有发现。',
    began: '开始',
    ended: '结束',
    goesOn: '进行中',
    calls: '陌生来电',
    numbers: '号码',
    passed: '按键后接入',
    signs: '特征',
    budget: '今天的外呼',
    budgetWhy:
      '{{calls}} 通（预算 {{budgetCalls}}），通话 {{minutes}} 分钟（预算 {{budgetMinutes}}）。用得最多的一项到了 {{used}}%。',
    stoppedAll: '预算已用完，今天不再外呼（110、119、120、122 除外）。',
    stopped: '以下号段今天不再外呼：{{prefixes}}。确需拨打，请在“设置 · 电话防护”里调整预算。',
    bans: '封禁',
    bansWhy: '浏览器话机线路由本系统封禁；交换机上的来源地址由 fail2ban 封禁（ops/fail2ban），这里只列出。',
    noBans: '没有封禁。',
    subject: '对象',
    why: '原因',
    count: '次数',
    until: '到',
    lift: '解除',
    security: '交换机安全日志（最近十分钟）',
    noSecurity: '没有可疑的登录。',
    securityAway: '这台机器上读不到交换机的安全日志；交换机在别的机器上时，请在那里装 fail2ban。',
    address: '来源地址',
    kind: '类型',
    last: '最近一次',
  },
  {
    floods: 'Calls with forged numbers (suspected)',
    floodsWhy:
      'Noted when far more strangers call than usual and most bear signs of a forged number. Strangers press a key before they queue, and are then callers as any other; known callers go first. The calls stay in every count, and are shown apart here.',
    noFloods: 'None was found.',
    began: 'Began',
    ended: 'Ended',
    goesOn: 'goes on',
    calls: 'Strangers’ calls',
    numbers: 'Numbers',
    passed: 'Pressed the key',
    signs: 'Signs',
    budget: 'Outgoing calls today',
    budgetWhy:
      '{{calls}} calls (budget {{budgetCalls}}), {{minutes}} minutes (budget {{budgetMinutes}}). The most used part stands at {{used}} %.',
    stoppedAll: 'The budget is used up: no more outgoing calls today (but 110, 119, 120, 122).',
    stopped:
      'No more calls today to numbers that begin with {{prefixes}}. Change the budget on the settings page if they are needed.',
    bans: 'Kept out',
    bansWhy:
      'Browsers’ phone lines are kept out by this service; addresses at the switch by fail2ban (ops/fail2ban), and are only listed here.',
    noBans: 'Nobody.',
    subject: 'Who',
    why: 'Why',
    count: 'Times',
    until: 'Until',
    lift: 'Let in',
    security: 'The switch’s security log (last ten minutes)',
    noSecurity: 'No suspicious sign-in.',
    securityAway:
      'The switch’s security log can’t be read on this machine; where the switch is another machine, install fail2ban there.',
    address: 'Address',
    kind: 'Kind',
    last: 'Last',
  },
);

/** What keeps the telephone from being misused, as it stands: floods, the budget of outgoing calls, who is kept out. */
export function TelephonePage() {
  const say = useWords();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: ['telephone'],
    queryFn: () => ask<TelephoneState>('GET', '/api/telephone'),
    refetchInterval: EVERY_MS,
  });
  const lift = useMutation({
    mutationFn: (subject: string) => ask('POST', '/api/telephone/lift-ban', { subject }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['telephone'] }),
  });
  const at = (ms: number) => when(ms, serverNow());
  const state = asked.data;
  if (!state)
    return (
      <main className="page">
        {asked.error && <Alert type="error" showIcon title={refusalWords(asked.error)} />}
      </main>
    );
  const { budget } = state;
  const { stopped, usedPercent, ...used } = budget;
  const signs = (flood: FloodShown) =>
    Object.entries(flood.why.signs)
      .map(([sign, count]) => `${SIGNS[sign as Sign] ?? sign} ${count}`)
      .join('、');
  return (
    <main className="page">
      <Card title={say('floods')}>
        <p>{say('floodsWhy')}</p>
        <Table<FloodShown>
          rowKey="id"
          size="small"
          pagination={false}
          locale={{ emptyText: say('noFloods') }}
          dataSource={state.floods}
          columns={[
            { title: say('began'), render: (_, flood) => at(flood.beganAtMs) },
            {
              title: say('ended'),
              render: (_, flood) => (flood.endedAtMs === null ? say('goesOn') : at(flood.endedAtMs)),
            },
            { title: say('calls'), dataIndex: 'calls' },
            { title: say('numbers'), dataIndex: 'numbers' },
            { title: say('passed'), dataIndex: 'passed' },
            { title: say('signs'), render: (_, flood) => signs(flood) },
          ]}
        />
      </Card>
      <Card title={say('budget')}>
        <p>{say('budgetWhy', { ...used, used: usedPercent })}</p>
        <Progress percent={Math.min(100, usedPercent)} status={usedPercent >= 100 ? 'exception' : 'normal'} />
        {stopped.includes('') && <Alert type="error" showIcon title={say('stoppedAll')} />}
        {stopped.length > 0 && !stopped.includes('') && (
          <Alert type="error" showIcon title={say('stopped', { prefixes: stopped.join('、') })} />
        )}
      </Card>
      <Card title={say('bans')}>
        <p>{say('bansWhy')}</p>
        {lift.error && <Alert type="error" showIcon title={refusalWords(lift.error)} />}
        <Table<BanShown>
          rowKey="subject"
          size="small"
          pagination={false}
          locale={{ emptyText: say('noBans') }}
          dataSource={state.bans}
          columns={[
            { title: say('subject'), dataIndex: 'subject' },
            { title: say('why'), dataIndex: 'why' },
            { title: say('count'), dataIndex: 'count' },
            { title: say('until'), render: (_, ban) => at(ban.untilMs) },
            {
              render: (_, ban) => (
                <Button size="small" onClick={() => lift.mutate(ban.subject)}>
                  {say('lift')}
                </Button>
              ),
            },
          ]}
        />
      </Card>
      <Card title={say('security')}>
        {state.security === null ? (
          <p>{say('securityAway')}</p>
        ) : (
          <Table
            rowKey="address"
            size="small"
            pagination={false}
            locale={{ emptyText: say('noSecurity') }}
            dataSource={state.security}
            columns={[
              { title: say('address'), dataIndex: 'address' },
              { title: say('kind'), dataIndex: 'kind' },
              { title: say('count'), dataIndex: 'count' },
              { title: say('last'), render: (_, one: { lastAtMs: number }) => at(one.lastAtMs) },
            ]}
          />
        )}
      </Card>
    </main>
  );
}
