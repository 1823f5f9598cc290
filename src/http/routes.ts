/**
 * Where routes are declared: none without what it asks of who comes. Of the declarations the tests walk role × route; the
 * contract (HOUSE.md) grows out of them.
 */
import {
  Router,
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Permission } from '../core/people/rights.ts';

/** Stands before a route and lets through who may; it is made by `allow`, `signedIn` and `anybody` (door.ts). */
export interface Guard extends RequestHandler {
  readonly permission: Permission;
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

export interface DeclaredRoute {
  method: Method;
  path: string;
  /** all of them are asked */
  permissions: Permission[];
}

/** What follows the guard: other guards, limits, what reads a body, the work. */
interface Declare {
  (path: string, guard: Guard, ...handlers: RequestHandler[]): void;
  (
    path: string,
    guard: Guard,
    body: RequestHandler,
    work: RequestHandler,
    refuseBody: ErrorRequestHandler,
  ): void;
}

/** A subject's routes, as Express takes them in. Its own router is inside, and nothing comes into that but by a declaration. */
export type Routes = ((request: Request, response: Response, next: NextFunction) => void) &
  Record<Method, Declare> & {
    readonly declared: readonly DeclaredRoute[];
    /** for the test that looks whether anything came in another way */
    readonly router: Router;
  };

export function declareRoutes(): Routes {
  const router = Router();
  const declared: DeclaredRoute[] = [];
  const declaring =
    (method: Method) =>
    (path: string, guard: Guard, ...handlers: RequestHandler[]): void => {
      const permissions = [guard, ...handlers].flatMap((handler) =>
        'permission' in handler ? [(handler as Guard).permission] : [],
      );
      // written without types, or around them: it does not start
      if (permissions.length === 0) throw new Error(`no permission stands before ${method} ${path}`);
      declared.push({ method, path, permissions });
      router[method](path, guard, ...handlers);
    };
  const byMethod = Object.fromEntries(METHODS.map((method) => [method, declaring(method)]));
  return Object.assign(
    (request: Request, response: Response, next: NextFunction) => router(request, response, next),
    byMethod as Record<Method, unknown> as Record<Method, Declare>,
    { declared, router },
  );
}
