import { ContainerServiceClient } from '@azure/arm-containerservice';
import { clientOptions, keepRules, readRows, type ArmAccess } from '../input/index.ts';
import type { ManagedCluster, Read } from '../model/index.ts';
import { parseManagedCluster } from './parse-cluster.ts';

/** One ARM read per subscription, whatever the number of its clusters. In order of id. */
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
  keepRules(client, access);
  const options = signal === undefined ? {} : { abortSignal: signal };
  const clusters = client.managedClusters.list(options);
  return readRows(access, 'managedClusters', clusters, parseManagedCluster);
}
