import { Button } from 'antd';
import { useState } from 'react';
import type { FactorAdded, SignInNext } from '../../protocol/factors.ts';
import { Enrol } from './enrol.tsx';
import { ProofForm } from './proof-form.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useSignInWords } from './words.ts';

/** What is still missing after the right password: a second factor, or setting one up. */
export function NextStep({
  step,
  onDone,
  onBack,
}: {
  step: SignInNext;
  onDone: () => void;
  onBack: () => void;
}) {
  const say = useSignInWords();
  const [codes, setCodes] = useState<string[] | null>(null);
  const added = ({ recoveryCodes }: FactorAdded) => (recoveryCodes ? setCodes(recoveryCodes) : onDone());
  if (codes)
    return (
      <div className="step wide">
        <RecoveryCodes codes={codes} login={step.name} onKept={onDone} />
      </div>
    );
  const enrolling = step.next === 'enrol';
  return (
    <div className={enrolling ? 'step wide' : 'step'} data-step={step.next}>
      <img src="/icon.svg" alt="" width="44" height="44" />
      <h1>{say(enrolling ? 'enrolTitle' : 'factorTitle')}</h1>
      <p className="sub">{say(enrolling ? 'enrolHelp' : 'factorHelp', { name: step.name })}</p>
      {enrolling ? (
        <Enrol place={step.place} onAdded={added} />
      ) : (
        <>
          <ProofForm
            ways={step.ways}
            place={step.place}
            passkeyAt="/api/sign-in/passkey"
            proofAt="/api/sign-in/factor"
            back="/"
            onDone={onDone}
          />
          <p className="help">{say('lost')}</p>
        </>
      )}
      <Button type="link" onClick={onBack}>
        {say('back')}
      </Button>
    </div>
  );
}
