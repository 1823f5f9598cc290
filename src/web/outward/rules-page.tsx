import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Modal, Popconfirm, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { CHANNELS, type Channel } from '../../core/outward/delivery.ts';
import { OUTWARD_EVENTS, type OutwardEventName } from '../../core/outward/event.ts';
import type { Subscription, Whom } from '../../core/outward/subscription.ts';
import { ROLES } from '../../core/people/may.ts';
import { ask, refusalWords } from '../ask.ts';
import { CHANNEL_WORDS, ROLE_WORDS, useOutwardWords } from './words.ts';
import './outward.css';

interface Named {
  id: number;
  name: string;
}
interface Rules {
  subscriptions: Subscription[];
  receivers: (Named & { channel: Channel; disabled: boolean })[];
  people: (Named & { role: string; mail: string | null })[];
  units: Named[];
}
type EventRow = { event: Subscription['event']; words: string };

/** Who is told what, and how: one line an event, one column a channel. */
export function RulesPage() {
  const say = useOutwardWords();
  const rules = useQuery({
    queryKey: ['outward', 'rules'],
    queryFn: ({ signal }) => ask<Rules>('GET', '/api/outward/subscriptions', undefined, signal),
  });
  const [adding, setAdding] = useState<{ event: EventRow; channel: Channel } | null>(null);
  const events: EventRow[] = [
    ...(Object.entries(OUTWARD_EVENTS) as [OutwardEventName, string][]).map(([event, words]) => ({
      event,
      words,
    })),
    { event: '*', words: say('all') },
  ];
  return (
    <main className="page outward">
      <p className="help">{say('rulesHelp')}</p>
      {rules.error && <Alert type="error" showIcon title={refusalWords(rules.error)} />}
      <Table<EventRow>
        size="small"
        bordered
        rowKey="event"
        loading={rules.isPending}
        pagination={false}
        dataSource={events}
        columns={[
          { title: say('event'), dataIndex: 'words', width: 130, className: 'head' },
          ...CHANNELS.map((channel) => ({
            title: CHANNEL_WORDS[channel],
            width: '22%',
            render: (_: unknown, row: EventRow) => (
              <div className="rule-cell">
                {rules.data?.subscriptions
                  .filter((one) => one.event === row.event && one.channel === channel)
                  .map((one) => (
                    <Rule key={one.id} rule={one} rules={rules.data} />
                  ))}
                <Button
                  size="small"
                  type="text"
                  aria-label={`${say('add')} ${row.words} ${CHANNEL_WORDS[channel]}`}
                  onClick={() => setAdding({ event: row, channel })}
                >
                  ＋
                </Button>
              </div>
            ),
          })),
        ]}
      />
      {rules.data && <Mails people={rules.data.people} />}
      {adding && rules.data && <AddRule {...adding} rules={rules.data} onDone={() => setAdding(null)} />}
    </main>
  );
}

function Rule({ rule, rules }: { rule: Subscription; rules: Rules }) {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => ask('DELETE', `/api/outward/subscriptions/${rule.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['outward', 'rules'] }),
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  const unit = rules.units.find((one) => one.id === rule.ofUnitId)?.name;
  return (
    <Tag>
      {rule.sound && <span title={say('sound')}>♪ </span>}
      <WhomWords whom={rule.whom} rules={rules} />
      {unit && <small>（{unit}）</small>}
      <Popconfirm
        title={say('remove')}
        okText={say('yes')}
        cancelText={say('cancel')}
        onConfirm={() => remove.mutate()}
      >
        <button type="button" className="tag-close" aria-label={say('yes')}>
          ×
        </button>
      </Popconfirm>
    </Tag>
  );
}

function WhomWords({ whom, rules }: { whom: Whom; rules: Rules }) {
  const say = useOutwardWords();
  const nameIn = (list: Named[], id: number) => list.find((one) => one.id === id)?.name ?? `#${id}`;
  switch (whom.kind) {
    case 'role':
      return ROLE_WORDS[whom.role];
    case 'unit':
      return nameIn(rules.units, whom.unitId);
    case 'person':
      return nameIn(rules.people, whom.personId);
    case 'receiver': {
      const receiver = rules.receivers.find((one) => one.id === whom.receiverId);
      return receiver?.disabled ? <s>{receiver.name}</s> : nameIn(rules.receivers, whom.receiverId);
    }
    default:
      return say(whom.kind);
  }
}

interface RuleForm {
  kind: Whom['kind'];
  role: string;
  unitId: number;
  personId: number;
  receiverId: number;
  ofUnitId: number | null;
  sound: boolean;
}

function AddRule({
  event,
  channel,
  rules,
  onDone,
}: {
  event: EventRow;
  channel: Channel;
  rules: Rules;
  onDone: () => void;
}) {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<RuleForm>();
  const [fault, setFault] = useState<string | null>(null);
  const kinds: Whom['kind'][] =
    channel === 'screen'
      ? ['order-unit', 'concerned', 'role', 'unit', 'person']
      : channel === 'mail'
        ? ['receiver', 'order-unit', 'concerned', 'role', 'unit', 'person']
        : ['receiver'];
  const kind = Form.useWatch('kind', form) ?? kinds[0]!;
  const receivers = rules.receivers.filter((one) => one.channel === channel);
  const add = useMutation({
    mutationFn: (values: RuleForm) => {
      const { kind: of, role, unitId, personId, receiverId, ofUnitId, sound } = values;
      const whom = { kind: of, role, unitId, personId, receiverId };
      return ask('POST', '/api/outward/subscriptions', {
        event: event.event,
        channel,
        whom,
        ofUnitId: ofUnitId ?? null,
        sound: sound ?? false,
      });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['outward', 'rules'] });
      onDone();
    },
    onError: (thrown) => setFault(refusalWords(thrown)),
  });
  const named = (list: Named[]) => list.map(({ id, name }) => ({ value: id, label: name }));
  const choose = (options: { value: string | number; label: string }[]) => (
    <Select showSearch={{ optionFilterProp: 'label' }} options={options} />
  );
  const required = [{ required: true, message: say('whom') }];
  return (
    <Modal
      open
      title={say('addTo', { event: event.words, channel: CHANNEL_WORDS[channel] })}
      okText={say('save')}
      cancelText={say('cancel')}
      confirmLoading={add.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      {fault && <Alert type="error" showIcon title={fault} />}
      <Form<RuleForm>
        form={form}
        layout="vertical"
        initialValues={{ kind: kinds[0], ofUnitId: null, sound: false }}
        onFinish={(values) => add.mutate(values)}
      >
        <Form.Item name="kind" label={say('whom')}>
          <Select options={kinds.map((one) => ({ value: one, label: say(one) }))} />
        </Form.Item>
        {kind === 'role' && (
          <Form.Item name="role" rules={required}>
            {choose(ROLES.map((role) => ({ value: role, label: ROLE_WORDS[role]! })))}
          </Form.Item>
        )}
        {kind === 'unit' && (
          <Form.Item name="unitId" rules={required}>
            {choose(named(rules.units))}
          </Form.Item>
        )}
        {kind === 'person' && (
          <Form.Item name="personId" rules={required}>
            {choose(named(rules.people))}
          </Form.Item>
        )}
        {kind === 'receiver' &&
          (receivers.length === 0 ? (
            <Alert type="info" showIcon title={say('noReceiver')} />
          ) : (
            <Form.Item name="receiverId" rules={required}>
              {choose(named(receivers))}
            </Form.Item>
          ))}
        <Form.Item name="ofUnitId" label={say('ofUnit')}>
          {choose([{ value: null as never, label: say('anyUnit') }, ...named(rules.units)])}
        </Form.Item>
        {channel === 'screen' && (
          <Form.Item name="sound" valuePropName="checked">
            <Checkbox>{say('sound')}</Checkbox>
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function Mails({ people }: { people: Rules['people'] }) {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: ({ id, mail }: { id: number; mail: string }) =>
      ask('PUT', `/api/outward/mail-addresses/${id}`, { mail }),
    onSuccess: () => {
      void message.success(say('saved'));
      void queries.invalidateQueries({ queryKey: ['outward', 'rules'] });
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  return (
    <section>
      <h2>{say('mails')}</h2>
      <p className="help">{say('mailsHelp')}</p>
      <div className="mails">
        {people.map((person) => (
          <label key={person.id}>
            <span>
              {person.name} <small>{ROLE_WORDS[person.role]}</small>
            </span>
            <Input
              size="small"
              defaultValue={person.mail ?? ''}
              placeholder={say('mailPlaceholder')}
              onPressEnter={(event) => event.currentTarget.blur()}
              onBlur={(event) => {
                const mail = event.target.value.trim();
                if (mail !== (person.mail ?? '')) save.mutate({ id: person.id, mail });
              }}
            />
          </label>
        ))}
      </div>
    </section>
  );
}
