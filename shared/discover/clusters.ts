import { ContainerServiceClient } from '@azure/arm-containerservice';
import {
  armAnswers,
  ArmError,
  clientOptions,
  keepRules,
  readRows,
  reasonOfArm,
  sourceOf,
  type ArmAccess,
} from '../input/index.ts';
import { armId, armIdParts, read, unread, type ManagedCluster, type Read } from '../model/index.ts';
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

/**
 * Whether a cluster that the list of its subscription lacks is deleted: a list leaves out what the
 * identity may not read, and only a 404 for the cluster itself says that it is not there.
 */
export async function isDeleted(
  access: ArmAccess,
  { id, subscriptionId }: { readonly id: string; readonly subscriptionId: string },
  signal?: AbortSignal,
): Promise<Read<boolean>> {
  const { resourceGroup = '', name } = armIdParts(armId(id));
  const object = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const client = new ContainerServiceClient(
    access.credential,
    subscriptionId,
    clientOptions(access),
  );
  keepRules(client, access, armAnswers({ ...access, object }));
  try {
    const options = signal === undefined ? {} : { abortSignal: signal };
    await client.managedClusters.get(resourceGroup, name, options);
    return read(false);
  } catch (error) {
    return error instanceof ArmError && error.status === 404
      ? read(true)
      : unread(reasonOfArm(error, sourceOf(access, 'managedClusters')));
  }
}
