/** Callers whom the switch itself refuses, heard of its SIP messages and told in its feed. */
import { openSipCapture, tellRefused } from '../asterisk/sip-capture.ts';
import type { Commands } from '../asterisk/commands.ts';
import type { Config } from '../config.ts';
import type { Pbx } from '../setup/pbx.ts';
import { SIP_CAPTURE_PORT } from '../setup/pbx-files.ts';

export function openRefusedCalls(ports: {
  config: Config;
  pbx: Pbx | null;
  commands: () => Commands | null;
  onFault: (fault: unknown) => void;
}): { close(): void } | null {
  const { config, pbx, onFault } = ports;
  const [host, port] = pbx
    ? [pbx.site.address, String(SIP_CAPTURE_PORT)]
    : (config.SIP_CAPTURE_LISTEN?.split(':') ?? []);
  if (host === undefined || port === undefined) return null;
  return openSipCapture({
    host,
    port: Number(port),
    onRefused(offer) {
      const commands = ports.commands();
      if (!commands)
        return onFault(new Error(`a refused caller could not be told: ${offer.number ?? 'no number'}`));
      void tellRefused(commands.act, offer).then((answer) => {
        if (!answer.ok) onFault(new Error(`a refused caller could not be told: ${answer.refusal}`));
      }, onFault);
    },
    onFault,
  });
}
