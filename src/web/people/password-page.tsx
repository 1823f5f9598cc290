import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { passwordFault } from '../../core/people/password.ts';
import { ask } from '../ask.ts';
import { signOut } from '../line.ts';
import { useMe } from '../shell/me.tsx';
import { useRefusals } from '../sign-in/words.ts';
import { wordsOf } from '../shell/words.ts';
import './people.css';

const usePasswordWords = wordsOf(
  'password',
  {
    title: '修改密码',
    mustChange: '请先改成自己的密码',
    mustChangeHelp: '初始密码是别人给的，改好后就可以开始工作。',
    help: '改好后，其他地方的登录会立即退出。',
    rule: '至少 12 个字符，可以用一句好记的话；常见的密码和只有工号、姓名的不行。可以粘贴。',
    old: '现在的密码',
    oldMissing: '请填写现在的密码',
    next: '新密码',
    again: '再输一遍',
    differs: '两次输入的不一样',
    save: '保存新密码',
    out: '退出登录',
  },
  {
    title: 'Change password',
    mustChange: 'First choose a password of your own',
    mustChangeHelp: 'The first one was given to you by somebody; with your own you begin to work.',
    help: 'You are signed out everywhere else at once.',
    rule: 'At least 12 characters, a sentence that you remember; no password that everybody uses, not just your login or name. You may paste it.',
    old: 'Password now',
    oldMissing: 'Fill in your password',
    next: 'New password',
    again: 'Once more',
    differs: 'The two differ',
    save: 'Save the new password',
    out: 'Sign out',
  },
);

/** One's own password; before anything else for who got theirs from somebody. */
export function PasswordPage() {
  const me = useMe();
  const say = usePasswordWords();
  const refusals = useRefusals();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (fields: { old: string; password: string }) => ask('POST', '/api/my-password', fields),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] });
      location.assign('/');
    },
  });
  useEffect(() => {
    document.title = `${say('title')} · 供水热线 96666`;
  });
  return (
    <main className="page people own">
      <h1>{say(me.mustChange ? 'mustChange' : 'title')}</h1>
      <p className="quiet">
        {say(me.mustChange ? 'mustChangeHelp' : 'help')} {say('rule')}
      </p>
      <Form layout="vertical" onFinish={(fields: { old: string; password: string }) => change.mutate(fields)}>
        <Form.Item name="old" label={say('old')} rules={[{ required: true, message: say('oldMissing') }]}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="password"
          label={say('next')}
          rules={[
            {
              validator: (_, value?: string) => {
                const fault = passwordFault(value ?? '', me.login, me.name);
                return fault ? Promise.reject(new Error(fault)) : Promise.resolve();
              },
            },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={say('again')}
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value?: string) =>
                value === getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(say('differs'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {change.error && <Alert type="error" showIcon title={refusals(change.error)} />}
        <Button type="primary" htmlType="submit" block size="large" loading={change.isPending}>
          {say('save')}
        </Button>
        {me.mustChange && (
          <Button type="link" block onClick={() => void signOut()}>
            {say('out')}
          </Button>
        )}
      </Form>
    </main>
  );
}
