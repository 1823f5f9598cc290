import { Input } from 'antd';
import { useState } from 'react';
import { kindOfDay, withDay, type Calendar, type DayKind } from '../../core/orders/calendar.ts';

const NEXT: Record<DayKind, DayKind> = { plain: 'holiday', holiday: 'worked', worked: 'plain' };
const WORDS: Record<DayKind, string> = { plain: '', holiday: '休', worked: '班' };

/**
 * Twelve months, the State Council's days and the utility's own (underlined). A press on a day makes it a holiday, a worked day,
 * or plain again; the utility's own word wins.
 */
export function YearCalendar({
  year,
  calendar,
  onChange,
}: {
  year: number;
  calendar: Calendar;
  onChange: (some: Pick<Calendar, 'holidays' | 'worked' | 'plain'>) => void;
}) {
  const [name, setName] = useState('');
  const press = (date: string) => {
    const { kind, name: before } = kindOfDay(calendar, date);
    const next = NEXT[kind];
    onChange(withDay(calendar, date, next, name || before || (next === 'holiday' ? '放假' : '调休')));
  };
  return (
    <>
      <label className="day-name">
        名称{' '}
        <Input
          style={{ width: 220 }}
          value={name}
          maxLength={40}
          placeholder="如 春节"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <div className="year">
        {Array.from({ length: 12 }, (_, month) => (
          <table key={month} aria-label={`${year}年${month + 1}月`}>
            <caption>{month + 1}月</caption>
            <thead>
              <tr>
                {['一', '二', '三', '四', '五', '六', '日'].map((zh) => (
                  <th key={zh}>{zh}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {weeksOf(year, month).map((week, at) => (
                <tr key={at}>
                  {week.map((day, column) => {
                    if (day === null) return <td key={column} />;
                    const date = `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
                    const { kind, name: why, own } = kindOfDay(calendar, date);
                    const from = own ? '（本单位设的）' : '';
                    return (
                      <td key={column}>
                        <button
                          type="button"
                          className={`${kind}${column > 4 ? ' weekend' : ''}${own ? ' own' : ''}`}
                          title={`${why}${from}`}
                          aria-label={`${date} ${kind === 'plain' ? '' : why}${WORDS[kind]}${from}`}
                          onClick={() => press(date)}
                        >
                          {day}
                          <small>{WORDS[kind]}</small>
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </>
  );
}

/** The month's days in weeks from Monday to Sunday; null: another month's. */
function weeksOf(year: number, month: number): (number | null)[][] {
  const before = (new Date(year, month, 1).getDay() + 6) % 7;
  const count = new Date(year, month + 1, 0).getDate();
  const cells = Array.from({ length: Math.ceil((before + count) / 7) * 7 }, (_, at) => {
    const day = at - before + 1;
    return day >= 1 && day <= count ? day : null;
  });
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
