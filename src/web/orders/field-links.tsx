import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import type { FieldLink } from '../../protocol/field.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { when } from '../view.ts';

/** The unit's workers and their personal links: given by message, withdrawn when a phone is lost. */
export function FieldLinks({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [made, setMade] = useState<{ name: string; link: string; days: number } | null>(null);
  const list = useQuery({
    queryKey: ['field-links'],
    queryFn: ({ signal }) => ask<{ links: FieldLink[] }>('GET', '/api/field-links', undefined, signal),
  });
  const give = useMutation({
    mutationFn: (one: FieldLink) =>
      ask<{ token: string; days: number }>('POST', `/api/field-links/${one.personId}`),
    onSuccess: ({ token, days }, { name }) => {
      setMade({ name, days, link: `${location.origin}/field/enter#${token}` });
      void queries.invalidateQueries({ queryKey: ['field-links'] });
    },
  });
  const withdraw = useMutation({
    mutationFn: (one: FieldLink) => ask('DELETE', `/api/field-links/${one.personId}`),
    onSuccess: () => {
      void message.success('已收回，那部手机下次打开就进不来了');
      void queries.invalidateQueries({ queryKey: ['field-links'] });
    },
  });
  const fault = list.error ?? give.error ?? withdraw.error;
  return (
    <Drawer open size={520} onClose={close} title="维修人员的个人链接">
      <p className="quiet">
        把链接发到本人手机上，点开就是他的工单，不用密码。重新生成后旧链接作废；手机丢了请收回。
      </p>
      {fault && <Alert type="error" showIcon title={refusalWords(fault)} />}
      {made && (
        <Alert
          type="success"
          title={`${made.name} 的链接（只显示这一次，${made.days} 天有效）`}
          description={
            <>
              <Input.TextArea
                readOnly
                autoSize
                value={made.link}
                onFocus={(event) => event.target.select()}
              />
              <Button
                size="small"
                onClick={() =>
                  void navigator.clipboard.writeText(made.link).then(
                    () => message.success('已复制'),
                    () => message.info('请选中上面的链接复制'),
                  )
                }
              >
                复制
              </Button>
            </>
          }
        />
      )}
      <ul className="field-links">
        {(list.data?.links ?? []).map((one) => (
          <li key={one.personId}>
            <span>
              <b>{one.name}</b> <small>{one.unit}</small>
              <br />
              <small>
                {one.untilMs === null
                  ? '没有有效链接'
                  : `有效到 ${when(one.untilMs, serverNow())}，${one.usedAtMs === null ? '还没有打开过' : `${when(one.usedAtMs, serverNow())} 打开过`}`}
              </small>
            </span>
            <Button size="small" loading={give.isPending} onClick={() => give.mutate(one)}>
              {one.untilMs === null ? '生成链接' : '重新生成'}
            </Button>
            {one.untilMs !== null && (
              <Button
                size="small"
                danger
                onClick={() =>
                  void modal.confirm({
                    title: `收回 ${one.name} 的链接？`,
                    okText: '收回',
                    cancelText: '不收回',
                    onOk: () => withdraw.mutateAsync(one).catch(() => undefined),
                  })
                }
              >
                收回
              </Button>
            )}
          </li>
        ))}
      </ul>
      {list.data?.links.length === 0 && (
        <p className="quiet">本单位还没有维修人员的账号，请管理员在“人员”里添加。</p>
      )}
    </Drawer>
  );
}
