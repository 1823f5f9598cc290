import type { Request } from 'express';
import { rateLimit } from 'express-rate-limit';
import * as oidc from 'openid-client';
import { providerProvedFactor, type ProviderTrust } from '../core/people/factor.ts';
import { anybody, refuse } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';
import { comeIn, savedSession, tooManyTries, type ComeInPorts } from './sign-in.ts';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** the claim that holds our login */
  claim: string;
  /** how browsers reach us, `https://hotline.example` */
  publicUrl: string;
  /** how far the provider's word is taken that a second factor was used */
  trust: ProviderTrust;
  /** the `acr` values that say so; empty: its `amr` says */
  wantedAcr: readonly string[];
}

export interface OidcPorts extends ComeInPorts {
  settings: OidcSettings | null;
  onFault: (cause: unknown) => void;
}

declare module 'express-session' {
  interface SessionData {
    oidc?: { state: string; verifier: string; again: { to: string; sinceMs: number } | null };
  }
}

const CALLBACK = '/api/oidc/callback';

/**
 * Sign-in by the utility's own identity provider (OpenID Connect, authorization code with PKCE), where it is configured.
 * Who may come in, and as what, is still this house's account of that login: a stranger with a token stays outside.
 */
export function oidcRoutes(ports: OidcPorts): Routes {
  const router = declareRoutes();
  const { settings } = ports;
  router.get(
    '/sign-in-ways',
    anybody,
    (_request, response) => void response.json({ password: true, oidc: settings !== null }),
  );
  if (!settings) return router;

  let found: Promise<oidc.Configuration> | null = null;
  /** asked once; a provider that was away is asked again */
  const provider = () => {
    found ??= discover(settings).catch((cause: unknown) => {
      found = null;
      throw cause;
    });
    return found;
  };

  // each start writes a session: what costs something is limited before anything is known
  const tries = rateLimit({
    ...{ windowMs: 60_000, limit: 60, standardHeaders: 'draft-8', legacyHeaders: false },
    handler: tooManyTries,
  });

  /** `?again=/page`: who is in proves it once more, at the provider, and goes on there */
  router.get('/oidc/start', anybody, tries, async (request, response) => {
    try {
      const verifier = oidc.randomPKCECodeVerifier();
      const state = oidc.randomState();
      const again = againOf(request);
      request.session.oidc = { state, verifier, again };
      const to = oidc.buildAuthorizationUrl(await provider(), {
        redirect_uri: settings.publicUrl + CALLBACK,
        scope: 'openid profile',
        state,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(settings.wantedAcr.length > 0 ? { acr_values: settings.wantedAcr.join(' ') } : {}),
        ...(again ? { prompt: 'login', max_age: '0' } : {}),
      });
      await savedSession(request);
      response.redirect(to.href);
    } catch (cause) {
      ports.onFault(cause);
      refuse(response, 503, 'provider-away', '统一身份认证暂时连不上，请用工号和密码登录。');
    }
  });

  router.get('/oidc/callback', anybody, tries, async (request, response) => {
    const begun = request.session.oidc;
    delete request.session.oidc;
    if (!begun) return response.redirect('/sign-in?fault=again');
    let claims: oidc.IDToken | undefined;
    try {
      const here = new URL(request.originalUrl, settings.publicUrl);
      const tokens = await oidc.authorizationCodeGrant(await provider(), here, {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
      });
      claims = tokens.claims();
    } catch (cause) {
      ports.onFault(cause);
      return response.redirect(begun.again ? '/prove?fault=provider' : '/sign-in?fault=provider');
    }
    const name = claims?.[settings.claim];
    const login = typeof name === 'string' ? name : undefined;
    const person = login === undefined ? null : await ports.findPerson(login);
    const address = request.ip ?? null;
    if (begun.again) {
      const signedInAtMs = Number(claims?.auth_time ?? 0) * 1000;
      const fresh = signedInAtMs >= begun.again.sinceMs - CLOCKS_DIFFER_MS;
      if (!person || person.id !== request.session.person?.id || !fresh) {
        await ports.audit({
          personId: person?.id ?? null,
          what: 'factor-refused',
          about: login ?? '',
          address,
        });
        return response.redirect('/prove?fault=provider');
      }
      request.session.provenAtMs = Date.now();
      await savedSession(request);
      return response.redirect(begun.again.to);
    }
    if (!person || person.disabled) {
      await ports.audit({ personId: null, what: 'sign-in-refused', about: login ?? '', address });
      return response.redirect('/sign-in?fault=stranger');
    }
    const proved = providerProvedFactor(
      { acr: claims?.acr, amr: claims?.amr },
      settings.trust,
      settings.wantedAcr,
    );
    const next = await comeIn(request, person, 'provider', ports, proved);
    response.redirect(next ? '/sign-in?step=next' : '/');
  });
  return router;
}

/** the provider's clock and ours */
const CLOCKS_DIFFER_MS = 60_000;

/** Where who is in goes on after a new proof; only a page of ours. */
function againOf(request: Request): { to: string; sinceMs: number } | null {
  const { again } = request.query;
  if (typeof again !== 'string' || request.session.cameBy !== 'provider') return null;
  const to = /^\/(?![/\\])/.test(again) ? again : '/';
  return { to, sinceMs: Date.now() };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<oidc.Configuration> {
  const at = new URL(issuer);
  // plain HTTP never leaves the machine
  const loopback = at.protocol === 'http:' && /^(localhost|127\.|\[::1\])/.test(at.hostname);
  return oidc.discovery(at, clientId, clientSecret, undefined, {
    timeout: 5,
    ...(loopback ? { execute: [oidc.allowInsecureRequests] } : {}),
  });
}
