import { ContainerServiceClient } from '@azure/arm-containerservice';
import { armAnswers, clientOptions, Cursor, reasonOfArm, type ArmAccess } from '../input/index.ts';
import { compareText, read, unread, type ManagedCluster, type Read } from '../model/index.ts';
import { parseManagedCluster } from './parse-cluster.ts';

/** One ARM read per subscription, whatever the number of its clusters. */
export async function listClusters(
  access: ArmAccess,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<Read<readonly ManagedCluster[]>> {
  const client = new ContainerServiceClient(
    access.credential,
    subscriptionId,
    clientOptions(access),
  );
  client.pipeline.addPolicy(armAnswers(access), {
    beforePolicies: ['bearerTokenAuthenticationPolicy'],
  });
  const clusters = new Map<string, ManagedCluster>();
  try {
    const origin = { source: 'managedClusters', problems: access.problems };
    let index = 0;
    const options = signal === undefined ? {} : { abortSignal: signal };
    for await (const cluster of client.managedClusters.list(options)) {
      const parsed = parseManagedCluster(
        new Cursor(cluster, `managedClusters[${index++}]`, origin),
      );
      if (parsed === undefined) return unread('managedClusters: a cluster without an id');
      clusters.set(parsed.id, parsed);
    }
  } catch (error) {
    return unread(reasonOfArm(error, 'managedClusters'));
  }
  return read([...clusters.values()].toSorted((a, b) => compareText(a.id, b.id)));
}
