import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import type { ArmAccess, ArmCredential } from '../../input/index.ts';
import { Problems } from '../../input/index.ts';
import { armCalls } from './arm-calls.ts';
import { cappedClient } from './arm-client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Cloud } from './clouds.ts';
import { armLimits, type ArmLimits } from './limits.ts';
import { armTokens } from './tokens.ts';

export interface LiveArm {
  readonly cloud: Cloud;
  readonly credential: ArmCredential;
  /** Another way than the network's usual one: a simulator's. */
  readonly httpClient?: HttpClient;
  readonly limits?: ArmLimits;
  readonly clock?: Clock;
}

/** The way to a cloud's Azure Resource Manager; one for a run, so that its pace holds for all of it. */
export function liveArm(given: LiveArm): ArmAccess {
  const limits = given.limits ?? armLimits;
  const clock = given.clock ?? systemClock;
  return {
    endpoint: given.cloud.armEndpoint,
    // The clients insist on one; tokens come from the calls below and from nowhere else.
    credential: { getToken: () => Promise.reject(new Error('not by this way')) },
    httpClient: cappedClient(given.httpClient ?? createDefaultHttpClient(), limits),
    retries: 0,
    problems: new Problems(),
    calls: armCalls({ tokens: armTokens(given.credential, given.cloud, clock), limits, clock }),
  };
}
