import { createHash } from 'node:crypto';
import {
  parseGateway,
  parseGatewayClass,
  parseReferenceGrant,
  parseRoute,
} from '../collect/parse-gateway.ts';
import {
  parseClusterIpService,
  parseIngress,
  parseIngressClass,
} from '../collect/parse-ingress.ts';
import { parseNetworkPolicy } from '../collect/parse-network-policy.ts';
import { nameOf, parseNamespace, parseWorkload } from '../collect/parse-objects.ts';
import { parseService } from '../collect/parse-service.ts';
import { Cursor, isObject } from '../input/cursor.ts';
import { Problems } from '../input/problems.ts';
import type { ClusterIpService, LoadBalancerService, Namespace, Workload } from '../model/index.ts';
import type { RawObject } from './manifests.ts';
import type { Place, Problem } from './types.ts';
import { unplannedPods, type UnplannedPods } from './unplanned-pods.ts';

export type WorkloadSlice = 'deployments' | 'statefulSets' | 'daemonSets';

/** A manifest's object: what it says, and which of its fields it says. */
export type Wanted = {
  readonly name: string;
  readonly namespace: string;
  readonly place: Place;
  readonly raw: RawObject['value'];
  /** The line of a field, or of the nearest part above it. */
  readonly lineOf: (path: string) => number;
} & (
  | {
      readonly kind: 'Service';
      readonly type: string | undefined;
      readonly parsed: LoadBalancerService;
      /** The same as one behind an ingress, where it is of another type. */
      readonly inner?: ClusterIpService;
    }
  | { readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'; readonly parsed: Workload }
  | { readonly kind: 'Namespace'; readonly parsed: Namespace }
  | { readonly kind: RoutingKind; readonly parsed: object }
);

/** Kinds of which a plan needs to know only which object is which. */
export type RoutingKind = keyof typeof routingParsers;

const routingParsers = {
  NetworkPolicy: parseNetworkPolicy,
  Ingress: parseIngress,
  IngressClass: parseIngressClass,
  GatewayClass: parseGatewayClass,
  Gateway: parseGateway,
  HTTPRoute: parseRoute('HTTPRoute'),
  GRPCRoute: parseRoute('GRPCRoute'),
  ReferenceGrant: parseReferenceGrant,
} as const satisfies Record<string, (item: Cursor) => object | undefined>;

export function isRouting(wanted: Wanted): wanted is Extract<Wanted, { kind: RoutingKind }> {
  return isRoutingKind(wanted.kind);
}

function isRoutingKind(kind: string): kind is RoutingKind {
  return Object.hasOwn(routingParsers, kind);
}

/** Kinds whose objects are in no namespace. */
const ofCluster: ReadonlySet<string> = new Set(['Namespace', 'IngressClass', 'GatewayClass']);

export interface Objects {
  readonly wanted: readonly Wanted[];
  readonly ignored: readonly Problem[];
  /** Pods of what is ignored. */
  readonly unplanned: readonly UnplannedPods[];
  readonly problems: readonly Problem[];
}

export const workloadSlices = {
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
} as const satisfies Record<string, WorkloadSlice>;

const gatewayApi = ['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'];

/** The versions that a server takes, the one that people should write first. */
const versions: Readonly<Record<Wanted['kind'], readonly [string, ...(readonly string[])]>> = {
  Service: ['v1'],
  Namespace: ['v1'],
  NetworkPolicy: ['networking.k8s.io/v1'],
  Ingress: ['networking.k8s.io/v1'],
  IngressClass: ['networking.k8s.io/v1'],
  GatewayClass: [gatewayApi[0] ?? '', ...gatewayApi],
  Gateway: [gatewayApi[0] ?? '', ...gatewayApi],
  HTTPRoute: [gatewayApi[0] ?? '', ...gatewayApi],
  GRPCRoute: ['gateway.networking.k8s.io/v1'],
  ReferenceGrant: [gatewayApi[0] ?? '', ...gatewayApi],
  Deployment: ['apps/v1'],
  StatefulSet: ['apps/v1'],
  DaemonSet: ['apps/v1'],
};

/** What else a chart holds: of no bearing on who gets the traffic. */
const others = new Set(
  'ConfigMap Secret ServiceAccount Role RoleBinding ClusterRole ClusterRoleBinding PersistentVolumeClaim PersistentVolume StorageClass PodDisruptionBudget CustomResourceDefinition ValidatingWebhookConfiguration MutatingWebhookConfiguration ResourceQuota LimitRange PriorityClass Job CronJob Lease APIService'.split(
    ' ',
  ),
);

/**
 * Sorts manifests into what can be planned, what has no bearing, and what the API server would
 * refuse. Of two objects with one name the first counts.
 * @param namespace For objects that name none, as `kubectl -n` gives it.
 */
export function readObjects(raws: readonly RawObject[], namespace: string): Objects {
  const wanted = new Map<string, Wanted>();
  const ignored: Problem[] = [];
  const unplanned: UnplannedPods[] = [];
  const problems: Problem[] = [];
  for (const raw of raws) {
    const read = readObject(raw, namespace);
    if (read.kind === 'ignored') {
      ignored.push(...read.lines);
      const pods = unplannedPods(raw.value, namespace);
      if (pods !== undefined) unplanned.push(pods);
    } else if (read.kind === 'problem') problems.push(...read.lines);
    else if (read.kind === 'wanted') {
      const key = `${read.wanted.kind}/${read.wanted.namespace}/${read.wanted.name}`;
      const first = wanted.get(key);
      if (first === undefined) wanted.set(key, read.wanted);
      else
        problems.push({
          place: raw.place,
          text: `${titleOf(read.wanted)} stands twice, first at ${first.place.file}:${first.place.line}; the first counts`,
        });
    }
  }
  return { wanted: [...wanted.values()], ignored, unplanned, problems };
}

type ReadObject =
  | { readonly kind: 'wanted'; readonly wanted: Wanted }
  | { readonly kind: 'ignored'; readonly lines: readonly Problem[] }
  | { readonly kind: 'problem'; readonly lines: readonly Problem[] };

function readObject(raw: RawObject, namespace: string): ReadObject {
  const { kind, apiVersion, metadata } = raw.value;
  const refuse = (text: string, path = ''): ReadObject => ({
    kind: 'problem',
    lines: [
      { place: { ...raw.place, line: path === '' ? raw.place.line : raw.lineOf(path) }, text },
    ],
  });
  if (typeof kind !== 'string' || typeof apiVersion !== 'string')
    return refuse('not a Kubernetes object: it has no apiVersion and kind');
  const fields = isObject(metadata) ? metadata : {};
  const { name } = fields;
  const label = `${kind} ${typeof name === 'string' ? name : '(no name)'}`;
  if (kind === 'Kustomization')
    return refuse('a kustomization, not a manifest; give the output of kustomize build');
  const ignore = (text: string): ReadObject => ({
    kind: 'ignored',
    lines: [{ place: raw.place, text }],
  });
  if (others.has(kind)) return ignore(`${label}: no bearing on traffic`);
  if (!isKnown(kind)) return ignore(`${label} (${apiVersion}): this kind is not planned`);
  const [version] = versions[kind];
  if (!versions[kind].includes(apiVersion))
    return apiVersion.includes('/') && apiVersion.split('/')[0] !== version.split('/')[0]
      ? ignore(`${label} (${apiVersion}): this kind is not planned`)
      : refuse(`${label}: apiVersion is ${version}, not ${apiVersion}`, 'apiVersion');
  if (typeof name !== 'string' || name === '')
    return refuse(
      `${kind}: metadata.name is required${'generateName' in fields ? '; generateName gives no name to plan with' : ''}`,
      'metadata',
    );
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u.test(name))
    return refuse(
      name.includes('{{') || name.includes('${')
        ? 'a template that is not rendered; give the output of helm template'
        : `${kind}: metadata.name ${JSON.stringify(name.slice(0, 80))} is not a valid name`,
      'metadata.name',
    );
  return parsed(raw, kind, name, namespace);
}

function parsed(raw: RawObject, kind: Wanted['kind'], name: string, namespace: string): ReadObject {
  const problems = new Problems();
  const value = inNamespace(raw.value, ofCluster.has(kind) ? '' : namespace);
  const cursor = new Cursor(withoutNulls(value), 'object', { source: 'manifest', problems });
  const own = nameOf(cursor, !ofCluster.has(kind));
  const base = {
    name,
    namespace: ofCluster.has(kind) ? '' : (own?.namespace ?? namespace),
    place: raw.place,
    raw: value,
    lineOf: (path: string) => raw.lineOf(path),
  };
  const wanted = wantedOf(kind, base, cursor);
  const lines = problems.lines.filter((line) => !isMergedLater(wanted, line));
  const faults = lines.map((line): Problem => {
    const text = line
      .replace(/^manifest: (?:object\.)?/u, '')
      .replace(/; (?:it is|its|the) [^;]*$/u, '');
    const path = /^(.+?) is /u.exec(text)?.[1] ?? '';
    return { place: { ...raw.place, line: raw.lineOf(path) }, text: `${kind} ${name}: ${text}` };
  });
  // Only what the load balancer has to do with is looked at closely.
  if (wanted?.kind === 'Service' && (wanted.type ?? 'LoadBalancer') !== 'LoadBalancer')
    return { kind: 'wanted', wanted };
  const missing = wanted === undefined ? undefined : missingField(wanted);
  if (faults.length > 0 || wanted === undefined)
    return { kind: 'problem', lines: faults.slice(0, 1) };
  if (missing !== undefined)
    return {
      kind: 'problem',
      lines: [
        {
          place: { ...raw.place, line: raw.lineOf(missing.path) },
          text: `${kind} ${name}: ${missing.text}`,
        },
      ],
    };
  return { kind: 'wanted', wanted };
}

/** Ports of a Service that exists stay where its manifest names none. */
function isMergedLater(wanted: Wanted | undefined, line: string): boolean {
  return wanted?.kind === 'Service' && line.includes('object.spec.ports is absent');
}

function wantedOf(
  kind: Wanted['kind'],
  base: Omit<Wanted, 'kind' | 'parsed' | 'type'>,
  cursor: Cursor,
): Wanted | undefined {
  if (kind === 'Namespace') {
    const found = parseNamespace(cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  if (isRoutingKind(kind)) {
    const found = routingParsers[kind](cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  if (kind !== 'Service') {
    const found = parseWorkload(kind)(cursor);
    return found === undefined ? undefined : { ...base, kind, parsed: found };
  }
  const type = cursor.at('spec').text('type', 64);
  const found = parseService(cursor);
  if (found === undefined) return undefined;
  const inner = type === 'LoadBalancer' ? undefined : parseClusterIpService(cursor);
  return { ...base, kind, type, parsed: found, ...(inner !== undefined && { inner }) };
}

/** What the API server asks for and the parsers of live objects take for granted. */
function missingField({
  kind,
  raw,
  parsed: object,
}: Wanted): { readonly path: string; readonly text: string } | undefined {
  const spec = isObject(raw['spec']) ? raw['spec'] : {};
  if (kind === 'Namespace') return undefined;
  if (!(kind in workloadSlices)) return undefined;
  const template = isObject(spec['template']) ? spec['template'] : undefined;
  if (template === undefined) return { path: 'spec', text: 'spec.template is required' };
  const selector = isObject(spec['selector']) ? spec['selector'] : undefined;
  const labels =
    selector !== undefined && isObject(selector['matchLabels']) ? selector['matchLabels'] : {};
  if (selector === undefined) return { path: 'spec', text: 'spec.selector is required' };
  for (const [key, value] of Object.entries(labels))
    if ('podLabels' in object && object.podLabels.get(key) !== value)
      return {
        path: 'spec.template.metadata.labels',
        text: `spec.selector asks for ${key}=${String(value)}, which spec.template.metadata.labels does not have`,
      };
  return undefined;
}

/** Fields that are null are absent for the API server. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) =>
      field === null ? [] : [[key, withoutNulls(field)]],
    ),
  );
}

/** The object in its namespace. */
function inNamespace(value: RawObject['value'], namespace: string): RawObject['value'] {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const given = metadata['namespace'];
  const own = namespace === '' ? {} : { namespace: given ?? namespace };
  return { ...value, metadata: { ...metadata, ...own } };
}

function isKnown(kind: string): kind is Wanted['kind'] {
  return Object.hasOwn(versions, kind);
}

export function titleOf({
  kind,
  namespace,
  name,
}: Pick<Wanted, 'kind' | 'namespace' | 'name'>): string {
  return ofCluster.has(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** A UID for an object that does not exist yet: the same in every plan. */
export function plannedUid(kind: string, namespace: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}/${namespace}/${name}`).digest('hex');
  return [8, 4, 4, 4, 12]
    .reduce<{ parts: string[]; at: number }>(
      ({ parts, at }, length) => ({
        parts: [...parts, hex.slice(at, at + length)],
        at: at + length,
      }),
      { parts: [], at: 0 },
    )
    .parts.join('-');
}
