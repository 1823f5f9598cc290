import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Space, Tag, Upload } from 'antd';
import { useRef, useState } from 'react';
import type { Language } from '../../core/ivr/flow.ts';
import type { Prompt } from '../../protocol/ivr.ts';
import { ask, refusalWords } from '../ask.ts';
import { recordVoice, telephoneWav } from './voice.ts';

/** One prompt of the house, heard, its words changed, or a person's voice put in its place; all versions say it so. */
export function PromptLine({ prompt, language = 'zh' }: { prompt: Prompt; language?: Language }) {
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
      await ask('PUT', `/api/ivr/prompts/${prompt.name}/text?language=${language}`, { text });
      setText(null);
      await done('已改，下一通来电起就是新的话');
    });
  const put = (sound: Blob) =>
    work(async () => {
      const wav = await telephoneWav(sound);
      const answer = await fetch(`/api/ivr/prompts/${prompt.name}/sound?language=${language}`, {
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
        <audio
          controls
          preload="none"
          src={`/api/ivr/prompts/${prompt.name}/sound?language=${language}&${heard}`}
        />
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
