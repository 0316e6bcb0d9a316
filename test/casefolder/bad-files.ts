import type { FileChanges, Json } from './folder.ts';

/** Files of a case folder that are not what they should be, and what is said of them. */

export interface BadInput {
  readonly name: string;
  readonly changes: FileChanges;
  /** One pattern for each line that is printed, in order. */
  readonly lines: readonly RegExp[];
  /** Slices that are then not read; every other one is. */
  readonly unread?: readonly string[];
}

const pods = ['systemPods', 'pendingPods'];
const balancers = ['loadBalancers', 'loadBalancerConfigurations'];

/** What stands in one file; `again` = it says how to save the file again. */
function badPods(name: string, text: string | Buffer, fault: RegExp): BadInput {
  const line = new RegExp(
    `^kubernetes/pods\\.json: ${fault.source}.*; save it again with: kubectl get pods -A -o json > kubernetes/pods\\.json$`,
    'u',
  );
  return { name, changes: { 'kubernetes/pods.json': text }, lines: [line], unread: pods };
}

const deep = 10_000;
export const notWhole: readonly BadInput[] = [
  badPods('an empty file', '', /the file is empty/u),
  badPods('white space alone', ' \n\t', /the file is empty/u),
  badPods('zeros', Buffer.alloc(64), /holds binary data/u),
  badPods(
    'no JSON',
    'Error from server (Forbidden)',
    /holds an error of kubectl \(Error from server/u,
  ),
  badPods('a table', 'NAMESPACE   NAME   READY\nshop   web-1   1/1', /holds kubectl table output/u),
  badPods('a plain list', '[]', /kind is missing; expected PodList/u),
  badPods(
    'a list that was cut short',
    '{"kind":"PodList","items":[{"metadata":{"na',
    /the file is truncated: it ends in the middle.*\(line 1, column 44\)/u,
  ),
  badPods(
    'a text that was cut short behind a backslash',
    '{"kind":"PodList\\',
    /the file is truncated/u,
  ),
  badPods(
    'a comma too many',
    '{"kind":"PodList","items":[{},]}',
    /expected a value \(line 1, column 31\)/u,
  ),
  badPods(
    'a comma too few',
    '{"kind":"PodList","items":[\n{"metadata":{}\n"x":1}]}',
    /not valid JSON \(line 3, column 1, in item 0\)/u,
  ),
  badPods('a field without a value', '{"kind":}', /expected a value/u),
  badPods('a field without a colon', '{"kind" "PodList"}', /expected a colon/u),
  badPods('a field without quotes', '{kind:"PodList"}', /expected a name in double quotes/u),
  badPods(
    'a bracket that closes another',
    '{"kind":"PodList","items":[}',
    /expected a value|\} is unmatched/u,
  ),
  badPods(
    'something behind the end',
    '{"kind":"PodList","items":[]}x',
    /unexpected data after the end/u,
  ),
  badPods(
    'a list that is there twice',
    '{"kind":"PodList","items":[],"items":[]}',
    /"items" is duplicated/u,
  ),
  badPods('null for the list', '{"kind":"PodList","items":null}', /the list "items" is missing/u),
  badPods('no list', '{"kind":"PodList"}', /the list "items" is missing/u),
  badPods(
    'a number that is none',
    '{"kind":"PodList","metadata":{"a":01},"items":[]}',
    /"metadata" is not valid JSON \(line 1, column 30\)/u,
  ),
  badPods(
    'a zero byte in a name',
    '{"kind":"PodList","items":[{"metadata":{"name":"a\0b"}}]}',
    /not valid JSON \(line 1, column 50, in item 0\)/u,
  ),
  badPods(
    'lists 10,000 levels deep',
    `{"kind":"PodList","items":[${'['.repeat(deep)}${']'.repeat(deep)}]}`,
    /nested more than 64 levels deep \(line 1, column 90\)/u,
  ),
  badPods(
    'objects 10,000 levels deep',
    `{"kind":"PodList","items":[${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}]}`,
    /nested more than 64 levels deep/u,
  ),
  badPods(
    'the answer that the API gave instead',
    '{"kind":"Status","code":403,"message":"pods is forbidden"}',
    /kind is "Status"; expected PodList/u,
  ),
  badPods(
    'a list of another kind',
    '{"kind":"NodeList","items":[]}',
    /kind is "NodeList"; expected PodList/u,
  ),
  badPods('no kind', '{"items":[]}', /kind is missing; expected PodList/u),
  badPods(
    'what kubectl prints of another kind',
    '{"kind":"List","items":[{"kind":"Service","metadata":{"name":"a","namespace":"shop"},"spec":{}}]}',
    /contains Service but no Pod/u,
  ),
  {
    ...badPods(
      'a pod without a name',
      '{"kind":"PodList","items":[{"metadata":{"namespace":"a"},"spec":{"nodeName":"aks-system-27255451-vmss000000"},"status":{"phase":"Pending"}}]}',
      /items\[0\] has no metadata\.name, so the list is not whole/u,
    ),
    // It has a node: those that wait for one are read.
    unread: ['systemPods'],
  },
  badPods(
    'a list that the API did not finish',
    '{"kind":"PodList","metadata":{"continue":"eyJ2"},"items":[]}',
    /the saved list is incomplete \(metadata\.continue is set\)/u,
  ),
  badPods(
    'a list whose end is missing',
    '{"kind":"PodList","metadata":{"remainingItemCount":7},"items":[]}',
    /the saved list is incomplete/u,
  ),
];

export const inArm: readonly BadInput[] = [
  {
    name: 'a list that goes on elsewhere',
    changes: {
      'arm/networkInterfaces.json': (json) =>
        void (json.nextLink = 'https://management.azure.com/next?$skiptoken=1'),
    },
    lines: [
      /^arm\/networkInterfaces\.json: the saved list is incomplete \(nextLink is set\).*az rest/u,
    ],
    unread: ['networkInterfaces'],
  },
  {
    name: 'resources of the shape of the az CLI',
    changes: {
      'arm/loadBalancers.json': (json) =>
        void (json.value = json.value.map(({ id, name }: Json) => ({ id, name }))),
    },
    lines: [
      /^arm\/loadBalancers\.json: value\[0\] is not a resource with an id and properties.*az rest/u,
    ],
    unread: balancers,
  },
  {
    name: 'null for a resource',
    changes: { 'arm/publicIPAddresses.json': '{"value":[null]}' },
    lines: [/^arm\/publicIPAddresses\.json: value\[0\] is not a resource.*az rest/u],
    unread: ['publicIpAddresses'],
  },
  {
    name: 'null for the list',
    changes: { 'arm/networkSecurityGroups.json': '{"value":null}' },
    lines: [/^arm\/networkSecurityGroups\.json: the list "value" is missing.*az rest/u],
    unread: ['securityGroups'],
  },
  {
    name: 'an object where a list belongs',
    changes: { 'arm/loadBalancers.json': (json) => void (json.value[0].properties.probes = {}) },
    lines: [/^arm\/loadBalancers\.json: value\[0\]\.properties\.probes is not a list.*az rest/u],
    unread: balancers,
  },
  {
    name: 'JSON 10,000 levels deep',
    changes: {
      'arm/managedClusters.json': `{"value":[${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}]}`,
    },
    lines: [/^arm\/managedClusters\.json: nested more than 64 levels deep \(line 1.*az rest/u],
    unread: ['managedCluster'],
  },
  {
    name: 'no clusters',
    changes: { 'arm/managedClusters.json': '{"value":[]}' },
    lines: [/^arm\/managedClusters\.json: the list is empty; save the cluster/u],
    unread: ['managedCluster'],
  },
  {
    name: 'virtual machines, which nothing needs',
    changes: { 'arm/virtualMachines.json': '{"value":[' },
    lines: [/^arm\/virtualMachines\.json: the file is truncated: it ends in the middle.*az rest/u],
  },
];
