import * as oidc from 'openid-client';
import { anybody, refuse } from './door.ts';
import { beginSession } from './sign-in.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** the claim that holds our login */
  claim: string;
  /** how browsers reach us, `https://hotline.example` */
  publicUrl: string;
}

export interface OidcPorts {
  settings: OidcSettings | null;
  findPerson: (login: string) => Promise<(SignedIn & { disabled: boolean; sessionEpoch: number }) | null>;
  audit: (entry: {
    personId: number | null;
    what: string;
    about?: string;
    address?: string | null;
  }) => Promise<void>;
  onFault: (cause: unknown) => void;
}

declare module 'express-session' {
  interface SessionData {
    oidc?: { state: string; verifier: string };
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

  router.get('/oidc/start', anybody, async (request, response) => {
    try {
      const verifier = oidc.randomPKCECodeVerifier();
      const state = oidc.randomState();
      request.session.oidc = { state, verifier };
      const to = oidc.buildAuthorizationUrl(await provider(), {
        redirect_uri: settings.publicUrl + CALLBACK,
        scope: 'openid profile',
        state,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      await new Promise<void>((done, fail) =>
        request.session.save((fault) => (fault ? fail(fault) : done())),
      );
      response.redirect(to.href);
    } catch (cause) {
      ports.onFault(cause);
      refuse(response, 503, 'provider-away', '统一身份认证暂时连不上，请用工号和密码登录。');
    }
  });

  router.get('/oidc/callback', anybody, async (request, response) => {
    const begun = request.session.oidc;
    delete request.session.oidc;
    if (!begun) return response.redirect('/sign-in?fault=again');
    let login: string | undefined;
    try {
      const here = new URL(request.originalUrl, settings.publicUrl);
      const tokens = await oidc.authorizationCodeGrant(await provider(), here, {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
      });
      const said = tokens.claims()?.[settings.claim];
      if (typeof said === 'string') login = said;
    } catch (cause) {
      ports.onFault(cause);
      return response.redirect('/sign-in?fault=provider');
    }
    const person = login === undefined ? null : await ports.findPerson(login);
    const address = request.ip ?? null;
    if (!person || person.disabled) {
      await ports.audit({ personId: null, what: 'sign-in-refused', about: login ?? '', address });
      return response.redirect('/sign-in?fault=stranger');
    }
    // the provider knows who it is: a password given here need not be changed first
    await beginSession(request, { ...person, mustChange: false }, person.sessionEpoch);
    await ports.audit({ personId: person.id, what: 'signed-in', about: 'OpenID Connect', address });
    response.redirect('/');
  });
  return router;
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
