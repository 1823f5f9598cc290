import { DatePicker, Form, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { PATTERNS, type Pattern } from '../../core/shifts/roster.ts';
import type { RosterMonth } from '../../protocol/roster.ts';

const TEAM_NAMES = ['甲班', '乙班', '丙班', '丁班', '戊班', '己班'];

/** Who is in which team, and how the teams rotate. */
export function PatternForm({
  roster,
  onClose,
  onSave,
}: {
  roster: RosterMonth;
  onClose: () => void;
  onSave: (body: { pattern: Pattern; members: { personId: number; team: number | null }[] }) => void;
}) {
  const first = PATTERNS['fourTeams']!;
  const [pattern, setPattern] = useState<Pattern>(
    roster.pattern ?? {
      ...{ teams: TEAM_NAMES.slice(0, first.teams), cycle: first.cycle, step: first.step },
      beginDate: `${roster.month}-01`,
    },
  );
  const [members, setMembers] = useState(() => new Map(roster.people.map((one) => [one.id, one.team])));
  const words = (code: string) =>
    code === '' ? '休' : (roster.kinds.find((kind) => kind.code === code)?.zh[0] ?? code);
  const letters = new Map(roster.kinds.map((kind) => [kind.zh[0]!, kind.code]));
  const [cycle, setCycle] = useState(pattern.cycle.map(words).join(''));
  const codes = [...cycle].map((letter) => (letter === '休' ? '' : letters.get(letter)));
  const wrong = codes.includes(undefined);
  return (
    <Modal
      open
      width={720}
      title="轮班规则"
      okText="保存"
      cancelText="取消"
      okButtonProps={{ disabled: wrong || codes.length === 0 }}
      onCancel={onClose}
      onOk={() =>
        onSave({
          pattern: { ...pattern, cycle: codes as string[] },
          members: [...members].map(([personId, team]) => ({ personId, team })),
        })
      }
    >
      <Form layout="vertical">
        <Form.Item label="从常用的开始">
          <Select
            placeholder="选一种"
            onChange={(name: string) => {
              const chosen = PATTERNS[name]!;
              setPattern({ ...pattern, teams: TEAM_NAMES.slice(0, chosen.teams), step: chosen.step });
              setCycle(chosen.cycle.map(words).join(''));
            }}
            options={Object.entries(PATTERNS).map(([value, one]) => ({ value, label: one.zh }))}
          />
        </Form.Item>
        <Form.Item
          label={`一个周期（每天一个字：${[...letters.keys()].join('、')}、休）`}
          validateStatus={wrong ? 'error' : ''}
          help={
            wrong
              ? `只能写 ${[...letters.keys()].join('、')}、休`
              : `${codes.length} 天一轮，各班错开 ${pattern.step} 天`
          }
        >
          <Input value={cycle} maxLength={60} onChange={(event) => setCycle(event.target.value.trim())} />
        </Form.Item>
        <Form.Item label="错开几天">
          <Select
            value={pattern.step}
            onChange={(step: number) => setPattern({ ...pattern, step })}
            options={[0, 1, 2, 3, 4, 5, 6, 7].map((value) => ({ value, label: `${value} 天` }))}
          />
        </Form.Item>
        <Form.Item label={`${pattern.teams[0] ?? '第一个班'}从这一天开始这个周期`}>
          <DatePicker
            value={dayjs(pattern.beginDate)}
            allowClear={false}
            onChange={(day) => day && setPattern({ ...pattern, beginDate: day.format('YYYY-MM-DD') })}
          />
        </Form.Item>
        <Form.Item label="班组">
          <div className="members">
            {roster.people.map((one) => (
              <label key={one.id}>
                {one.name}
                <Select
                  size="small"
                  style={{ width: 90 }}
                  value={members.get(one.id) ?? -1}
                  onChange={(team: number) =>
                    setMembers(new Map(members).set(one.id, team < 0 ? null : team))
                  }
                  options={[
                    { value: -1, label: '不排班' },
                    ...pattern.teams.map((label, value) => ({ value, label })),
                  ]}
                />
              </label>
            ))}
          </div>
        </Form.Item>
      </Form>
    </Modal>
  );
}
