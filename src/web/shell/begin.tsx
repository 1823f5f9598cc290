import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { HotlineApp } from './app.tsx';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <HotlineApp />
  </StrictMode>,
);
