import type { Cursor } from '../input/cursor.ts';
import type {
  ClusterIpService,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressPath,
} from '../model/index.ts';
import { isDeleting, nameOf } from './parse-objects.ts';

const nginxPrefix = 'nginx.ingress.kubernetes.io/';

/** NGINX's annotations that decide which backend gets a request, and by which way; snippets and the rest are dropped. */
const kept: ReadonlySet<string> = new Set(
  [
    'canary',
    'canary-by-cookie',
    'canary-by-header',
    'canary-by-header-pattern',
    'canary-by-header-value',
    'canary-weight',
    'canary-weight-total',
    'from-to-www-redirect',
    'load-balance',
    'permanent-redirect',
    'server-alias',
    'service-upstream',
    'temporal-redirect',
    'upstream-hash-by',
    'use-regex',
  ].map((name) => nginxPrefix + name),
);

const classAnnotation = 'kubernetes.io/ingress.class';

/** An Ingress, its class from `ingressClassName`, else from the old annotation; `undefined` without a name. */
export function parseIngress(item: Cursor): Ingress | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const metadata = item.at('metadata');
  const spec = item.at('spec');
  const byAnnotation = metadata.annotations((key) => key === classAnnotation);
  const className = spec.text('ingressClassName', 253) || byAnnotation.get(classAnnotation);
  const defaultBackend = parseBackend(spec.at('defaultBackend'));
  const status = item.at('status').at('loadBalancer').objects('ingress');
  const createdAt = metadata.text('creationTimestamp', 64);
  return {
    ...own,
    ...(className !== undefined && className !== '' && { className }),
    classByAnnotation: (spec.text('ingressClassName', 253) ?? '') === '',
    annotations: metadata.annotations((key) => kept.has(key)),
    ...(defaultBackend !== undefined && { defaultBackend }),
    rules: spec.objects('rules').map((rule) => ({
      host: rule.text('host', 253)?.toLowerCase() ?? '',
      paths: rule.at('http').objects('paths').flatMap(parsePath),
    })),
    addresses: status.flatMap((each) => each.text('ip', 64) ?? each.text('hostname', 253) ?? []),
    ...(createdAt !== undefined && { createdAt }),
    deleting: isDeleting(item),
  };
}

function parsePath(path: Cursor): readonly IngressPath[] {
  const backend = parseBackend(path.at('backend'));
  if (backend === undefined) {
    path.at('backend').fault('a Service or a resource', 'the path is left out');
    return [];
  }
  const pathType = path.text('pathType', 64) ?? 'ImplementationSpecific';
  return [{ path: path.text('path', 1024) ?? '/', pathType, backend }];
}

function parseBackend(backend: Cursor): IngressBackend | undefined {
  const service = backend.at('service');
  if (!service.absent) return parseService(service);
  const resource = backend.at('resource');
  if (resource.absent) return undefined;
  const kind = resource.text('kind', 253) ?? '';
  return { kind: 'resource', resource: kind, name: resource.text('name', 253) ?? '' };
}

function parseService(service: Cursor): IngressBackend {
  const name = service.text('name', 253) ?? '';
  const field = service.at('port');
  const number = field.count('number', 1, 65_535);
  const port = number ?? field.text('name', 63);
  const isAbsent =
    field.value === undefined ||
    (field.isObject() && ['number', 'name'].every((key) => field.at(key).value === undefined));
  if (name !== '' && (port !== undefined || isAbsent)) return { kind: 'service', name, port };
  if (service.isObject() && service.at('name').absent)
    service.at('name').fault('a name', 'where the path leads is not known');
  return { kind: 'unread' };
}

/** An IngressClass of Kubernetes JSON; `undefined` without a name. */
export function parseIngressClass(item: Cursor): IngressClass | undefined {
  const own = nameOf(item, false);
  if (own === undefined) return undefined;
  return { name: own.name, controller: item.at('spec').text('controller', 250) ?? '' };
}

const istioDistribution = 'networking.istio.io/traffic-distribution';

/** A Service as routes refer to it, whatever its type; `undefined` without a name. */
export function parseClusterIpService(item: Cursor): ClusterIpService | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const metadata = item.at('metadata');
  const spec = item.at('spec');
  const type = spec.text('type', 64) ?? 'ClusterIP';
  const annotated = metadata.annotations((key) => key === istioDistribution);
  const trafficDistribution =
    annotated.get(istioDistribution) ?? spec.text('trafficDistribution', 64);
  const createdAt = metadata.text('creationTimestamp', 64);
  return {
    ...own,
    type,
    headless: spec.text('clusterIP', 64) === 'None',
    selector: spec.at('selector').absent ? undefined : spec.map('selector'),
    ports: spec.objects('ports').flatMap((port) => {
      const number = port.count('port', 1, 65_535);
      if (number === undefined) return [];
      return {
        name: port.text('name', 253) ?? '',
        port: number,
        protocol: port.text('protocol', 64) ?? 'TCP',
      };
    }),
    internalTrafficPolicy: spec.text('internalTrafficPolicy', 64) ?? 'Cluster',
    ...(trafficDistribution !== undefined && trafficDistribution !== '' && { trafficDistribution }),
    ...(createdAt !== undefined && { createdAt }),
    deleting: isDeleting(item),
  };
}
