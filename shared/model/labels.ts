import { parseInt64 } from './int64.ts';
import type { LabelSelector, Requirement } from './scheduling.ts';

/** Label selectors as Kubernetes reads them (source: apimachinery); labels are Maps: a key may be called `constructor`. */

/** A label or node-selector operator that needs numbers. */
function isNumeric(operator: string): boolean {
  return operator === 'Gt' || operator === 'Lt';
}

/** Which fields of a requirement are wrong, as the API names them (`values[0]`); `[]` = well formed. */
export function requirementFaults({ key, operator, values }: Requirement): readonly string[] {
  const faults = isLabelKey(key) ? [] : ['key'];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) faults.push('values');
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) faults.push('values');
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) faults.push('values');
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) faults.push('values');
      values.forEach((value, index) => {
        if (parseInt64(value) === undefined) faults.push(`values[${index}]`);
      });
      break;
    default:
      return ['operator'];
  }
  values.forEach((value, index) => {
    if (!isLabelValue(value)) faults.push(`values[${index}]`);
  });
  return [...new Set(faults)];
}

/** Does a well-formed requirement hold? */
export function requirementHolds(
  { key, operator, values }: Requirement,
  labels: ReadonlyMap<string, string>,
): boolean {
  const value = labels.get(key);
  switch (operator) {
    case 'In':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'NotIn':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return (
        isNumeric(operator) && value !== undefined && numberHolds(operator, value, values[0] ?? '')
      );
  }
}

function numberHolds(operator: string, label: string, operand: string): boolean {
  const left = parseInt64(label);
  const right = parseInt64(operand);
  if (left === undefined || right === undefined) return false;
  return operator === 'Gt' ? left > right : left < right;
}

/** A null selector matches nothing, an empty one everything; one bad requirement spoils the whole. */
export function matchesLabelSelector(
  selector: LabelSelector | undefined,
  labels: ReadonlyMap<string, string>,
): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of selector.matchLabels) if (labels.get(key) !== value) return false;
  return selector.matchExpressions.every(
    (requirement) =>
      requirementFaults(requirement).length === 0 && requirementHolds(requirement, labels),
  );
}

/**
 * What Kubernetes says of a label selector that it cannot use; `undefined` = it can. Labels know only
 * four operators, unlike node selectors. The first fault counts, matchLabels before expressions.
 */
export function selectorFault(selector: LabelSelector): string | undefined {
  for (const [key, value] of selector.matchLabels) {
    const fault = requirementFault({ key, operator: '=', values: [value] });
    if (fault !== undefined) return fault;
  }
  for (const requirement of selector.matchExpressions) {
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(requirement.operator))
      return `${JSON.stringify(requirement.operator)} is not a valid label selector operator`;
    const fault = requirementFault(requirement);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function requirementFault(requirement: Requirement): string | undefined {
  const { key, operator, values } = requirement;
  const given = values.length === 0 ? 'null' : JSON.stringify(values);
  const faults = requirementFaults(requirement).map((field) => {
    if (field === 'key') return `key: Invalid value: ${JSON.stringify(key)}: not a label key`;
    if (field !== 'values')
      return `${field}: Invalid value: ${JSON.stringify(values[indexOf(field)])}: not a label value`;
    return operator === 'In' || operator === 'NotIn'
      ? `values: Invalid value: ${given}: for 'in', 'notin' operators, values set can't be empty`
      : `values: Invalid value: ${given}: values set must be empty for exists and does not exist`;
  });
  if (faults.length < 2) return faults[0];
  return `[${faults.join(', ')}]`;
}

function indexOf(field: string): number {
  return Number(/\d+/u.exec(field)?.[0]);
}

/** `prefix/name`: an optional DNS subdomain of at most 253, a name of at most 63 characters. */
function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = slash === -1 ? key : key.slice(slash + 1);
  if (!isQualifiedName(name)) return false;
  if (slash === -1) return true;
  const prefix = key.slice(0, slash);
  return prefix.length <= 253 && prefix.split('.').every(isDnsLabel);
}

function isDnsLabel(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u.test(text);
}

function isQualifiedName(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/u.test(text);
}

/** Empty, or at most 63 characters with an alphanumeric at both ends. */
function isLabelValue(value: string): boolean {
  return value === '' || isQualifiedName(value);
}
