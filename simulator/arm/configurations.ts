import type { ConfigurationDescription, Texts } from '../description.ts';
import type { Layout } from '../layout.ts';

/** A configuration of several Standard load balancers, as only preview API versions give it. */
export function loadBalancerConfiguration(
  { names }: Layout,
  given: ConfigurationDescription,
): object {
  return {
    id: `${names.id}/loadBalancers/${given.name}`,
    name: given.name,
    type: 'Microsoft.ContainerService/managedClusters/loadBalancers',
    properties: {
      primaryAgentPoolName: given.primaryPool,
      allowServicePlacement: given.allowServicePlacement,
      nodeSelector: selector(given.nodeSelector),
      serviceNamespaceSelector: selector(given.serviceNamespaceSelector),
      provisioningState: 'Succeeded',
    },
  };
}

/** Azure writes matchLabels as a list of `key=value`. */
function selector(labels: Texts | undefined): object | undefined {
  return labels && { matchLabels: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
}
