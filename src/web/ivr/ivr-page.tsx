import { useEffect } from 'react';
import { FlowSection } from './flow-section.tsx';
import { Figures } from './ivr-figures.tsx';
import './ivr.css';

/** The caller's way: what callers did there, and the way itself in its versions, to be changed. */
export function IvrPage() {
  useEffect(() => {
    document.title = '语音导航 · 供水热线 96666';
  }, []);
  return (
    <main className="page ivr-page">
      <Figures />
      <FlowSection />
    </main>
  );
}
