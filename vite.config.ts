import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The server (src/http) serves dist/web; hashed assets, no inline scripts, so that `script-src 'self'` holds.
export default defineConfig({
  root: 'src/web',
  publicDir: '../../public',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
});
