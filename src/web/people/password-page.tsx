import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { passwordFault } from '../../core/people/password.ts';
import { ask, refusalWords } from '../ask.ts';
import { signOut } from '../line.ts';
import { useMe } from '../shell/me.tsx';
import './people.css';

/** One's own password; before anything else for who got theirs from somebody. */
export function PasswordPage() {
  const me = useMe();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (fields: { old: string; password: string }) => ask('POST', '/api/my-password', fields),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] });
      location.assign('/');
    },
  });
  useEffect(() => {
    document.title = '修改密码 · 供水热线 96666';
  }, []);
  return (
    <main className="page people own">
      <h1>{me.mustChange ? '请先改成自己的密码' : '修改密码'}</h1>
      <p className="quiet">
        {me.mustChange ? '初始密码是别人给的，改好后就可以开始工作。' : '改好后，其他地方的登录会立即退出。'}
        至少 10 个字符，可以用一句好记的话，不要含工号和姓名。
      </p>
      <Form layout="vertical" onFinish={(fields: { old: string; password: string }) => change.mutate(fields)}>
        <Form.Item name="old" label="现在的密码" rules={[{ required: true, message: '请填写现在的密码' }]}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="password"
          label="新密码"
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
          label="再输一遍"
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value?: string) =>
                value === getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error('两次输入的不一样')),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {change.error && <Alert type="error" showIcon title={refusalWords(change.error)} />}
        <Button type="primary" htmlType="submit" block size="large" loading={change.isPending}>
          保存新密码
        </Button>
        {me.mustChange && (
          <Button type="link" block onClick={() => void signOut()}>
            退出登录
          </Button>
        )}
      </Form>
    </main>
  );
}
