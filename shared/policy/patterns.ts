import * as z from 'zod';
import { severities } from '../findings/index.ts';

/** Exact text, or a pattern with `*`. No regular expressions: a policy cannot stall a run. */
export const pattern = z.string().min(1).max(512).meta({
  id: 'pattern',
  description: 'Exact, or with `*` for any characters. No regular expressions.',
});

const patterns = z
  .union([pattern, z.array(pattern).min(1).max(100)], {
    error: 'must be a string or a list of strings',
  })
  .describe('One pattern, or a list of patterns of which one must match.');

const subscription = patterns.describe('Subscription ids.');
const cluster = patterns.describe('Cluster names or ARM ids; case-insensitive.');
const tag = z
  .record(z.string().min(1).max(512), patterns)
  .describe('Azure tags of the cluster: name → value. All must match.');

/** Where something applies, by cluster. Keys that are given must all match. */
export const clusterScope = z.strictObject({ subscription, cluster, tag }).partial().meta({
  id: 'clusterScope',
  description: 'Which clusters. All specified keys must match; all if omitted.',
});

/** The same, by namespace too. */
export const scope = z
  .strictObject({
    subscription,
    cluster,
    tag,
    namespace: patterns.describe('Namespaces; findings without one (nodes, pools) do not match.'),
  })
  .partial()
  .meta({
    id: 'scope',
    description: 'Which findings. All specified keys must match; all if omitted.',
  });

export const severity = z.enum(severities).meta({ id: 'severity' });

export const ownerName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/u, 'an owner is 1 to 40 of a-z, 0-9 and -')
  .describe('A team name from `owners`.');

export const text = z.string().trim().min(1).max(1024);
