import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Tag } from 'antd';
import { useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import { serverNow, Ticking } from '../clock.tsx';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { useMay } from '../shell/me.tsx';
import { duration, waited, when } from '../view.ts';
import { useLeftBehind } from './words.ts';
import './ivr.css';

/** What callers said when nobody could answer, and who waits to be called back by the switch. */
export function WordsPage() {
  const may = useMay();
  const go = useNavigate();
  const { message } = App.useApp();
  const { data, error } = useLeftBehind();
  useEffect(() => {
    document.title = '留言与回拨 · 供水热线 96666';
  }, []);
  const take = useMutation({
    mutationFn: (callId: string) =>
      ask<{ recordId: number }>('POST', `/api/ivr/words/${encodeURIComponent(callId)}/take`),
    onSuccess: () => {
      void message.success('受理记录已打开，在受理台“待补记录”里');
      void go('/desk');
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  return (
    <main className="page words-page">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <h2>留言</h2>
      {data?.words.length === 0 && (
        <p className="quiet">没有留言。所有受理员都忙或不在时，来电人可以留言，录音会出现在这里。</p>
      )}
      <ul className="words">
        {data?.words.map((one) => (
          <li key={one.callId} className={one.takenAtMs === null ? 'open' : ''}>
            <div className="who">
              <Dial number={one.number} />
              <span>{one.name ?? ''}</span>
              {one.about === 'leak' && <Tag color="red">漏水</Tag>}
            </div>
            <div>
              {when(one.atMs, serverNow())}
              {one.takenAtMs === null && (
                <small>
                  {' '}
                  已等 <Ticking className="figures" read={(now) => waited(now - one.atMs)} />
                </small>
              )}
            </div>
            {one.soundGone ? (
              <span>声音已过保存期</span>
            ) : (
              <audio
                controls
                preload="none"
                aria-label={`留言，${duration(one.ms)}`}
                src={`/api/ivr/words/${encodeURIComponent(one.callId)}/sound`}
              />
            )}
            <span className="figures">{duration(one.ms)}</span>
            <div className="deed">
              {one.takenAtMs === null ? (
                may('call-back') && (
                  <Button type="primary" loading={take.isPending} onClick={() => take.mutate(one.callId)}>
                    写受理记录
                  </Button>
                )
              ) : (
                <small>
                  {one.takenBy} {when(one.takenAtMs, serverNow())} 处理
                  {one.orderNo && (
                    <>
                      ，<Link to={`/orders/${one.orderNo}`}>{one.orderNo}</Link>
                    </>
                  )}
                </small>
              )}
            </div>
          </li>
        ))}
      </ul>
      <h2>保留位置、等候回拨</h2>
      {data?.places.length === 0 && (
        <p className="quiet">现在没有人等候回拨。来电人等候时按 1 保留位置，轮到时系统自动回拨。</p>
      )}
      <ul className="words">
        {data?.places.map((one) => (
          <li key={one.id} className="open">
            <div className="who">
              <Dial number={one.number} />
            </div>
            <div>{when(one.joinedAtMs, serverNow())} 开始排队</div>
            <div>
              已等 <Ticking className="figures" read={(now) => waited(now - one.joinedAtMs)} />
            </div>
            <div>{one.tries > 0 ? `回拨过 ${one.tries} 次没有接` : '排队中'}</div>
          </li>
        ))}
      </ul>
    </main>
  );
}
