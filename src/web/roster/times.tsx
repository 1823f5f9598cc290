import { Alert, Button, DatePicker, Input, Modal, Popconfirm, Space } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { shiftKindsFault, type ShiftKind, type ShiftPlan } from '../../core/shifts/shift.ts';

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const words = (kinds: readonly ShiftKind[]) =>
  kinds.map(({ zh, fromMinute }) => `${zh} ${clock(fromMinute)}`).join('、');

/** The shifts' names and times from a day on: each lasts until the next begins. */
export function TimesForm({
  plans,
  onClose,
  onSave,
}: {
  plans: readonly ShiftPlan[];
  onClose: () => void;
  onSave: (plan: ShiftPlan) => void;
}) {
  const tomorrow = dayjs().add(1, 'day');
  const sorted = [...plans].sort((a, b) => (a.fromDate < b.fromDate ? -1 : 1));
  const toCome = sorted.filter((plan) => plan.fromDate >= tomorrow.format('YYYY-MM-DD'));
  const [fromDate, setFromDate] = useState(tomorrow.format('YYYY-MM-DD'));
  const [kinds, setKinds] = useState<ShiftKind[]>([...(sorted.at(-1)?.kinds ?? [])]);
  const fault = shiftKindsFault(kinds);
  const change = (at: number, one: Partial<ShiftKind>) =>
    setKinds(kinds.map((kind, other) => (other === at ? { ...kind, ...one } : kind)));
  const add = () => {
    let number = kinds.length + 1;
    while (kinds.some((kind) => kind.code === `shift-${number}`)) number += 1;
    setKinds([...kinds, { code: `shift-${number}`, zh: '', fromMinute: 720 }]);
  };
  return (
    <Modal
      open
      title="班次时间"
      okText="保存"
      cancelText="取消"
      okButtonProps={{ disabled: fault !== null }}
      onCancel={onClose}
      onOk={() => onSave({ fromDate, kinds })}
    >
      <div className="times">
        {toCome.map((plan) => (
          <p key={plan.fromDate}>
            {plan.fromDate} 起：{words(plan.kinds)}{' '}
            <Popconfirm
              title="取消这次改动？"
              onConfirm={() => onSave({ fromDate: plan.fromDate, kinds: [] })}
            >
              <Button size="small">取消改动</Button>
            </Popconfirm>
          </p>
        ))}
        <label>
          从这一天起{' '}
          <DatePicker
            value={dayjs(fromDate)}
            allowClear={false}
            minDate={tomorrow}
            onChange={(day) => day && setFromDate(day.format('YYYY-MM-DD'))}
          />
        </label>
        {kinds.map((kind, at) => (
          <Space key={kind.code}>
            <Input
              aria-label="班次名称"
              placeholder="如 早班"
              value={kind.zh}
              maxLength={10}
              style={{ width: 140 }}
              onChange={(event) => change(at, { zh: event.target.value })}
            />
            <Input
              aria-label={`${kind.zh} 开始`}
              type="time"
              value={clock(kind.fromMinute)}
              style={{ width: 120 }}
              onChange={(event) => {
                const [hour, minute] = event.target.value.split(':').map(Number);
                if (hour !== undefined && minute !== undefined)
                  change(at, { fromMinute: hour * 60 + minute });
              }}
            />
            <Button
              disabled={kinds.length === 1}
              onClick={() => setKinds(kinds.filter((_, other) => other !== at))}
            >
              去掉
            </Button>
          </Space>
        ))}
        <Button disabled={kinds.length >= 8} onClick={add}>
          加一个班次
        </Button>
        {fault !== null && <Alert type="warning" showIcon title={fault} />}
        <p className="quiet">
          每个班次到下一个班次开始为止。轮班规则里写的是班次名称的第一个字；改了班次要看一看轮班规则。
        </p>
      </div>
    </Modal>
  );
}
