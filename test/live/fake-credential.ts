import type { Clock } from '../../shared/collect/live/clock.ts';
import type { ArmCredential } from '../../shared/input/index.ts';

export interface FakeCredential extends ArmCredential {
  /** Scopes, one for each request. */
  readonly asked: readonly string[];
  /** Lets slow requests end. */
  release(): void;
}

export interface FakeCredentialOptions {
  readonly clock?: Clock;
  readonly lifetimeMs?: number;
  /** The first so many requests fail. */
  readonly failures?: number;
  readonly message?: string;
  readonly slow?: boolean;
}

/** An identity that counts: `token-1`, `token-2`, … */
export function fakeCredential(options: FakeCredentialOptions = {}): FakeCredential {
  const asked: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  if (options.slow !== true) gate.resolve(undefined);
  return {
    asked,
    release: () => gate.resolve(undefined),
    async getToken(scopes) {
      asked.push(String(scopes));
      const serial = asked.length;
      await gate.promise;
      if (serial <= (options.failures ?? 0)) throw new Error(options.message ?? 'no identity here');
      const now = options.clock?.now() ?? Date.now();
      return {
        token: `token-${serial}`,
        expiresOnTimestamp: now + (options.lifetimeMs ?? 3_600_000),
      };
    },
  };
}
