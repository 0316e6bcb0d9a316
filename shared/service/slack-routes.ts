import { routing, type Routing } from '../notify/index.ts';
import type { Policy } from '../policy/index.ts';
import type { SlackSettings } from './settings.ts';

/** Who is told of what, by the policy and `SLACK_CHANNEL`. */
export function routesOf(policy: Policy, { channel }: Pick<SlackSettings, 'channel'>): Routing {
  return routing({ owners: policy.owners, slack: policy.slack, channel });
}
