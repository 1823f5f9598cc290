import { Modal } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { ProofAsked } from '../../protocol/factors.ts';
import { ask, onProofAsked } from '../ask.ts';
import { useFactorWords } from './words.ts';

const ProofForm = lazy(async () => ({ default: (await import('./proof-form.tsx')).ProofForm }));

/** Stands beside every page: what the server wants proved again is asked here, and the page goes on where it was. */
export function ProveAgain() {
  const say = useFactorWords();
  const [asked, setAsked] = useState<ProofAsked | null>(null);
  const waiting = useRef<((proved: boolean) => void)[]>([]);
  useEffect(() => {
    onProofAsked(async () => {
      const proof = await ask<ProofAsked>('GET', '/api/proof');
      // another tab was quicker
      if (proof.proven) return true;
      setAsked(proof);
      return new Promise((done) => waiting.current.push(done));
    });
    return () => onProofAsked(null);
  }, []);
  const end = (proved: boolean) => {
    setAsked(null);
    for (const done of waiting.current.splice(0)) done(proved);
  };
  return (
    <Modal
      open={asked !== null}
      title={say('proveTitle')}
      footer={null}
      width={420}
      destroyOnHidden
      mask={{ closable: false }}
      zIndex={2000}
      onCancel={() => end(false)}
    >
      <p className="quiet prove-help">{say('proveHelp')}</p>
      {asked && (
        <Suspense>
          <ProofForm
            ways={asked.ways}
            place={asked.place}
            passkeyAt="/api/proof/passkey"
            proofAt="/api/proof"
            back={location.pathname + location.search}
            onDone={() => end(true)}
          />
        </Suspense>
      )}
    </Modal>
  );
}
