import { kubectl } from '../../fixes/commands.ts';
import { gatewayRoutes, ingressRoutes, unreadRoutes } from '../../facts/index.ts';
import { spreadInTemplate } from '../../fixes/workload-fixes.ts';
import { hostNames, hostsText, quoted } from '../../fixes/text.ts';
import {
  counted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import { gatewayPlaces, type GatewayPlace } from '../../traffic/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds ingress controllers and gateways whose ready pods are all on one node, or in one zone of several. */
export const singleNodeGateway = defineRule(
  {
    id: 'ingress/single-node-gateway',
    title: 'All pods of a gateway run on one node or in one zone',
    why: 'If that node or zone fails or is upgraded, every host behind the gateway is down.',
    remedy: 'Run two or more replicas and spread them over nodes and zones.',
    severity: 'medium',
    source: 'Kubernetes: topology spread constraints; AKS: availability zones',
  },
  { needs: ['services', gatewayPlaces], helps: [ingressRoutes, gatewayRoutes] },
  ({ services, gatewayPlaces: places, ...given }) => ({
    faults: services.flatMap((service) => {
      const place = places.get(subjectText(service));
      return place === undefined || service.deleting ? [] : [faultOf(service, place)];
    }),
    unknown: unreadRoutes(given),
  }),
);

function faultOf(service: LoadBalancerService, place: GatewayPlace): Fault {
  const { kind, pods, nodes, zones, zonesOfCluster, behind } = place;
  const name = subjectText(service);
  const where = kind === 'one-node' ? `node ${listed(nodes)}` : `zone ${listed(zones)}`;
  const hosts = counted(behind.hosts.length, 'host');
  return {
    subject: serviceSubject(service),
    title:
      pods.length === 1
        ? `Gateway ${name} has only one ready pod`
        : `${pods.length === 2 ? 'Both' : `All ${pods.length}`} pods of gateway ${name} run on ${kind === 'one-node' ? 'one node' : 'nodes of one zone'}`,
    message: `All requests to ${hosts} (${hostsText(behind.hosts)}) go through ${where}, where ${counted(pods.length, 'ready pod')} of ${name} ${pods.length === 1 ? 'runs' : 'run'}${kind === 'one-zone' ? `, although the cluster has nodes in ${counted(zonesOfCluster.length, 'zone')}` : ''}. If it fails or is upgraded, all of these hosts are down until pods run elsewhere.`,
    causes: [kind],
    evidence: {
      nodes: nodes,
      zones,
      zonesOfCluster,
      readyPods: pods.length,
      hosts: hostNames(behind.hosts),
      hostCount: behind.hosts.length,
      entryPoints: behind.entryPoints.map(({ id }) => id),
    },
    fixes: [
      ...scaleOf(service, place),
      ...(pods.length > 1 ? [spreadInTemplate(service.selector ?? new Map())] : []),
    ],
  };
}

/** Managed gateways are scaled by their own objects, which put back what is changed on the Deployment. */
function scaleOf(
  { namespace }: LoadBalancerService,
  { pods, behind: { entryPoints } }: GatewayPlace,
): Fault['fixes'] {
  if (!entryPoints.some(({ controller }) => controller.managedNginx === true))
    return pods.length > 1
      ? []
      : [
          {
            title: 'Run two or more replicas',
            steps: [kubectl(`-n ${quoted(namespace)} scale deployment DEPLOYMENT --replicas=2`)],
            price: [
              'one more pod to run; it may start on the same node unless the pods are spread',
              'an autoscaler of the Deployment sets it back: raise its minimum then',
            ],
          },
        ];
  return [
    {
      title: 'Raise the least number of replicas of managed NGINX',
      steps: [
        kubectl(
          `patch nginxingresscontroller default --type merge -p '{"spec":{"scaling":{"minReplicas":3}}}'`,
        ),
      ],
      price: ['more pods to run'],
    },
  ];
}
