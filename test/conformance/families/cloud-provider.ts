import type { Compared, FamilyRunner } from '../family.ts';
import { serviceToHealthProbe } from './expected-rules.ts';
import { backendIpConfigParsing, providerIdParsing } from './machine-ids.ts';
import { loadBalancerModeSelection } from './mode-selection.ts';
import { backendPoolNaming, lbNaming } from './names.ts';
import { comparedOfNodeExclusion, nodeExclusion } from './node-exclusion.ts';
import { multiSlbNodePlacement, multiSlbSelection } from './several-load-balancers.ts';

/** The families of `cloud-provider-azure.json`, each on the functions that the rules call. */
export const cloudProviderFamilies: ReadonlyMap<string, FamilyRunner> = new Map<
  string,
  FamilyRunner
>([
  ['serviceToHealthProbe', serviceToHealthProbe],
  ['loadBalancerModeSelection', loadBalancerModeSelection],
  ['multiSlbSelection', multiSlbSelection],
  ['multiSlbNodePlacement', multiSlbNodePlacement],
  ['nodeExclusion', nodeExclusion],
  ['providerIdParsing', providerIdParsing],
  ['backendIpConfigParsing', backendIpConfigParsing],
  ['backendPoolNaming', backendPoolNaming],
  ['lbNaming', lbNaming],
]);

export const cloudProviderComparisons: ReadonlyMap<string, Compared> = new Map([
  ['nodeExclusion', comparedOfNodeExclusion],
]);
