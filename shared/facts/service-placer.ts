import {
  aksClusterName,
  configurationsInUse,
  placeService,
  type ServicePlacement,
} from '../load-balancing/index.ts';
import { lacking, valueOr, type LoadBalancerService } from '../model/index.ts';
import { derived } from './derived.ts';

/** Where each Service goes under several load balancers; `unknown` where what decides was not read. */
export const servicePlacer = derived(
  'servicePlacer',
  {
    needs: ['loadBalancerConfigurations', 'loadBalancers'],
    helps: ['managedCluster', 'publicIpAddresses', 'namespaces'],
  },
  ({
    loadBalancerConfigurations,
    loadBalancers,
    managedCluster,
    publicIpAddresses,
    namespaces,
  }) => {
    const labels = new Map(valueOr(namespaces, []).map((each) => [each.name, each.labels]));
    const group = valueOr(managedCluster, undefined)?.nodeResourceGroup;
    return (service: LoadBalancerService): ServicePlacement => {
      const placement = placeService({
        service,
        configurations: loadBalancerConfigurations,
        namespaceLabels: labels.get(service.namespace),
        activeOn: configurationsInUse(loadBalancers, service),
        loadBalancers,
        publicIps: publicIpAddresses,
        resourceGroup: group ?? loadBalancers[0]?.resourceGroup ?? '',
        clusterName: aksClusterName,
      });
      // One reason for all Services where the list of Namespaces is what was not read.
      return placement.kind === 'unknown' &&
        placement.why.includes('namespace') &&
        namespaces.kind === 'unread'
        ? { kind: 'unknown', ...lacking('namespaces', namespaces) }
        : placement;
    };
  },
);
