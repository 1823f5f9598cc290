import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Checkbox,
  Form,
  Input,
  InputNumber,
  Select,
  Space,
  Table,
  TimePicker,
} from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { SurveySettings } from '../../core/callbacks/settings.ts';
import { ask, isRefusal, refusalWords } from '../ask.ts';
import { Elsewhere } from '../elsewhere.tsx';
import { serverNow } from '../clock.tsx';
import { useUnits } from '../orders/units.ts';
import { spaced, when } from '../view.ts';
import './callbacks.css';

const HOW: Record<string, string> = { key: '本人按 9', person: '人工登记' };

/** What the customer service centre sets of its callbacks, and the numbers that are never called. */
export function CallbackSettingsPage() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const kept = useQuery({
    queryKey: ['callbacks', 'settings'],
    queryFn: () => ask<{ settings: SurveySettings }>('GET', '/api/callbacks/campaigns'),
  });
  const units = useUnits();
  const [edited, setEdited] = useState<SurveySettings | null>(null);
  /** what stood when the change was begun */
  const [was, setWas] = useState<SurveySettings | null>(null);
  const save = useMutation({
    mutationFn: ({ settings, was }: { settings: SurveySettings; was: SurveySettings | null }) =>
      ask('PUT', '/api/callbacks/settings', { ...settings, was }),
    onError: () => client.invalidateQueries({ queryKey: ['callbacks', 'settings'] }),
    onSuccess: async () => {
      void message.success('已保存，下一次抽样和外呼起按新设置。');
      setEdited(null);
      await client.invalidateQueries({ queryKey: ['callbacks'] });
    },
  });
  useEffect(() => {
    document.title = '回访设置 · 供水热线 96666';
  }, []);
  const settings = edited ?? kept.data?.settings;
  if (kept.error) return <Alert type="error" showIcon title={refusalWords(kept.error)} />;
  if (!settings) return <p className="quiet">正在打开…</p>;
  const change = (some: Partial<SurveySettings>) => {
    if (edited === null) setWas(settings);
    setEdited({ ...settings, ...some });
  };
  const isElsewhere = isRefusal(save.error, 'changed-meanwhile');
  const { sample, bands } = settings;
  const changeSample = (some: Partial<SurveySettings['sample']>) =>
    change({ sample: { ...sample, ...some } });
  const rate = (value: number, label: string, onChange: (rate: number) => void) => (
    <InputNumber
      {...{ min: 5, max: 100, precision: 2, value: value / 100, suffix: '%', 'aria-label': label }}
      onChange={(percent) => percent !== null && onChange(Math.round(percent * 100))}
    />
  );
  const whole = (
    label: string,
    name: 'atOnce' | 'agentsKept' | 'perNumberAndWeek' | 'tries',
    [min, max]: [number, number],
    suffix: string,
  ) => (
    <Form.Item label={label}>
      <InputNumber
        {...{ min, max, suffix, precision: 0, value: settings[name], 'aria-label': label }}
        onChange={(value) => value !== null && change({ [name]: value })}
      />
    </Form.Item>
  );
  return (
    <main className="page callbacks">
      {save.error && !isElsewhere && <Alert type="error" showIcon title={refusalWords(save.error)} />}
      {isElsewhere && edited && (
        <Elsewhere
          words={refusalWords(save.error)}
          onMine={() => {
            const theirs = kept.data?.settings ?? null;
            setWas(theirs);
            save.mutate({ settings: edited, was: theirs });
          }}
          onTheirs={() => {
            setEdited(null);
            save.reset();
          }}
        />
      )}
      <Form layout="vertical" className="callback-settings">
        <section>
          <h2>抽样（第十四条：每周不低于 5%）</h2>
          <Form.Item label="各单位的抽样率">
            {rate(sample.rate, '抽样率', (value) => changeSample({ rate: value }))}
          </Form.Item>
          {Object.entries(sample.rates).map(([unit, value]) => (
            <Form.Item key={unit} label={unit}>
              <Space>
                {rate(value, `${unit}抽样率`, (one) =>
                  changeSample({ rates: { ...sample.rates, [unit]: one } }),
                )}
                <Button
                  onClick={() => {
                    const { [unit]: _, ...rates } = sample.rates;
                    changeSample({ rates });
                  }}
                >
                  同其他单位
                </Button>
              </Space>
            </Form.Item>
          ))}
          <Form.Item label="给一个单位单独定抽样率">
            <Select
              value={null}
              placeholder="选单位"
              aria-label="给一个单位单独定抽样率"
              showSearch
              options={(units.data?.units ?? [])
                .filter((one) => !(one.name in sample.rates))
                .map((one) => ({ value: one.name, label: one.name }))}
              onChange={(unit: string) => changeSample({ rates: { ...sample.rates, [unit]: sample.rate } })}
            />
          </Form.Item>
          <Checkbox
            checked={sample.wholeUrgent}
            onChange={(event) => changeSample({ wholeUrgent: event.target.checked })}
          >
            紧急漏水全部回访
          </Checkbox>
          <Checkbox
            checked={sample.wholeRedone}
            onChange={(event) => changeSample({ wholeRedone: event.target.checked })}
          >
            重办的工单全部回访
          </Checkbox>
          <Checkbox checked={settings.weekly} onChange={(event) => change({ weekly: event.target.checked })}>
            每周一自动抽上一周
          </Checkbox>
        </section>
        <section>
          <h2>外呼</h2>
          <Form.Item label="时段（工作日；放假不拨，见“时限与日历”）">
            {bands.map((band, at) => (
              <Space key={at} className="band">
                <TimePicker.RangePicker
                  format="HH:mm"
                  allowClear={false}
                  aria-label={`第 ${at + 1} 个时段`}
                  value={[timeOf(band.from), timeOf(band.until)]}
                  onChange={(times) => {
                    if (!times?.[0] || !times[1]) return;
                    const [from, until] = [minuteOf(times[0]), minuteOf(times[1])];
                    change({ bands: bands.map((one, nth) => (nth === at ? { from, until } : one)) });
                  }}
                />
                {bands.length > 1 && (
                  <Button onClick={() => change({ bands: bands.filter((_, nth) => nth !== at) })}>
                    去掉
                  </Button>
                )}
              </Space>
            ))}
            {bands.length < 4 && (
              <Button onClick={() => change({ bands: [...bands, { from: 1200, until: 1260 }] })}>
                加一个时段
              </Button>
            )}
          </Form.Item>
          {whole('同时最多', 'atOnce', [1, 60], '路')}
          {whole('给来电留的空闲坐席', 'agentsKept', [0, 60], '人')}
          {whole('同一号码七天内最多', 'perNumberAndWeek', [1, 7], '次')}
          {whole('打不通几次后换下一个', 'tries', [2, 6], '次')}
        </section>
        <footer>
          <Button
            type="primary"
            disabled={!edited}
            loading={save.isPending}
            onClick={() => edited && save.mutate({ settings: edited, was })}
          >
            保存
          </Button>{' '}
          <Button disabled={!edited} onClick={() => setEdited(null)}>
            放弃修改
          </Button>
        </footer>
      </Form>
      <DoNotCall />
    </main>
  );
}

/** Numbers that no callback ever calls; who pressed 9 stands here too. */
function DoNotCall() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [number, setNumber] = useState('');
  const listed = useQuery({
    queryKey: ['callbacks', 'do-not-call'],
    queryFn: () =>
      ask<{ rows: { number: string; sinceMs: number; how: string }[] }>('GET', '/api/callbacks/do-not-call'),
  });
  const changed = {
    onSuccess: async () => {
      setNumber('');
      await client.invalidateQueries({ queryKey: ['callbacks', 'do-not-call'] });
    },
    onError: (fault: unknown) => void message.error(refusalWords(fault)),
  };
  const add = useMutation({
    mutationFn: () => ask('POST', '/api/callbacks/do-not-call', { number }),
    ...changed,
  });
  const remove = useMutation({
    mutationFn: (one: string) => ask('DELETE', `/api/callbacks/do-not-call/${encodeURIComponent(one)}`),
    ...changed,
  });
  return (
    <section>
      <h2>不再回访的号码</h2>
      <Space>
        <Input
          value={number}
          placeholder="手机或座机号码"
          aria-label="不再回访的号码"
          onChange={(event) => setNumber(event.target.value)}
          onPressEnter={() => number && add.mutate()}
        />
        <Button disabled={!number} loading={add.isPending} onClick={() => add.mutate()}>
          登记
        </Button>
      </Space>
      <Table
        size="small"
        rowKey="number"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={listed.isPending}
        dataSource={listed.data?.rows ?? []}
        locale={{ emptyText: '没有。回访中按 9 的，或在这里登记的号码，以后不再外呼。' }}
        columns={[
          { title: '号码', render: (_, one) => <span className="figures">{spaced(one.number)}</span> },
          { title: '从', render: (_, one) => when(one.sinceMs, serverNow()) },
          { title: '怎么来的', render: (_, one) => HOW[one.how] ?? one.how },
          {
            title: '',
            align: 'right',
            render: (_, one) => (
              <Button size="small" onClick={() => remove.mutate(one.number)}>
                恢复回访
              </Button>
            ),
          },
        ]}
      />
      <p className="quiet">
        抽样与外呼的每一步见 <Link to="/callbacks">回访进度</Link> 的抽样证书。
      </p>
    </section>
  );
}

function timeOf(minute: number): dayjs.Dayjs {
  return dayjs(new Date(2000, 0, 1, Math.floor(minute / 60), minute % 60));
}
function minuteOf(time: dayjs.Dayjs): number {
  return time.hour() * 60 + time.minute();
}
