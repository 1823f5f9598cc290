import { Alert } from 'antd';
import type { Transcript } from '../../core/recordings/transcript.ts';
import { duration } from '../view.ts';

const SIDES = { caller: '来电人', agent: '受理员' } as const;

/** What was said, sentence by sentence, and the fillers of Article 10; nothing at all where no speech-to-text is set. */
export function Spoken({
  transcript,
  atMs,
  seek,
}: {
  transcript: Transcript;
  atMs: number;
  seek: (ms: number) => void;
}) {
  if (transcript.state === 'off') return null;
  if (transcript.state === 'waiting') return <p className="quiet">正在等待转写成文字…</p>;
  if (transcript.state === 'failed')
    return <Alert type="warning" showIcon title={`没有转写成文字：${transcript.fault}`} />;
  const { said, fillers } = transcript;
  return (
    <section className="spoken" aria-label="转写文字">
      {fillers.length > 0 && (
        <ul className="marks fillers" aria-label="第十条语气词">
          <li>第十条语气词 {fillers.length} 处：</li>
          {fillers.map((one) => (
            <li key={`${one.atMs}${one.word}`}>
              <button type="button" title={one.text} onClick={() => seek(one.atMs)}>
                <span className="figures">{duration(one.atMs)}</span> “{one.word}”
              </button>
            </li>
          ))}
        </ul>
      )}
      {said.length === 0 && <p className="quiet">没有听出话来。</p>}
      <ol>
        {said.map((one, n) => (
          <li
            key={n}
            className={one.side}
            aria-current={atMs >= one.fromMs && atMs < one.untilMs ? 'true' : undefined}
          >
            <button type="button" onClick={() => seek(one.fromMs)}>
              <span className="figures">{duration(one.fromMs)}</span> <b>{SIDES[one.side]}</b> {one.text}
            </button>
          </li>
        ))}
      </ol>
      <p className="quiet">文字由语音转写服务听出，会有错漏；语气词以录音为准。</p>
    </section>
  );
}
