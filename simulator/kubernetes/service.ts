import type { Layout } from '../layout.ts';
import { protocolOf, type SimulatedService } from '../services.ts';
import { appliedConfiguration, metadata } from './metadata.ts';

/** A Service as the API server gives it: defaults filled in, `healthCheckNodePort` only with Local. */
export function serviceJson(layout: Layout, simulated: SimulatedService): object {
  const { service } = simulated;
  const balanced = service.type === 'LoadBalancer';
  const annotations = [
    ...Object.entries(service.annotations),
    ...Object.entries(appliedConfiguration('v1', 'Service', service)),
  ];
  const labels = Object.entries(service.labels);
  return {
    metadata: metadata(layout, {
      kind: 'Service',
      namespace: service.namespace,
      name: service.name,
      uid: simulated.uid,
      ageMinutes: 50_000,
      more: {
        labels: labels.length > 0 ? Object.fromEntries(labels) : undefined,
        annotations: Object.fromEntries(annotations),
        finalizers: balanced ? ['service.kubernetes.io/load-balancer-cleanup'] : undefined,
      },
    }),
    spec: specJson(simulated),
    status: {
      loadBalancer:
        simulated.ip === undefined ? {} : { ingress: [{ ip: simulated.ip, ipMode: 'VIP' }] },
    },
  };
}

function specJson({
  service,
  nodePorts,
  clusterIp,
  healthCheckNodePort,
}: SimulatedService): object {
  return {
    ports: service.ports.map((port, at) => ({
      name: port.name,
      protocol: protocolOf(port),
      appProtocol: port.appProtocol,
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      nodePort: nodePorts[at],
    })),
    selector: service.selector,
    clusterIP: clusterIp,
    clusterIPs: [clusterIp],
    type: service.type,
    sessionAffinity: service.sessionAffinity,
    sessionAffinityConfig:
      service.sessionAffinity === 'ClientIP' ? { clientIP: { timeoutSeconds: 10_800 } } : undefined,
    loadBalancerIP: service.loadBalancerIp,
    loadBalancerSourceRanges: service.sourceRanges.length > 0 ? service.sourceRanges : undefined,
    publishNotReadyAddresses: service.publishNotReady ? true : undefined,
    ...(service.type === 'LoadBalancer'
      ? {
          externalTrafficPolicy: service.policy,
          allocateLoadBalancerNodePorts: service.nodePorts,
        }
      : {}),
    healthCheckNodePort,
    ipFamilies: service.families,
    ipFamilyPolicy: service.families.length > 1 ? 'RequireDualStack' : 'SingleStack',
    internalTrafficPolicy: service.internalPolicy,
    trafficDistribution: service.trafficDistribution,
  };
}
