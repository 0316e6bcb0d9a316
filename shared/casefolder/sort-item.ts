import { isObject } from '../input/index.ts';
import type { JsonObject } from '../model/index.ts';
import {
  armListOf,
  armLists,
  armTypeOf,
  configurationsList,
  type ArmListInfo,
} from './arm-lists.ts';
import {
  kubernetesListOf,
  savedKubernetesLists,
  type KubernetesListInfo,
} from './kubernetes-lists.ts';

export type SavedKind = ArmListInfo | KubernetesListInfo;

/** Every list that an audit reads. */
export const allKinds: readonly SavedKind[] = [
  ...armLists.values(),
  configurationsList,
  ...savedKubernetesLists,
];

/** What an object is, by its content. */
export type Sorted =
  | { readonly kind: 'ours'; readonly list: SavedKind }
  /** Of Kubernetes or Azure, or something else that is known, and nothing that is read here. */
  | {
      readonly kind: 'other';
      readonly what: string;
      readonly instead?: string;
      /** It would be this list, and has no items. */
      readonly listOf?: SavedKind;
    }
  /** Nothing tells. */
  | { readonly kind: 'unknown' };

const unknown: Sorted = { kind: 'unknown' };

/** Tells what an object of a file is, by its kind, its type, or the form of its id. */
export function sortItem(value: unknown): Sorted {
  if (!isObject(value)) return unknown;
  const { kind, apiVersion } = value;
  if (typeof kind === 'string' && isOfKubernetes(kind, value))
    return sortKubernetes(kind, apiVersion, value);
  return sortResource(value) ?? somethingElse(value) ?? unknown;
}

function sortResource(value: JsonObject): Sorted | undefined {
  const type = armTypeOf(value);
  if (type === undefined) return undefined;
  const list = armListOf(type);
  if (list === undefined) return { kind: 'other', what: `a resource ${type}` };
  if (!isRowOfResourceList(value)) return ours(list);
  return {
    kind: 'other',
    what: 'az resource list output, which lacks the properties of each resource',
    ...(list.cli !== undefined && { instead: list.cli }),
  };
}

/** `az resource list` prints every resource of a group or subscription, and of each only its name. */
function isRowOfResourceList(value: JsonObject): boolean {
  return value['properties'] === null && 'changedTime' in value && 'createdTime' in value;
}

function isOfKubernetes(kind: string, value: JsonObject): boolean {
  const { apiVersion, metadata, id } = value;
  // Resource Graph writes `kind` and `apiVersion` into rows of Azure too.
  if (typeof id === 'string' && /^\/subscriptions\//iu.test(id)) return false;
  return typeof apiVersion === 'string' || isObject(metadata) || /^Status$|List$/u.test(kind);
}

function ours(list: SavedKind): Sorted {
  return { kind: 'ours', list };
}

/** Whether it is a list of Kubernetes, not of ARM. */
export function isKubernetes(list: SavedKind): list is KubernetesListInfo {
  return 'resource' in list;
}

function sortKubernetes(kind: string, apiVersion: unknown, value: JsonObject): Sorted {
  if (kind === 'Status')
    return {
      kind: 'other',
      what: `an error of the Kubernetes API (${textOf(value['message'])})`,
    };
  if (kind === 'Config' && 'clusters' in value)
    return { kind: 'other', what: 'a kubeconfig, which is not needed; do not share it' };
  if (kind.endsWith('List')) {
    const listOf = kubernetesListOf(kind.slice(0, -'List'.length), apiVersion);
    const what = `${nounOf(kind)} without the list "items"`;
    return { kind: 'other', what, ...(listOf !== undefined && { listOf }) };
  }
  const list = kubernetesListOf(kind, apiVersion);
  if (list === undefined)
    return {
      kind: 'other',
      what: `${nounOf(kind)} (${textOf(apiVersion ?? 'no apiVersion')})`,
      ...(kind === 'Event' && { instead: 'kubectl get events -A -o json > events.json' }),
    };
  const { name, namespace } = isObject(value['metadata']) ? value['metadata'] : {};
  const { only } = list;
  return only === undefined || (only.name === name && only.namespace === namespace)
    ? ours(list)
    : { kind: 'other', what: nounOf(kind) };
}

/** Files that people have beside those that are for us. */
function somethingElse(value: JsonObject): Sorted | undefined {
  const { error, $schema: schema, data, object, type } = value;
  if (isObject(object) && typeof type === 'string' && 'kind' in object)
    return {
      kind: 'other',
      what: 'kubectl watch output',
      instead: 'kubectl get … -A -o json, without --watch',
    };
  if (isObject(error) && typeof error['code'] === 'string')
    return {
      kind: 'other',
      what: `an error of Azure (${textOf(error['message'] ?? error['code'])})`,
    };
  if (typeof schema === 'string' && /deploymentTemplate/iu.test(schema))
    return { kind: 'other', what: 'an ARM template' };
  if ('terraform_version' in value) return { kind: 'other', what: 'Terraform state' };
  if ('StatusCode' in value && 'Content' in value)
    return {
      kind: 'other',
      what: 'the response object of Invoke-AzRestMethod',
      instead: '(Invoke-AzRestMethod …).Content > file.json',
    };
  if (isObject(data) && Array.isArray(data['columns']) && Array.isArray(data['rows']))
    return {
      kind: 'other',
      what: 'a Resource Graph table',
      instead: 'az graph query -q "…" --first 1000 -o json > file.json',
    };
  if ('value' in value && !('id' in value)) return { kind: 'other', what: noValueList };
  const { tool } = value;
  if ('schemaVersion' in value && isObject(tool) && tool['name'] === 'evenkeel')
    return { kind: 'other', what: 'an Evenkeel report' };
  if ('major' in value && 'gitVersion' in value)
    return { kind: 'other', what: 'the version of an API server' };
  return undefined;
}

/** A kind as a message names it: `an Event`. */
export function nounOf(kind: string): string {
  return `${/^[AEIO]/u.test(kind) ? 'an' : 'a'} ${kind.slice(0, 63)}`;
}

/** What an answer of ARM is whose list is something else. */
export const noValueList = 'a response without the list "value"';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 120) : 'without a message';
}
