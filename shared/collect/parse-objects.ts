import {
  nodeName,
  present,
  scrubbed,
  type Namespace,
  type Node,
  type ObjectReference,
  type Pod,
  type Rollout,
  type ServiceEvent,
  type Workload,
  type WorkloadKind,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import { parsePodSpec, parseTaintObject } from './parse-pod-spec.ts';
import { parseQuantity } from './quantity.ts';

/** Parse functions of Kubernetes objects; `undefined` = the object cannot be identified. */

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Name and namespace of an object; `undefined` for one without, which nothing can tell apart. */
export function nameOf(item: Cursor, namespaced = true): ObjectName | undefined {
  const metadata = item.at('metadata');
  const name = metadata.text('name', 253) ?? '';
  const namespace = metadata.text('namespace', 253) ?? '';
  return name === '' || (namespaced && namespace === '') ? undefined : { namespace, name };
}

const referenceFields = ['group', 'kind', 'namespace', 'name'] as const;

/** An absent group or kind is the one given; an empty group is Kubernetes' own. */
export function parseReference(
  reference: Cursor,
  absent: { readonly group: string; readonly kind: string },
): ObjectReference {
  const namespace = reference.text('namespace', 63);
  const name = reference.text('name', 253);
  const isNamed = name !== undefined && name !== '';
  const field = reference.at('name');
  if (!isNamed && (field.absent || name === ''))
    field.fault('a name', 'where the reference leads is not known');
  const isWhole = isNamed && referenceFields.every((key) => isTextOrAbsent(reference.at(key)));
  return {
    group: reference.text('group', 253) ?? absent.group,
    kind: reference.text('kind', 63) ?? absent.kind,
    ...(namespace !== undefined && namespace !== '' && { namespace }),
    name: name ?? '',
    ...(!isWhole && { unread: true as const }),
  };
}

function isTextOrAbsent({ value }: Cursor): boolean {
  return value === undefined || typeof value === 'string';
}

/** Whether somebody deleted the object and something still holds it. */
export function isDeleting(item: Cursor): boolean {
  return !item.at('metadata').at('deletionTimestamp').absent;
}

/** A Node of Kubernetes JSON; `undefined` without a name. */
export function parseNode(item: Cursor): Node | undefined {
  const own = nameOf(item, false);
  if (own === undefined) return undefined;
  const spec = item.at('spec');
  const status = item.at('status');
  const condition = status.objects('conditions').find((each) => each.text('type', 64) === 'Ready');
  const ready = condition?.text('status', 64);
  const readyChangedAt = condition?.text('lastTransitionTime', 64);
  const createdAt = item.at('metadata').text('creationTimestamp', 64);
  const allocatable = allocatableOf(status.at('allocatable'));
  return {
    name: nodeName(own.name),
    labels: item.at('metadata').labels(),
    taints: spec.objects('taints').map(parseTaintObject),
    unschedulable: spec.flag('unschedulable') ?? false,
    deleting: isDeleting(item),
    ready: ready === 'True' ? 'true' : ready === 'False' ? 'false' : 'unknown',
    providerId: spec.text('providerID', 1024) ?? '',
    internalIps: status.objects('addresses').flatMap((address) => {
      const ip =
        address.text('type', 64) === 'InternalIP' ? address.text('address', 64) : undefined;
      return ip === undefined ? [] : [ip];
    }),
    ...present({ allocatable, createdAt, readyChangedAt }),
  };
}

/** Only where all three can be read: a part would say less than nothing. */
function allocatableOf(allocatable: Cursor): Node['allocatable'] {
  if (allocatable.absent) return undefined;
  const [cpu, memory, pods] = ['cpu', 'memory', 'pods'].map((name) =>
    parseQuantity(allocatable.at(name).value),
  );
  if (cpu === undefined || memory === undefined || pods === undefined) return undefined;
  return { milliCpu: Math.floor(cpu * 1000 + 1e-6), memory, pods };
}

/** Deployments, StatefulSets and DaemonSets: how many pods are wanted, and how they roll out. */
export function parseWorkload(kind: WorkloadKind): (item: Cursor) => Workload | undefined {
  return (item) => {
    const own = nameOf(item);
    if (own === undefined) return undefined;
    const spec = item.at('spec');
    const template = spec.at('template');
    const rollout = parseRollout(spec.at(kind === 'Deployment' ? 'strategy' : 'updateStrategy'));
    // The pods of a Deployment name its ReplicaSet.
    const uid = kind === 'Deployment' ? undefined : item.at('metadata').text('uid', 64);
    const statusCount =
      kind === 'DaemonSet'
        ? item.at('status').count('desiredNumberScheduled')
        : item.at('status').count('readyReplicas');
    return {
      kind,
      ...own,
      ...(uid !== undefined && { uid }),
      labels: item.at('metadata').labels(),
      replicas: kind === 'DaemonSet' ? undefined : (spec.count('replicas') ?? 1),
      podLabels: template.at('metadata').labels(),
      podSpec: parsePodSpec(template.at('spec')),
      ...(statusCount !== undefined && { statusCount }),
      ...(rollout !== undefined && { rollout }),
    };
  };
}

function parseRollout(strategy: Cursor): Rollout | undefined {
  const type = strategy.text('type', 64);
  if (type === 'Recreate') return { kind: 'recreate' };
  if (type === 'OnDelete') return { kind: 'on-delete' };
  const rolling = strategy.at('rollingUpdate');
  const [maxSurge, maxUnavailable] = ['maxSurge', 'maxUnavailable'].map((name) => {
    const { value } = rolling.at(name);
    const given =
      typeof value === 'number' || (typeof value === 'string' && /^\d{1,9}%?$/u.test(value));
    return given && value !== '25%' ? value : undefined;
  });
  const partition = rolling.count('partition') ?? 0;
  return maxSurge === undefined && maxUnavailable === undefined && partition === 0
    ? undefined
    : {
        kind: 'rolling',
        ...(maxSurge !== undefined && { maxSurge }),
        ...(maxUnavailable !== undefined && { maxUnavailable }),
        ...(partition > 0 && { partition }),
      };
}

/** A pod with what decides where it runs and whether it takes traffic. */
export function parsePod(item: Cursor): Pod | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const metadata = item.at('metadata');
  const spec = parsePodSpec(item.at('spec'));
  const owners = metadata.objects('ownerReferences');
  const owner = owners.find((each) => each.flag('controller') === true) ?? owners[0];
  return {
    ...own,
    labels: metadata.labels(),
    node: spec.nodeName === undefined ? undefined : nodeName(spec.nodeName),
    phase: item.at('status').text('phase', 64) ?? '',
    deleting: isDeleting(item),
    mirror: metadata.annotations((key) => key === mirrorAnnotation).size > 0,
    owner: owner === undefined ? undefined : parseOwner(owner),
    spec,
  };
}

function parseOwner(owner: Cursor): NonNullable<Pod['owner']> {
  const kind = owner.text('kind', 253) ?? '';
  const uid = kind === 'ReplicaSet' ? undefined : owner.text('uid', 64);
  return { kind, name: owner.text('name', 253) ?? '', ...(uid !== undefined && { uid }) };
}

const mirrorAnnotation = 'kubernetes.io/config.mirror';

export function parseNamespace(item: Cursor): Namespace | undefined {
  const own = nameOf(item, false);
  return own === undefined ? undefined : { name: own.name, labels: item.at('metadata').labels() };
}

/** An event's message is a sentence, or what a controller printed of a refusal. */
const longestMessage = 4096;

/** An event of a Service; events of anything else give `undefined` without a note. */
export function parseServiceEvent(item: Cursor): ServiceEvent | undefined {
  const about = item.at('involvedObject');
  const kind = about.text('kind', 253);
  const service = about.text('name', 253);
  if (about.value === undefined && item.isObject())
    about.fault('an object', 'the event is left out');
  if (kind !== 'Service' || service === undefined) return undefined;
  const times = [
    item.at('series').text('lastObservedTime', 64),
    item.text('lastTimestamp', 64),
    item.text('eventTime', 64),
    item.text('firstTimestamp', 64),
    item.at('metadata').text('creationTimestamp', 64),
  ];
  return {
    namespace: about.text('namespace', 253) ?? '',
    service,
    reason: item.text('reason', 253) ?? '',
    type: item.text('type', 64) ?? '',
    message: scrubbed(item.text('message', longestMessage) ?? '', longestMessage),
    lastSeen: times.find((time) => time !== undefined) ?? '',
  };
}
