import { annotationPrefix, internalAnnotation } from '../load-balancing/index.ts';
import { serviceSubject, type LoadBalancerService, type ServiceName } from '../model/index.ts';
import { kubectl, kubectlOn, readOnlyFix } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for a Service; each says what it costs. Commands are shown, never run. */

/** At most three Services get a command; the rest is more of the same. */
export function useClusterPolicy(...services: readonly ServiceName[]): Fix {
  return {
    title: 'Accept traffic on every node (externalTrafficPolicy: Cluster)',
    steps: services
      .slice(0, 3)
      .map((service) => patchService(service, { externalTrafficPolicy: 'Cluster' })),
    price: [
      'the client source IP is lost: pods see a node address',
      'one extra hop for most connections',
    ],
  };
}

/** For Services whose pods need the address of the client. */
export function useLocalPolicy(service: ServiceName): Fix {
  return {
    title: 'Keep the client IP and probe for local pods (externalTrafficPolicy: Local)',
    steps: [patchService(service, { externalTrafficPolicy: 'Local' })],
    price: [
      'connections are balanced per node, not per pod: run one pod per node first',
      'pods on nodes outside the backend pool get no traffic',
    ],
  };
}

/** Where Local would lose traffic: the address as a proxy in front hands it on. */
export function addressFromHeaders(service: ServiceName): Fix {
  return {
    title:
      'Keep Cluster and read the client IP from a proxy in front (X-Forwarded-For, PROXY protocol)',
    steps: [describeService(service)],
    price: [
      'needs a proxy in front that sees the client IP, and pods that trust its header',
      'Local would lose connections here: run pods on every backend first',
    ],
  };
}

/** kube-proxy then uses all ready pods from every node. */
export function dropTopologyHints(service: ServiceName): Fix {
  return {
    title: 'Route to pods in every zone (no topology hints)',
    steps: [
      patchService(service, { trafficDistribution: null }),
      annotateService(service, 'service.kubernetes.io/topology-mode-'),
    ],
    price: ['more cross-zone connections: higher latency, and inter-zone traffic may be billed'],
  };
}

/** `key` is the whole annotation key. */
export function removeServiceAnnotation(
  service: ServiceName,
  key: string,
  title: string,
  price: readonly string[],
): Fix {
  return removeServiceAnnotations(service, [key], title, price);
}

/** `keys` are whole annotation keys. */
export function removeServiceAnnotations(
  service: ServiceName,
  keys: readonly string[],
  title: string,
  price: readonly string[],
): Fix {
  return { title, steps: [annotateService(service, ...keys.map((key) => `${key}-`))], price };
}

/** `name` is the key behind `service.beta.kubernetes.io/`. */
export function setServiceAnnotation(
  service: ServiceName,
  name: string,
  value: string,
  title: string,
  price: readonly string[],
): Fix {
  return { title, steps: [setAnnotation(service, name, value)], price };
}

/** The step of {@link setServiceAnnotation}. */
export function setAnnotation(service: ServiceName, name: string, value: string): FixStep {
  return annotateService(service, `${annotationPrefix}${name}=${value}`, '--overwrite');
}

/** Sets the annotation as it is read, or removes it; `written` is the key that stands there now. */
export function internalOrPublic(
  service: ServiceName,
  written = annotationPrefix + internalAnnotation,
): readonly Fix[] {
  const key = annotationPrefix + internalAnnotation;
  const replaced = written === key ? [] : [`${written}-`];
  return [
    {
      title: 'Make the Service internal: set the annotation to exactly true',
      steps: [annotateService(service, `${key}=true`, ...replaced, '--overwrite')],
      price: ['the Service moves to the internal load balancer and loses its public address'],
    },
    removeServiceAnnotation(service, written, 'Keep the Service public: remove the annotation', [
      'anyone on the Internet can connect unless source ranges restrict it',
    ]),
  ];
}

/** Makes the controllers look at the Service again, which also repairs pools and rules. */
export function reconcile(service: ServiceName): Fix {
  const annotation = 'evenkeel.dev/reconcile="$(date +%s)" --overwrite';
  return {
    title: 'Trigger a reconcile (annotate the Service)',
    steps: [kubectlOn(serviceSubject(service), 'annotate', annotation)],
    price: ['one extra reconcile; if it fails again, the Service’s events say why'],
  };
}

/** Where nothing else is known to help: the controller says there what it could not do. */
export function lookAtEvents(service: ServiceName): Fix {
  return readOnlyFix('Check the Service’s events', describeService(service));
}

/** Shows a Service with its events. */
export function describeService(service: ServiceName): FixStep {
  return kubectlOn(serviceSubject(service), 'describe');
}

/** For Services whose pods are not ready, or not there. */
export function lookAtPods(service: ServiceName & Pick<LoadBalancerService, 'selector'>): Fix {
  const selector = quoted(selectorOf(service).join(','));
  return readOnlyFix(
    'Check the pods that the Service selects',
    kubectl(`-n ${quoted(service.namespace)} get pods -o wide -l ${selector}`),
  );
}

/** `key=value`, sorted. */
export function selectorOf({ selector }: Pick<LoadBalancerService, 'selector'>): readonly string[] {
  return [...(selector ?? [])].map(([key, value]) => `${key}=${value}`).toSorted();
}

/** Opens the Service in an editor; for selectors and ports. */
export function editService(service: ServiceName, title: string): Fix {
  return {
    title,
    steps: [kubectlOn(serviceSubject(service), 'edit')],
    price: ['pods that no longer match the selector get no new connections'],
  };
}

/** A merge patch of the spec; null takes a field away. */
export function patchService(
  service: ServiceName,
  spec: Readonly<Record<string, unknown>>,
): FixStep {
  const patch = quoted(JSON.stringify({ spec }));
  return kubectlOn(serviceSubject(service), 'patch', `--type merge -p ${patch}`);
}

/** `changes`: `key=value`, `key-`, or flags. */
export function annotateService(service: ServiceName, ...changes: readonly string[]): FixStep {
  return kubectlOn(serviceSubject(service), 'annotate', changes.map(quoted).join(' '));
}
