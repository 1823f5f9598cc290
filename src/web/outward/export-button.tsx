import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useRef, useState } from 'react';
import type { ExportProgress } from '../../protocol/outward.ts';
import { ask, refusalWords } from '../ask.ts';
import { useTold } from '../shell/line.tsx';
import { useOutwardWords } from './words.ts';

/**
 * Takes a list along as a file, as it is filtered on the page: `<ExportButton list="calls" filter={{ period, list }} />`.
 * Shows how far it is, and the file is fetched by itself when it is done and the page still stands.
 */
export function ExportButton({ list, filter }: { list: string; filter: Record<string, string | string[]> }) {
  const say = useOutwardWords();
  const { message } = App.useApp();
  const [running, setRunning] = useState<ExportProgress | null>(null);
  const id = useRef<string | null>(null);
  const start = useMutation({
    mutationFn: (format: 'xlsx' | 'csv') =>
      ask<{ id: string }>('POST', '/api/exports', { list, format, filter }),
    onSuccess: (made) => {
      id.current = made.id;
      void message.info(say('started'));
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  useTold('exportMoved', (progress) => {
    if (progress.id !== id.current) return;
    if (progress.state === 'running') return setRunning(progress);
    setRunning(null);
    id.current = null;
    if (progress.state === 'ready') {
      void message.success(say('ready', { rows: progress.rows.toLocaleString('en') }));
      location.assign(`/api/exports/${progress.id}/file`);
    } else void message.error(progress.why ?? say('failed'));
  });
  const percent = running?.total ? ` ${Math.floor((running.rows / running.total) * 100)}%` : '';
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'xlsx', label: say('exportXlsx') },
          { key: 'csv', label: say('exportCsv') },
        ],
        onClick: ({ key }) => start.mutate(key as 'xlsx' | 'csv'),
      }}
    >
      <Button loading={start.isPending || running !== null}>
        {say('export')}
        {percent}
      </Button>
    </Dropdown>
  );
}
