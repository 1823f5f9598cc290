import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, QRCode, Typography } from 'antd';
import { useState } from 'react';
import type { PasskeyPlace } from '../../core/people/factor.ts';
import type { FactorAdded } from '../../protocol/factors.ts';
import { ask } from '../ask.ts';
import { makePasskey, PasskeyFault } from './passkeys.ts';
import { useFactorWords, useRefusals } from './words.ts';
import './sign-in.css';

/** Somebody adds an authenticator app or a passkey; `onAdded` gets the codes that come with the first one. */
export function Enrol({ place, onAdded }: { place: PasskeyPlace; onAdded: (added: FactorAdded) => void }) {
  const say = useFactorWords();
  const [adding, setAdding] = useState<'totp' | 'passkey' | null>(null);
  if (adding === 'totp') return <AddTotp onAdded={onAdded} cancel={() => setAdding(null)} />;
  if (adding === 'passkey') return <AddPasskey onAdded={onAdded} cancel={() => setAdding(null)} />;
  return (
    <div className="enrol">
      <Card size="small" title={say('addPasskey')}>
        <p className="help">{say('addPasskeyHelp')}</p>
        {'why' in place ? (
          <Alert
            type="info"
            showIcon
            title={say(`why-${place.why}`)}
            description={
              place.publicUrl
                ? say('openAt', { url: place.publicUrl })
                : place.why === 'address' && /^127\.|^\[::1\]/.test(location.hostname)
                  ? say('openAt', { url: location.origin.replace(location.hostname, 'localhost') })
                  : say('useTotp')
            }
          />
        ) : (
          <Button type="primary" onClick={() => setAdding('passkey')}>
            {say('begin')}
          </Button>
        )}
      </Card>
      <Card size="small" title={say('addTotp')}>
        <p className="help">{say('addTotpHelp')}</p>
        <Button type={'why' in place ? 'primary' : 'default'} onClick={() => setAdding('totp')}>
          {say('begin')}
        </Button>
      </Card>
    </div>
  );
}

interface Adding {
  onAdded: (added: FactorAdded) => void;
  cancel: () => void;
}

function AddTotp({ onAdded, cancel }: Adding) {
  const say = useFactorWords();
  const refusals = useRefusals();
  // one secret as long as this is open, a new one next time
  const begun = useQuery({
    queryKey: ['new-totp'],
    queryFn: () => ask<{ id: string; secret: string; uri: string }>('POST', '/api/factors/totp', {}),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      ask<FactorAdded>('POST', '/api/factors/totp/code', { id: begun.data!.id, code }),
    onSuccess: onAdded,
  });
  const fault = begun.error ?? confirm.error;
  return (
    <div className="enrol one">
      {begun.data && (
        <>
          <p>{say('scan')}</p>
          <QRCode value={begun.data.uri} size={200} color="#000" bgColor="#fff" bordered className="qr" />
          <p className="help">{say('orType')}</p>
          <Typography.Text copyable={{ text: begun.data.secret }} className="secret figures">
            {begun.data.secret.replace(/(.{4})/g, '$1 ').trim()}
          </Typography.Text>
          <Form
            layout="vertical"
            requiredMark={false}
            onFinish={(given: { code: string }) => confirm.mutate(given)}
          >
            <Form.Item
              name="code"
              label={say('typeCode')}
              rules={[{ required: true, message: say('totpCode') }]}
            >
              <Input
                autoFocus
                autoComplete="one-time-code"
                inputMode="numeric"
                maxLength={7}
                size="large"
                className="code figures"
              />
            </Form.Item>
            {fault && <Alert type="error" showIcon title={refusals(fault)} />}
            <Buttons pending={confirm.isPending} cancel={cancel} />
          </Form>
        </>
      )}
      {!begun.data && fault && <Alert type="error" showIcon title={refusals(fault)} />}
    </div>
  );
}

function AddPasskey({ onAdded, cancel }: Adding) {
  const say = useFactorWords();
  const refusals = useRefusals();
  const add = useMutation({
    mutationFn: async ({ name }: { name: string }) =>
      ask<FactorAdded>('POST', '/api/factors/passkeys/answer', { answer: await makePasskey(), name }),
    onSuccess: onAdded,
  });
  const fault = add.error instanceof PasskeyFault ? say(add.error.why) : refusals(add.error);
  return (
    <Form
      className="enrol one"
      layout="vertical"
      requiredMark={false}
      onFinish={(given: { name: string }) => add.mutate(given)}
    >
      <p className="help">{say('addPasskeyHelp')}</p>
      <Form.Item
        name="name"
        label={say('keyName')}
        rules={[{ required: true, whitespace: true, message: say('keyName') }]}
      >
        <Input autoFocus maxLength={40} size="large" placeholder={say('keyNameHint')} />
      </Form.Item>
      {add.error && <Alert type="error" showIcon title={fault} />}
      <Buttons pending={add.isPending} cancel={cancel} />
    </Form>
  );
}

function Buttons({ pending, cancel }: { pending: boolean; cancel: () => void }) {
  const say = useFactorWords();
  return (
    <div className="buttons">
      <Button type="primary" size="large" htmlType="submit" loading={pending}>
        {say('confirm')}
      </Button>
      <Button size="large" onClick={cancel}>
        {say('cancel')}
      </Button>
    </div>
  );
}
