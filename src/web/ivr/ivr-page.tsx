import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Input, Modal, Space, Table, Tag, Upload } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useRef, useState } from 'react';
import { IVR_TREE, NODE_WORDS } from '../../core/ivr/tree.ts';
import type { IvrFigures, Prompt } from '../../protocol/ivr.ts';
import { ask, refusalWords } from '../ask.ts';
import { Flow } from './flow.tsx';
import { recordVoice, telephoneWav } from './voice.ts';
import './ivr.css';

const DAY_MS = 86_400_000;

/** The caller's way: what is said at each node (heard, changed, recorded), and what callers did there. */
export function IvrPage() {
  const prompts = useQuery({
    queryKey: ['ivr', 'prompts'],
    queryFn: ({ signal }) => ask<Prompt[]>('GET', '/api/ivr/prompts', undefined, signal),
  });
  useEffect(() => {
    document.title = '语音导航 · 供水热线 96666';
  }, []);
  const byName = new Map((prompts.data ?? []).map((one) => [one.name, one]));
  const synthetic = [...byName.values()].filter((one) => one.synthetic).length;
  return (
    <main className="page ivr-page">
      <Figures />
      <h2>
        来电人的路{' '}
        <small className="quiet">
          什么都不按就是人工；任何一步都到得了人、留言或回拨。共 {byName.size} 条语音，其中 {synthetic}{' '}
          条还是机器合成。
        </small>
      </h2>
      {prompts.error && <Alert type="error" showIcon title={refusalWords(prompts.error)} />}
      <div className="tree">
        {IVR_TREE.map((one) => (
          <section key={one.node} id={`node-${one.node}`}>
            <h3>{one.words}</h3>
            <ul className="ways">
              {one.ways.map((way) => (
                <li key={way.key + way.to}>
                  <kbd>{way.key || '之后'}</kbd> →{' '}
                  <a href={`#node-${way.to}`}>{NODE_WORDS[way.to] ?? way.to}</a>
                </li>
              ))}
            </ul>
            {one.prompts.map((name) => {
              const prompt = byName.get(name);
              return prompt && <PromptLine key={name} prompt={prompt} />;
            })}
          </section>
        ))}
      </div>
    </main>
  );
}

function PromptLine({ prompt }: { prompt: Prompt }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [text, setText] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [heard, setHeard] = useState(0);
  const voice = useRef<{ stop: () => Promise<Blob> } | null>(null);
  const [recording, setRecording] = useState(false);
  const done = async (words: string) => {
    void message.success(words);
    setHeard((n) => n + 1);
    await queries.invalidateQueries({ queryKey: ['ivr', 'prompts'] });
  };
  async function work(deed: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await deed();
    } catch (cause) {
      void message.error(
        cause instanceof DOMException ? '麦克风用不了，请在浏览器里允许。' : refusalWords(cause),
      );
    } finally {
      setBusy(false);
    }
  }
  const say = () =>
    work(async () => {
      await ask('PUT', `/api/ivr/prompts/${prompt.name}/text`, { text });
      setText(null);
      await done('已改，下一通来电起就是新的话');
    });
  const put = (sound: Blob) =>
    work(async () => {
      const wav = await telephoneWav(sound);
      const answer = await fetch(`/api/ivr/prompts/${prompt.name}/sound`, {
        method: 'PUT',
        headers: { 'content-type': 'audio/wav' },
        body: wav,
      });
      const said = (await answer.json().catch(() => null)) as { message?: string } | null;
      if (!answer.ok) throw new Error(said?.message ?? '没有存上，请再试。');
      await done('已换成人声');
    });
  return (
    <div className="prompt">
      <p>
        {prompt.text} {prompt.synthetic ? <Tag>合成</Tag> : <Tag color="green">人声</Tag>}
      </p>
      <Space wrap size={6}>
        <audio controls preload="none" src={`/api/ivr/prompts/${prompt.name}/sound?${heard}`} />
        <Button size="small" onClick={() => setText(prompt.text)}>
          改文字
        </Button>
        <Upload
          accept="audio/*"
          showUploadList={false}
          beforeUpload={(file) => {
            void put(file);
            return false;
          }}
        >
          <Button size="small" loading={busy}>
            上传录音
          </Button>
        </Upload>
        <Button
          size="small"
          danger={recording}
          onClick={() =>
            void work(async () => {
              if (voice.current) {
                const sound = await voice.current.stop();
                voice.current = null;
                setRecording(false);
                return put(sound);
              }
              voice.current = await recordVoice();
              setRecording(true);
            })
          }
        >
          {recording ? '说完了' : '用麦克风录'}
        </Button>
      </Space>
      <Modal
        open={text !== null}
        title="改文字"
        okText="合成并使用"
        cancelText="不改"
        confirmLoading={busy}
        onCancel={() => setText(null)}
        onOk={() => void say()}
      >
        <Input.TextArea
          rows={3}
          maxLength={200}
          showCount
          value={text ?? ''}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="quiet">机器马上读出新的话，替换现在的语音（包括人声）。</p>
      </Modal>
    </div>
  );
}

const CELLS: [keyof IvrFigures, string][] = [
  ['callers', '来电'],
  ['menu', '进入自助'],
  ['area', '听到停水播报'],
  ['servedAlone', '听完自行挂机'],
  ['placesKept', '保留位置'],
  ['placesReached', '回拨接通'],
  ['words', '留言'],
  ['ratingsAsked', '请评价'],
  ['ratingsGiven', '已评价'],
];
const RATINGS: Record<string, string> = { '1': '满意', '2': '一般', '3': '不满意' };

function Figures() {
  const [day, setDay] = useState<Dayjs>(() => dayjs().startOf('day'));
  const fromMs = day.valueOf();
  const { data, error } = useQuery({
    queryKey: ['ivr', 'figures', fromMs],
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      ask<IvrFigures>('GET', `/api/ivr/figures?from=${fromMs}&until=${fromMs + DAY_MS}`, undefined, signal),
  });
  const agents = [...new Set(data?.ratings.map((one) => one.agent) ?? [])];
  const of = (agent: string, key: string) =>
    data?.ratings.find((one) => one.agent === agent && one.key === key)?.count ?? 0;
  return (
    <section>
      <header className="figures-head">
        <h2>这一天</h2>
        <DatePicker
          value={day}
          allowClear={false}
          maxDate={dayjs()}
          onChange={(chosen) => chosen && setDay(chosen.startOf('day'))}
        />
      </header>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data && (
        <>
          <dl className="cells">
            {CELLS.map(([name, words]) => (
              <div key={name}>
                <dt>{words}</dt>
                <dd className="figures">{String(data[name] ?? 0)}</dd>
              </div>
            ))}
            <div>
              <dt>排队前用时（中位）</dt>
              <dd className="figures">
                {data.addedMs === null ? '—' : `${(data.addedMs / 1000).toFixed(1)} 秒`}
              </dd>
            </div>
          </dl>
          {data.moves.length > 0 ? (
            <Flow moves={data.moves} />
          ) : (
            <p className="quiet">这一天还没有来电经过语音导航。</p>
          )}
          {agents.length > 0 && (
            <Table
              size="small"
              pagination={false}
              rowKey="agent"
              dataSource={agents.map((agent) => ({ agent }))}
              columns={[
                {
                  title: '受理员',
                  dataIndex: 'agent',
                  render: (agent: string) => agent.replace('PJSIP/', ''),
                },
                ...Object.entries(RATINGS).map(([key, title]) => ({
                  title,
                  key,
                  align: 'right' as const,
                  render: (_: unknown, row: { agent: string }) => of(row.agent, key),
                })),
              ]}
            />
          )}
        </>
      )}
    </section>
  );
}
