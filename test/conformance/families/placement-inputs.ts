import { Cursor, Problems } from '../../../shared/input/index.ts';
import {
  nodeName,
  type Node,
  type NodeSelectorTerm,
  type PodSpec,
  type PreferredTerm,
  type Requirement,
  type Taint,
  type Toleration,
} from '../../../shared/model/index.ts';
import {
  parsePodSpec,
  parsePreferredTerm,
  parseRequirement,
  parseTaintObject,
  parseTerm,
  parseToleration,
} from '../../../shared/collect/parse-pod-spec.ts';
import { listOf, mapOf, objectOf, textOf, type Json } from '../family.ts';

/** Vectors in API shape, through the product's own parse functions. */
export function cursor(value: Json | undefined): Cursor {
  return new Cursor(value, 'vector', { source: 'vector', problems: new Problems() });
}

export function specOf(pod: Json | undefined): PodSpec {
  return parsePodSpec(cursor(objectOf(pod)['spec']));
}

export function bareSpecOf(spec: Json | undefined): PodSpec {
  return parsePodSpec(cursor(spec ?? {}));
}

export function tolerationOf(value: Json | undefined): Toleration {
  return parseToleration(cursor(value));
}

export function taintOf(value: Json | undefined): Taint {
  return parseTaintObject(cursor(value));
}

export function requirementOf(value: Json | undefined): Requirement {
  return parseRequirement(cursor(value));
}

export function termsOf(value: Json | undefined): readonly NodeSelectorTerm[] {
  return listOf(value).map((each) => parseTerm(cursor(each)));
}

export function preferredOf(value: Json | undefined): readonly PreferredTerm[] {
  return listOf(value).map((each) => parsePreferredTerm(cursor(each)));
}

export function nodeOf(value: Json | undefined): Node {
  const metadata = objectOf(objectOf(value)['metadata']);
  const spec = objectOf(objectOf(value)['spec']);
  return {
    name: nodeName(textOf(metadata['name'])),
    labels: mapOf(metadata['labels']),
    taints: listOf(spec['taints']).map(taintOf),
    unschedulable: spec['unschedulable'] === true,
    deleting: false,
    ready: 'true',
    providerId: '',
    internalIps: [],
  };
}
