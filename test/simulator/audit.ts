import {
  collectCluster,
  networkByGroup,
  readConfigurations,
  readNetwork,
} from '../../shared/collect/index.ts';
import { listClusters } from '../../shared/discover/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { read, unread, type ManagedCluster } from '../../shared/model/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { clusterIdentity } from '../../shared/audit/cluster-identity.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { kubernetesTransport } from '../../simulator/transports.ts';
import { armAccessTo } from './ask.ts';

export interface SimulatedAudit {
  readonly clusters: readonly ClusterReport[];
  readonly problems: readonly string[];
}

/** Audits a whole simulated fleet in memory, by the reading path and the rules of the product. */
export async function auditFleet(simulator: Simulator): Promise<SimulatedAudit> {
  const problems = new Problems();
  const access = armAccessTo(simulator, problems);
  const clusters: ClusterReport[] = [];
  for (const { id: subscriptionId } of simulator.index.fleet.subscriptions) {
    const found = await listClusters(access, subscriptionId);
    if (found.kind === 'unread') continue;
    const network = networkByGroup(await readNetwork(access, subscriptionId));
    for (const cluster of found.value) {
      const { id } = cluster;
      const collected = await collectCluster({
        identity: clusterIdentity(cluster),
        managedCluster: read(cluster),
        network,
        configurations: await readConfigurations(access, { id, subscriptionId }),
        kubernetes: accessTo(simulator, cluster),
        takenAt: simulator.index.fleet.now,
        problems,
      });
      clusters.push(auditSnapshot(collected));
    }
  }
  return { clusters, problems: problems.lines };
}

/** The way to a simulated cluster's Kubernetes API. */
export function accessTo(simulator: Simulator, { access }: ManagedCluster) {
  const host = access.fqdn ?? access.privateFqdn;
  if (!access.entra || host === undefined) return unread('no way in');
  return read(kubernetesTransport(simulator, host));
}
