import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import {
  clientOptions,
  Cursor,
  keepRules,
  queryAnswers,
  reasonOfArm,
  type ArmAccess,
} from '../input/index.ts';
import { read, unread, type Read } from '../model/index.ts';

/** Subscriptions that the identity sees there, with their clusters: one without a row is not empty but unseen. */
const query = `resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project subscriptionId
| join kind=leftouter (resources
  | where type =~ 'microsoft.containerservice/managedclusters'
  | summarize clusters = count() by subscriptionId) on subscriptionId
| project subscriptionId, clusters = coalesce(clusters, 0)`;

const what = 'resources of Resource Graph';
/** As its guide advises. */
const subscriptionsAtOnce = 300;

/**
 * How many clusters Resource Graph knows in each subscription that it sees. It is minutes late, and
 * leaves out without a word what the identity may not read: it finds, and ARM's lists judge.
 */
export async function readClusterCounts(
  access: ArmAccess,
  subscriptionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Read<ReadonlyMap<string, number>>> {
  const client = new ResourceGraphClient(access.credential, clientOptions(access));
  keepRules(client, access, queryAnswers({ endpoint: access.endpoint, what }));
  const counts = new Map<string, number>();
  try {
    for (let at = 0; at < subscriptionIds.length; at += subscriptionsAtOnce) {
      const subscriptions = subscriptionIds.slice(at, at + subscriptionsAtOnce);
      const answer = await client.resources(
        { query, subscriptions, options: { top: 1000, resultFormat: 'objectArray' } },
        signal === undefined ? {} : { abortSignal: signal },
      );
      const body = new Cursor(answer, 'body', { source: what, problems: access.problems });
      if (body.text('resultTruncated', 8) !== 'false' || !body.at('skipToken').absent)
        return unread(`${what}: the answer is not whole`);
      for (const row of body.objects('data')) {
        const [id, clusters] = [row.text('subscriptionId', 64), row.count('clusters')];
        if (id !== undefined && clusters !== undefined) counts.set(id.toLowerCase(), clusters);
      }
    }
  } catch (error) {
    return unread(reasonOfArm(error, what));
  }
  return read(counts);
}
