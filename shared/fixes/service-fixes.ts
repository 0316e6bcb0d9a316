import { annotationPrefix, internalAnnotation } from '../load-balancing/index.ts';
import type { LoadBalancerService } from '../model/index.ts';
import type { Fix, FixStep } from './fix.ts';
import type { ServiceName } from '../model/index.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for a Service; each says what it costs. Commands are shown, never run. */

/** At most three Services get a command; the rest is more of the same. */
export function useClusterPolicy(...services: readonly ServiceName[]): Fix {
  return {
    title: 'Let every node accept the traffic (externalTrafficPolicy: Cluster)',
    steps: services
      .slice(0, 3)
      .map((service) => patchService(service, { externalTrafficPolicy: 'Cluster' })),
    price: [
      'the client source IP is lost: pods see the address of a node',
      'one more hop for most connections',
    ],
  };
}

export function useLocalPolicy(service: ServiceName): Fix {
  return {
    title: 'Keep the client address and probe for pods (externalTrafficPolicy: Local)',
    steps: [patchService(service, { externalTrafficPolicy: 'Local' })],
    price: [
      'connections are shared per node, not per pod: spread the pods one per node first',
      'pods on nodes outside the backend pool get nothing',
    ],
  };
}

/** Where Local would lose traffic: the address as a proxy in front hands it on. */
export function addressFromHeaders(service: ServiceName): Fix {
  return {
    title:
      'Keep Cluster, and take the address from a proxy in front (X-Forwarded-For, PROXY protocol)',
    steps: lookAtEvents(service).steps,
    price: [
      'a proxy that sees the client has to stand in front, and the pods have to trust it',
      'Local would lose connections here: spread the pods over the backends first',
    ],
  };
}

/** kube-proxy then uses all ready pods from every node. */
export function dropTopologyHints(service: ServiceName): Fix {
  return {
    title: 'Let every node use every pod (no topology hints)',
    steps: [
      patchService(service, { trafficDistribution: null }),
      annotateService(service, 'service.kubernetes.io/topology-mode-'),
    ],
    price: ['more connections cross zones: a little slower, and zone traffic is billed'],
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
  const step = annotateService(service, `${annotationPrefix}${name}=${value}`, '--overwrite');
  return { title, steps: [step], price };
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
  const { namespace, name } = service;
  return {
    title: 'Make the cloud provider reconcile the Service again',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(namespace)} annotate service ${quoted(name)} evenkeel.dev/reconcile="$(date +%s)" --overwrite`,
      },
    ],
    price: ['none beyond one more reconcile; if it fails again, the events of the Service say why'],
  };
}

/** Where nothing else is known to help: the controller says there what it could not do. */
export function lookAtEvents({ namespace, name }: ServiceName): Fix {
  return {
    title: 'Look at what the cloud provider says of the Service',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(namespace)} describe service ${quoted(name)}`,
      },
    ],
    price: ['none: it only reads'],
  };
}

export function lookAtPods(service: Selecting): Fix {
  return {
    title: 'Look at the pods that the Service selects',
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} get pods -o wide -l ${quoted(selectorOf(service).join(','))}`,
      },
    ],
    price: ['none: it only reads'],
  };
}

type Selecting = ServiceName & Pick<LoadBalancerService, 'selector'>;

/** `key=value`, sorted. */
export function selectorOf({ selector }: Pick<LoadBalancerService, 'selector'>): readonly string[] {
  return [...(selector ?? [])].map(([key, value]) => `${key}=${value}`).toSorted();
}

export function editService({ namespace, name }: ServiceName, title: string): Fix {
  return {
    title,
    steps: [
      {
        tool: 'kubectl',
        text: `kubectl -n ${quoted(namespace)} edit service ${quoted(name)}`,
      },
    ],
    price: ['pods that the Service no longer selects get no new connections from it'],
  };
}

/** A merge patch of the spec; null takes a field away. */
export function patchService(
  { namespace, name }: ServiceName,
  spec: Readonly<Record<string, unknown>>,
): FixStep {
  return {
    tool: 'kubectl',
    text: `kubectl -n ${quoted(namespace)} patch service ${quoted(name)} --type merge -p ${quoted(JSON.stringify({ spec }))}`,
  };
}

/** `changes`: `key=value`, `key-`, or flags. */
export function annotateService(
  { namespace, name }: ServiceName,
  ...changes: readonly string[]
): FixStep {
  const words = ['-n', namespace, 'annotate', 'service', name, ...changes].map(quoted);
  return { tool: 'kubectl', text: `kubectl ${words.join(' ')}` };
}
