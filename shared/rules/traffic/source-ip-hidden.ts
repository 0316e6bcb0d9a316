import { defineRule } from '../define-rule.ts';
import { useLocalPolicy } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { serviceSubject } from '../services.ts';

const needAnnotation = 'evenkeel.dev/needs-source-ip';

/** Finds Services whose pods see the address of a node in place of the client's. */
export const sourceIpHidden = defineRule(
  {
    id: 'traffic/source-ip-hidden',
    title: 'Pods behind a Service do not see the client address',
    why: 'With Cluster, kube-proxy replaces the source address by that of a node: logs, allow lists and rate limits see nodes.',
    remedy:
      'Use Local where the address matters, with the pods spread one per node; else accept it.',
    severity: 'low',
    source: 'load-balancing.md §10, fault 21',
  },
  ['services'],
  ({ services }, { settings }) => ({
    faults: services
      .filter((service) => service.externalTrafficPolicy === 'Cluster' && !service.deleting)
      .map((service): Fault => {
        const annotated = service.annotations.get(needAnnotation) === 'true';
        const needed = annotated || settings.needsSourceIp(service.namespace, service.name);
        return {
          subject: serviceSubject(service),
          severity: needed ? 'medium' : 'low',
          title: `${service.namespace}/${service.name} hides the client address from its pods`,
          message: `externalTrafficPolicy is Cluster: connections are shared evenly over all pods, and every pod sees the address of a node as source.${needed ? ` ${annotated ? `The annotation ${needAnnotation}` : 'The policy'} says that this Service needs the client address.` : ''}`,
          causes: ['cluster-policy'],
          evidence: { externalTrafficPolicy: 'Cluster', needed },
          fixes: [useLocalPolicy(service)],
        };
      }),
  }),
);
