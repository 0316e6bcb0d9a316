import type { ArmCredential } from '../../input/index.ts';
import type { Brand } from '../../model/index.ts';
import { unlessAborted, type Clock } from './clock.ts';
import type { Cloud } from './clouds.ts';
import { lineOf } from './failure.ts';

/** A token for Azure Resource Manager; no API server ever sees one. */
export type ArmToken = Brand<string, 'ArmToken'>;
/** A token for the AKS server application; ARM never sees one. */
export type AksToken = Brand<string, 'AksToken'>;

/**
 * A token for Azure Resource Manager that goes to Azure Monitor's metrics hosts, which take no other;
 * kept apart, so that neither host gets the other's.
 */
export type MetricsToken = Brand<string, 'MetricsToken'>;

/** Why there is no token; the message is for people and holds none. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** Tokens of one audience for the hosts of that audience, and for no other. */
export interface TokenSource<Token extends string> {
  /**
   * @throws {TokenError} for a host of another audience, before any token is asked for; and where the
   * identity gets none.
   */
  tokenFor(url: URL, signal?: AbortSignal): Promise<Token>;
  /** Tells that this token was answered with 401: the next one is a new one. */
  refused(token: Token): void;
}

/** Tokens of an identity for ARM. */
export function armTokens(
  credential: ArmCredential,
  cloud: Cloud,
  clock: Clock,
): TokenSource<ArmToken> {
  const { origin } = new URL(cloud.armEndpoint);
  const audience = {
    scope: cloud.armScope,
    accepts: (url: URL) => `${url.protocol}//${url.host}` === origin,
    isToken: (text: string): text is ArmToken => text !== '',
  };
  return tokenSource(credential, audience, clock);
}

/** Tokens of an identity for the API servers of clusters with Entra. */
export function aksTokens(
  credential: ArmCredential,
  cloud: Cloud,
  clock: Clock,
): TokenSource<AksToken> {
  const audience = {
    scope: cloud.aksScope,
    accepts: ({ protocol, port, hostname }: URL) =>
      protocol === 'https:' &&
      port === '' &&
      cloud.aksDomains.some((domain) => hostname.endsWith(`.${domain}`)),
    isToken: (text: string): text is AksToken => text !== '',
  };
  return tokenSource(credential, audience, clock);
}

/** For `https://<region>.<domain>` of the cloud's own regions, and for no other host. */
export function metricsTokens(
  credential: ArmCredential,
  cloud: Cloud,
  clock: Clock,
): TokenSource<MetricsToken> {
  const { domain = '', regions = [] } = cloud.metrics ?? {};
  const origins = new Set(regions.map((region) => `https://${region}.${domain}`));
  const audience = {
    scope: cloud.armScope,
    accepts: (url: URL) => origins.has(`${url.protocol}//${url.host}`),
    isToken: (text: string): text is MetricsToken => text !== '',
  };
  return tokenSource(credential, audience, clock);
}

interface TokenAudience<Token extends string> {
  readonly scope: string;
  readonly accepts: (url: URL) => boolean;
  readonly isToken: (text: string) => text is Token;
}

interface Held<Token> {
  readonly token: Token;
  /** From here on a new one is asked for. */
  readonly staleAtMs: number;
}

const requestMs = 30_000;
/** An identity that gets no token is not asked again for every call of a run. */
const failureMs = 10_000;

/** One request for however many callers wait for it; asked again shortly before the token ends. */
function tokenSource<Token extends string>(
  credential: ArmCredential,
  { scope, accepts, isToken }: TokenAudience<Token>,
  clock: Clock,
): TokenSource<Token> {
  let held: Held<Token> | undefined;
  let failed: { readonly error: TokenError; readonly untilMs: number } | undefined;
  let pending: Promise<Held<Token>> | undefined;

  const ask = async (): Promise<Held<Token>> => {
    try {
      const given = await unlessAborted(credential.getToken(scope), AbortSignal.timeout(requestMs));
      if (given === null || !isToken(given.token)) throw new TokenError('the answer holds none');
      const now = clock.now();
      const lifetime = given.expiresOnTimestamp - now;
      held = {
        token: given.token,
        staleAtMs: given.expiresOnTimestamp - Math.min(300_000, lifetime / 10),
      };
      return held;
    } catch (cause) {
      const error = new TokenError(`no token for ${scope}: ${lineOf(cause)}`, { cause });
      failed = { error, untilMs: clock.elapsed() + failureMs };
      throw error;
    } finally {
      pending = undefined;
    }
  };

  return {
    async tokenFor(url, signal) {
      if (!accepts(url) || url.username !== '' || url.password !== '')
        throw new TokenError(`no token for ${scope} is asked for ${url.host}`);
      if (held === undefined || held.staleAtMs <= clock.now()) {
        if (failed !== undefined && failed.untilMs > clock.elapsed()) throw failed.error;
        pending ??= ask();
        return (await unlessAborted(pending, signal)).token;
      }
      return held.token;
    },
    refused(token) {
      if (held?.token === token) held = undefined;
    },
  };
}
