import type { Rule } from '../rule.ts';
import { policyBlocksClients } from './policy-blocks-clients.ts';
import { nsgBlocksProbe } from './nsg-blocks-probe.ts';
import { nsgBlocksService } from './nsg-blocks-service.ts';

export const networkRules: readonly Rule[] = [
  policyBlocksClients,
  nsgBlocksProbe,
  nsgBlocksService,
];
