/** The browser's side of passkeys. */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { ask } from '../ask.ts';

/** Why there is no answer of a passkey; the words are the page's. */
export class PasskeyFault extends Error {
  readonly why: 'cancelled' | 'already' | 'unsupported';

  constructor(why: PasskeyFault['why'], cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** Signs what the server asks at this address. */
export async function signWithPasskey(askedAt: string): Promise<unknown> {
  if (!browserSupportsWebAuthn()) throw new PasskeyFault('unsupported');
  const optionsJSON = await ask<PublicKeyCredentialRequestOptionsJSON>('POST', askedAt, {});
  return startAuthentication({ optionsJSON }).catch(faultOf);
}

/** Makes one for this account. */
export async function makePasskey(): Promise<unknown> {
  if (!browserSupportsWebAuthn()) throw new PasskeyFault('unsupported');
  const optionsJSON = await ask<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/factors/passkeys', {});
  return startRegistration({ optionsJSON }).catch(faultOf);
}

function faultOf(cause: unknown): never {
  const already =
    cause instanceof WebAuthnError && cause.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
  throw new PasskeyFault(already ? 'already' : 'cancelled', cause);
}
