import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, List, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import type { FactorAdded, MyFactors } from '../../protocol/factors.ts';
import { ask } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useMe } from '../shell/me.tsx';
import { wordsOf } from '../shell/words.ts';
import { Enrol } from '../sign-in/enrol.tsx';
import { RecoveryCodes } from '../sign-in/recovery-codes.tsx';
import { useRefusals } from '../sign-in/words.ts';
import { day, when } from '../view.ts';
import './people.css';

const useAccountWords = wordsOf(
  'account',
  {
    title: '我的账号',
    factors: '第二验证',
    help: '密码之外再验证一步：密码被人看到，别人也登录不了。改动后，其他地方的登录会立即退出。',
    required: '您的角色登录要第二验证',
    voluntary: '您的角色不要求，可以自愿设置',
    missing: '还没有设置。请选一种添加：',
    until: '请在 {{day}} 前设好，之后没有它就不能登录。',
    totp: '验证器',
    passkey: '通行密钥',
    added: '{{day}} 添加',
    used: '上次使用 {{when}}',
    unused: '还没有用过',
    only: '只在 {{address}} 上能用',
    remove: '删除',
    removeAsk: '删除“{{name}}”？',
    removeHelp: '之后不能再用它登录。',
    removeLast: '这是最后一种，之后登录只要密码；恢复码也一起作废。',
    add: '再添加一种',
    codes: '恢复码',
    codesLeft: '还有 {{count}} 个没有用过。手机丢了、换了，用它登录。',
    codesFew: '只剩 {{count}} 个了，请生成新的。',
    newCodes: '生成新的恢复码',
    newCodesAsk: '生成新的恢复码？',
    newCodesHelp: '以前的恢复码全部作废。',
    password: '密码',
    passwordHelp: '至少 12 个字符的一句话。怀疑被人知道了，就马上改。',
    passwordProvider: '您用统一身份认证登录，密码在那里改。',
    change: '修改密码',
    everywhere: '在所有地方退出',
    everywhereHelp: '忘了在哪台电脑上没退出？在这里一次退出全部，包括这里。',
    byLink: '您是用个人链接进来的，不需要第二验证。',
  },
  {
    title: 'My account',
    factors: 'Second factor',
    help: 'One more step beside the password: whoever sees it still stays outside. After a change you are signed out everywhere else at once.',
    required: 'Your role needs one to sign in',
    voluntary: 'Your role need not have one, but may',
    missing: 'None is set up. Choose one:',
    until: 'Set it up before {{day}}; after that you cannot sign in without.',
    totp: 'Authenticator app',
    passkey: 'Passkey',
    added: 'added {{day}}',
    used: 'last used {{when}}',
    unused: 'not used yet',
    only: 'works at {{address}} only',
    remove: 'Remove',
    removeAsk: 'Remove “{{name}}”?',
    removeHelp: 'You cannot sign in with it any more.',
    removeLast: 'It is the last one: from then on your password is enough. The recovery codes go, too.',
    add: 'Add another',
    codes: 'Recovery codes',
    codesLeft: '{{count}} are unused. If your phone is lost or new, sign in by one of them.',
    codesFew: 'Only {{count}} are left: make new ones.',
    newCodes: 'Make new recovery codes',
    newCodesAsk: 'Make new recovery codes?',
    newCodesHelp: 'All earlier ones are worth nothing then.',
    password: 'Password',
    passwordHelp: 'A sentence of at least 12 characters. Change it at once if somebody may know it.',
    passwordProvider: 'You sign in by the identity provider: your password is changed there.',
    change: 'Change password',
    everywhere: 'Sign out everywhere',
    everywhereHelp: 'Forgot where you did not sign out? Here you leave all places at once, this one too.',
    byLink: 'You came in by a personal link: no second factor is needed.',
  },
);

const FEW_CODES = 3;

/** One's own ways to sign in: second factors, codes on paper, the password. */
export function AccountPage() {
  const say = useAccountWords();
  const refusals = useRefusals();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const mine = useQuery({ queryKey: ['factors'], queryFn: () => ask<MyFactors>('GET', '/api/factors') });
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const changed = async () => {
    setAdding(false);
    await queries.invalidateQueries({ queryKey: ['factors'] });
    await queries.invalidateQueries({ queryKey: ['me'] });
  };
  const added = async ({ recoveryCodes }: FactorAdded) => {
    setCodes(recoveryCodes);
    await changed();
  };
  const remove = useMutation({
    mutationFn: (path: string) => ask('DELETE', `/api/factors/${path}`),
    onSettled: changed,
  });
  const renew = useMutation({
    mutationFn: () => ask<FactorAdded>('POST', '/api/factors/recovery-codes', {}),
    onSuccess: added,
  });
  useEffect(() => {
    document.title = `${say('title')} · 供水热线 96666`;
  });
  if (codes)
    return (
      <main className="page people account">
        <RecoveryCodes codes={codes} login={me.login} onKept={() => setCodes(null)} />
      </main>
    );
  const { totp, passkeys = [], recoveryLeft = 0, required } = mine.data ?? {};
  const count = passkeys.length + (totp ? 1 : 0);
  const rows = [
    ...(totp ? [{ key: 'totp', name: say('totp'), ...totp, note: '' }] : []),
    ...passkeys.map(({ id, name, rpId, madeAtMs, usedAtMs }) => ({
      ...{ key: `passkeys/${id}`, name: `${say('passkey')} · ${name}`, madeAtMs, usedAtMs },
      note: rpId === location.hostname ? '' : say('only', { address: rpId }),
    })),
  ];
  const fault = mine.error ?? remove.error ?? renew.error;
  return (
    <main className="page people account">
      <h1>
        {me.name} <small className="figures">{me.login}</small>
      </h1>
      <Card
        loading={mine.isPending}
        title={say('factors')}
        extra={
          mine.data && (
            <Tag color={required ? 'gold' : 'default'}>{say(required ? 'required' : 'voluntary')}</Tag>
          )
        }
      >
        <p className="help">{say('help')}</p>
        {fault && <Alert type="error" showIcon title={refusals(fault)} />}
        {me.cameBy === 'link' && <Alert type="info" showIcon title={say('byLink')} />}
        {rows.length > 0 && (
          <List
            dataSource={rows}
            renderItem={({ key, name, madeAtMs, usedAtMs, note }) => (
              <List.Item
                actions={[
                  <Button
                    key="remove"
                    size="small"
                    danger
                    loading={remove.isPending && remove.variables === key}
                    onClick={() =>
                      void modal.confirm({
                        title: say('removeAsk', { name }),
                        content: say(count === 1 && !required ? 'removeLast' : 'removeHelp'),
                        onOk: () => remove.mutate(key),
                      })
                    }
                  >
                    {say('remove')}
                  </Button>,
                ]}
              >
                <List.Item.Meta
                  title={name}
                  description={[
                    say('added', { day: day(madeAtMs) }),
                    usedAtMs === null ? say('unused') : say('used', { when: when(usedAtMs, serverNow()) }),
                    note,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                />
              </List.Item>
            )}
          />
        )}
        {mine.data && me.cameBy !== 'link' && (
          <>
            {count === 0 && (
              <p className="missing">
                {say('missing')} {me.enrolByMs ? say('until', { day: day(me.enrolByMs) }) : ''}
              </p>
            )}
            {count === 0 || adding ? (
              <Enrol place={mine.data.place} onAdded={(given) => void added(given)} />
            ) : (
              <Button onClick={() => setAdding(true)}>{say('add')}</Button>
            )}
          </>
        )}
      </Card>
      {count > 0 && (
        <Card title={say('codes')}>
          {recoveryLeft <= FEW_CODES ? (
            <Alert type="warning" showIcon title={say('codesFew', { count: recoveryLeft })} />
          ) : (
            <p className="help">{say('codesLeft', { count: recoveryLeft })}</p>
          )}
          <Button
            loading={renew.isPending}
            onClick={() =>
              void modal.confirm({
                title: say('newCodesAsk'),
                content: say('newCodesHelp'),
                onOk: () => renew.mutate(),
              })
            }
          >
            {say('newCodes')}
          </Button>
        </Card>
      )}
      <Card title={say('password')}>
        <p className="help">{say(me.cameBy === 'provider' ? 'passwordProvider' : 'passwordHelp')}</p>
        {me.cameBy !== 'provider' && (
          <Button onClick={() => void navigate('/password')}>{say('change')}</Button>
        )}
      </Card>
      <Card title={say('everywhere')}>
        <p className="help">{say('everywhereHelp')}</p>
        <Button
          onClick={() => void ask('POST', '/api/sign-out-everywhere').then(() => location.assign('/sign-in'))}
        >
          {say('everywhere')}
        </Button>
      </Card>
    </main>
  );
}
