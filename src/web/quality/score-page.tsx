import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Input, Space, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { answersFault, type Answers, type Pin } from '../../core/quality/form.ts';
import type { ScoreState } from '../../core/quality/score.ts';
import type { Score, ScoreSheet } from '../../protocol/quality.ts';
import { ask, isRefusal, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { Elsewhere } from '../elsewhere.tsx';
import { Player } from '../recordings/player.tsx';
import { useMay, useMe } from '../shell/me.tsx';
import { duration, when } from '../view.ts';
import { AgentsWord, Decide, Said } from './said.tsx';
import { Points, TotalLine } from './points.tsx';
import { pointsText, useCodes, useDeed } from './quality.ts';
import { STATE_COLOURS, useQualityWords } from './words.ts';
import '../recordings/recordings.css';
import './quality.css';

/** One call: its recording, and the form; filled by who scores it, read, answered or decided by others. */
export function ScorePage() {
  const { callId = '' } = useParams();
  const [search] = useSearchParams();
  const calibration = search.get('calibration');
  const path = `/api/quality/calls/${encodeURIComponent(callId)}`;
  const { data, error } = useQuery({
    queryKey: ['quality', 'sheet', callId, calibration],
    queryFn: ({ signal }) =>
      ask<ScoreSheet>(
        'GET',
        calibration === null ? path : `${path}?calibration=${encodeURIComponent(calibration)}`,
        undefined,
        signal,
      ),
  });
  useEffect(() => {
    document.title = '质检评分 · 供水热线 96666';
  }, []);
  if (error)
    return (
      <main className="page quality">
        <Alert type="error" showIcon title={refusalWords(error)} />
      </main>
    );
  if (!data) return <main className="page quality quiet">…</main>;
  const calibrationId = calibration === null ? null : Number(calibration);
  // the recording plays on while a draft is saved or the score is opened; an appeal begins from what was given
  const key = `${callId} ${calibration} ${PHASES[data.score?.state ?? 'draft']}`;
  return <Sheet key={key} sheet={data} calibrationId={calibrationId} />;
}

const PHASES: Record<ScoreState, string> = {
  ...{ draft: 'fill', given: 'read', seen: 'read', answered: 'read' },
  ...{ appealed: 'appeal', decided: 'decided' },
};

function contentOf(score: Score | null): FilledContent | null {
  return score && { answers: score.answers, comments: score.comments, note: score.note };
}
interface FilledContent {
  answers: Answers;
  comments: readonly Pin[];
  note: string;
}

function Sheet({ sheet, calibrationId }: { sheet: ScoreSheet; calibrationId: number | null }) {
  const say = useQualityWords();
  const { states } = useCodes();
  const may = useMay();
  const me = useMe();
  const deed = useDeed();
  const { message } = App.useApp();
  const { score, form, proposals } = sheet;
  const own = sheet.agentId === me.id;
  const fills =
    may('score-calls') && !own && (score === null || (score.state === 'draft' && score.scorerId === me.id));
  const decides = may('decide-appeals') && score?.state === 'appealed' && score.scorerId !== me.id && !own;
  const [answers, setAnswers] = useState<Answers>(
    () =>
      score?.answers ??
      Object.fromEntries(Object.entries(proposals).map(([name, one]) => [name, one.answer])),
  );
  const [draftComments, setComments] = useState<readonly Pin[]>(score?.comments ?? []);
  const comments = fills ? draftComments : (score?.comments ?? []);
  const [note, setNote] = useState(score?.note ?? '');
  /** the draft as this page saw or saved it last */
  const [was, setWas] = useState(() => contentOf(score));
  const [isGiven, setGiven] = useState(false);
  const [pinMs, setPinMs] = useState<number | null>(null);
  const { mutate } = deed;
  const seenId = own && score?.state === 'given' ? score.id : null;
  useEffect(() => {
    if (seenId !== null) mutate({ path: '/scores/see', body: { id: seenId } });
  }, [seenId, mutate]);

  const send = (give: boolean, seen = was) => {
    setGiven(give);
    deed.mutate(
      {
        path: '/scores',
        body: {
          callId: sheet.callId,
          filled: {
            ...{ formId: form.formId, version: form.version, calibrationId },
            ...{ answers, comments, note, give, was: seen },
          },
        },
      },
      {
        onSuccess: () => {
          setWas({ answers, comments, note });
          void message.success(say(give && calibrationId === null ? 'given' : 'saved'));
        },
      },
    );
  };
  const isElsewhere = isRefusal(deed.error, 'changed-meanwhile');
  return (
    <main className="page quality score">
      <header>
        <h2>
          {sheet.agentName} · {when(sheet.atMs, serverNow())} · {duration(sheet.ms)}{' '}
          {score && <Tag color={STATE_COLOURS[score.state]}>{states[score.state]}</Tag>}
          {score && score.tenths !== null && <b className="figures">{pointsText(score.tenths)}</b>}{' '}
          {score && <small>{score.scorer}</small>}
        </h2>
        {may('score-calls') && calibrationId === null && sheet.there && (
          <Button
            size="small"
            onClick={() =>
              deed.mutate(
                { path: '/calibrations', body: { callId: sheet.callId } },
                { onSuccess: () => void message.success(say('calibrated')) },
              )
            }
          >
            {say('calibrate')}
          </Button>
        )}
      </header>
      {sheet.there ? (
        <Player callId={sheet.callId} pins={comments} {...(fills ? { onPin: setPinMs } : {})} />
      ) : (
        <Alert type="info" showIcon title={say('gone')} />
      )}
      {(fills || comments.length > 0) && (
        <Comments comments={comments} pinMs={pinMs} {...(fills ? { onChange: setComments } : {})} />
      )}
      <h2>{form.body.name}</h2>
      <Points
        form={form.body}
        answers={fills || decides ? answers : (score?.decidedAnswers ?? score?.answers ?? {})}
        proposals={proposals}
        {...(fills || decides
          ? { onAnswer: (name, answer) => setAnswers((before) => ({ ...before, [name]: answer })) }
          : {})}
      />
      {(fills || decides) && <TotalLine form={form.body} answers={answers} />}
      {fills ? (
        <>
          <Input.TextArea
            rows={2}
            maxLength={500}
            value={note}
            aria-label={say('note')}
            placeholder={say('note')}
            onChange={(event) => setNote(event.target.value)}
          />
          {isElsewhere && (
            <Elsewhere
              words={refusalWords(deed.error)}
              onMine={() => send(isGiven, contentOf(score))}
              onTheirs={() => {
                setAnswers(score?.answers ?? {});
                setComments(score?.comments ?? []);
                setNote(score?.note ?? '');
                setWas(contentOf(score));
                deed.reset();
              }}
            />
          )}
          <Space className="actions">
            <Button onClick={() => send(false)} loading={deed.isPending}>
              {say('save')}
            </Button>
            <Button
              type="primary"
              loading={deed.isPending}
              disabled={answersFault(form.body, answers) !== null}
              onClick={() => send(true)}
            >
              {say(calibrationId === null ? 'give' : 'giveMine')}
            </Button>
          </Space>
        </>
      ) : (
        score && <Said score={score} />
      )}
      {own && score && calibrationId === null && <AgentsWord score={score} />}
      {decides && (
        <Decide score={score} answers={answers} ready={answersFault(form.body, answers) === null} />
      )}
    </main>
  );
}

/** Comments by the second; a new one stands where the recording was clicked. */
function Comments({
  comments,
  pinMs,
  onChange,
}: {
  comments: readonly Pin[];
  pinMs: number | null;
  onChange?: (comments: readonly Pin[]) => void;
}) {
  const say = useQualityWords();
  const [words, setWords] = useState('');
  const add = () => {
    if (pinMs === null || words.trim() === '') return;
    onChange?.([...comments, { atMs: pinMs, words: words.trim() }].sort((a, b) => a.atMs - b.atMs));
    setWords('');
  };
  return (
    <section className="comments" aria-label={say('comments')}>
      <ul>
        {comments.map((one, at) => (
          <li key={`${one.atMs} ${one.words}`}>
            <span className="figures">{duration(one.atMs)}</span> {one.words}{' '}
            {onChange && (
              <Button type="text" size="small" onClick={() => onChange(comments.filter((_, n) => n !== at))}>
                {say('remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {onChange &&
        (pinMs === null ? (
          <p className="quiet">{say('commentHow')}</p>
        ) : (
          <Space.Compact block>
            <Input
              value={words}
              maxLength={500}
              aria-label={say('comments')}
              placeholder={say('commentAt', { at: duration(pinMs) })}
              onChange={(event) => setWords(event.target.value)}
              onPressEnter={add}
            />
            <Button onClick={add}>{say('add')}</Button>
          </Space.Compact>
        ))}
    </section>
  );
}
