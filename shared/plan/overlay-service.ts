import {
  compacted,
  read,
  valueOr,
  type ClusterIpService,
  type ClusterSnapshot,
  type LoadBalancerService,
} from '../model/index.ts';
import { changedService, newService } from './changed-service.ts';
import { innerServices } from './backed-services.ts';
import { intentOf, mapChanges, mergedMap, same, type Manifest } from './fields.ts';
import type { LiveObject } from './live-objects.ts';
import { plannedUid, titleOf, type WantedService } from './object-kinds.ts';
import { find, isSameObject, put } from './rows.ts';
import type { ServiceDefaults } from './service-defaults.ts';
import { serviceRefusal } from './service-refusals.ts';
import { manifestOf, notesOf, refused, type ManifestStep } from './step.ts';
import type { ObjectChange } from './types.ts';

/** A Service of any type: those of type LoadBalancer have a load balancer, an ingress may route to the others. */
export function overlayService(
  snapshot: ClusterSnapshot,
  wanted: WantedService,
  object: LiveObject | undefined,
  defaults: ServiceDefaults,
): ManifestStep {
  const live = find(snapshot.services, wanted);
  const inner = find(snapshot.clusterIpServices, wanted);
  const manifest = manifestOf(wanted, object);
  const type =
    wanted.type ??
    (live === undefined || manifest.applied?.has('spec.type') === true
      ? 'ClusterIP'
      : 'LoadBalancer');
  const base = basePart(wanted);
  const unknown =
    snapshot.services.kind === 'unread'
      ? [`${titleOf(wanted)}: services were not read, so that it is taken as new`]
      : [];
  if (type !== 'LoadBalancer') {
    const refusal = serviceRefusal({ snapshot, wanted, type, live });
    if (refusal !== undefined) return refused(snapshot, wanted, refusal);
    return { ...innerService(snapshot, { wanted, type, live, manifest }), unknown };
  }
  if (wanted.parsed.ports.length === 0 && live === undefined && inner === undefined)
    return refused(snapshot, wanted, { path: 'spec', text: 'spec.ports is required' });
  const from = live ?? (inner && asLoadBalancer(snapshot, inner, wanted, defaults));
  const next =
    from === undefined
      ? newService(wanted, defaults)
      : changedService(from, wanted, manifest, defaults);
  const refusal = serviceRefusal({ snapshot, wanted, type, live, next });
  if (refusal !== undefined) return refused(snapshot, wanted, refusal);
  const changed = live === undefined || !same(live, next);
  const others = valueOr(snapshot.clusterIpServices, []).filter((each) => each !== inner);
  const rest = inner === undefined ? snapshot : { ...snapshot, clusterIpServices: read(others) };
  return {
    snapshot: changed ? put(rest, 'services', next, wanted) : rest,
    change: {
      ...base,
      action: from === undefined ? 'create' : changed ? 'update' : 'unchanged',
      fields: compacted([
        live === undefined && inner !== undefined && `type: ${inner.type} → LoadBalancer`,
        ...(from === undefined ? [] : serviceChanges(from, next)),
      ]),
      notes: notesOf(from !== undefined, manifest),
    },
    touched: changed,
    unknown,
  };
}

function basePart({ namespace, name, place }: WantedService) {
  return { kind: 'Service', namespace, name, place };
}

/** A Service of another type as it is before it becomes one of type LoadBalancer: what is read of it. */
function asLoadBalancer(
  snapshot: ClusterSnapshot,
  { selector, ports, createdAt }: ClusterIpService,
  { namespace, name, parsed }: WantedService,
  defaults: ServiceDefaults,
): LoadBalancerService {
  const families = innerServices(snapshot).find((each) => isSameObject(each, { namespace, name }));
  return {
    namespace,
    name,
    uid: plannedUid('Service', namespace, name),
    labels: parsed.labels,
    annotations: parsed.annotations,
    selector,
    externalTrafficPolicy: 'Cluster',
    ipFamilies: families?.ipFamilies ?? defaults.families.slice(0, 1),
    sessionAffinity: 'None',
    publishNotReadyAddresses: false,
    allocateLoadBalancerNodePorts: true,
    loadBalancerSourceRanges: [],
    ports,
    ingressIps: [],
    createdAt: createdAt ?? defaults.createdAt,
    deleting: false,
  };
}

interface Inner {
  readonly wanted: WantedService;
  readonly type: string;
  readonly live: LoadBalancerService | undefined;
  readonly manifest: Manifest;
}

function innerService(
  snapshot: ClusterSnapshot,
  { wanted, type, live, manifest }: Inner,
): ManifestStep {
  const known = find(snapshot.clusterIpServices, wanted);
  const createdAt = known?.createdAt;
  const before = live ?? known;
  const next: ClusterIpService | undefined = wanted.inner && {
    ...wanted.inner,
    selector: selectorAfter(before?.selector, wanted.inner.selector, manifest),
    ports: wanted.inner.ports.length === 0 ? (before?.ports ?? []) : wanted.inner.ports,
    ...(createdAt !== undefined && { createdAt }),
  };
  const isListed = snapshot.clusterIpServices.kind === 'read' && next !== undefined;
  const changed = isListed && !same(known, next);
  const services = valueOr(snapshot.services, []).filter((each) => each !== live);
  const rest = live === undefined ? snapshot : { ...snapshot, services: read(services) };
  const action: ObjectChange['action'] =
    !changed && live === undefined
      ? 'unchanged'
      : known === undefined && live === undefined
        ? 'create'
        : 'update';
  return {
    snapshot: changed ? put(rest, 'clusterIpServices', next, wanted) : rest,
    change: {
      ...basePart(wanted),
      action,
      fields: compacted([
        live !== undefined && `type: LoadBalancer → ${type}`,
        ...(known === undefined || next === undefined
          ? []
          : mapChanges('selector', known.selector ?? new Map(), next.selector ?? new Map())),
      ]),
      notes: [`type ${type}: it has no load balancer`],
    },
    ...(live !== undefined && { deleted: live }),
  };
}

function selectorAfter(
  live: ClusterIpService['selector'],
  wanted: ClusterIpService['selector'],
  manifest: Manifest,
): ClusterIpService['selector'] {
  const path = ['spec', 'selector'];
  if (intentOf(manifest, path) === 'keep') return live;
  return wanted === undefined ? undefined : mergedMap(manifest, path, live ?? new Map(), wanted);
}

type Shown = string | number | boolean | undefined | readonly string[];
/** Fields that are shown as they are. */
type FieldKey = {
  [K in keyof LoadBalancerService]-?: LoadBalancerService[K] extends Shown ? K : never;
}[keyof LoadBalancerService];

/** What changes, field by field. */
function serviceChanges(
  before: LoadBalancerService,
  after: LoadBalancerService,
): readonly string[] {
  const fieldOf = (key: FieldKey, title: string = key): readonly string[] =>
    fieldChange(title, before[key], after[key]);
  return [
    ...fieldOf('externalTrafficPolicy'),
    ...mapChanges('annotation', before.annotations, after.annotations),
    ...mapChanges('label', before.labels, after.labels),
    ...mapChanges('selector', before.selector ?? new Map(), after.selector ?? new Map()),
    ...fieldChange('ports', portList(before), portList(after)),
    ...nodePortChanges(before, after),
    ...fieldOf('healthCheckNodePort'),
    ...fieldOf('ipFamilies'),
    ...fieldOf('sessionAffinity'),
    ...fieldOf('publishNotReadyAddresses'),
    ...fieldOf('allocateLoadBalancerNodePorts'),
    ...fieldOf('loadBalancerIp', 'loadBalancerIP'),
    ...fieldOf('loadBalancerClass'),
    ...fieldOf('loadBalancerSourceRanges'),
  ];
}

function shown(value: Shown): string {
  if (value === undefined || value === '') return '(none)';
  return typeof value === 'object' ? value.join(', ') || '(none)' : String(value);
}

function portList({ ports }: LoadBalancerService): string {
  return ports
    .map(({ port, protocol, name }) => `${name === '' ? '' : `${name} `}${port}/${protocol}`)
    .join(', ');
}

function nodePortChanges(before: LoadBalancerService, after: LoadBalancerService) {
  return after.ports.flatMap(({ port, protocol, nodePort }) => {
    const old = before.ports.find((each) => each.port === port && each.protocol === protocol);
    return old?.nodePort === undefined || old.nodePort === nodePort
      ? []
      : [`nodePort of ${port}/${protocol}: ${old.nodePort} → ${String(nodePort)}`];
  });
}

function fieldChange(title: string, a: Shown, b: Shown): readonly string[] {
  return shown(a) === shown(b) ? [] : [`${title}: ${shown(a)} → ${shown(b)}`];
}
