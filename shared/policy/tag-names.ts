import type { Policy, ExemptionScope } from './policy.ts';

/**
 * Names of the Azure tags that a policy looks at, lower-cased. Tags hold whatever people put there;
 * only these are kept with a run.
 */
export function tagNames(policy: Policy): ReadonlySet<string> {
  const scopes: readonly (ExemptionScope | undefined)[] = [
    ...policy.rules.map(({ scope }) => scope),
    ...policy.exemptions.map(({ scope }) => scope),
    ...policy.sourceIp.map(({ scope }) => scope),
    ...policy.plannedTaints.map(({ scope }) => scope),
    ...(policy.scan.include ?? []),
    ...policy.scan.exclude,
    ...(policy.slack?.routes ?? []).map(({ match }) => match),
    ...Object.values(policy.owners).flatMap((owner) => owner.scopes),
  ];
  const named = scopes.flatMap((scope) => Object.keys(scope?.tag ?? {}));
  return new Set([...named, policy.ownerTag].map((name) => name.toLowerCase()));
}
