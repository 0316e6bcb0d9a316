import {
  aksClusterName,
  configurationsInUse,
  placeService,
  type PlacementInputs,
  type ServicePlacement,
} from '../load-balancing/index.ts';
import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
} from '../model/index.ts';

/** Services that the cloud provider serves: not those of another controller, nor those on their way out. */
export function servedServices(
  services: readonly LoadBalancerService[],
): readonly LoadBalancerService[] {
  return services.filter(
    ({ loadBalancerClass, deleting }) => loadBalancerClass === undefined && !deleting,
  );
}

/** Where each Service goes; Namespaces are looked up once. */
export function servicePlacer(
  snapshot: ClusterSnapshot,
  configurations: readonly LoadBalancerConfiguration[],
): (service: LoadBalancerService) => ServicePlacement {
  const { managedCluster, publicIpAddresses } = snapshot;
  const loadBalancers = valueOr(snapshot.loadBalancers, []);
  const namespaces = new Map(
    valueOr(snapshot.namespaces, []).map(({ name, labels }) => [name, labels]),
  );
  const group = managedCluster.kind === 'read' ? managedCluster.value.nodeResourceGroup : undefined;
  return (service) => {
    const inputs: PlacementInputs = {
      service,
      configurations,
      namespaceLabels: namespaces.get(service.namespace),
      activeOn: configurationsInUse(loadBalancers, service),
      loadBalancers,
      publicIps: publicIpAddresses,
      resourceGroup: group ?? loadBalancers[0]?.resourceGroup ?? '',
      clusterName: aksClusterName,
    };
    const placement = placeService(inputs);
    return placement.kind === 'unknown' && placement.why.includes('namespace')
      ? { ...placement, why: whyNoNamespace(snapshot) ?? placement.why }
      : placement;
  };
}

/** One reason for all Services where the list of Namespaces is what was not read. */
function whyNoNamespace({ namespaces }: ClusterSnapshot): string | undefined {
  return namespaces.kind === 'unread' ? `namespaces: ${namespaces.why}` : undefined;
}
