import { DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { CHANNEL_KEYS, CHANNELS, type CaseFields } from '../../core/office/cases.ts';
import { zoneOffsetMs } from '../../core/zone.ts';
import { useDecisionTable } from '../orders/desk-panel.tsx';
import { useUnits } from '../orders/units.ts';

/** A form's values: instants are the office's wall clock, whatever zone the browser is in. */
export type Written = Omit<CaseFields, 'receivedAtMs' | 'dueAtMs'> & { received: Dayjs; due: Dayjs | null };

const toWall = (ms: number) => dayjs(ms + zoneOffsetMs() + new Date(ms).getTimezoneOffset() * 60_000);
const ofWall = (wall: Dayjs) =>
  Date.UTC(wall.year(), wall.month(), wall.date(), wall.hour(), wall.minute()) - zoneOffsetMs();

export function written(fields: CaseFields): Written {
  const { receivedAtMs, dueAtMs, ...more } = fields;
  return { ...more, received: toWall(receivedAtMs), due: dueAtMs === null ? null : toWall(dueAtMs) };
}

export function fieldsOf({ received, due, ...more }: Written): CaseFields {
  const text = (value: string | undefined) => value ?? '';
  return {
    ...more,
    ...{ outsideNo: text(more.outsideNo), kind: text(more.kind), person: text(more.person) },
    ...{ phone: text(more.phone), address: text(more.address), district: text(more.district) },
    ...{ category: text(more.category), item: more.item ?? null, community: '' },
    content: text(more.content),
    receivedAtMs: ofWall(received),
    dueAtMs: due ? ofWall(due) : null,
  };
}

export { ofWall };

/** The fields of a case, as they are typed, understood from a paste, or corrected; `understood` are shown as such. */
export function CaseFieldsForm({ understood = [] }: { understood?: readonly string[] }) {
  const table = useDecisionTable();
  const units = useUnits();
  const form = Form.useFormInstance<Written>();
  const code = Form.useWatch('category', form);
  const category = table.data?.body.categories.find((one) => one.code === code);
  const mark = (name: string) => (understood.includes(name) ? 'understood' : '');
  return (
    <div className="case-fields">
      <Form.Item
        className={mark('channel')}
        name="channel"
        label="渠道"
        rules={[{ required: true, message: '请选来件渠道' }]}
      >
        <Select
          showSearch
          optionFilterProp="label"
          options={CHANNEL_KEYS.map((value) => ({ value, label: CHANNELS[value].zh }))}
        />
      </Form.Item>
      <Form.Item className={mark('outsideNo')} name="outsideNo" label="对方编号">
        <Input maxLength={FIELD_LIMITS.outsideNo} />
      </Form.Item>
      <Form.Item className={mark('kind')} name="kind" label="来件类型">
        <Input maxLength={FIELD_LIMITS.caseKind} placeholder="投诉、咨询、求助…" />
      </Form.Item>
      <Form.Item
        className={mark('received')}
        name="received"
        label="受理时间"
        rules={[{ required: true, message: '请填受理时间' }]}
      >
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
      <Form.Item className={mark('due')} name="due" label="办理时限">
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
      <Form.Item className={mark('person')} name="person" label="姓名">
        <Input maxLength={FIELD_LIMITS.name} />
      </Form.Item>
      <Form.Item className={mark('phone')} name="phone" label="电话">
        <Input maxLength={FIELD_LIMITS.phone} />
      </Form.Item>
      <Form.Item name="district" label="辖区">
        <Select allowClear options={(units.data?.districts ?? []).map((value) => ({ value }))} />
      </Form.Item>
      <Form.Item name="category" label="投诉事由">
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          onChange={() => form.setFieldValue('item', null)}
          options={(table.data?.body.categories ?? []).map((one) => ({ value: one.code, label: one.zh }))}
        />
      </Form.Item>
      <Form.Item name="item" label="内容分类">
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          options={(category?.items ?? []).map((one) => ({ value: one.no, label: `${one.no} ${one.zh}` }))}
        />
      </Form.Item>
      <Form.Item className={`wide ${mark('address')}`} name="address" label="地址">
        <Input maxLength={FIELD_LIMITS.address} />
      </Form.Item>
      <Form.Item
        className={`whole ${mark('content')}`}
        name="content"
        label="来件内容"
        rules={[{ required: true, message: '请写来件内容' }]}
      >
        <Input.TextArea rows={4} maxLength={FIELD_LIMITS.content} />
      </Form.Item>
    </div>
  );
}
