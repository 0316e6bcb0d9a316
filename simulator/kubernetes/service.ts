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
        ...(labels.length > 0 ? { labels: Object.fromEntries(labels) } : {}),
        annotations: Object.fromEntries(annotations),
        ...(balanced ? { finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } : {}),
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
      ...(port.name === undefined ? {} : { name: port.name }),
      protocol: protocolOf(port),
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      ...(nodePorts[at] === undefined ? {} : { nodePort: nodePorts[at] }),
    })),
    ...(service.selector === undefined ? {} : { selector: service.selector }),
    clusterIP: clusterIp,
    clusterIPs: [clusterIp],
    type: service.type,
    sessionAffinity: service.sessionAffinity,
    ...(service.sessionAffinity === 'ClientIP'
      ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }
      : {}),
    ...(service.loadBalancerIp === undefined ? {} : { loadBalancerIP: service.loadBalancerIp }),
    ...(service.loadBalancerClass === undefined
      ? {}
      : { loadBalancerClass: service.loadBalancerClass }),
    ...(service.sourceRanges.length > 0 ? { loadBalancerSourceRanges: service.sourceRanges } : {}),
    ...(service.publishNotReady ? { publishNotReadyAddresses: true } : {}),
    ...(service.type === 'LoadBalancer'
      ? {
          externalTrafficPolicy: service.policy,
          allocateLoadBalancerNodePorts: service.nodePorts,
        }
      : {}),
    ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
    ipFamilies: service.families,
    ipFamilyPolicy: service.families.length > 1 ? 'RequireDualStack' : 'SingleStack',
    internalTrafficPolicy: service.internalPolicy,
    ...(service.trafficDistribution === undefined
      ? {}
      : { trafficDistribution: service.trafficDistribution }),
  };
}
