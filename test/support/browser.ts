import { chromium, type Browser } from 'playwright-core';

/** Debian's Chromium, quiet on a closed network. `headset`: a microphone that beeps, allowed or not. */
export function openBrowser(headset: 'none' | 'allowed' | 'denied' = 'none'): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(headset === 'none' ? [] : ['--use-fake-device-for-media-stream']),
      ...(headset === 'allowed' ? ['--use-fake-ui-for-media-stream'] : []),
      ...(headset === 'denied' ? ['--deny-permission-prompts'] : []),
    ],
  });
}
