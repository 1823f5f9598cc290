/** The switch's own SIP messages are heard: callers whom it refuses by itself are told in its feed, and phones that begin anew are known. */
import { openSipCapture, tellRefused } from '../asterisk/sip-capture.ts';
import { createSipWitness, type SipWitness } from '../core/floor/sip-witness.ts';
import type { Commands } from '../asterisk/commands.ts';
import type { Config } from '../config.ts';
import type { Pbx } from '../setup/pbx.ts';
import { SIP_CAPTURE_PORT } from '../setup/pbx-files.ts';

export function openSipWitness(ports: {
  config: Config;
  pbx: Pbx | null;
  commands: () => Commands | null;
  onFault: (fault: unknown) => void;
}): { registrationOf: SipWitness['registrationOf']; close(): void } {
  const { config, pbx, onFault } = ports;
  const [host, port] = pbx
    ? [pbx.site.address, String(SIP_CAPTURE_PORT)]
    : (config.SIP_CAPTURE_LISTEN?.split(':') ?? []);
  const witness = createSipWitness();
  const { registrationOf } = witness;
  if (host === undefined || port === undefined) return { registrationOf, close: () => undefined };
  const capture = openSipCapture({
    witness,
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
  return { registrationOf, close: capture.close };
}
