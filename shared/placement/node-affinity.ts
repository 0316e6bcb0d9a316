import {
  requirementFaults,
  requirementHolds,
  type NodeSelectorTerm,
  type PodSpec,
  type PreferredTerm,
  type Requirement,
} from '../model/index.ts';

/** What a selector looks at: a live node, or a template without a name. */
export interface NodeFace {
  /** `''` = no name: fields are then not looked at. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** `nodeSelector` and required node affinity together (source: kube-scheduler). */
export function fitsRequired(spec: PodSpec, node: NodeFace): boolean {
  return fitsNodeSelector(spec, node) && fitsTerms(spec.requiredNodeAffinity, node);
}

/** Every label of the selector has to be there with its value. */
export function fitsNodeSelector(spec: PodSpec, node: NodeFace): boolean {
  for (const [key, value] of spec.nodeSelector) if (node.labels.get(key) !== value) return false;
  return true;
}

/** Terms are ORed; no affinity is no constraint, an empty list fits no node. */
export function fitsTerms(terms: readonly NodeSelectorTerm[] | undefined, node: NodeFace): boolean {
  return terms === undefined || terms.some((term) => termMatches(term, node));
}

/** Expressions and fields of a term are ANDed. An empty term matches nothing; a faulty one neither. */
export function termMatches(term: NodeSelectorTerm, node: NodeFace): boolean {
  if (isEmptyTerm(term)) return false;
  return (
    termFaults(term, '').length === 0 &&
    term.matchExpressions.every((requirement) => requirementHolds(requirement, node.labels)) &&
    term.matchFields.every((field) => fieldHolds(field, node))
  );
}

/** A term without expressions and fields. */
export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return term.matchExpressions.length === 0 && term.matchFields.length === 0;
}

const operators = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']);

/** Which fields of an expression on a node's labels are wrong; one fault spoils its term. */
export function expressionFaults(requirement: Requirement): readonly string[] {
  return operators.has(requirement.operator) ? requirementFaults(requirement) : ['operator'];
}

/** Only `metadata.name`, `In` or `NotIn`, exactly one value; else the fields that are wrong. */
function fieldFaults(field: Requirement): readonly string[] {
  if (field.operator !== 'In' && field.operator !== 'NotIn') return ['operator'];
  if (field.values.length !== 1) return ['values'];
  return field.key === 'metadata.name' ? [] : ['key'];
}

function fieldHolds(field: Requirement, node: NodeFace): boolean {
  if (node.name === '') return true;
  return (field.values[0] === node.name) === (field.operator === 'In');
}

/** Where the strict constructor refuses a term: `nodeSelectorTerms[1].matchFields[0].values` and such. */
export function termFaults(term: NodeSelectorTerm, path: string): readonly string[] {
  return [
    ...term.matchExpressions.flatMap((each, index) =>
      expressionFaults(each).map((field) => `${path}.matchExpressions[${index}].${field}`),
    ),
    ...term.matchFields.flatMap((each, index) =>
      fieldFaults(each).map((field) => `${path}.matchFields[${index}].${field}`),
    ),
  ];
}

/** Sum of the weights of matching preferred terms; weight 0 and empty terms are skipped. */
export function preferredScore(terms: readonly PreferredTerm[], node: NodeFace): number {
  return terms.reduce(
    (sum, { weight, term }) =>
      weight !== 0 && !isEmptyTerm(term) && termMatches(term, node) ? sum + weight : sum,
    0,
  );
}

/**
 * The node names that required terms narrow to before any node is looked at: the union over terms
 * of what their `metadata.name In` fields agree on. `undefined` = no narrowing, since a term names
 * no node; an empty set = contradictory names, so no node at all.
 */
export function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  if (terms.length === 0) return undefined;
  for (const term of terms) {
    let agreed: ReadonlySet<string> | undefined;
    for (const field of term.matchFields) {
      if (field.key !== 'metadata.name' || field.operator !== 'In') continue;
      const here = new Set(field.values);
      agreed = intersection(here, agreed);
    }
    if (agreed === undefined) return undefined;
    for (const name of agreed) names.add(name);
  }
  return names;
}

function intersection(
  a: ReadonlySet<string>,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  return b === undefined ? a : new Set([...a].filter((each) => b.has(each)));
}
