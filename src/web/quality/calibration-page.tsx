import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Space, Tag } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Spread } from '../../core/quality/spread.ts';
import type { Calibration } from '../../protocol/quality.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { when } from '../view.ts';
import { pointsText, scorePath, useCodes, useDeed } from './quality.ts';
import { useQualityWords } from './words.ts';
import './quality.css';

/** Calls that several score, each for themselves; then how far they are apart. */
export function CalibrationPage() {
  const say = useQualityWords();
  const deed = useDeed();
  const { data, error } = useQuery({
    queryKey: ['quality', 'calibrations'],
    queryFn: ({ signal }) => ask<Calibration[]>('GET', '/api/quality/calibrations', undefined, signal),
  });
  useEffect(() => {
    document.title = '校准 · 供水热线 96666';
  }, []);
  return (
    <main className="page quality">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data?.length === 0 && <Empty description={say('calibrationEmpty')} />}
      {data?.map((one) => (
        <section key={one.id} aria-label={one.agentName}>
          <h2>
            {one.agentName} · {when(one.atMs, serverNow())}{' '}
            <small>
              {say('givenCount', { count: one.given })} · {one.openedBy}
            </small>
          </h2>
          <Space>
            {one.closedAtMs === null ? (
              <>
                <Link to={scorePath(one.callId, one.id)}>
                  {one.mine === null ? say('score') : one.mine === 'draft' ? say('goOn') : say('look')}
                </Link>
                <Button
                  size="small"
                  onClick={() => deed.mutate({ path: '/calibrations/close', body: { id: one.id } })}
                >
                  {say('close')}
                </Button>
              </>
            ) : (
              <Tag>{say('closed')}</Tag>
            )}
          </Space>
          {one.spread ? (
            <SpreadTable spread={one.spread} />
          ) : (
            one.closedAtMs === null && <p className="quiet">{say('blind')}</p>
          )}
        </section>
      ))}
    </main>
  );
}

function SpreadTable({ spread }: { spread: Spread }) {
  const say = useQualityWords();
  const { answers } = useCodes();
  const apart = spread.points.filter((one) => !one.agreed);
  return (
    <div className="spread">
      <table>
        <thead>
          <tr>
            <th>{say('point')}</th>
            {spread.totals.map((one) => (
              <th key={one.scorer}>{one.scorer}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th>
              {say('mean', { points: pointsText(spread.meanTenths) })} ·{' '}
              {say('range', { points: pointsText(spread.rangeTenths) })}
            </th>
            {spread.totals.map((one) => (
              <td key={one.scorer} className="figures">
                {pointsText(one.tenths)}
              </td>
            ))}
          </tr>
          {apart.map((one) => (
            <tr key={one.key} className="apart">
              <th>{one.name}</th>
              {one.answers.map((answer, at) => (
                <td key={spread.totals[at]!.scorer}>{answer === null ? '—' : answers[answer]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {apart.length === 0 && <p className="quiet">{say('agreed')}</p>}
    </div>
  );
}
