import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { HotlineApp } from './shell/app.tsx';
import './style.css';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <HotlineApp />
  </StrictMode>,
);
