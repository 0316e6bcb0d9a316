import type { Environment } from '../../audit/environment.ts';

/**
 * The level of routes for people. A function key, which the host checks; but where App Service
 * Authentication stands before the app, people sign in and have no key: each handler then asks for
 * their role (`refusePrincipal`, by the same setting of the platform), and for nothing less.
 */
export function levelForPeople(env: Environment): 'function' | 'anonymous' {
  return signsIn(env) ? 'anonymous' : 'function';
}

/** App Service Authentication is on: the platform itself sets this, and strips forged principals. */
export function signsIn(env: Environment): boolean {
  return env['WEBSITE_AUTH_ENABLED']?.toLowerCase() === 'true';
}
