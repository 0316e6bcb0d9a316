import type { HttpClient } from '@azure/core-rest-pipeline';
import { ArmError } from './arm-answers.ts';
import type { Problems } from './problems.ts';

/** What the Azure clients ask a credential for; `@azure/identity` gives such objects. */
export interface ArmCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** How ARM is reached: as whom, where, and over what. */
export interface ArmAccess {
  readonly credential: ArmCredential;
  /** `https://management.azure.com` in the public cloud. */
  readonly endpoint: string;
  /** Another transport than the network: a case folder, the simulator. */
  readonly httpClient?: HttpClient;
  /** Tries after the first; the service asks for its waits itself. */
  readonly retries: number;
  readonly problems: Problems;
  readonly maxCharacters?: number;
  /** Where a list stands, for messages: a file. By its name alone unless said. */
  readonly sourceOf?: (list: string) => string;
}

/** The pipeline options that every ARM client of ours is made with. */
export function clientOptions(access: ArmAccess) {
  return {
    endpoint: access.endpoint,
    retryOptions: { maxRetries: access.retries, retryDelayInMs: 500, maxRetryDelayInMs: 30_000 },
    redirectOptions: { maxRetries: 0 },
    ...(access.httpClient !== undefined && { httpClient: access.httpClient }),
  };
}

/** Why ARM could not be read, in one line for people: never a stack, a token or a body. */
export function reasonOfArm(error: unknown, what: string): string {
  if (error instanceof ArmError) return error.message;
  if (error instanceof TypeError)
    return `${what}: an object in the answer has another shape than the API documents`;
  return `${what}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 300) : 'no answer'}`;
}

/** What to name in a message about a list. */
export function sourceOf(access: ArmAccess, list: string): string {
  return access.sourceOf?.(list) ?? list;
}
