import { minuteText } from '../../core/zone.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Input, InputNumber, Tag } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { DAILY_PLACE_KEYS, DAILY_PLACES, type DailyPlace } from '../../core/office/cases.ts';
import { dateAt, dateText } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useMay } from '../shell/me.tsx';
import './cases.css';

interface Looks {
  looks: { place: string; atMs: number; personName: string; found: number; note: string }[];
  unlooked: DailyPlace[];
}

/** Who looked at which portal or group, when (Articles 15 to 17). */
export function LooksPage() {
  const today = dateText(dateAt(serverNow()));
  const [day, setDay] = useState(today);
  const looks = useQuery({
    queryKey: ['cases', 'looks', day],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => ask<Looks>('GET', `/api/cases/looks?day=${day}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '每日登录 · 供水热线 96666';
  }, []);
  return (
    <main className="page cases">
      <header>
        <DatePicker
          allowClear={false}
          value={dayjs(day)}
          maxDate={dayjs(today)}
          onChange={(next) => next && setDay(next.format('YYYY-MM-DD'))}
        />
        <span className="quiet">
          各平台每天都要登录查看，看过就登记一次；10:00 和 16:00 还没人看过会提醒。
        </span>
      </header>
      {looks.error && <Alert type="error" showIcon title={refusalWords(looks.error)} />}
      <div className="places">
        {DAILY_PLACE_KEYS.map((place) => (
          <Place
            key={place}
            place={place}
            looks={looks.data?.looks.filter((one) => one.place === place) ?? []}
            unlooked={day === today && (looks.data?.unlooked.includes(place) ?? false)}
            today={day === today}
          />
        ))}
      </div>
    </main>
  );
}

function Place({
  place,
  looks,
  unlooked,
  today,
}: {
  place: DailyPlace;
  looks: Looks['looks'];
  unlooked: boolean;
  today: boolean;
}) {
  const may = useMay();
  const client = useQueryClient();
  const [found, setFound] = useState(0);
  const [note, setNote] = useState('');
  const look = useMutation({
    mutationFn: () => ask('POST', '/api/cases/looks', { place, found, note }),
    onSuccess: () => {
      setFound(0);
      setNote('');
      return client.invalidateQueries({ queryKey: ['cases', 'looks'] });
    },
  });
  const { zh, article, channel } = DAILY_PLACES[place];
  return (
    <section className={unlooked ? 'unlooked' : ''}>
      <h2>
        {zh}
        <small>{article}</small>
        {looks.length > 0 ? (
          <Tag color="green">已查看</Tag>
        ) : (
          <Tag color={unlooked ? 'red' : 'gold'}>未查看</Tag>
        )}
      </h2>
      {today && may('keep-cases') && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            look.mutate();
          }}
        >
          <label>
            新来件
            <InputNumber min={0} max={999} value={found} onChange={(value) => setFound(value ?? 0)} />件
          </label>
          <Input
            placeholder="备注（可不填）"
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <Button type="primary" htmlType="submit" loading={look.isPending}>
            我看过了
          </Button>
          <Link to={`/cases/new?channel=${channel}`}>登记来件</Link>
        </form>
      )}
      {look.error && <Alert type="error" showIcon title={refusalWords(look.error)} />}
      <ul>
        {looks.map((one) => (
          <li key={one.atMs}>
            <span className="figures">{minuteText(one.atMs).slice(11)}</span>
            {one.personName}
            <span>新来件 {one.found} 件</span>
            {one.note}
          </li>
        ))}
      </ul>
    </section>
  );
}
