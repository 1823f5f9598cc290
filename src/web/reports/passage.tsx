import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { passagesOf } from '../../core/office/passages.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import type { Passage } from './body.tsx';

/** What people write into a report; it is kept, and goes with it into every file. */
export function PassageEditor({
  report,
  period,
  passage,
}: {
  report: string;
  period: string;
  passage: Passage;
}) {
  const may = useMay();
  const queries = useQueryClient();
  const [text, setText] = useState(passage.text);
  const hint = passagesOf(report)?.find(({ key }) => key === passage.key)?.hint ?? '';
  const save = useMutation({
    mutationFn: () =>
      ask('PUT', `/api/report-passages/${report}/${passage.key}?period=${encodeURIComponent(period)}`, {
        text,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['report', report, period] }),
  });
  const changed = text !== passage.text;
  if (!may('send-reports')) return <Written passage={passage} />;
  return (
    <div className="passage">
      <h3>
        {passage.heading} <small>{hint}</small>
      </h3>
      <Input.TextArea
        className="no-print"
        autoSize={{ minRows: 2, maxRows: 14 }}
        maxLength={20_000}
        aria-label={passage.heading}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="on-paper">{text || '无。'}</p>
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
      {changed && (
        <Button type="primary" size="small" loading={save.isPending} onClick={() => save.mutate()}>
          保存这一段
        </Button>
      )}
    </div>
  );
}

export function Written({ passage }: { passage: Passage }) {
  return (
    <div className="passage">
      <h3>{passage.heading}</h3>
      <p className="written">{passage.text || '无。'}</p>
    </div>
  );
}
