import { sameName, type Node } from '../../model/index.ts';
import { viewOf } from '../../traffic/index.ts';
import { clusterSku } from '../cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import { removeServiceAnnotation } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { serviceSubject } from '../services.ts';
import { capped, distinct, listed, quoted } from '../text.ts';
import { modeAnnotation } from './mode-annotation-ignored.ts';

/** Finds Basic's mode annotation when it names no VM set, an agent pool, or a list of sets. */
export const modeAnnotationUnknownSet = defineRule(
  {
    id: 'load-balancer/mode-annotation-unknown-set',
    title: 'A load balancer mode annotation names no VM set',
    why: 'The cloud provider takes the value as one name; when no set has it, the Service is not reconciled any more.',
    remedy: 'Give the exact name of one VM set, or __auto__.',
    severity: 'high',
    source: 'load-balancing.md §0.3, §2.1, fault 2',
  },
  ['services', 'nodes'],
  ({ services, nodes }, { snapshot }) => {
    const named = services.flatMap((service) => {
      const value = service.annotations.get(modeAnnotation);
      if (value === undefined || service.deleting || sameName(value.trim(), '__auto__')) return [];
      return [{ service, value: value.trim() }];
    });
    if (named.length === 0) return { faults: [] };
    const sku = clusterSku(snapshot);
    if (sku.kind === 'unread') return { faults: [], unknown: [sku.why] };
    if (sku.value !== 'basic') return { faults: [] };
    const { topology } = viewOf(snapshot);
    const sets = nodes.map((node: Node) => topology.vmSetOf(node));
    const names = distinct(sets.flatMap((set) => (set.kind === 'set' ? [set.name] : [])));
    const unknown: string[] = [];
    const faults = named.flatMap(({ service, value }): readonly Fault[] => {
      if (names.some((name) => sameName(name, value))) return [];
      if (sets.some((set) => set.kind === 'unknown')) {
        unknown.push(
          `${service.namespace}/${service.name}: the VM set of some nodes could not be derived`,
        );
        return [];
      }
      const isList = value.includes(',');
      const isPool = nodes.some((node) => sameName(topology.poolOf(node) ?? '', value));
      return [
        {
          subject: serviceSubject(service),
          title: `The mode annotation of ${service.namespace}/${service.name} names no VM set`,
          message: `azure-load-balancer-mode is "${value}", ${isList ? 'a list, which is read as one name' : isPool ? 'the name of a node pool and not of its VM set' : 'which no VM set of the nodes is called'}. The cloud provider fails with "not found" and leaves the Service as it was. The sets are ${listed(names)}.`,
          causes: [isList ? 'list-of-sets' : isPool ? 'node-pool-name' : 'no-such-set'],
          evidence: { annotation: modeAnnotation, value, vmSets: capped(names) },
          fixes: [
            {
              title: 'Name one VM set exactly',
              steps: [
                {
                  tool: 'kubectl',
                  text: `kubectl -n ${quoted(service.namespace)} annotate service ${quoted(service.name)} --overwrite ${modeAnnotation}=${quoted(names[0] ?? 'VM_SET')}`,
                },
              ],
              price: ['the Service may move to another load balancer and change its IP address'],
            },
            removeServiceAnnotation(
              service,
              modeAnnotation,
              'Remove the annotation: the Service keeps its load balancer',
              ['only the VM set of that load balancer gets traffic'],
            ),
          ],
        },
      ];
    });
    return { faults, unknown };
  },
);
