import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { PasskeyPlace } from '../../core/people/factor.ts';
import type { ProofWay } from '../../protocol/factors.ts';
import { ask } from '../ask.ts';
import { PasskeyFault, signWithPasskey } from './passkeys.ts';
import { useFactorWords, useRefusals } from './words.ts';
import './sign-in.css';

/** Somebody proves who they are, by one of the ways that are open to them. */
export function ProofForm({
  ways,
  place,
  passkeyAt,
  proofAt,
  back,
  onDone,
}: {
  ways: ProofWay[];
  place: PasskeyPlace;
  /** where the passkey is asked, and where every proof goes */
  passkeyAt: string;
  proofAt: string;
  /** the page to come back to from the identity provider */
  back: string;
  onDone: () => void;
}) {
  const say = useFactorWords();
  const refusals = useRefusals();
  const [way, setWay] = useState<ProofWay | undefined>(ways[0]);
  const proof = useMutation({
    mutationFn: async (given: { code?: string; password?: string }) => {
      const body = way === 'passkey' ? { answer: await signWithPasskey(passkeyAt) } : given;
      await ask('POST', proofAt, { way, ...body });
    },
    onSuccess: onDone,
  });
  if (!way) {
    const url = 'publicUrl' in place ? place.publicUrl : null;
    return <Alert type="warning" showIcon title={say('noWay', { where: url ? say('at', { url }) : '' })} />;
  }
  const fault = proof.error instanceof PasskeyFault ? say(proof.error.why) : refusals(proof.error);
  return (
    <div className="proof" data-way={way}>
      <Form
        key={way}
        layout="vertical"
        requiredMark={false}
        onFinish={(given: { code?: string; password?: string }) => proof.mutate(given)}
      >
        {way === 'passkey' && <p className="help">{say('passkeyHelp')}</p>}
        {way === 'provider' && <p className="help">{say('providerHelp')}</p>}
        {way === 'totp' && (
          <Form.Item
            name="code"
            label={say('totpCode')}
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
        )}
        {way === 'recovery' && (
          <Form.Item
            name="code"
            label={say('recoveryCode')}
            extra={say('recoveryHelp')}
            rules={[{ required: true, message: say('recoveryCode') }]}
          >
            <Input autoFocus autoComplete="off" maxLength={20} size="large" className="code figures" />
          </Form.Item>
        )}
        {way === 'password' && (
          <Form.Item
            name="password"
            label={say('passwordNow')}
            rules={[{ required: true, message: say('passwordNow') }]}
          >
            <Input.Password autoFocus autoComplete="current-password" size="large" maxLength={200} />
          </Form.Item>
        )}
        {proof.error && <Alert type="error" showIcon title={fault} />}
        {way === 'provider' ? (
          <Button
            type="primary"
            size="large"
            block
            href={`/api/oidc/start?again=${encodeURIComponent(back)}`}
          >
            {say('providerGo')}
          </Button>
        ) : (
          <Button type="primary" size="large" block htmlType="submit" loading={proof.isPending}>
            {say(way === 'passkey' ? 'passkeyGo' : 'verify')}
          </Button>
        )}
      </Form>
      {ways.length > 1 && (
        <p className="ways">
          {say('otherWays')}
          {ways
            .filter((other) => other !== way)
            .map((other) => (
              <Button
                key={other}
                type="link"
                size="small"
                onClick={() => {
                  proof.reset();
                  setWay(other);
                }}
              >
                {say(other)}
              </Button>
            ))}
        </p>
      )}
    </div>
  );
}
