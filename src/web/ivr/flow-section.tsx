import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Input, Modal, Popconfirm, Select, Space, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import type { Flow } from '../../core/ivr/flow.ts';
import { flowFindings } from '../../core/ivr/flow-faults.ts';
import type { Prompt } from '../../protocol/ivr.ts';
import type { FlowView, KeptFlow } from '../../protocol/ivr-flow.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { phone } from '../phone/phone.ts';
import { useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { when } from '../view.ts';
import { FlowDays } from './flow-days.tsx';
import { FixedNodes, FlowNodes } from './flow-nodes.tsx';

const NONE: Prompt[] = [];

/** The flow in its versions: one is chosen, changed, checked while it is changed, saved, put in force, taken back. */
export function FlowSection() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const me = useMe();
  const [chosen, setChosen] = useState<number | null>(null);
  const [draft, setDraft] = useState<Flow | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [putting, setPutting] = useState(false);
  const [at, setAt] = useState<Dayjs | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: ['ivr', 'flow'] });
  useTold('ivrFlowMoved', () => void again());
  const { data, error } = useQuery({
    queryKey: ['ivr', 'flow'],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<FlowView>('GET', '/api/ivr/flow', undefined, signal),
  });
  const prompts = useQuery({
    queryKey: ['ivr', 'prompts'],
    queryFn: ({ signal }) => ask<Prompt[]>('GET', '/api/ivr/prompts?language=zh', undefined, signal),
  });
  const english = useQuery({
    queryKey: ['ivr', 'prompts', 'en'],
    queryFn: ({ signal }) => ask<Prompt[]>('GET', '/api/ivr/prompts?language=en', undefined, signal),
  });
  const fault = error ?? prompts.error;
  if (fault) return <Alert type="error" showIcon title={refusalWords(fault)} />;
  if (!data) return null;
  const kept = data.flows.find((one) => one.version === (chosen ?? data.current?.version)) ?? data.flows[0];
  if (!kept) return <Alert type="info" showIcon title="流程还没有准备好，请稍候刷新。" />;
  const flow = draft ?? kept.body;
  const findings = flowFindings(flow, data.texts);
  const faults = findings.filter((one) => one.kind !== 'hint');

  async function work(deed: () => Promise<unknown>, words: string): Promise<void> {
    setBusy(true);
    try {
      await deed();
      void message.success(words);
      await again();
    } catch (cause) {
      void message.error(refusalWords(cause), 8);
    } finally {
      setBusy(false);
    }
  }
  const save = () =>
    work(async () => {
      const { version } = await ask<{ version: number }>('POST', '/api/ivr/flow', { body: flow, note });
      setChosen(version);
      setDraft(null);
      setNote('');
    }, '已存为新的一版，启用前不影响来电');
  const put = () =>
    work(
      async () => {
        await ask('POST', `/api/ivr/flow/${kept.version}/put`, { fromMs: at?.valueOf() ?? null });
        setPutting(false);
        setAt(null);
      },
      at ? '已定好时间' : '已启用，下一通来电起生效',
    );
  const takeBack = (termId: number) =>
    work(() => ask('POST', `/api/ivr/flow/terms/${termId}/take-back`), '已撤回，前一版马上生效');

  return (
    <section className="flow-section">
      <h2>
        来电人的路 <small className="quiet">什么都不按就是人工；任何菜单按 0 都是人工。</small>
      </h2>
      <Space wrap className="flow-bar">
        <Select
          aria-label="看哪一版"
          className="versions"
          value={kept.version}
          disabled={draft !== null}
          onChange={(version: number) => setChosen(version)}
          options={data.flows.map((one) => ({ value: one.version, label: versionWords(one, data) }))}
        />
        {data.current?.version === kept.version && <Tag color="green">使用中</Tag>}
        {data.next?.version === kept.version && (
          <Tag color="gold">{when(data.next.fromMs, serverNow())} 启用</Tag>
        )}
        {!data.switchKnows && <Tag color="red">交换机还没有收到，连上后自动下发</Tag>}
        {draft === null ? (
          <>
            {me.agent && (
              <Button
                onClick={() =>
                  void work(
                    () => ask('POST', `/api/ivr/flow/${kept.version}/try`, { token: phone.expect() }),
                    '正在打到您的话机，接起后就是来电人听到的；按键用话机的键盘',
                  )
                }
              >
                打到我的话机试听
              </Button>
            )}
            {data.current?.version !== kept.version && data.next?.version !== kept.version && (
              <Button type="primary" disabled={faults.length > 0} onClick={() => setPutting(true)}>
                启用这一版
              </Button>
            )}
            {data.next && (
              <Button loading={busy} onClick={() => void takeBack(data.next!.termId)}>
                撤回第 {data.next.version} 版的启用
              </Button>
            )}
            {data.current &&
              data.terms.filter((one) => one.takenBackAtMs === null).length > 1 &&
              !data.next && (
                <Popconfirm
                  title="撤回后，前一版马上生效。"
                  okText="撤回"
                  cancelText="不撤"
                  onConfirm={() => void takeBack(data.current!.termId)}
                >
                  <Button danger loading={busy}>
                    撤回第 {data.current.version} 版
                  </Button>
                </Popconfirm>
              )}
          </>
        ) : (
          <>
            <Input
              className="note"
              aria-label="改了什么"
              placeholder="改了什么（写给同事看）"
              maxLength={100}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            <Button type="primary" loading={busy} onClick={() => void save()}>
              存为新的一版
            </Button>
            <Button onClick={() => setDraft(null)}>放弃修改</Button>
          </>
        )}
      </Space>
      {findings.length === 0 ? (
        <Alert type="success" showIcon title="检查通过：没有走不通的地方。" />
      ) : (
        <Alert
          type={faults.length > 0 ? 'error' : 'warning'}
          showIcon
          title={faults.length > 0 ? `有 ${faults.length} 处要改，改好才能启用` : '可以启用，请再看一眼'}
          description={
            <ul className="findings">
              {findings.map((one) => (
                <li key={one.words}>
                  {one.node ? <a href={`#node-${one.node}`}>{one.words}</a> : one.words}
                </li>
              ))}
            </ul>
          }
        />
      )}
      <FlowNodes
        flow={flow}
        change={setDraft}
        texts={data.texts}
        prompts={prompts.data ?? NONE}
        english={english.data ?? NONE}
      />
      <FlowDays flow={flow} change={setDraft} texts={data.texts} />
      <FixedNodes prompts={prompts.data ?? NONE} />
      <Modal
        open={putting}
        title={`启用第 ${kept.version} 版`}
        okText={at ? '到时启用' : '马上启用'}
        cancelText="不启用"
        confirmLoading={busy}
        onCancel={() => setPutting(false)}
        onOk={() => void put()}
      >
        <Space orientation="vertical">
          <span>什么时候启用？不选就是马上。正在通话的来电人按原来的一版走完。</span>
          <DatePicker
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            minDate={dayjs()}
            value={at}
            onChange={(one) => setAt(one)}
          />
        </Space>
      </Modal>
    </section>
  );
}

function versionWords(one: KeptFlow, view: FlowView): string {
  const state =
    view.current?.version === one.version
      ? '（使用中）'
      : view.next?.version === one.version
        ? '（待启用）'
        : '';
  const by = one.madeBy ? ` ${one.madeBy} ${when(one.madeAtMs, serverNow())}` : '';
  return `第 ${one.version} 版${state} ${one.note}${by}`;
}
