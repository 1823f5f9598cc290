import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Form, InputNumber, Select, Switch } from 'antd';
import { useEffect } from 'react';
import { SETTINGS, type Field, type SettingGroup } from '../../core/people/settings.ts';
import { ask, refusalWords } from '../ask.ts';
import './people.css';

/** What the customer service centre sets by itself; every change is in the audit log and counts at once. */
export function SettingsPage() {
  useEffect(() => {
    document.title = '设置 · 供水热线 96666';
  }, []);
  return (
    <main className="page people settings">
      {Object.entries(SETTINGS).map(([name, group]) => (
        <Group key={name} name={name} group={group} />
      ))}
    </main>
  );
}

function Group({ name, group }: { name: string; group: SettingGroup }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const asked = useQuery({
    queryKey: ['settings', name],
    queryFn: () => ask<Record<string, unknown>>('GET', `/api/settings/${name}`),
    staleTime: Infinity,
  });
  const save = useMutation({
    mutationFn: (values: Record<string, unknown>) =>
      ask<Record<string, unknown>>('PUT', `/api/settings/${name}`, { ...values, was: asked.data }),
    onSuccess: (values) => {
      queries.setQueryData(['settings', name], values);
      void message.success('已保存，立即生效');
    },
  });
  return (
    <Card title={group.zh} loading={asked.isPending}>
      {asked.error && <Alert type="error" showIcon title={refusalWords(asked.error)} />}
      {asked.data && (
        <Form
          layout="vertical"
          initialValues={asked.data}
          onFinish={(values: Record<string, unknown>) => save.mutate(values)}
        >
          {Object.entries(group.fields).map(([key, field]) => (
            <Form.Item
              key={key}
              name={key}
              label={field.zh}
              extra={usualOf(field)}
              {...(field.kind === 'yes' ? { valuePropName: 'checked' } : {})}
            >
              {field.kind === 'whole' ? (
                <InputNumber min={field.least} max={field.most} precision={0} suffix={field.unit} />
              ) : field.kind === 'yes' ? (
                <Switch checkedChildren="是" unCheckedChildren="否" />
              ) : (
                <Select mode="tags" open={false} suffixIcon={null} maxCount={20} />
              )}
            </Form.Item>
          ))}
          {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            保存
          </Button>
        </Form>
      )}
    </Card>
  );
}

function usualOf(field: Field): string {
  if (field.kind === 'whole') return `${field.least}–${field.most} ${field.unit}，默认 ${field.usual}`;
  return `默认：${field.kind === 'yes' ? (field.usual ? '是' : '否') : field.usual.join('、') || '无'}`;
}
