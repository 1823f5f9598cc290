import './style-nonce.ts';
import './settings.ts';
import { pageAt } from './pages.tsx';
import './style.css';

// the frame and the page that was asked for come side by side; a page that can't be fetched says so where it is drawn
pageAt(location.pathname)
  ?.load()
  .catch(() => undefined);
void import('./shell/begin.tsx');
