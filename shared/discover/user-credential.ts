import { ContainerServiceClient } from '@azure/arm-containerservice';
import {
  ArmError,
  clientOptions,
  keepRules,
  reasonOfArm,
  type ArmAccess,
  type KubeconfigAnswer,
} from '../input/index.ts';
import type { ManagedCluster } from '../model/index.ts';

/**
 * Asks ARM for the *user* kubeconfig of a cluster with Entra, which holds no secret: the one POST of
 * this program, and an action that changes nothing. The admin one is never asked for.
 */
export async function readUserCredential(
  access: ArmAccess,
  cluster: Pick<ManagedCluster, 'subscriptionId' | 'resourceGroup' | 'name'>,
  signal?: AbortSignal,
): Promise<KubeconfigAnswer> {
  const client = new ContainerServiceClient(
    access.credential,
    cluster.subscriptionId,
    clientOptions(access),
  );
  keepRules(client, access);
  try {
    const { kubeconfigs } = await client.managedClusters.listClusterUserCredentials(
      cluster.resourceGroup,
      cluster.name,
      { format: 'exec', ...(signal !== undefined && { abortSignal: signal }) },
    );
    const value = kubeconfigs?.[0]?.value;
    return value === undefined
      ? {
          kind: 'refused',
          status: 200,
          why: 'listClusterUserCredential: no kubeconfig in the answer',
        }
      : { kind: 'kubeconfig', text: Buffer.from(value).toString('utf8') };
  } catch (error) {
    const status = error instanceof ArmError ? error.status : 0;
    return { kind: 'refused', status, why: reasonOfArm(error, 'listClusterUserCredential') };
  }
}
