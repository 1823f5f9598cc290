import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Each script and sheet also lies there packed: packing them when asked would cost the server what the calls need. */
const packed: Plugin = {
  name: 'packed',
  writeBundle({ dir }, bundle) {
    for (const one of Object.values(bundle)) {
      const source = one.type === 'chunk' ? one.code : one.source;
      if (/\.(js|css)$/.test(one.fileName))
        writeFileSync(join(dir!, `${one.fileName}.gz`), gzipSync(source, { level: 9 }));
    }
  },
};

// The server (src/http) serves dist/web; hashed assets, no inline scripts, so that `script-src 'self'` holds.
export default defineConfig({
  root: 'src/web',
  publicDir: '../../public',
  plugins: [react(), packed],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // what many pages share is one file: seventy small ones are many turns of a slow line
      output: { codeSplitting: { groups: [{ name: 'shared', test: /node_modules/, minShareCount: 40 }] } },
    },
  },
});
