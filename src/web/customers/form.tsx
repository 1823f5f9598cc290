import { Alert, Button, Form, Input, Select, Space } from 'antd';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { METER_PLACES, type CustomerFields } from '../../core/customers/card.ts';
import { refusalWords } from '../ask.ts';
import { useUnits } from '../orders/units.ts';
import { METER_KINDS } from '../words.ts';
import { useCustomerWords } from './words.ts';

export const EMPTY_CUSTOMER: CustomerFields = {
  ...{ account: null, name: '', address: '', community: '', district: '' },
  ...{ meterKind: '', meterPlace: '', unitId: null, phones: [] },
};
type Written = Omit<CustomerFields, 'phones'> & { phones: string };

export function CustomerForm({
  begin,
  saving,
  error,
  save,
  cancel,
}: {
  begin: CustomerFields;
  saving: boolean;
  error: unknown;
  save: (fields: CustomerFields) => void;
  cancel: () => void;
}) {
  const say = useCustomerWords();
  const units = useUnits();
  return (
    <Form<Written>
      layout="vertical"
      size="middle"
      className="customer-form"
      initialValues={{ ...begin, phones: begin.phones.join('，') }}
      onFinish={(written) =>
        save({
          ...EMPTY_CUSTOMER,
          ...written,
          account: written.account?.trim() || null,
          unitId: written.unitId ?? null,
          phones: written.phones.split(/[，,、;；\n]+/).filter((one) => one.trim() !== ''),
        })
      }
    >
      <Form.Item name="name" label={say('name')} rules={[{ required: true, message: '请填写户名' }]}>
        <Input autoFocus maxLength={FIELD_LIMITS.name} />
      </Form.Item>
      <Form.Item name="account" label={say('account')}>
        <Input maxLength={FIELD_LIMITS.account} />
      </Form.Item>
      <Form.Item name="phones" label={say('phones')} extra={say('phonesHint')} className="wide">
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="address" label={say('address')} className="wide">
        <Input maxLength={FIELD_LIMITS.address} />
      </Form.Item>
      <Form.Item name="community" label={say('community')}>
        <Input maxLength={FIELD_LIMITS.community} />
      </Form.Item>
      <Form.Item name="district" label={say('district')}>
        <Select
          options={[
            { value: '', label: '—' },
            ...(units.data?.districts ?? []).map((value) => ({ value, label: value })),
          ]}
        />
      </Form.Item>
      <Form.Item name="meterKind" label={say('meter')}>
        <Select options={Object.entries(METER_KINDS).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="meterPlace" label={say('place')}>
        <Select options={Object.entries(METER_PLACES).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="unitId" label={say('unit')} className="wide">
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          placeholder={say('unitNone')}
          options={(units.data?.units ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      {error !== null && error !== undefined && (
        <Alert className="wide" type="error" showIcon title={refusalWords(error)} />
      )}
      <Space className="wide">
        <Button type="primary" htmlType="submit" loading={saving}>
          {say('save')}
        </Button>
        <Button onClick={cancel}>{say('cancel')}</Button>
      </Space>
    </Form>
  );
}
