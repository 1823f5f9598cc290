import { Radio, Tag } from 'antd';
import {
  answersFault,
  type Answer,
  type Answers,
  type Point,
  type QualityForm,
} from '../../core/quality/form.ts';
import { pointsOf, totalOf } from '../../core/quality/form.ts';
import type { Proposal } from '../../core/quality/measured.ts';
import { pointsText, useCodes } from './quality.ts';
import { useQualityWords } from './words.ts';

interface Filled {
  form: QualityForm;
  answers: Answers;
  proposals: Record<string, Proposal>;
  /** absent: it is only read */
  onAnswer?: (key: string, answer: Answer) => void;
}

/** The form, section by section: each point with its answers, and what was measured beside it. */
export function Points({ form, answers, proposals, onAnswer }: Filled) {
  const say = useQualityWords();
  const codes = useCodes();
  const choices = (point: Point) =>
    (Object.keys(codes.answers) as Answer[]).filter(
      (one) => !(one === 'half' && point.fatal) && !(one === 'not-applicable' && !point.optional),
    );
  return (
    <>
      {form.sections.map((section) => (
        <section key={section.name} className="points" aria-label={section.name}>
          <h3>{section.name}</h3>
          {section.points.map((point) => (
            <div key={point.key} className={answers[point.key] === 'none' ? 'point failed' : 'point'}>
              <div>
                <b>{point.name}</b> <span className="figures quiet">{point.weight}</span>{' '}
                {point.fatal && <Tag color="red">{say('fatal')}</Tag>}
                <p className="quiet">
                  {point.hint}
                  {proposals[point.key] && (
                    <span className="found">
                      {' '}
                      {say('measured')}：{proposals[point.key]!.words}
                    </span>
                  )}
                </p>
              </div>
              {onAnswer ? (
                <Radio.Group
                  size="small"
                  optionType="button"
                  aria-label={point.name}
                  value={answers[point.key] ?? null}
                  onChange={(event) => onAnswer(point.key, event.target.value as Answer)}
                  options={choices(point).map((value) => ({ value, label: codes.answers[value] }))}
                />
              ) : (
                <span>{answers[point.key] ? codes.answers[answers[point.key]!] : '—'}</span>
              )}
            </div>
          ))}
        </section>
      ))}
    </>
  );
}

/** What it comes to so far, and what is left to judge. */
export function TotalLine({ form, answers }: { form: QualityForm; answers: Answers }) {
  const say = useQualityWords();
  const left = pointsOf(form).filter((one) => answers[one.key] === undefined).length;
  if (left > 0) return <p className="quiet">{say('left', { count: left })}</p>;
  const { tenths, fatal } = totalOf(form, answers);
  return (
    <p role="status">
      <b className="figures">{say('total', { points: pointsText(tenths) })}</b>{' '}
      {fatal.length > 0 && <span className="red">{say('zero', { words: fatal.join('、') })}</span>}{' '}
      <span className="red">{answersFault(form, answers)}</span>
    </p>
  );
}
