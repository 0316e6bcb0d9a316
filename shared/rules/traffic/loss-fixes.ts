import { annotationPrefix, isTrue, portAnnotation } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import type { LossCause, PortTraffic } from '../../traffic/index.ts';
import { lookAtNodes } from '../cluster-fixes.ts';
import type { Fix } from '../rule.ts';
import { reconcile, removeServiceAnnotation, useLocalPolicy } from '../service-fixes.ts';
import type { ServiceName } from '../subject.ts';

type Concerned = ServiceName & Partial<Pick<LoadBalancerService, 'annotations'>>;

/** What could be done about the losses of a Service's ports, each fix once, the likeliest first. */
export function lossFixes(ports: readonly PortTraffic[], service: Concerned): readonly Fix[] {
  const fixes = ports.flatMap((port) =>
    port.losses.flatMap(({ cause }) => fixesOf(cause, port, service)),
  );
  return [...new Map(fixes.map((fix) => [fix.title, fix])).values()];
}

function fixesOf(cause: LossCause, port: PortTraffic, service: Concerned): readonly Fix[] {
  switch (cause) {
    case 'probe-answers-without-endpoints':
      return probeFixes(port, service);
    case 'no-probe':
      return withProbe(port, service);
    case 'stale-member':
      return [reconcile(service), ...withProbe(port, service)];
    case 'node-not-ready':
      return [...withProbe(port, service), lookAtNodes()];
    case 'no-kube-proxy':
      return [...withProbe(port, service), lookAtKubeProxy];
  }
}

/** The probe asks something else than "is a pod here": by annotation, or since Azure's copy has drifted. */
function probeFixes(port: PortTraffic, service: Concerned): readonly Fix[] {
  const annotations = service.annotations ?? new Map<string, string>();
  if (portAnnotation(annotations, port.port, 'health-probe_port') === undefined)
    return [reconcile(service)];
  return [
    removeServiceAnnotation(
      service,
      `${annotationPrefix}port_${port.port}_health-probe_port`,
      `Give port ${port.port} back the health check of Local`,
      ['none: only nodes with a ready pod answer it, which is what Local needs'],
    ),
  ];
}

/** A probe for a rule that has none: the annotation that took it away goes, else Local brings one. */
function withProbe(port: PortTraffic, service: Concerned): readonly Fix[] {
  const annotations = service.annotations ?? new Map<string, string>();
  const disabled = `port_${port.port}_no_probe_rule`;
  if (isTrue(annotations, disabled))
    return [
      removeServiceAnnotation(
        service,
        `${annotationPrefix}${disabled}`,
        `Give port ${port.port} its probe back`,
        ['none: backends that do not answer the probe get no new connections'],
      ),
    ];
  return port.probe === undefined ? [useLocalPolicy(service)] : [reconcile(service)];
}

const lookAtKubeProxy: Fix = {
  title: 'Find out why kube-proxy does not run on every node',
  steps: [{ tool: 'kubectl', text: 'kubectl -n kube-system describe daemonset kube-proxy' }],
  price: ['none: it only reads'],
};
