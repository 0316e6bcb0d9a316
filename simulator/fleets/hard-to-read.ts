import { cluster, deployment, nodesOfPool, service, type ClusterChanges } from '../build.ts';
import type { AccessDescription, ClusterDescription } from '../description.ts';

/** Clusters that an audit cannot read, or not whole; behind each is the same sound Service. */
export function hardToRead(): readonly ClusterDescription[] {
  return [
    closed('vault-private', { access: { privateCluster: true, reachable: 'no' } }),
    closed('lab-stopped', { powerState: 'Stopped' }),
    closed('crm-no-entra', { access: { entra: false, azureRbac: false } }),
    // The built-in reader role does not read nodes.
    closed('finance-denied', { access: { denied: ['nodes'] } }),
    closed('media-partial', { access: { denied: ['events', 'pods'] } }),
  ];
}

function closed(
  name: string,
  changes: ClusterChanges & { readonly access?: Partial<AccessDescription> },
): ClusterDescription {
  return cluster(name, {
    services: [service('main/web')],
    workloads: [deployment('main/web', nodesOfPool('user', 3))],
    ...changes,
  });
}
