import {
  fleet,
  subscription,
  cluster,
  deployment,
  nodesOfPool,
  service,
  type ClusterChanges,
} from '../build.ts';
import type { FleetDescription, AccessDescription, ClusterDescription } from '../description.ts';
import { everyday } from './everyday.ts';
import { platform } from './platform.ts';
import { production } from './production.ts';
import type { Step } from './step.ts';
import { story } from './story.ts';

/**
 * The fleet that a newcomer meets: the article's three states, the forms that its fault takes today,
 * every kind of node and every family of findings, and clusters that cannot be read, or not whole.
 * From step 0 to step 1 a pool of `batch-vms` is labelled out of the load balancer (new),
 * `search-prod` spreads its pods (resolved), and `checkout-prod` stops answering (stale).
 * @param now ISO 8601: the clock of whoever looks, so that nothing is of the future.
 */
export function demoFleet(step: Step = 0, now = '2026-11-23T06:00:00Z'): FleetDescription {
  return fleet({
    now,
    subscriptions: [
      subscription('00000000-0000-0000-0000-00000000d001', 'Contoso Production', production(step)),
      subscription('00000000-0000-0000-0000-00000000d002', 'Contoso Platform', [
        ...platform(step),
        ...everyday(),
      ]),
      subscription('00000000-0000-0000-0000-00000000d003', 'Contoso Legacy', [
        ...story(),
        ...hardToRead(),
      ]),
    ],
  });
}

/** Clusters that an audit cannot read, or not whole; behind each is the same sound Service. */
function hardToRead(): readonly ClusterDescription[] {
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
