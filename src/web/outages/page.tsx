import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, InputNumber, Radio, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import {
  asksForNotice,
  noticeText,
  OUTAGE_KINDS,
  OUTAGE_STATES,
  outageState,
  placeOf,
  timeWords,
  type Outage,
  type OutageFields,
} from '../../core/outages/outage.ts';
import type { OutageAsker, OutageStep } from '../../protocol/outages.ts';
import { ask, refusalWords } from '../ask.ts';
import { DistrictMap } from '../map/district-map.tsx';
import { serverNow } from '../clock.tsx';
import { useUnits } from '../orders/units.ts';
import { useTold } from '../shell/line.tsx';
import { useMay } from '../shell/me.tsx';
import { when } from '../view.ts';
import { Askers } from './askers.tsx';
import './outages.css';

interface Lists {
  open: Outage[];
  past: Outage[];
}
const STEPS: Record<OutageStep['kind'], string> = {
  make: '登记',
  change: '修改',
  publish: '发布',
  end: '恢复供水',
};

/** What has no water now, what will have none, and what was; each says what has to be done about it. */
export function OutagesPage() {
  const may = useMay();
  const queries = useQueryClient();
  const lists = useQuery({
    queryKey: ['outages', 'lists'],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => ask<Lists>('GET', '/api/outages', undefined, signal),
  });
  useTold('outages', () => void queries.invalidateQueries({ queryKey: ['outages'] }));
  useEffect(() => {
    document.title = '停水 · 供水热线 96666';
  }, []);
  return (
    <main className="page outages">
      <header>
        <p className="quiet">
          影响一个以上单元的停水要马上发布（第二十六条）：群机器人、受理台横幅和公开页{' '}
          <a href="/notice">/notice</a> 同时更新。
        </p>
        {may('keep-outages') && (
          <Link to="/outages/new">
            <Button type="primary">登记停水</Button>
          </Link>
        )}
      </header>
      {lists.error && <Alert type="error" showIcon title={refusalWords(lists.error)} />}
      {lists.data?.open.length === 0 && <p className="quiet">现在没有停水。</p>}
      {lists.data?.open.map((one) => (
        <Card key={one.id} outage={one} />
      ))}
      {lists.data && lists.data.past.length > 0 && (
        <>
          <h2>已恢复</h2>
          <ul className="past">
            {lists.data.past.map((one) => (
              <li key={one.id}>
                <Link to={`/outages/${one.id}`}>{placeOf(one)}</Link>
                <span>{one.cause}</span>
                <time className="figures">
                  {when(one.beginAtMs, serverNow())} — {when(one.endedAtMs!, serverNow())}
                </time>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

function Card({ outage }: { outage: Outage }) {
  const state = outageState(outage, serverNow());
  return (
    <article className={`outage ${state}`}>
      <p>
        <b className="tag">{OUTAGE_STATES[state]}</b> {OUTAGE_KINDS[outage.kind]}
        {'　'}
        {outage.publishedAtMs === null ? '未发布' : `已发布 ${when(outage.publishedAtMs, serverNow())}`}
      </p>
      <h2>
        <Link to={`/outages/${outage.id}`}>{placeOf(outage)}</Link>
      </h2>
      <p>
        {outage.cause}　{timeWords(outage.beginAtMs)} 至 {timeWords(outage.expectedAtMs)}
        {outage.unit && `　${outage.unit}`}
      </p>
      {asksForNotice(outage) && (
        <Alert type="warning" showIcon title={`影响 ${outage.buildings} 个单元，还没有发布通知。`} />
      )}
      <Acts outage={outage} />
    </article>
  );
}

function Acts({ outage }: { outage: Outage }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const done = () => void queries.invalidateQueries({ queryKey: ['outages'] });
  const publish = useMutation({
    mutationFn: () =>
      ask<{ told: number }>('POST', `/api/outages/${outage.id}/publish`, {
        version: outage.version,
      }),
    onSuccess: ({ told }) => {
      void message.success(
        told > 0
          ? `已发布，通知了 ${told} 个接收方`
          : '已发布到横幅和公开页；还没有群机器人订阅“停水通知”，管理员可在“通知规则”里添加',
      );
      done();
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  const end = useMutation({
    mutationFn: () => ask('POST', `/api/outages/${outage.id}/end`),
    onSuccess: () => {
      void message.success('已恢复供水，各处的通知都已撤下');
      done();
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  if (!may('keep-outages') || outage.endedAtMs !== null) return null;
  return (
    <Space wrap>
      <Button
        type={outage.publishedAtMs === null ? 'primary' : 'default'}
        loading={publish.isPending}
        onClick={() => publish.mutate()}
      >
        {outage.publishedAtMs === null ? '发布通知' : '再次发布'}
      </Button>
      <Button
        onClick={() =>
          void navigator.clipboard.writeText(outage.notice).then(
            () => message.success('通知已复制'),
            () => message.info(outage.notice),
          )
        }
      >
        复制通知
      </Button>
      <Button
        loading={end.isPending}
        onClick={() =>
          void modal.confirm({
            title: `${placeOf(outage)} 已恢复供水？`,
            content: '各处的停水通知会一起撤下。',
            okText: '已恢复供水',
            cancelText: '还没有',
            onOk: () => end.mutateAsync().catch(() => undefined),
          })
        }
      >
        已恢复供水
      </Button>
    </Space>
  );
}

/** One outage: what is known, changed here; and who did what. `new`: to be written down. */
export function OutagePage() {
  const { id } = useParams();
  const isNew = id === 'new';
  const may = useMay();
  const found = useQuery({
    queryKey: ['outages', 'one', id],
    enabled: !isNew,
    queryFn: ({ signal }) =>
      ask<{ outage: Outage; steps: OutageStep[]; askers: OutageAsker[] }>(
        'GET',
        `/api/outages/${id}`,
        undefined,
        signal,
      ),
  });
  useEffect(() => {
    document.title = '停水 · 供水热线 96666';
  }, []);
  const outage = found.data?.outage;
  return (
    <main className="page outages">
      <header>
        <Link to="/outages">返回停水列表</Link>
      </header>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {outage && <Card outage={outage} />}
      {outage && found.data && <Askers outage={outage} askers={found.data.askers} />}
      {(isNew || (outage && outage.endedAtMs === null && may('keep-outages'))) && (
        <Edit key={outage ? `${outage.id} ${outage.version}` : 'new'} outage={outage ?? null} />
      )}
      {found.data && (
        <ul className="past">
          {found.data.steps.map((step) => (
            <li key={step.ordinal}>
              <b>{STEPS[step.kind]}</b>
              <span>{step.person}</span>
              <time className="figures">{when(step.atMs, serverNow())}</time>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}

type Written = Omit<OutageFields, 'beginAtMs' | 'expectedAtMs'> & { times: [Dayjs, Dayjs] };

function Edit({ outage }: { outage: Outage | null }) {
  const queries = useQueryClient();
  const go = useNavigate();
  const { message } = App.useApp();
  const units = useUnits();
  const [form] = Form.useForm<Written>();
  const [touched, setTouched] = useState<number | null>(null);
  const now = dayjs(serverNow()).startOf('minute');
  const read = (written: Written): OutageFields => {
    const { times, ...rest } = written;
    return {
      ...rest,
      unitId: rest.unitId ?? null,
      beginAtMs: times[0].valueOf(),
      expectedAtMs: times[1].valueOf(),
    };
  };
  const save = useMutation({
    mutationFn: (fields: OutageFields) =>
      outage
        ? ask<{ id?: number }>('PUT', `/api/outages/${outage.id}`, { version: outage.version, fields })
        : ask<{ id?: number }>('POST', '/api/outages', fields),
    onSuccess: async ({ id }) => {
      void message.success('已保存');
      await queries.invalidateQueries({ queryKey: ['outages'] });
      if (id) void go(`/outages/${id}`, { replace: true });
    },
  });
  const count = useMutation({
    mutationFn: (area: Pick<OutageFields, 'districts' | 'communities' | 'streets'>) =>
      ask<{ count: number }>('POST', '/api/outages/touched', area),
    onSuccess: ({ count: found }) => setTouched(found),
  });
  const districts = Form.useWatch('districts', form);
  /** the notice follows what is written, until somebody writes it themselves */
  const changed = (now_: Partial<Written>) => {
    if ('notice' in now_) return;
    if (!outage) compose();
    const all = form.getFieldsValue();
    if (('districts' in now_ || 'communities' in now_ || 'streets' in now_) && all.districts.length > 0)
      count.mutate({ districts: all.districts, communities: all.communities, streets: all.streets });
  };
  const compose = () => {
    const written = form.getFieldsValue();
    if (written.times?.[0] && written.times[1])
      form.setFieldValue('notice', noticeText(read({ ...written, cause: written.cause ?? '' })));
  };
  return (
    <Form<Written>
      form={form}
      layout="vertical"
      className="outage-form"
      initialValues={
        outage
          ? { ...outage, times: [dayjs(outage.beginAtMs), dayjs(outage.expectedAtMs)] }
          : {
              ...{ kind: 'sudden', districts: [], communities: [], streets: [], buildings: 2, cause: '' },
              ...{ notice: '', times: [now, now.add(4, 'hour')] },
            }
      }
      onFinish={(written) => save.mutate(read(written))}
      onValuesChange={changed}
    >
      <Form.Item name="kind" label="类别" className="wide">
        <Radio.Group options={Object.entries(OUTAGE_KINDS).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="districts" label="辖区" rules={[{ required: true, message: '请选辖区' }]}>
        <Select mode="multiple" options={(units.data?.districts ?? []).map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item label="或在图上点选" className="wide">
        <DistrictMap
          label="辖区"
          marks={{}}
          chosen={districts ?? []}
          choose={(one) => {
            const before = form.getFieldValue('districts') as string[];
            const after = before.includes(one) ? before.filter((other) => other !== one) : [...before, one];
            form.setFieldValue('districts', after);
            changed({ districts: after });
          }}
        />
      </Form.Item>
      <Form.Item name="streets" label="街道" extra="街道和小区都不填，就是整个辖区">
        <Select
          mode="tags"
          open={false}
          tokenSeparators={['、', '，', ',']}
          placeholder="解放东街，回车添加"
        />
      </Form.Item>
      <Form.Item
        name="communities"
        label="小区"
        extra={touched === null ? '' : `这个范围里有 ${touched} 个客户`}
      >
        <Select mode="tags" open={false} tokenSeparators={['、', '，', ',']} placeholder="丽景园，回车添加" />
      </Form.Item>
      <Form.Item name="buildings" label="影响单元数" extra="超过一个单元要发布通知">
        <InputNumber min={0} max={100_000} />
      </Form.Item>
      <Form.Item name="cause" label="原因" rules={[{ required: true, message: '请写停水原因' }]}>
        <Input maxLength={300} placeholder="如：DN300 管道爆管抢修" />
      </Form.Item>
      <Form.Item name="unitId" label="抢修单位">
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          options={(units.data?.units ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="times" label="停水时间和预计恢复" className="wide">
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowClear={false} />
      </Form.Item>
      <Form.Item
        name="notice"
        label="通知内容"
        className="wide"
        rules={[{ required: true, message: '请写通知内容' }]}
      >
        <Input.TextArea autoSize={{ minRows: 3 }} maxLength={1000} />
      </Form.Item>
      {save.error && <Alert className="wide" type="error" showIcon title={refusalWords(save.error)} />}
      <Space className="wide">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          保存
        </Button>
        <Button onClick={compose}>按模板重写通知</Button>
      </Space>
    </Form>
  );
}
