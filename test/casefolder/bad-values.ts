import type { BadInput } from './bad-files.ts';
import type { Json } from './folder.ts';

/** Faults of single values: the list is read, the value is not believed. */
export const values: readonly BadInput[] = [
  {
    name: 'a SKU that is not known',
    changes: {
      'arm/managedClusters.json': (json) =>
        void (json.value[0].properties.networkProfile.loadBalancerSku = 'Premium'),
      'arm/loadBalancers.json': (json) => void (json.value[0].sku.name = 'Premium'),
    },
    lines: [
      /^arm\/managedClusters\.json: value\[0\]\.networkProfile\.loadBalancerSku is "Premium", not basic or standard; what depends on the SKU is unknown$/u,
      /^arm\/loadBalancers\.json: value\[0\]\.sku\.name is "Premium", not Basic or Standard; what depends on the SKU is unknown$/u,
    ],
  },
  {
    name: 'an effect that is not known',
    changes: {
      'arm/managedClusters.json': (json) =>
        void (json.value[0].properties.agentPoolProfiles[1].nodeTaints = ['a=b:Foo', 7]),
      'kubernetes/nodes.json': (json) =>
        void (json.items[4].spec.taints = [{ key: 'a', effect: 'Foo' }]),
    },
    lines: [
      /^arm\/managedClusters\.json: value\[0\]\.agentPoolProfiles\[1\]\.nodeTaints\[0\] is "a=b:Foo", not key=value:Effect/u,
      /^arm\/managedClusters\.json: value\[0\]\.agentPoolProfiles\[1\]\.nodeTaints\[1\] is 7, not key=value:Effect/u,
      /^kubernetes\/nodes\.json: items\[4\]\.spec\.taints\[0\]\.effect is "Foo", not NoSchedule, PreferNoSchedule or NoExecute/u,
    ],
  },
  {
    name: 'nulls for lists',
    changes: {
      'kubernetes/nodes.json': (json) => void (json.items[4].spec.taints = null),
      'arm/loadBalancers.json': (json) =>
        void json.value[0].properties.loadBalancingRules[0].properties.backendAddressPools.unshift(
          null,
        ),
    },
    lines: [
      /^arm\/loadBalancers\.json: value\[0\]\.properties\.loadBalancingRules\[0\]\.properties\.backendAddressPools\[0\] is null, not an object; ignored$/u,
      /^kubernetes\/nodes\.json: items\[4\]\.spec\.taints is null, not a list; treated as empty$/u,
    ],
  },
  {
    name: 'nulls for what the API leaves out where it is not set',
    changes: {
      'kubernetes/nodes.json': (json) => {
        json.items[3].spec.providerID = null;
        json.items[4].status = null;
        // Times are null while there are none.
        json.items[2].status.conditions[0].lastTransitionTime = null;
      },
      'kubernetes/services.json': (json) =>
        void json.items.forEach((item: Json) => (item.spec.selector = null)),
      'kubernetes/endpointslices.json': (json) => void (json.items[0].endpoints = null),
    },
    lines: [
      /^kubernetes\/nodes\.json: items\[3\]\.spec\.providerID is null, not a text; ignored$/u,
      /^kubernetes\/nodes\.json: items\[4\]\.status is null, not an object; ignored$/u,
      /^kubernetes\/services\.json: items\[1\]\.spec\.selector is null, not a value; ignored$/u,
      /^kubernetes\/services\.json: items\[0\]\.spec\.selector is null, not a value; ignored$/u,
    ],
  },
  {
    name: 'events that are about nothing',
    changes: {
      'kubernetes/events.json': () => ({
        kind: 'EventList',
        apiVersion: 'v1',
        metadata: {},
        items: [7, { involvedObject: 'web' }, { involvedObject: { kind: 8, name: 'web' } }, {}],
      }),
    },
    lines: [
      /^kubernetes\/events\.json: items\[0\] is 7, not an object; ignored$/u,
      /^kubernetes\/events\.json: items\[1\]\.involvedObject is "web", not an object; ignored$/u,
      /^kubernetes\/events\.json: items\[2\]\.involvedObject\.kind is 8, not a text; ignored$/u,
      /^kubernetes\/events\.json: items\[3\]\.involvedObject is absent, not an object; the event is left out$/u,
    ],
  },
  {
    name: 'texts and numbers for lists and objects',
    changes: {
      'kubernetes/nodes.json': (json) => {
        json.items[3].metadata.labels = ['a'];
        json.items[4].spec.taints = 'none';
      },
      'kubernetes/deployments.json': (json) => void (json.items[0].spec.replicas = 'three'),
    },
    lines: [
      /^kubernetes\/nodes\.json: items\[3\]\.metadata\.labels is a list, not an object; treated as empty$/u,
      /^kubernetes\/nodes\.json: items\[4\]\.spec\.taints is "none", not a list; treated as empty$/u,
      /^kubernetes\/deployments\.json: items\[0\]\.spec\.replicas is "three", not an integer from 0 to \d+; ignored$/u,
    ],
  },
  {
    name: 'objects that are there twice',
    changes: {
      'kubernetes/nodes.json': (json) => void json.items.push(json.items[0]),
      'arm/loadBalancers.json': (json) =>
        void json.value.push({ ...json.value[0], id: json.value[0].id.toUpperCase() }),
    },
    lines: [
      /^arm\/loadBalancers\.json: value\[1\] is duplicated \(\/subscriptions\/.*\); counted once$/u,
      /^kubernetes\/nodes\.json: items\[5\] is duplicated \(aks-system-27255451-vmss000000\); counted once$/u,
    ],
  },
];
