import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useEffect, useState } from 'react';
import type { ProofAsked } from '../../protocol/factors.ts';
import { ask } from '../ask.ts';
import { ProofForm } from './proof-form.tsx';
import { useFactorWords, useRefusals, useSignInWords } from './words.ts';
import './sign-in.css';

/** Who opened a file's address is asked here first, and led there. */
export function ProvePage() {
  const say = useFactorWords();
  const saySignIn = useSignInWords();
  const refusals = useRefusals();
  const asked = new URLSearchParams(location.search);
  const wanted = asked.get('to') ?? '/';
  // only an address of ours
  const to = /^\/(?![/\\])/.test(wanted) ? wanted : '/';
  const [done, setDone] = useState(false);
  const proof = useQuery({
    queryKey: ['proof'],
    queryFn: () => ask<ProofAsked>('GET', '/api/proof'),
    gcTime: 0,
  });
  useEffect(() => {
    document.title = `${say('proveTitle')} · 供水热线 96666`;
  });
  const goOn = () => {
    setDone(true);
    location.assign(to);
  };
  return (
    <main className="sign-in">
      <div className="step">
        <h1>{say('proveTitle')}</h1>
        <p className="sub">{say(done ? 'proveDone' : 'proveHelp')}</p>
        {asked.get('fault') === 'provider' && <Alert type="error" showIcon title={saySignIn('provider')} />}
        {proof.error && <Alert type="error" showIcon title={refusals(proof.error)} />}
        {proof.data && !done && (
          <ProofForm
            ways={proof.data.ways}
            place={proof.data.place}
            passkeyAt="/api/proof/passkey"
            proofAt="/api/proof"
            back={to}
            onDone={goOn}
          />
        )}
        <a href="/">{say('backHome')}</a>
      </div>
    </main>
  );
}
