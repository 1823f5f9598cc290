import { Button, DatePicker, Input, Select, Switch, TimePicker } from 'antd';
import dayjs from 'dayjs';
import {
  KEYS,
  WAY_WORDS,
  type DayWay,
  type Flow,
  type Holiday,
  type Key,
  type PromptTexts,
} from '../../core/ivr/flow.ts';
import { Says } from './flow-says.tsx';

const DAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];
const WAYS = Object.entries(WAY_WORDS).map(([value, label]) => ({ value: value as DayWay, label }));

/** When the house is open, what callers meet when it is not, and the second language. */
export function FlowDays({
  flow,
  change,
  texts,
}: {
  flow: Flow;
  change: (flow: Flow) => void;
  texts: PromptTexts;
}) {
  const hours = (day: number, span: Flow['hours'][number]) =>
    change({ ...flow, hours: flow.hours.map((one, n) => (n === day ? span : one)) });
  const holiday = (n: number, changed: Partial<Holiday>, more?: Pick<Flow, 'texts'>) =>
    change({
      ...flow,
      ...more,
      holidays: flow.holidays.map((one, at) => (at === n ? { ...one, ...changed } : one)),
    });
  const says = { flow, change, texts };
  return (
    <div className="tree flow-days">
      <section>
        <h3>工作时间</h3>
        {flow.hours.map((span, day) => (
          <div key={DAYS[day]} className="hours">
            <span>{DAYS[day]}</span>
            <Switch
              checked={span !== null}
              checkedChildren="开"
              unCheckedChildren="休"
              aria-label={`${DAYS[day]}开放`}
              onChange={(open) => hours(day, open ? { from: '00:00', until: '24:00' } : null)}
            />
            {span && (
              <>
                <Clock
                  label={`${DAYS[day]}开始`}
                  value={span.from}
                  put={(from) => hours(day, { ...span, from })}
                />
                –
                <Clock
                  label={`${DAYS[day]}结束`}
                  value={span.until}
                  put={(until) => hours(day, { ...span, until })}
                />
              </>
            )}
          </div>
        ))}
        <p>
          非工作时间{' '}
          <Select
            aria-label="非工作时间"
            className="way"
            value={flow.outside.way}
            options={WAYS}
            onChange={(way: DayWay) => change({ ...flow, outside: { ...flow.outside, way } })}
          />
        </p>
        {flow.outside.way !== 'queue' && (
          <Says
            label="非工作时间说什么"
            says={flow.outside.says}
            put={(chosen, more) => change({ ...flow, ...more, outside: { ...flow.outside, says: chosen } })}
            {...says}
          />
        )}
      </section>
      <section>
        <h3>节假日</h3>
        {flow.holidays.map((one, n) => (
          <div key={n} className="holiday">
            <DatePicker
              aria-label="节假日日期"
              value={one.date ? dayjs(one.date) : null}
              onChange={(day) => holiday(n, { date: day?.format('YYYY-MM-DD') ?? '' })}
            />
            <Input
              aria-label="节假日名称"
              placeholder="名称"
              maxLength={20}
              value={one.name}
              onChange={(event) => holiday(n, { name: event.target.value })}
            />
            <Select
              aria-label="节假日怎么接"
              className="way"
              value={one.way}
              options={WAYS}
              onChange={(way: DayWay) => holiday(n, { way })}
            />
            <Button
              type="text"
              danger
              onClick={() => change({ ...flow, holidays: flow.holidays.filter((_, at) => at !== n) })}
            >
              删掉
            </Button>
            {one.way !== 'queue' && (
              <Says
                label={`${one.name}说什么`}
                says={one.says}
                put={(chosen, more) => holiday(n, { says: chosen }, more)}
                {...says}
              />
            )}
          </div>
        ))}
        <Button
          onClick={() =>
            change({
              ...flow,
              holidays: [...flow.holidays, { date: '', name: '', way: 'announce', says: [] }],
            })
          }
        >
          加一天
        </Button>
        <p className="quiet">写“照常转人工”的那天不看工作时间，例如调休上班的周末。</p>
      </section>
      <section>
        <h3>英语</h3>
        <p>
          问候时按{' '}
          <Select
            aria-label="英语按键"
            allowClear
            className="add-key"
            placeholder="不开"
            value={flow.languageKey}
            options={KEYS.map((key) => ({ value: key, label: key }))}
            onChange={(key: Key | undefined) => change({ ...flow, languageKey: key ?? null })}
          />{' '}
          换成英语
        </p>
        <p className="quiet">
          打开后每条语音都要有英语；问候之后会用英语说“{texts.en['language-key']}”，键改了请一起改这句话。
          查到的工单、停水和地址仍说普通话。
        </p>
        {flow.languageKey !== null && (
          <Says label="英语提示" says={['language-key']} put={() => undefined} {...says} />
        )}
      </section>
    </div>
  );
}

/** To the minute; midnight at the end is 24:00. */
function Clock({ label, value, put }: { label: string; value: string; put: (value: string) => void }) {
  return (
    <TimePicker
      aria-label={label}
      format={(time) => (value === '24:00' && time.hour() === 0 ? '24:00' : time.format('HH:mm'))}
      showNow={false}
      allowClear={false}
      needConfirm={false}
      value={dayjs(`2000-01-01T${value === '24:00' ? '00:00' : value}`)}
      onChange={(time) => {
        const told = time?.format('HH:mm') ?? value;
        put(told === '00:00' && label.endsWith('结束') ? '24:00' : told);
      }}
    />
  );
}
