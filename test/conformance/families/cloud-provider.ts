import type { FamilyRunner } from '../family.ts';
import { serviceToHealthProbe } from './expected-rules.ts';
import { loadBalancerModeSelection } from './mode-selection.ts';
import { backendPoolNaming, lbNaming } from './names.ts';

/** The families of `cloud-provider-azure.json`, each on the functions that the rules call. */
export const cloudProviderFamilies: ReadonlyMap<string, FamilyRunner> = new Map<
  string,
  FamilyRunner
>([
  ['serviceToHealthProbe', serviceToHealthProbe],
  ['loadBalancerModeSelection', loadBalancerModeSelection],
  ['lbNaming', lbNaming],
  ['backendPoolNaming', backendPoolNaming],
]);
