import type { HttpClient, Pipeline, PipelinePolicy } from '@azure/core-rest-pipeline';
import { codeOfStatus, scrubbed, type UnreadCode } from '../model/index.ts';
import { ArmError, armAnswers } from './arm-answers.ts';
import type { Taken } from './cursor.ts';
import { Problems } from './problems.ts';

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
  /** Of all lists that are read by this way, which then have a limit; saved files have none. */
  readonly taken?: Taken;
  readonly maxCharacters?: number;
  /** Where a list stands, for messages: a file. By its name alone unless said. */
  readonly sourceOf?: (list: string) => string;
  /** How a call is made where it is a real one: token, pace, tries. Takes the place of the SDK's own. */
  readonly calls?: PipelinePolicy;
}

/** The way for the lists of one subscription: faults and size are theirs alone. */
export function ofSubscription(access: ArmAccess): ArmAccess {
  return { ...access, problems: new Problems(), taken: { parts: 0 } };
}

/** The SDK's own policy, by its name. */
const bearerTokens = 'bearerTokenAuthenticationPolicy';

/**
 * Puts our rules into a client's pipeline. Answers are looked at outside of everything else, so that
 * no token is asked for another host.
 */
export function keepRules(
  { pipeline }: { readonly pipeline: Pipeline },
  access: ArmAccess,
  answers = armAnswers(access),
): void {
  pipeline.addPolicy(answers, { beforePolicies: [bearerTokens] });
  if (access.calls === undefined) return;
  pipeline.removePolicy({ name: bearerTokens });
  pipeline.addPolicy(access.calls, { phase: 'Retry' });
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
    return `${what}: an object in the response does not have the documented shape`;
  return `${what}: ${error instanceof Error ? scrubbed(error.message.split('\n')[0] ?? '', 300) : 'no answer'}`;
}

/** The same for programs. */
export function codeOfArm(error: unknown): UnreadCode | undefined {
  return error instanceof ArmError ? codeOfStatus(error.status) : undefined;
}

/** What to name in a message about a list. */
export function sourceOf(access: ArmAccess, list: string): string {
  return access.sourceOf?.(list) ?? list;
}

/** A kubeconfig as text, untrusted; or why ARM gives none, with the status where one came (else 0). */
export type KubeconfigAnswer =
  | { readonly kind: 'kubeconfig'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };
