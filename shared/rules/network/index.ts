import type { Rule } from '../rule.ts';
import { nsgBlocksProbe } from './nsg-blocks-probe.ts';
import { nsgBlocksService } from './nsg-blocks-service.ts';
import { policyBlocksClients } from './policy-blocks-clients.ts';

export const networkRules: readonly Rule[] = [
  nsgBlocksProbe,
  nsgBlocksService,
  policyBlocksClients,
];
