import { Button, Input, Space } from 'antd';
import { useState } from 'react';
import type { Answers } from '../../core/quality/form.ts';
import type { Score } from '../../protocol/quality.ts';
import { pointsText, useDeed } from './quality.ts';
import { useQualityWords } from './words.ts';

/** What was said of a score, in order: the scorer's remarks, the agent's word, an appeal and what became of it. */
export function Said({ score }: { score: Score }) {
  const say = useQualityWords();
  return (
    <div className="said">
      {score.note && (
        <p>
          {say('note')}：{score.note}
        </p>
      )}
      {score.answer && <p>{say('yourWord', { words: score.answer })}</p>}
      {score.appeal && <p>{say('appealWord', { words: score.appeal })}</p>}
      {score.decision && (
        <p>
          {say('decision', {
            ...{ who: score.decidedBy ?? '', words: score.decision },
            ...{ before: pointsText(score.total), points: pointsText(score.decidedTotal) },
          })}
        </p>
      )}
    </div>
  );
}

/** The agent accepts the score, with words or without, or contests it. */
export function AgentsWord({ score }: { score: Score }) {
  const say = useQualityWords();
  const deed = useDeed();
  const [words, setWords] = useState('');
  if (!['given', 'seen', 'answered'].includes(score.state)) return null;
  const send = (path: string) =>
    deed.mutate({ path, body: { id: score.id, words } }, { onSuccess: () => setWords('') });
  const answered = score.state === 'answered';
  return (
    <div className="word">
      <Input.TextArea
        rows={2}
        maxLength={500}
        value={words}
        aria-label={say('answer')}
        placeholder={
          answered ? say('appealHow') : `${say('answerHow')}；${say('appeal')}：${say('appealHow')}`
        }
        onChange={(event) => setWords(event.target.value)}
      />
      <Space className="actions">
        {!answered && (
          <Button type="primary" loading={deed.isPending} onClick={() => send('/scores/answer')}>
            {say('answer')}
          </Button>
        )}
        <Button
          danger
          loading={deed.isPending}
          disabled={words.trim() === ''}
          onClick={() => send('/scores/appeal')}
        >
          {say('appeal')}
        </Button>
      </Space>
    </div>
  );
}

/** Somebody else than the scorer keeps the score, or decides by answers of their own. */
export function Decide({ score, answers, ready }: { score: Score; answers: Answers; ready: boolean }) {
  const say = useQualityWords();
  const deed = useDeed();
  const [words, setWords] = useState('');
  const changed = JSON.stringify(answers) !== JSON.stringify(score.answers);
  const send = (decided: Answers | null) =>
    deed.mutate({ path: '/scores/decide', body: { id: score.id, answers: decided, words } });
  return (
    <div className="word">
      <Input.TextArea
        rows={2}
        maxLength={500}
        value={words}
        aria-label={say('decide')}
        placeholder={say('decideHow')}
        onChange={(event) => setWords(event.target.value)}
      />
      <Space className="actions">
        <Button loading={deed.isPending} disabled={words.trim() === ''} onClick={() => send(null)}>
          {say('keep')}
        </Button>
        <Button
          type="primary"
          loading={deed.isPending}
          disabled={words.trim() === '' || !changed || !ready}
          onClick={() => send(answers)}
        >
          {say('change')}
        </Button>
      </Space>
    </div>
  );
}
