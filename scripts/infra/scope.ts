import type { Statement } from './syntax.ts';

/** What a template is deployed to, and how ARM names what it makes there. */
export interface DeploymentScope {
  readonly name: 'resourceGroup' | 'subscription' | 'managementGroup';
  readonly schema: string;
  /** Call that gives the id of a resource: `resourceId('Type', 'name')`. */
  readonly id: (type: string, names: readonly string[]) => string;
}

const schemas = 'https://schema.management.azure.com/schemas';
const call = (name: string, ...args: readonly string[]): string => `${name}(${args.join(', ')})`;

const scopes: { readonly [Name in DeploymentScope['name']]: DeploymentScope } = {
  resourceGroup: {
    name: 'resourceGroup',
    schema: `${schemas}/2019-04-01/deploymentTemplate.json#`,
    id: (type, names) => call('resourceId', `'${type}'`, ...names),
  },
  subscription: {
    name: 'subscription',
    schema: `${schemas}/2018-05-01/subscriptionDeploymentTemplate.json#`,
    id: (type, names) => call('subscriptionResourceId', `'${type}'`, ...names),
  },
  managementGroup: {
    name: 'managementGroup',
    schema: `${schemas}/2019-08-01/managementGroupDeploymentTemplate.json#`,
    id: (type, names) => call('extensionResourceId', 'managementGroup().id', `'${type}'`, ...names),
  },
};

/** What `targetScope` names; a resource group where nothing is said. @throws Error for any other word. */
export function templateScope(statements: readonly Statement[]): DeploymentScope {
  const named = statements.find((each) => each.kind === 'targetScope')?.value ?? 'resourceGroup';
  const found = Object.values(scopes).find(({ name }) => name === named);
  if (found === undefined) throw new Error(`targetScope ${named} is not known here`);
  return found;
}
