import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { Problems, type ArmAccess } from '../../input/index.ts';
import { read, unread, type Read } from '../../model/index.ts';
import type { LiveArm } from './arm.ts';
import { armCalls } from './arm-calls.ts';
import { cappedClient } from './arm-client.ts';
import { systemClock } from './clock.ts';
import { metricsLimits } from './limits.ts';
import { metricsTokens } from './tokens.ts';

/** The way to Azure Monitor's host of a region; unread where none is known for it. */
export type MetricsAccess = (region: string) => Read<ArmAccess>;

/**
 * The ways to a cloud's metrics hosts, which take a token for ARM and are not ARM: their own tokens,
 * client and pace. A region that is not in the cloud's list is never asked.
 */
export function liveMetrics(given: LiveArm): MetricsAccess {
  const { cloud, limits = metricsLimits, clock = systemClock } = given;
  const httpClient = cappedClient(given.httpClient ?? createDefaultHttpClient(), limits);
  const calls = armCalls({
    tokens: metricsTokens(given.credential, cloud, clock),
    limits,
    clock,
  });
  return (region) => {
    if (cloud.metrics === undefined)
      return unread(`metrics: the hosts of Azure Monitor in ${cloud.name} are not known`);
    if (!cloud.metrics.regions.includes(region))
      return unread(
        `metrics: ${JSON.stringify(region.slice(0, 60))} is not a known region of ${cloud.name}`,
      );
    return read({
      endpoint: `https://${region}.${cloud.metrics.domain}`,
      credential: { getToken: () => Promise.reject(new Error('not by this way')) },
      httpClient,
      retries: 0,
      problems: new Problems(),
      calls,
    });
  };
}
